"""The library: every public answer of the published catalogue, encoded once and kept ready."""

import json
import threading
from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.types import Scope

from odyssee.actions.tools import Clock
from odyssee.api.answers import CACHEABLE, NO_STORE, Answer, Sent, lang_of
from odyssee.api.public.amenities import services_shape
from odyssee.api.public.asking import read_kinds, read_search
from odyssee.api.public.shapes import (
    legend_shape,
    packs_shape,
    stop_shape,
    summary_shape,
    territory_shape,
)
from odyssee.api.public.tourfiles import ITINERARY, JSONLD, KML, itinerary, jsonld_trail, kml_trail
from odyssee.api.public.trailfiles import GEOJSON, GPX, geojson_trail, gpx_trail
from odyssee.domain.catalogue import Catalogue, PublishedLegend, empty_catalogue
from odyssee.domain.errors import NotFound, Unavailable
from odyssee.domain.packs import JsonDocument
from odyssee.domain.search import Search, find_legends

EVERYTHING = Search()
LIST = "/v1/legends"
"""Its query asks for more than a language."""
SERVICES = "/services"
"""As well, the addresses that end in this."""

Ready = Callable[[], str | None]
"""Gives the RFC 3339 instant since which the shelf was read from the store; null before."""


def to_json(document: object) -> bytes:
    """A document as UTF-8 JSON without spaces; a number that is not finite is a fault of ours."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class Edition:
    """The answers of one catalogue on one day, made when they are first asked for."""

    def __init__(self, catalogue: Catalogue, public_url: str, today: date, ready: Ready) -> None:
        self.catalogue = catalogue
        self.languages = catalogue.languages
        self.today = today
        self._ready = ready
        self._public_url = public_url
        self._answers: dict[tuple[str, str], Answer] = {}
        self._summaries: dict[tuple[str, str], bytes] = {}

    def find(self, path: str, lang: str) -> Answer | None:
        """The answer that an address has in a language, if it has one by itself.

        Raises:
            Unpublished: the legend was published once and is not any more.
            Unavailable: the store has not been read yet.
        """
        self._check_ready()
        known = self._answers.get((path, lang))
        if known is None:
            known = self._make(path.split("/")[2:], lang)
            if known is not None:
                self._answers[path, lang] = known
        return known

    def legends(self, search: Search, lang: str) -> Answer:
        """`GET /v1/legends`: the legends asked for; with a position it is never kept.

        Raises:
            Unavailable: the store has not been read yet.
        """
        self._check_ready()
        shapes = []
        for found in find_legends(self.catalogue, search, lang):
            shape = self._summary(found.legend, lang)
            if found.distance_m is not None:
                shape = b'%b,"distance_m":%d}' % (shape[:-1], found.distance_m)
            shapes.append(shape)
        body = b'{"legends":[%b],"revision":%d}' % (b",".join(shapes), self.catalogue.revision)
        if search.near is not None:
            return Answer(body, lang=lang, cache=NO_STORE)
        return Answer(body, lang=lang, cache=self._cache, sent_once=search != EVERYTHING)

    def services(self, path: str, kinds: frozenset[str], lang: str) -> Answer | None:
        """`GET /v1/legends/{slug}/services` of some kinds alone; null when it is no such address.

        Raises:
            Unpublished: the legend was published once and is not any more.
            Unavailable: the store has not been read yet.
        """
        self._check_ready()
        match path.split("/")[2:]:
            case ["legends", slug, "services"]:
                try:
                    legend = self.catalogue.get_legend(slug)
                except NotFound:
                    return None
                shape = services_shape(legend, lang, kinds)
                return Answer(to_json(shape), lang=lang, sent_once=True)
        return None

    def _check_ready(self) -> None:
        if self.catalogue.revision == 0 and self._ready() is None:
            raise Unavailable("the published store was not read yet")

    @property
    def _cache(self) -> bytes:
        """Nothing published yet is not worth keeping: a cache would hide the first legend."""
        return CACHEABLE if self.catalogue.revision else NO_STORE

    def _summary(self, legend: PublishedLegend, lang: str) -> bytes:
        known = self._summaries.get((legend.slug, lang))
        if known is None:
            known = to_json(summary_shape(self.catalogue, legend, lang, self.today))
            self._summaries[legend.slug, lang] = known
        return known

    def _make(self, steps: list[str], lang: str) -> Answer | None:
        match steps:
            case ["territory"]:
                shape = territory_shape(self.catalogue, lang, self._public_url)
                return Answer(to_json(shape), lang=lang, cache=self._cache)
            case ["packs"]:
                return Answer(to_json(packs_shape(self.catalogue)), cache=self._cache)
            case ["legends"]:
                return self.legends(EVERYTHING, lang)
            case ["legends", slug, *rest]:
                try:
                    legend = self.catalogue.get_legend(slug)
                except NotFound:
                    return None
                return self._of_legend(legend, rest, lang)
        return None

    def _of_legend(self, legend: PublishedLegend, rest: list[str], lang: str) -> Answer | None:
        spoken = str(legend.content(lang)["lang"])
        match rest:
            case []:
                shape = legend_shape(self.catalogue, legend, lang, self.today)
                return Answer(to_json(shape), lang=spoken)
            case ["stops", stop]:
                told = stop_shape(self.catalogue, legend, stop, lang)
                return None if told is None else Answer(to_json(told), lang=str(told["lang"]))
            case ["services"]:
                return Answer(to_json(services_shape(legend, lang)), lang=lang)
            case [name]:
                return self._file_of(legend, name, lang, spoken)
        return None

    def _file_of(self, legend: PublishedLegend, name: str, lang: str, spoken: str) -> Answer | None:
        def told(in_lang: str) -> JsonDocument:
            return legend_shape(self.catalogue, legend, in_lang, self.today)

        url, slug = self._public_url, legend.slug
        match name:
            case "trail.geojson":
                return _file(to_json(geojson_trail(told(lang))), GEOJSON, slug, spoken)
            case "trail.gpx":
                return _file(gpx_trail(told(lang), url), GPX, slug, spoken)
            case "trail.kml":
                return _file(kml_trail(told(lang), url), KML, slug, spoken)
            case "trail.jsonld":
                every = {one: told(one) for one in legend.trail["languages"]}
                return _file(to_json(jsonld_trail(every, url)), JSONLD, slug, spoken)
            case "itinerary.geojson":
                return _file(to_json(itinerary(told(lang), url)), ITINERARY, slug, spoken)
        return None


def _file(body: bytes, media_type: tuple[str, str], slug: str, lang: str) -> Answer:
    ending = media_type[1].removeprefix("trail")
    name = f'attachment; filename="{slug}{ending if ending[0] == "." else f"-{ending}"}"'.encode()
    return Answer(body, media_type[0], lang=lang, headers=[(b"content-disposition", name)])


def find_answer(edition: Edition, scope: Scope) -> Answer | None:
    """The answer to a reading; null when the address has none.

    Raises:
        InputInvalid: the query of a list holds values that cannot be read.
        Unpublished: the legend was published once and is not any more.
        Unavailable: the store has not been read yet.
    """
    lang = lang_of(scope, edition.languages)
    query = scope["query_string"]
    if query and scope["path"] == LIST:
        search = read_search(query.decode("latin-1"))
        if search != EVERYTHING:
            return edition.legends(search, lang)
    if query and scope["path"].endswith(SERVICES):
        kinds = read_kinds(query.decode("latin-1"))
        if kinds:
            return edition.services(scope["path"], kinds, lang)
    return edition.find(scope["path"], lang)


def find_or_refuse(library: "Library", request: Request) -> Sent:
    """The answer as the response of a route.

    Raises:
        NotFound: the address has none; and as `find_answer`.
    """
    answer = find_answer(library.current(), request.scope)
    if answer is None:
        raise NotFound
    return Sent(answer)


class Library:
    """The edition of the catalogue on the shelf, made anew at each publication and each day."""

    def __init__(self, public_url: str, clock: Clock, ready: Ready) -> None:
        self._public_url = public_url
        self._clock = clock
        self._ready = ready
        self._lock = threading.Lock()
        self._catalogue = empty_catalogue()
        self._edition = self._make()

    def watch(self, catalogue: Catalogue) -> None:
        """Take a new catalogue; called from the thread that read it."""
        with self._lock:
            self._catalogue = catalogue
            self._edition = self._make()

    def current(self) -> Edition:
        """The edition of today."""
        if self._edition.today != self._clock().date():
            with self._lock:
                self._edition = self._make()
        return self._edition

    def _make(self) -> Edition:
        return Edition(self._catalogue, self._public_url, self._clock().date(), self._ready)
