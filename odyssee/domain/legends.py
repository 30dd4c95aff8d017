"""A legend and its trail, as its authors write it: every language, every source, no media yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from odyssee.domain.geo import Document, LonLat
from odyssee.domain.media import Focal, cover_ref, illustration_ref
from odyssee.domain.stops import Stop, TextState

SiteStatus = Literal["confirmed", "provisional"]
TextStatus = Literal["final", "provisional"]
Order = Literal["window", "strict", "free"]
Difficulty = Literal["easy", "moderate", "hard"]
Ability = Literal["yes", "partial", "no", "unknown"]
RouteStatus = Literal["sketch", "traced", "walked"]

FALLBACK_LANG = "fr"
"""The language that every text has."""


def french_first(languages: Iterable[str]) -> tuple[str, ...]:
    """In the order in which people are told of them: French, then by their codes."""
    return tuple(sorted(languages, key=lambda lang: (lang != FALLBACK_LANG, lang)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune(Document):
    """A commune by its name and its INSEE code of five characters."""

    name: str
    insee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience(Document):
    """For whom the legend is."""

    min_age: int = 0
    """Advised age in years; 0: everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Document):
    """Who can go along with wheels."""

    wheelchair: Ability = "unknown"
    stroller: Ability = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Document):
    """The line of the walk; a sketch was drawn at a desk and nobody has walked it."""

    status: RouteStatus
    line: tuple[LonLat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailWarning(Document):
    """A warning by code; its sentence comes from the catalogue of texts."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practical(Document):
    """What is there on the spot; null: not known."""

    parking: bool | None = None
    toilets: bool | None = None
    water: bool | None = None
    way_back: bool | None = None
    ascent_m: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Document):
    """Where a fact was read."""

    key: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights(Document):
    """Whose words these are, under which licence (an SPDX identifier), and from which sources."""

    text_author: str
    licence: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(Document):
    """The legend's cover, a file under `medias/<slug>/`."""

    file: str
    credit: str | None = None
    licence: str | None = None
    focal: Focal | None = None
    """Null: the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendText(Document):
    """A legend's words in one language: front matter and body of `<lang>/legende.md`."""

    title: str
    summary: str
    access_notes: str | None = None
    audience_advice: str | None = None
    cover_alt: str | None = None
    practical: Mapping[str, str] = field(default_factory=dict)
    """Words for the keys of `practical`."""
    state: TextState = "reviewed"
    """Whether somebody has read this language over; left out of the file once it is so."""
    story: str = ""
    """CommonMark without raw HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend(Document):
    """A story and its trail of ordered stops."""

    format: Literal[1]
    slug: str
    commune: Commune
    site_status: SiteStatus
    text_status: TextStatus
    order: Order = "window"
    window: int = 3
    """How many stops ahead may wake, with `order: window`."""
    loop: bool = False
    duration_min: int
    """Minutes, listening included."""
    difficulty: Difficulty = "easy"
    themes: tuple[str, ...] = ()
    audience: Audience = field(default_factory=Audience)
    access: Access = field(default_factory=Access)
    route: Route
    warnings: tuple[TrailWarning, ...] = ()
    practical: Practical = field(default_factory=Practical)
    rights: Rights
    cover: Cover | None = None
    stops: tuple[Stop, ...]
    texts: Mapping[str, LegendText] = field(default_factory=dict)
    """By language; the folder keeps them in files of their own."""

    @property
    def start(self) -> LonLat:
        """Where the trail begins: its first stop."""
        return self.stops[0].location

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the legend speaks, French first."""
        return french_first(self.texts)

    @property
    def pictures(self) -> tuple[tuple[str, str], ...]:
        """The cover and each stop's pictures: the place where each is used, and its file."""
        cover = () if self.cover is None else ((cover_ref(), self.cover.file),)
        return cover + tuple(
            (illustration_ref(stop.slug, index), picture.file)
            for stop in self.stops
            for index, picture in enumerate(stop.illustrations)
        )

    @property
    def is_surveyed(self) -> bool:
        """Whether every stop was measured on the ground."""
        return all(stop.site.status == "surveyed" for stop in self.stops)

    def get_stop(self, slug: str) -> Stop:
        """The stop of that slug.

        Raises:
            KeyError: the trail has no such stop.
        """
        for stop in self.stops:
            if stop.slug == slug:
                return stop
        raise KeyError(slug)
