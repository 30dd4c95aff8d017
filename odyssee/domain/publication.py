"""Drafts as they are written, revisions as they are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from odyssee.domain.checks import check_legend
from odyssee.domain.errors import Problem
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.media import MediaAsset, lengths_of, narration_ref
from odyssee.domain.territory import Territory

RevisionState = Literal[
    "scheduled", "building", "published", "superseded", "unpublished", "cancelled", "failed"
]
"""Scheduled: it waits for its day. Cancelled: that was taken back before the day."""


def content_of(etag: str) -> str:
    """The part of a draft's tag that names what it says."""
    return etag.rpartition("-")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A legend as its authors left it, whole or not, with the media that are ready for it."""

    legend: Legend
    media: Mapping[str, MediaAsset]
    """By the place where the legend uses them (`cover_ref` and its sisters)."""
    version: int
    """1 when it was made; one more at each change."""
    etag: str
    """Names this version and its content; without quotation marks."""
    updated_at: datetime
    office: str | None = None
    """The office that it belongs to; null for what was imported."""

    @property
    def content(self) -> str:
        """The part of the tag that names what it says, however often it was saved."""
        return content_of(self.etag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A legend frozen for publication; of all this only its state ever changes."""

    slug: str
    number: int
    """From 1, without a gap, for each legend."""
    legend: Legend
    media: Mapping[str, MediaAsset]
    created_at: datetime
    by: str
    """Who published it."""
    reason: str
    state: RevisionState
    content: str | None = field(default=None, compare=False)
    """What it says, as in the tag of the draft that it was frozen from."""
    publish_at: datetime | None = None
    """Not before; null for at once."""
    withdraw_at: datetime | None = None
    """When it is taken back; null for not by itself."""

    @property
    def published_at(self) -> datetime:
        """What visitors are told, so that a retry gives the same bytes."""
        return self.publish_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionHead:
    """A revision without its content."""

    number: int
    created_at: datetime
    by: str
    reason: str
    state: RevisionState
    publish_at: datetime | None = None
    withdraw_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What `territory.json` says of a published revision, without its content."""

    slug: str
    number: int
    manifest_sha256: str
    published_at: datetime
    """When it was frozen or, later, its day; so that a retry gives the same bytes."""


def check(draft: Draft, territory: Territory | None) -> list[Problem]:
    """Everything that stands in the way of publishing a draft, and all advice.

    The rules of the content format, that every picture is described in each
    language that its text is written in, and that every medium is there that a
    visitor will look for: the cover, each picture, each narration in French.
    Stories are as long as their encoded sound.
    """
    told = check_legend(draft.legend, territory, lengths_of(draft.media))
    found = [_with_alts(problem) for problem in told]
    wanted = [ref for ref, _file in draft.legend.pictures]
    missing = [Problem(ref, "medium_missing") for ref in wanted if ref not in draft.media]
    silent = [
        Problem(f"stops/{i}/narration/{FALLBACK_LANG}", "narration_missing")
        for i, stop in enumerate(draft.legend.stops)
        if narration_ref(stop.slug, FALLBACK_LANG) not in draft.media
    ]
    return [*found, *missing, *silent]


def _with_alts(problem: Problem) -> Problem:
    """While writing a missing description is advice; nobody publishes without it."""
    return replace(problem, severity="error") if problem.code == "alt_missing" else problem
