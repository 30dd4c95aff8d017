"""Checking: look at a draft before anybody else does, by its rules and on its ground."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from odyssee.actions.drafting import check_seen
from odyssee.actions.publishing import find_problems
from odyssee.actions.simulating import preview, simulate
from odyssee.actions.tools import Tools
from odyssee.db import legends, territories
from odyssee.domain.errors import Problem, Unavailable, refuse
from odyssee.domain.geo import length_m
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.synthetic_walks import Synthetic, check_synthetic
from odyssee.domain.traces import Trace
from odyssee.domain.walk_report import Report

MAX_ASKED_WALKS = 200
"""Of one request; the command line walks more."""
MAX_ASKED_FIXES = 3_000_000
"""Of all walks of one request: half a minute on a quiet core."""

_walking = threading.BoundedSemaphore()
"""One simulation at a time in a process: it takes a core from those who read."""


def check_draft(tools: Tools, caller: Caller, slug: str) -> list[Problem]:
    """Everything that stands in the way of publishing a draft, and all advice.

    Raises:
        NotFound: there is no such draft for the caller.
    """
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        return find_problems(legends.get_draft(tx, slug), territories.find_territory(tx))


def simulate_draft(
    tools: Tools, caller: Caller, slug: str, asked: Synthetic | Trace, lang: str = FALLBACK_LANG
) -> Report:
    """Walk a draft as if it were published; nothing of it is kept.

    Args:
        tools: The desk.
        caller: For whom.
        slug: The draft.
        asked: Walks to be made up, or one that was recorded.
        lang: The language of the stories; French where the draft does not speak it.

    Raises:
        NotFound: there is no such draft for the caller.
        NotPublishable: its places cannot be walked; all errors of the draft are told.
        InputInvalid: a value is out of its bounds, or there are too many fixes in all.
        Unavailable: another simulation is under way.
    """
    if isinstance(asked, Synthetic):
        refuse(check_synthetic(asked) + _check_walks(asked.walks))
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        draft = legends.get_draft(tx, slug)
    legend = preview(draft)
    if isinstance(asked, Synthetic):
        refuse(_check_length(draft, asked, legend.contents[FALLBACK_LANG]["stops"]))
    with _alone():
        return simulate(legend, asked, lang=lang if lang in legend.contents else FALLBACK_LANG)


def _check_walks(walks: int) -> list[Problem]:
    if walks <= MAX_ASKED_WALKS:
        return []
    bounds = {"expected": f"1–{MAX_ASKED_WALKS}", "min": "1", "max": str(MAX_ASKED_WALKS)}
    return [Problem("synthetic/walks", "out_of_range", values=bounds)]


def _check_length(
    draft: Draft, asked: Synthetic, stops: list[dict[str, dict[str, float]]]
) -> list[Problem]:
    """Whether the walks last so long, and their phones report so often, that it takes too long."""
    lasts_s = length_m(draft.legend.route.line) / asked.walker.pace_mps
    if asked.rests:
        lasts_s += sum(stop["narration"]["duration_s"] for stop in stops)
    if asked.walks * lasts_s / asked.sampling_s <= MAX_ASKED_FIXES:
        return []
    return [Problem("synthetic/sampling_s", "too_many_fixes", values={"max": str(MAX_ASKED_FIXES)})]


@contextmanager
def _alone() -> Iterator[None]:
    if not _walking.acquire(blocking=False):
        raise Unavailable("another simulation is under way")
    try:
        yield
    finally:
        _walking.release()
