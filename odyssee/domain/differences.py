"""What two states of a legend differ in, as a reviewer reads it: words, places, media, the rest."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

from odyssee.domain.geo import LineString, LonLat, Point, Polygon, projection_at
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset

MAX_COMPARED = 3_000
"""Words of one text that are compared one by one; longer texts by their paragraphs."""

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]
Shaped = LonLat | tuple[LonLat, ...] | Point | LineString | Polygon
Change = Literal["same", "removed", "added"]
_SCALAR = (str, int, float, bool)
_GROUND = (LonLat, Point, LineString, Polygon)
_Key = TypeVar("_Key")


class Content(Protocol):
    """A draft or a revision."""

    @property
    def legend(self) -> Legend:
        """The words and places."""

    @property
    def media(self) -> Mapping[str, MediaAsset]:
        """The media by their places."""


class Words(NamedTuple):
    """A piece of a text, and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that differs in one language; null where it is not there."""

    where: str
    """A pointer without its language, stops by their slugs: `stops/porte-muree/title`."""
    lang: str
    before: str | None
    after: str | None
    words: tuple[Words, ...]
    """Together they are both texts: those before without `added`, those after without `removed`."""


@dataclass(frozen=True, slots=True)
class GroundChange:
    """A place, a zone or the route that was moved, made, removed or made wider."""

    where: str
    moved_m: float | None
    """How far the farthest part moved (Hausdorff); null where there is none to compare with."""
    radius_before_m: float | None = None
    radius_after_m: float | None = None


@dataclass(frozen=True, slots=True)
class MediumChange:
    """A medium that is another one; by the SHA-256 of its first encoded form, null for none."""

    where: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Anything else that differs; null for what is absent."""

    where: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Everything that differs, each kind in the order of the document."""

    texts: tuple[TextChange, ...]
    geometry: tuple[GroundChange, ...]
    media: tuple[MediumChange, ...]
    fields: tuple[FieldChange, ...]
    stops_added: tuple[str, ...]
    stops_removed: tuple[str, ...]
    order_before: tuple[str, ...]
    order_after: tuple[str, ...]

    @property
    def is_reordered(self) -> bool:
        """Whether the stops that both have come in another order."""
        gone, new = set(self.stops_removed), set(self.stops_added)
        kept = [stop for stop in self.order_before if stop not in gone]
        return kept != [stop for stop in self.order_after if stop not in new]


def compare(before: Content, after: Content) -> Differences:
    """What the later state says otherwise; stops are the same by their slugs, wherever they stand.

    A stop that is only in one of them differs in all that it says.
    """
    old, new = _sorted_out(before.legend), _sorted_out(after.legend)
    was = tuple(stop.slug for stop in before.legend.stops)
    now = tuple(stop.slug for stop in after.legend.stops)
    return Differences(
        texts=tuple(_compare_texts(old.texts, new.texts)),
        geometry=tuple(_compare_ground(old, new)),
        media=tuple(_compare_media(before.media, after.media)),
        fields=tuple(_compare_fields(old.fields, new.fields)),
        stops_added=tuple(stop for stop in now if stop not in was),
        stops_removed=tuple(stop for stop in was if stop not in now),
        order_before=was,
        order_after=now,
    )


def compare_words(before: str | None, after: str | None) -> tuple[Words, ...]:
    """Both texts in one, word by word; a long one paragraph by paragraph."""
    if before is None or after is None:
        added = [Words("added", after)] if after else []
        return (*([Words("removed", before)] if before else []), *added)
    old, new = _words_of(before), _words_of(after)
    if max(len(old), len(new)) > MAX_COMPARED:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Words] = []
    matcher = difflib.SequenceMatcher(None, old, new)
    for kind, i, j, m, n in matcher.get_opcodes():
        if kind == "equal":
            found.append(Words("same", "".join(old[i:j])))
            continue
        found += [Words("removed", "".join(old[i:j]))] if j > i else []
        found += [Words("added", "".join(new[m:n]))] if n > m else []
    return tuple(found)


def moved_m(before: Shaped, after: Shaped) -> float | None:
    """How far the farthest part of one lies from the other, in metres; null where one is empty."""
    places = _places(before)
    if not places or not _places(after):
        return None
    projection = projection_at(places[0])
    one, other = (
        _geometry([projection.to_xy(place) for place in _places(shape)])
        for shape in (before, after)
    )
    return float(shapely.hausdorff_distance(one, other))


@dataclass(slots=True)
class _Parts:
    """A legend's leaves by their places, sorted by what they are."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """By place and language."""
    ground: dict[str, Shaped] = field(default_factory=dict)
    radii: dict[str, float] = field(default_factory=dict)
    """By the place of their zones."""
    fields: dict[str, Value] = field(default_factory=dict)


def _sorted_out(legend: Legend) -> _Parts:
    parts = _Parts()
    for steps, leaf in _leaves((), legend):
        at = 0 if steps[0] == "texts" else 2
        if steps[at : at + 1] == ("texts",):
            where = "/".join((*steps[:at], *steps[at + 2 :]))
            told = "\n".join(map(str, leaf)) if isinstance(leaf, tuple) else str(leaf)
            parts.texts[where, steps[at + 1]] = told
        elif isinstance(leaf, _GROUND) or _is_line(leaf):
            # The shape of a zone is the zone; the line of the route is the route.
            named = steps[:-1] if steps[-1] in {"shape", "line"} else steps
            parts.ground["/".join(named)] = leaf
        elif steps[-1] == "radius_m":
            parts.radii["/".join(steps[:-1])] = leaf
        else:
            parts.fields["/".join(steps)] = leaf
    return parts


def _leaves(steps: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What stands in a document, with the way to it; what has a name of its own goes by it."""
    if isinstance(value, (*_GROUND, *_SCALAR)) or _is_line(value):
        yield steps, value
    elif is_dataclass(value):
        for known in fields(value):
            yield from _leaves((*steps, known.name), getattr(value, known.name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves((*steps, str(name)), inner)
    elif value and all(isinstance(inner, _SCALAR) for inner in value):
        yield steps, value
    elif value:
        names = _names_of(value)
        if steps != ("stops",) and names[0] != "0":
            yield steps, names
        for name, inner in zip(names, value, strict=True):
            yield from _leaves((*steps, name), inner)


def _names_of(values: Sequence[Any]) -> tuple[str, ...]:
    """What each goes by: the name that it gives itself, else its number."""
    names: list[str] = []
    for index, value in enumerate(values):
        known = (getattr(value, name, None) for name in ("slug", "id", "key", "code"))
        name = next((one for one in known if isinstance(one, str)), str(index))
        names.append(f"{name}#{index}" if name in names else name)
    return tuple(names)


def _is_line(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], LonLat)


def _compare_texts(
    old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]
) -> Iterator[TextChange]:
    for where, lang in _both(old, new):
        before, after = old.get((where, lang)), new.get((where, lang))
        if before != after:
            yield TextChange(where, lang, before, after, compare_words(before, after))


def _compare_ground(old: _Parts, new: _Parts) -> Iterator[GroundChange]:
    for where in _both(old.ground, new.ground):
        before, after = old.ground.get(where), new.ground.get(where)
        narrow, wide = old.radii.get(where), new.radii.get(where)
        if before == after and narrow == wide:
            continue
        far = None if before is None or after is None else moved_m(before, after)
        same = narrow == wide
        yield GroundChange(where, far, None if same else narrow, None if same else wide)


def _compare_media(
    old: Mapping[str, MediaAsset], new: Mapping[str, MediaAsset]
) -> Iterator[MediumChange]:
    for where in _both(old, new):
        before, after = old.get(where), new.get(where)
        if before != after:
            yield MediumChange(where, _hash_of(before), _hash_of(after))


def _compare_fields(old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterator[FieldChange]:
    for where in _both(old, new):
        before, after = old.get(where), new.get(where)
        if before != after:
            yield FieldChange(where, before, after)


def _both(old: Mapping[_Key, Any], new: Mapping[_Key, Any]) -> list[_Key]:
    """The keys of either, those of the later first."""
    return [*new, *(key for key in old if key not in new)]


def _hash_of(medium: MediaAsset | None) -> str | None:
    return medium.renditions[0].sha256 if medium is not None and medium.renditions else None


def _words_of(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]+", text)


def _places(shape: Shaped) -> tuple[LonLat, ...]:
    match shape:
        case LonLat():
            return (shape,)
        case Point(coordinates=place):
            return (place,)
        case LineString(coordinates=line):
            return line
        case Polygon(coordinates=rings):
            return tuple(place for ring in rings[:1] for place in ring)
    return shape


def _geometry(places: Sequence[tuple[float, float]]) -> BaseGeometry:
    return shapely.Point(places[0]) if len(places) == 1 else shapely.LineString(places)
