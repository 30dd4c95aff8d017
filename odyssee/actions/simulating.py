"""Simulating: walk a trail at a desk, from a recorded trace or synthetic walks, and report."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any

from odyssee.actions.tools import NoProgress, Progress
from odyssee.actions.tracking import trail_of
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.checks import check_legend
from odyssee.domain.errors import InputInvalid, NotPublishable, Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.listening_checks import story_of
from odyssee.domain.media import lengths_of
from odyssee.domain.packs import trail_document
from odyssee.domain.phones import Phone, Sample, report_walk
from odyssee.domain.proximity import Event, Fix, Trail, follow
from odyssee.domain.publication import Draft
from odyssee.domain.synthetic_walks import Synthetic, check_synthetic
from odyssee.domain.traces import Trace
from odyssee.domain.walk_report import Report, build_report, tell_outing
from odyssee.domain.walk_tally import Tally, tally_walk
from odyssee.domain.walkers import TrueWalk, sample, walk_along, walk_recorded

CHUNK = 25
"""How many walks a process takes at a time."""


def simulate(
    legend: PublishedLegend,
    asked: Synthetic | Trace,
    *,
    lang: str = FALLBACK_LANG,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Report:
    """Walk a legend, published or a `preview`, and report what would be heard.

    Each walk is followed from its first fix to its last by the same engine as
    on a phone, and depends on the seed and its own number alone: neither on how
    many walks are asked for, nor on `jobs`. Closures are left aside.

    Args:
        legend: the legend.
        asked: walks to be made up, or one that was recorded.
        lang: the language of the stories, which sets how long they are.
        progress: told of each walk.
        jobs: how many processes share the walks.

    Raises:
        InputInvalid: a value is out of its bounds, the route has no length, or
            nothing in the trace says where its walker was.
    """
    trail = trail_of(legend, lang)
    if isinstance(asked, Trace):
        return _replay(trail, asked)
    problems = check_synthetic(asked)
    if problems:
        raise InputInvalid(problems)
    line = [LonLat(*place[:2]) for place in legend.trail["route"]["coordinates"]]
    true = walk_along(trail, line, asked.walker)
    course = Course(trail, true, sample(true, asked.sampling_s), asked.phone, asked.seed)
    return build_report(
        trail,
        _tally_all(course, asked.walks, progress or NoProgress(), jobs),
        tell_outing(trail, true, *_walk(course, 0)),
        asked.seed,
    )


def preview(draft: Draft) -> PublishedLegend:
    """A draft as if it were published, as far as walking needs it.

    A story that is not recorded or spoken yet is as long as its words are.

    Raises:
        NotPublishable: its places cannot be walked; all errors of the draft are told.
    """
    legend = draft.legend
    try:
        seen = PublishedLegend(
            slug=legend.slug,
            revision=0,
            published_at="",
            manifest_sha256="",
            manifest={},
            trail=trail_document(legend),
            contents={lang: _words(draft, lang) for lang in {FALLBACK_LANG, *legend.texts}},
        )
        trail_of(seen, FALLBACK_LANG)
    except (ValueError, IndexError) as fault:  # no stop, no route, a zone without its radius
        errors = [p for p in check_legend(legend, None) if p.severity == "error"]
        raise NotPublishable(errors) from fault
    return seen


@dataclass(frozen=True, slots=True)
class Course:
    """What all walks of a simulation share."""

    trail: Trail
    true: TrueWalk
    samples: Sequence[Sample]
    phone: Phone
    seed: int


def _words(draft: Draft, lang: str) -> dict[str, Any]:
    legend = draft.legend
    text = legend.texts.get(lang) or legend.texts.get(FALLBACK_LANG)
    stops, lengths = [], lengths_of(draft.media)
    for stop in legend.stops:
        told = stop.texts.get(lang) or stop.texts.get(FALLBACK_LANG)
        lasts_s = story_of(stop, lang, lengths).lasts_s
        stops.append(
            {
                "slug": stop.slug,
                "title": told.title if told else stop.slug,
                "narration": {"duration_s": lasts_s},
            }
        )
    return {"lang": lang, "title": text.title if text else legend.slug, "stops": stops}


def _replay(trail: Trail, trace: Trace) -> Report:
    true = walk_recorded(trail, trace.fixes)
    if true is None:
        raise InputInvalid([Problem("trace", "trace_without_places")])
    events = follow(trail, trace.fixes, None).events
    outing = tell_outing(trail, true, trace.fixes, events)
    tally = tally_walk(trail, true, trace.fixes, events)
    return build_report(trail, [tally], outing, 0, is_recorded=True)


def _tally_all(course: Course, walks: int, progress: Progress, jobs: int) -> list[Tally]:
    progress.begin("walks", walks)
    tallies: list[Tally] = []
    chunks = [range(first, min(walks, first + CHUNK)) for first in range(0, walks, CHUNK)]
    if jobs == 1 or len(chunks) == 1:
        for number in range(walks):
            tallies.append(_tally(course, number))
            progress.step("")
    else:
        # Not forked: the server that asks may run threads.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for done in pool.map(partial(tally_chunk, course), chunks):
                tallies += done
                for _ in done:
                    progress.step("")
    progress.end()
    return tallies


def tally_chunk(course: Course, numbers: Iterable[int]) -> list[Tally]:
    """Some walks of a simulation, in another process."""
    return [_tally(course, number) for number in numbers]


def _tally(course: Course, number: int) -> Tally:
    fixes, events = _walk(course, number)
    return tally_walk(course.trail, course.true, fixes, events)


def _walk(course: Course, number: int) -> tuple[list[Fix], tuple[Event, ...]]:
    chance = Random(f"{course.seed}/{number}")  # noqa: S311 - walks that repeat, no secret
    fixes = report_walk(course.samples, course.trail.projection, course.phone, chance)
    return fixes, follow(course.trail, fixes, None).events
