"""Legends, stops and territory as the public API gives them."""

from typing import Literal

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.domain.closures import ClosureKind
from odyssee.domain.legends import (
    Ability,
    Difficulty,
    Order,
    RouteStatus,
    SiteStatus,
    TextStatus,
)
from odyssee.domain.media import CaptionsStatus, VoiceKind
from odyssee.domain.stops import PlaceAccess, PositionStatus
from odyssee.domain.territory import OutlineStatus
from odyssee.domain.zones import Repeat

Position = tuple[float, float]
BBoxOut = tuple[float, float, float, float]


class PointOut(Body):
    """GeoJSON Point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: Position


class LineStringOut(Body):
    """GeoJSON LineString."""

    type: Literal["LineString"]
    coordinates: list[Position]


class PolygonOut(Body):
    """GeoJSON Polygon."""

    type: Literal["Polygon"]
    coordinates: list[list[Position]]


class MultiPolygonOut(Body):
    """GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Position]]]


class TerritoryOut(Body):
    """The country of the legends."""

    name: str
    languages: list[str]
    bbox: BBoxOut
    outline: PolygonOut | MultiPolygonOut
    outline_status: OutlineStatus
    revision: int
    """Rises with each publication."""
    legend_count: int
    public_url: str


class CommuneOut(Body):
    """A commune by name and INSEE code."""

    name: str
    insee: str


class AudienceOut(Body):
    """For whom the legend is."""

    min_age: int
    advice: str | None


class AccessOut(Body):
    """Who can go along with wheels."""

    wheelchair: Ability
    stroller: Ability
    notes: str | None


class ImageRenditionOut(Body):
    """One encoded form of a picture."""

    src: str
    type: str
    width: int
    height: int
    size_bytes: int
    sha256: str


class FocalOut(Body):
    """The point that stays in sight when a picture is cropped, from its upper left corner."""

    x: float
    """Share of the width, 0 to 1."""
    y: float
    """Share of the height, 0 to 1."""


class ImageOut(Body):
    """A picture: take the first rendition that you can show, at the width that you need."""

    alt: str
    credit: str
    licence: str
    width: int
    height: int
    focal: FocalOut | None = None
    """Absent from what was published before it was known: the centre."""
    placeholder: str | None
    renditions: list[ImageRenditionOut]


class PackOut(Body):
    """What a download costs: one sound and one picture rendition of each medium."""

    size_bytes: int
    """With all languages."""
    languages: dict[str, int]
    """The whole download in that language alone."""


class SummaryOut(Body):
    """A legend in a list."""

    slug: str
    title: str
    summary: str
    lang: str
    languages: list[str]
    commune: CommuneOut
    site_status: SiteStatus
    text_status: TextStatus
    start: PointOut
    duration_min: int
    length_m: int
    length_status: Literal["estimated", "measured"]
    stop_count: int
    loop: bool
    order: Order
    window: int
    difficulty: Difficulty
    themes: list[str]
    audience: AudienceOut
    access: AccessOut
    cover: ImageOut | None
    open: bool
    """Not closed as a whole today."""
    revision: int
    published_at: AwareDatetime
    pack: PackOut
    distance_m: int | None = None
    """From `near` to the start; absent without it."""


class LegendsOut(Body):
    """The legends asked for."""

    legends: list[SummaryOut]
    revision: int


class ZoneOut(Body):
    """The ground that wakes a stop."""

    id: str
    shape: PointOut | PolygonOut | LineStringOut
    radius_m: float | None = None
    dwell_s: int
    prefetch_m: int
    layer: str
    priority: int
    cooldown_s: int
    repeat: Repeat


class SiteOut(Body):
    """How well the place is known."""

    status: PositionStatus
    precision_m: float
    source: str


class OpeningOut(Body):
    """When the place is open."""

    text: str
    url: str | None = None


class SoundRenditionOut(Body):
    """One encoded form of a narration."""

    src: str
    type: str
    codecs: str | None
    size_bytes: int
    sha256: str
    bitrate_bps: int | None


class NarrationOut(Body):
    """A story to hear."""

    lang: str
    duration_s: float
    voice: VoiceKind
    transcript: str
    captions: str
    """Address of a WebVTT file."""
    captions_status: CaptionsStatus | None = None
    """Where the times of the captions come from: `exact` by the synthesis, `estimated` from the
    pauses of a recording, `edited` by a curator. Null or absent from what was published before
    it was known."""
    peaks: list[int]
    """Waveform, 0 to 100."""
    renditions: list[SoundRenditionOut]


class ChoiceOut(Body):
    """One possible answer."""

    id: str
    text: str


class RiddleOut(Body):
    """A riddle; its answer is in the narration or in a sourced fact."""

    question: str
    choices: list[ChoiceOut]
    answer_ids: list[str]
    hint: str | None
    explanation: str | None


class InvitationChoiceOut(Body):
    """One way of listening, and what the narrator answers; none is right or wrong."""

    id: str
    text: str
    reply: str


class InvitationOut(Body):
    """A small task or a choice before listening; without choices it is a plain task."""

    text: str
    choices: list[InvitationChoiceOut]


class ClosureOut(Body):
    """A closure of the trail, a stop or a stretch."""

    stop: str | None = None
    stretch: LineStringOut | None = None
    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime | None
    kind: ClosureKind
    text: str


class StopOut(Body):
    """A place on the trail and its story."""

    slug: str
    position: int
    lang: str
    title: str
    text: str
    directions: str | None
    location: PointOut
    site: SiteOut
    place_access: PlaceAccess
    opening: OpeningOut | None
    invitation: InvitationOut | None = None
    zones: list[ZoneOut]
    narration: NarrationOut | None
    illustrations: list[ImageOut]
    riddle: RiddleOut | None
    closures: list[ClosureOut]


class StopOfLegendOut(StopOut):
    """A stop by itself, with its legend's slug."""

    legend: str


class WarningOut(Body):
    """A warning."""

    code: str
    text: str


class PracticalOut(Body):
    """What is there on the spot; null: not known."""

    parking: str | None
    toilets: str | None
    water: str | None
    way_back: str | None
    ascent_m: int | None


class SourceOut(Body):
    """Where facts were read."""

    key: str
    title: str
    url: str | None = None


class ProjectionOut(Body):
    """Local metres around the origin, x east and y north: for who decides as this server does."""

    origin: Position
    m_per_deg_lon: float
    m_per_deg_lat: float


class RightsOut(Body):
    """Author, licence (SPDX) and sources."""

    text_author: str
    licence: str
    sources: list[SourceOut]


class LegendOut(SummaryOut):
    """A legend and its trail of ordered stops."""

    story: str
    """CommonMark without raw HTML."""
    route: LineStringOut
    route_status: RouteStatus
    bbox: BBoxOut
    projection: ProjectionOut
    stops: list[StopOut]
    warnings: list[WarningOut]
    practical: PracticalOut
    closures: list[ClosureOut]
    rights: RightsOut
