"""Stops: places on the trail, in order, each with its story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from odyssee.domain.geo import Document, LonLat
from odyssee.domain.media import Focal, VoiceKind
from odyssee.domain.zones import Zone

PlaceAccess = Literal["public", "ticket", "private_view"]
PositionStatus = Literal["surveyed", "sourced", "provisional"]
TextState = Literal["draft", "machine", "reviewed"]
"""Being written, translated by a machine, or read over by somebody who answers for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Document):
    """How well the place is known."""

    status: PositionStatus
    precision_m: float
    """The place lies within so many metres."""
    source: str
    """A key of the legend's `rights.sources`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLink(Document):
    """Where opening hours are kept up to date; the words stand in the text files."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IllustrationFile(Document):
    """A picture of the stop, a file under `medias/<slug>/`."""

    file: str
    licence: str | None = None
    focal: Focal | None = None
    """Null: the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrationFile(Document):
    """A recording, a file under `medias/<slug>/`; without one the text is synthesised."""

    file: str
    voice: VoiceKind = "human"
    captions: str | None = None
    """WebVTT timed on the published sound, another such file; null: estimated from the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiddleKey(Document):
    """The answers of a riddle, and the source that bears them out."""

    answer_ids: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IllustrationText(Document):
    """A picture in words: what is seen, and whose work it is."""

    alt: str
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiddleChoice(Document):
    """One possible answer."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiddleText(Document):
    """A riddle's words in one language."""

    question: str
    choices: tuple[RiddleChoice, ...]
    hint: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationChoice(Document):
    """One way of listening: none is right, none is wrong."""

    id: str
    text: str
    reply: str
    """What the narrator answers: where to turn one's attention now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationText(Document):
    """A small task, or a choice, that colours the way of listening, in one language."""

    text: str
    choices: tuple[InvitationChoice, ...] = ()
    """None: a plain task, such as to look up or to count the steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopText(Document):
    """A stop's words in one language: front matter and body of `<lang>/NN-<stop>.md`."""

    title: str
    directions: str | None = None
    """How to come here from the stop before."""
    opening: str | None = None
    invitation: InvitationText | None = None
    illustrations: tuple[IllustrationText, ...] = ()
    riddle: RiddleText | None = None
    state: TextState = "reviewed"
    """Whether somebody has read this language over; left out of the file once it is so."""
    text: str = ""
    """The narration, CommonMark without raw HTML; its plain words are spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Document):
    """A place on the trail and its story."""

    slug: str
    location: LonLat
    site: Site
    place_access: PlaceAccess = "public"
    opening: OpeningLink | None = None
    zones: tuple[Zone, ...]
    illustrations: tuple[IllustrationFile, ...] = ()
    narration: Mapping[str, NarrationFile] = field(default_factory=dict)
    """Recordings by language."""
    riddle: RiddleKey | None = None
    texts: Mapping[str, StopText] = field(default_factory=dict)
    """By language; the folder keeps them in files of their own."""
