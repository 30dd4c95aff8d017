"""Drafts as they are edited: parts with tags of their own, patches, and what can be kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.checks import check_rules
from odyssee.domain.errors import Problem, Stale
from odyssee.domain.geo import LineString, LonLat, Point, Polygon, Shape
from odyssee.domain.legends import Legend
from odyssee.domain.media import VoiceKind
from odyssee.domain.people import Caller, Role, includes
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop
from odyssee.domain.zone_checks import MAX_DECIMALS
from odyssee.domain.zones import Zone

Tags = frozenset[str] | None
"""What `If-Match` names; null: any version."""
Json = Mapping[str, Any]

_JOINT = "."
MAX_DRAFT_BYTES = 1_000_000
"""Of the whole draft as canonical JSON; the longest known one is under 100 KB."""
MAX_NARRATION = 30_000
"""Characters of one narration, half an hour, which a voice speaks in memory, and of one story."""
WIDE: Role = "editor"
"""From this role on the drafts of every office are there, and those of none."""

_NEVER_KEPT = frozenset({"bad_character", "language_invalid", "not_finite", "too_many"})
_NAMES = re.compile(r"slug|stops/[0-9]+/slug")
_PLACES = re.compile(r"(stops/[0-9]+/(location|zones/[0-9]+/shape)|route/line)/.+")
_TAG_LETTERS = 32


def sees_draft(caller: Caller, office: str | None) -> bool:
    """Whether the drafts of that office are there for the caller."""
    if includes(caller.role, WIDE):
        return True
    return office is not None and caller.person.office == office


def merge(present: Any, patch: Any) -> Any:
    """The document after a merge patch: objects merge, null removes, all else replaces.

    Source: RFC 7396, section 2.
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(present) if isinstance(present, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def document_of(value: Any) -> Any:
    """A document of the domain as JSON has it: every key, in the order of its attributes."""
    if is_dataclass(value):
        return {field.name: document_of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: document_of(below) for key, below in value.items()}
    return [document_of(below) for below in value] if isinstance(value, tuple) else value


def head_document(legend: Legend) -> dict[str, Any]:
    """A legend without its stops."""
    document: dict[str, Any] = document_of(replace(legend, stops=()))
    del document["stops"]
    return document


def find_stop(legend: Legend, slug: str) -> int | None:
    """The index of a stop, from 0; None when the trail has none of that slug."""
    return next((i for i, stop in enumerate(legend.stops) if stop.slug == slug), None)


def legend_etag(draft: Draft) -> str:
    """Names what a legend says beside its stops and their order."""
    return _tag([head_document(draft.legend), _brought(draft, "cover")])


def answer_etag(draft: Draft) -> str:
    """Names what a reading of the whole draft answers.

    In two parts: what a change of the legend is held against, and the draft that a
    publication may name.
    """
    return f"{legend_etag(draft)}{_JOINT}{draft.etag}"


def head_of(tags: Tags) -> Tags:
    """The part of such tags that a change of the legend is held against."""
    return None if tags is None else frozenset(tag.partition(_JOINT)[0] for tag in tags)


def whole_of(tag: str) -> str:
    """The part of such a tag, with quotation marks or without, that names the whole draft."""
    return tag.strip('"').rpartition(_JOINT)[2]


def order_etag(draft: Draft) -> str:
    """Names the order of the stops."""
    return _tag([stop.slug for stop in draft.legend.stops])


def stop_etag(draft: Draft, stop: Stop) -> str:
    """Names what a stop says, its texts and what was brought for it.

    Not its synthetic voices: they follow from the text, and come while somebody writes on.
    """
    return _tag([document_of(stop), _brought(draft, f"stops/{stop.slug}/")])


def _brought(draft: Draft, beginning: str) -> dict[str, str]:
    synthetic: VoiceKind = "synthetic"
    return {
        ref: medium.key
        for ref, medium in draft.media.items()
        if ref.startswith(beginning) and medium.voice != synthetic
    }


def _tag(document: object) -> str:
    return sha256_of(canonical(document))[:_TAG_LETTERS]


def check_tag(asked: Tags, present: str) -> None:
    """Let a change pass that was made of what stands there now.

    Raises:
        Stale: it was made of another version.
    """
    if asked is not None and present not in asked:
        raise Stale


def check_kept(legend: Legend) -> list[Problem]:
    """What cannot be kept in a draft, by pointers into the legend.

    Little is: a draft may be unfinished, and `check_legend` tells what is missing.
    """
    found = [problem for problem in check_rules(legend, None) if _is_in_the_way(problem)]
    found += _check_lengths(legend)
    size = len(canonical(document_of(legend))) if not found else 0
    if size > MAX_DRAFT_BYTES:
        values = {"max_kb": str(MAX_DRAFT_BYTES // 1000)}
        found.append(Problem("", "draft_too_large", values=values))
    return found


def _check_lengths(legend: Legend) -> Iterator[Problem]:
    for lang, told in legend.texts.items():
        yield from _check_length(f"texts/{lang}/story", told.story)
    for index, stop in enumerate(legend.stops):
        for lang, words in stop.texts.items():
            yield from _check_length(f"stops/{index}/texts/{lang}/text", words.text)


def _check_length(where: str, text: str) -> Iterator[Problem]:
    if len(text) > MAX_NARRATION:
        values = {"max": str(MAX_NARRATION), "found": str(len(text))}
        yield Problem(where, "too_long", values=values)


def _is_in_the_way(problem: Problem) -> bool:
    if problem.code in {"slug_invalid", "duplicate"}:
        return _NAMES.fullmatch(problem.where) is not None
    if problem.code == "out_of_range":
        return _PLACES.fullmatch(problem.where) is not None
    return problem.code in _NEVER_KEPT


def problems_under(problems: Sequence[Problem], part: str) -> Iterator[Problem]:
    """Those of a part, by pointers into it; what is wrong with the whole counts for each part."""
    for problem in problems:
        if not problem.where:
            yield problem
        elif part and problem.where.startswith(f"{part}/"):
            yield replace(problem, where=problem.where.removeprefix(f"{part}/"))
        elif not part and not problem.where.startswith("stops/"):
            yield problem


def check_order(legend: Legend, slugs: Sequence[str]) -> list[Problem]:
    """An order names every stop once."""
    present = [stop.slug for stop in legend.stops]
    if sorted(slugs) == sorted(present):
        return []
    missing = sorted(set(present) - set(slugs))
    extra = [slug for i, slug in enumerate(slugs) if slug not in present or slug in slugs[:i]]
    named = {"missing": ", ".join(missing) or "—", "extra": str(len(extra))}
    return [Problem("stops", "not_the_set", values=named)]


def reorder(legend: Legend, slugs: Sequence[str]) -> Legend:
    """The legend with its stops in that order, which names each once."""
    return replace(legend, stops=tuple(legend.get_stop(slug) for slug in slugs))


def with_stop(legend: Legend, index: int, stop: Stop) -> Legend:
    """The legend with another stop at an index, from 0."""
    return replace(legend, stops=(*legend.stops[:index], stop, *legend.stops[index + 1 :]))


def round_places(legend: Legend) -> Legend:
    """Every position to the decimals of the contract: maps in browsers give twice as many."""
    route = replace(legend.route, line=tuple(map(_rounded, legend.route.line)))
    return replace(legend, route=route, stops=tuple(map(round_stop, legend.stops)))


def round_stop(stop: Stop) -> Stop:
    """As `round_places`, of one stop."""
    zones = tuple(_round_zone(zone) for zone in stop.zones)
    return replace(stop, location=_rounded(stop.location), zones=zones)


def _round_zone(zone: Zone) -> Zone:
    return replace(zone, shape=_round_shape(zone.shape))


def _round_shape(shape: Shape) -> Shape:
    match shape:
        case Point(coordinates=place):
            return replace(shape, coordinates=_rounded(place))
        case LineString(coordinates=line):
            return replace(shape, coordinates=tuple(map(_rounded, line)))
        case Polygon(coordinates=rings):
            return replace(shape, coordinates=tuple(tuple(map(_rounded, ring)) for ring in rings))


def _rounded(place: LonLat) -> LonLat:
    return LonLat(round(place.lon, MAX_DECIMALS), round(place.lat, MAX_DECIMALS))
