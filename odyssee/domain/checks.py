"""What is wrong with a legend or a territory as its authors wrote it: everything at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import chain

import shapely

from odyssee.domain import languages
from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import FALLBACK_LANG, Commune, Legend
from odyssee.domain.listening_checks import advise_listening
from odyssee.domain.media import NO_LENGTHS, Lengths
from odyssee.domain.pronunciation import check_pronunciations
from odyssee.domain.slugs import MAX_SLUG, is_slug
from odyssee.domain.stops import Stop
from odyssee.domain.style_checks import advise_style
from odyssee.domain.territory import Territory
from odyssee.domain.text_checks import check_texts
from odyssee.domain.trail_checks import advise_trail
from odyssee.domain.warnings import WARNINGS
from odyssee.domain.zone_checks import (
    advise_zones,
    check_number,
    check_outline,
    check_position,
    check_zone,
    to_outline,
)

MAX_STOPS = 64
MAX_ZONES = 16
"""Of one stop."""
MAX_FILE_NAME_BYTES = 255
"""Of one segment in UTF-8; file systems refuse to look for a longer one."""
MAX_SCHEMATIC_POSITIONS = 60
"""Of a territory's outline drawn by us (contract, territory)."""
MAX_ROUTE_POSITIONS = 20_000
WARNING_CODES = frozenset(WARNINGS)

LANGUAGE = languages.LANGUAGE
INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
"""Two characters of department (2A and 2B in Corsica), three of commune."""

_URL = re.compile(r"https?://[^\s<>\"\\]+")
_FILE = re.compile(r"(?![.\s])[^\x00-\x1f\x7f\\:*?\"<>|/]{1,120}(?<![.\s])")
"""One segment of a file name that every file system takes."""
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def check_legend(
    legend: Legend, territory: Territory | None, lengths: Lengths = NO_LENGTHS
) -> list[Problem]:
    """Every problem of a draft; `where` is a JSON pointer such as `stops/2/zones/0/radius_m`.

    Errors stand in the way of an import; advice does not. Raw HTML and the
    files of media are not looked at here: the content room knows them. Stories
    of which no length is given are as long as their words are.
    """
    found = check_rules(legend, territory)
    return [*found, *advise(legend, territory, found, lengths)]


def check_rules(legend: Legend, territory: Territory | None) -> list[Problem]:
    """The problems of a draft that `check_legend` tells first, every error among them."""
    return [
        *_check_characters("", legend),
        *_check_names(legend),
        *_check_numbers(legend),
        *_check_commune(legend.commune, territory),
        *_check_rights(legend),
        *_check_files(legend),
        *_check_focals(legend),
        *_check_counts(legend),
        *chain.from_iterable(_check_stop(i, stop, legend) for i, stop in enumerate(legend.stops)),
        *check_texts(legend, territory),
    ]


def advise(
    legend: Legend, territory: Territory | None, found: Sequence[Problem], lengths: Lengths
) -> list[Problem]:
    """The rest of `check_legend`: advice, of which only what no error touches is measured.

    Args:
        legend: the draft.
        territory: where it lies.
        found: what `check_rules` says of it.
        lengths: of the narrations that were measured.
    """
    wrong = [problem.where for problem in found if problem.severity == "error"]

    def sound(where: str) -> bool:
        return not any(place == where or place.startswith(f"{where}/") for place in wrong)

    start = []
    if territory is not None and legend.stops and sound("stops/0/location"):
        start = list(_advise_start(legend.start, territory))
    return [
        *start,
        *advise_style(legend),
        *advise_listening(legend, sound, lengths),
        *advise_trail(legend, sound, lengths),
        *advise_zones(legend, sound),
    ]


def check_territory(territory: Territory) -> list[Problem]:
    """Every problem of a territory."""
    found = [
        *_check_characters("", territory),
        *_check_languages(territory),
        *check_outline("outline", territory.outline),
    ]
    if territory.outline_status == "schematic":
        count = shapely.get_num_coordinates(to_outline(territory.outline)) if not found else 0
        if count > MAX_SCHEMATIC_POSITIONS + 1:  # the last closes the ring
            values = {"max": str(MAX_SCHEMATIC_POSITIONS)}
            found.append(Problem("outline/coordinates", "too_many", values=values))
    codes = [commune.insee for commune in territory.communes]
    for index, code in enumerate(codes):
        found += _check_insee(f"communes/{index}/insee", code)
    found += _check_unique("communes/{}/insee", codes)
    return found + list(check_pronunciations("pronunciations", territory.pronunciations))


def is_file_name(name: str) -> bool:
    """A relative name of plain segments, that cannot lead out of its folder."""
    return len(name) <= 255 and all(
        _FILE.fullmatch(part) and len(part.encode("utf-8", "surrogatepass")) <= MAX_FILE_NAME_BYTES
        for part in name.split("/")
    )


def _check_characters(where: str, value: object) -> Iterator[Problem]:
    """Control characters and lone surrogates, which no file and no answer can carry."""
    if isinstance(value, str):
        if _BAD_CHARACTER.search(value):
            yield Problem(where, "bad_character")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _check_characters(_join(where, field.name), getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _check_characters(_join(where, str(key)), below)
    elif isinstance(value, tuple):
        for index, below in enumerate(value):
            yield from _check_characters(_join(where, str(index)), below)


def _join(where: str, key: str) -> str:
    return f"{where}/{key}" if where else key


def _check_slug(where: str, text: str) -> Iterator[Problem]:
    if not is_slug(text):
        yield Problem(where, "slug_invalid", values={"max": str(MAX_SLUG)})


def _check_unique(pattern: str, names: Sequence[str]) -> Iterator[Problem]:
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Problem(pattern.format(index), "duplicate", values={"value": name[:64]})
        seen.add(name)


def _check_names(legend: Legend) -> Iterator[Problem]:
    yield from _check_slug("slug", legend.slug)
    for index, theme in enumerate(legend.themes):
        yield from _check_slug(f"themes/{index}", theme)
    yield from _check_unique("themes/{}", legend.themes)
    yield from _check_unique("stops/{}/slug", [stop.slug for stop in legend.stops])
    for index, warning in enumerate(legend.warnings):
        if warning.code not in WARNING_CODES:
            values = {"allowed": ", ".join(sorted(WARNING_CODES))}
            yield Problem(f"warnings/{index}/code", "not_allowed", values=values)
    yield from _check_unique("warnings/{}/code", [warning.code for warning in legend.warnings])
    for lang in legend.texts:
        yield from _check_language(f"texts/{lang}", lang)


def _check_language(where: str, lang: str) -> Iterator[Problem]:
    if not LANGUAGE.fullmatch(lang):
        yield Problem(where, "language_invalid")


def _check_numbers(legend: Legend) -> Iterator[Problem]:
    yield from check_number("window", legend.window, 1, 10)
    yield from check_number("duration_min", legend.duration_min, 5, 600)
    yield from check_number("audience/min_age", legend.audience.min_age, 0, 18)
    if legend.practical.ascent_m is not None:
        yield from check_number("practical/ascent_m", legend.practical.ascent_m, 0, 5_000)
    for index, place in enumerate(legend.route.line):
        yield from check_position(f"route/line/{index}", place)


def _check_insee(where: str, code: str) -> Iterator[Problem]:
    if not INSEE.fullmatch(code):
        yield Problem(where, "insee_invalid")


def _check_commune(commune: Commune, territory: Territory | None) -> Iterator[Problem]:
    yield from _check_insee("commune/insee", commune.insee)
    if territory is not None and all(known.insee != commune.insee for known in territory.communes):
        yield Problem("commune/insee", "commune_unknown", "advice")


def _check_rights(legend: Legend) -> Iterator[Problem]:
    for key in ("text_author", "licence"):
        if not getattr(legend.rights, key).strip():
            yield Problem(f"rights/{key}", "text_empty", values={"key": key})
    for index, source in enumerate(legend.rights.sources):
        where = f"rights/sources/{index}"
        yield from _check_slug(f"{where}/key", source.key)
        if not source.title.strip():
            yield Problem(f"{where}/title", "text_empty", values={"key": "title"})
        yield from _check_url(f"{where}/url", source.url)
    keys = [source.key for source in legend.rights.sources]
    yield from _check_unique("rights/sources/{}/key", keys)


def _check_url(where: str, url: str | None) -> Iterator[Problem]:
    if url is not None and not _URL.fullmatch(url):
        yield Problem(where, "url_invalid")


def list_files(legend: Legend) -> list[tuple[str, str]]:
    """The media that a legend names, each with the pointer to its name, in document order."""
    found = [("cover/file", legend.cover.file)] if legend.cover else []
    for s, stop in enumerate(legend.stops):
        pictures = enumerate(stop.illustrations)
        found += [(f"stops/{s}/illustrations/{i}/file", picture.file) for i, picture in pictures]
        for lang, sound in stop.narration.items():
            found.append((f"stops/{s}/narration/{lang}/file", sound.file))
            if sound.captions is not None:
                found.append((f"stops/{s}/narration/{lang}/captions", sound.captions))
    return found


def _check_files(legend: Legend) -> Iterator[Problem]:
    for where, name in list_files(legend):
        if not is_file_name(name):
            yield Problem(where, "file_name_invalid")


def _check_focals(legend: Legend) -> Iterator[Problem]:
    pictures = [("cover", legend.cover)] if legend.cover else []
    found = [(where, picture.focal) for where, picture in pictures]
    for s, stop in enumerate(legend.stops):
        files = enumerate(stop.illustrations)
        found += [(f"stops/{s}/illustrations/{i}", picture.focal) for i, picture in files]
    for where, focal in found:
        if focal is not None:
            yield from check_number(f"{where}/focal/x", focal.x, 0, 1)
            yield from check_number(f"{where}/focal/y", focal.y, 0, 1)


def _check_counts(legend: Legend) -> Iterator[Problem]:
    if not legend.stops:
        yield Problem("stops", "too_few", values={"min": "1"})
    if len(legend.stops) > MAX_STOPS:
        yield Problem("stops", "too_many", values={"max": str(MAX_STOPS)})
    if len(legend.route.line) < 2:
        yield Problem("route/line", "too_few", values={"min": "2"})
    if len(legend.route.line) > MAX_ROUTE_POSITIONS:
        yield Problem("route/line", "too_many", values={"max": str(MAX_ROUTE_POSITIONS)})


def _check_stop(index: int, stop: Stop, legend: Legend) -> Iterator[Problem]:
    where = f"stops/{index}"
    yield from _check_slug(f"{where}/slug", stop.slug)
    yield from check_position(f"{where}/location", stop.location)
    yield from check_number(f"{where}/site/precision_m", stop.site.precision_m, 0.1, 50_000)
    yield from _check_source(f"{where}/site/source", stop.site.source, legend)
    if stop.riddle is not None and stop.riddle.source is not None:
        yield from _check_source(f"{where}/riddle/source", stop.riddle.source, legend)
    if stop.opening is not None:
        yield from _check_url(f"{where}/opening/url", stop.opening.url)
    if not stop.zones:
        yield Problem(f"{where}/zones", "too_few", values={"min": "1"})
    if len(stop.zones) > MAX_ZONES:
        yield Problem(f"{where}/zones", "too_many", values={"max": str(MAX_ZONES)})
    for z, zone in enumerate(stop.zones):
        yield from _check_slug(f"{where}/zones/{z}/id", zone.id)
        yield from _check_slug(f"{where}/zones/{z}/layer", zone.layer)
        yield from check_zone(f"{where}/zones/{z}", zone)
    yield from _check_unique(f"{where}/zones/{{}}/id", [zone.id for zone in stop.zones])
    for lang in stop.texts.keys() | stop.narration.keys():
        yield from _check_language(f"{where}/texts/{lang}", lang)


def _check_source(where: str, key: str, legend: Legend) -> Iterator[Problem]:
    if all(source.key != key for source in legend.rights.sources):
        yield Problem(where, "source_unknown", values={"value": key[:64]})


def _check_languages(territory: Territory) -> Iterator[Problem]:
    for index, lang in enumerate(territory.languages):
        yield from _check_language(f"languages/{index}", lang)
        if not territory.name.get(lang, "").strip():
            yield Problem("name", "text_missing", values={"lang": lang})
    yield from _check_unique("languages/{}", territory.languages)
    if FALLBACK_LANG not in territory.languages:
        yield Problem("languages", "text_missing", values={"lang": FALLBACK_LANG})
    if territory.default_language not in territory.languages:
        values = {"allowed": ", ".join(territory.languages)}
        yield Problem("default_language", "not_allowed", values=values)


def _advise_start(start: LonLat, territory: Territory) -> Iterator[Problem]:
    if any(check_outline("outline", territory.outline)):
        return
    if not to_outline(territory.outline).covers(shapely.Point(start)):
        yield Problem("stops/0/location", "outside_territory", "advice")
