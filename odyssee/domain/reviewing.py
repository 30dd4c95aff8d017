"""Reviewing: where a legend stands between its first word and its visitors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from odyssee.domain.errors import Problem
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.letters import is_readable
from odyssee.domain.publication import RevisionState, content_of
from odyssee.domain.search import plain

LegendState = Literal[
    "draft",
    "in_review",
    "changes_requested",
    "approved",
    "scheduled",
    "published",
    "unpublished",
    "archived",
]
ReviewState = Literal["submitted", "approved", "changes_requested"]
ReviewAction = Literal["submit", "approve", "request_changes"]
STATE_AFTER: Mapping[ReviewAction, ReviewState] = {
    "submit": "submitted",
    "approve": "approved",
    "request_changes": "changes_requested",
}

_TOLD: Mapping[str | None, LegendState] = {
    "scheduled": "scheduled",
    "building": "scheduled",
    "published": "published",
}
_ASKED: Mapping[str | None, LegendState] = {
    "submitted": "in_review",
    "changes_requested": "changes_requested",
}

FOUR_EYES = 2
"""Publishers, from whom on nobody approves their own draft."""
MAX_COMMENT = 2_000
MAX_PLACE = 200
MAX_COMMENTS = 1_000
"""Of one legend."""
UNCHANGING = frozenset(
    {
        *("publish", "schedule", "cancel", "unpublish", "roll_back", "close", "reopen"),
        *("submit", "approve", "request_changes", "comment", "resolve", "preview", "narrated"),
    }
)
"""Deeds on a legend that leave its draft as it is; who did any other has changed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The last word of a review; it counts while the draft is the one that it is about."""

    legend: str
    state: ReviewState
    draft_etag: str
    submitted_by: str | None
    """Null where nobody asked for it."""
    reviewed_by: str | None
    """Null while nobody has answered."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark on a draft."""

    id: str
    legend: str
    draft_etag: str
    """Of the draft that was read."""
    where: str | None
    """A JSON pointer into the draft without its first slash; null for the whole."""
    text: str
    by: str
    created_at: datetime
    resolved_by: str | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A revision that is served, was served, or will be; the others do not count."""

    number: int
    state: RevisionState
    content: str
    """As in `content_of` of the draft that it was frozen from."""
    publish_at: datetime | None = None
    withdraw_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A legend in the list of the desk."""

    slug: str
    titles: Mapping[str, str]
    """By language."""
    commune: str
    office: str | None = None
    etag: str
    updated_at: datetime
    is_archived: bool
    review: Review | None
    revisions: Sequence[Planned]
    """Those that count, the newest first."""
    open_comments: int = 0

    @property
    def state(self) -> LegendState:
        """Where it stands."""
        return state_of(self.etag, self.review, self.revisions, is_archived=self.is_archived)

    @property
    def served(self) -> Planned | None:
        """The revision that visitors read."""
        return next((one for one in self.revisions if one.state == "published"), None)

    @property
    def scheduled(self) -> Planned | None:
        """The revision that waits for its day."""
        return next((one for one in self.revisions if one.state == "scheduled"), None)


def state_of(
    etag: str, review: Review | None, revisions: Sequence[Planned], *, is_archived: bool = False
) -> LegendState:
    """Where a legend stands, from what its draft says and what became of that.

    What was published, or waits for its day or its pack, is told while the draft says the
    same; so is a review. Any edit puts the legend back to `draft`. An approval outlives a
    publication, and not a withdrawal: then somebody has to look again.

    Args:
        etag: Of the draft.
        review: The last word of its review.
        revisions: Those that count, the newest first.
        is_archived: It was put away.
    """
    if is_archived:
        return "archived"
    found = next((one.state for one in revisions if one.content == content_of(etag)), None)
    current = review.state if review is not None and review.draft_etag == etag else None
    is_served = any(one.state == "published" for one in revisions)
    if found in _TOLD:
        return _TOLD[found]
    if current in _ASKED:
        return _ASKED[current]
    if found == "unpublished" and not is_served:
        return "unpublished"
    return "draft" if current is None else "approved"


def is_approved(etag: str, review: Review | None) -> bool:
    """Whether somebody vouches for this very draft."""
    return review is not None and review.state == "approved" and review.draft_etag == etag


def is_own(person: str, etag: str, review: Review | None, last_changed_by: str | None) -> bool:
    """Whether the person asked for this review, or wrote the last change."""
    asked = review is not None and review.draft_etag == etag and review.submitted_by == person
    return asked or last_changed_by == person


def check_comment(text: str, where: str | None, *, is_needed: bool, name: str) -> list[Problem]:
    """A remark of some lines, and the place that it is about.

    Args:
        text: The remark.
        where: Its place.
        is_needed: It may not be empty.
        name: Of the field that holds it.
    """
    found: list[Problem] = []
    if len(text) > MAX_COMMENT:
        found.append(Problem(name, "too_long", values={"expected": str(MAX_COMMENT)}))
    elif is_needed and not text.strip():
        found.append(Problem(name, "too_short", values={"expected": "1"}))
    elif not all(is_readable(line) for line in text.split("\n")):
        found.append(Problem(name, "bad_character"))
    if where is not None and len(where) > MAX_PLACE:
        found.append(Problem("where", "too_long", values={"expected": str(MAX_PLACE)}))
    elif where is not None and not is_readable(where):
        found.append(Problem("where", "bad_character"))
    return found


def list_asked(
    standings: Sequence[Standing], states: Collection[LegendState], words: str
) -> list[Standing]:
    """Those in one of the states, with the words in title, slug or commune; by slug.

    Those that were archived come only when they are asked for. Accents and case are ignored.
    """
    wanted = plain(words).split()
    kept = []
    for standing in standings:
        is_asked = standing.state in states if states else not standing.is_archived
        told = plain(" ".join((standing.slug, standing.commune, *standing.titles.values())))
        if is_asked and all(word in told for word in wanted):
            kept.append(standing)
    return sorted(kept, key=lambda standing: standing.slug)


def title_of(standing: Standing, lang: str) -> tuple[str, str]:
    """A title in that language, in French, or in any; with its language. The slug without any."""
    for known in (lang, FALLBACK_LANG, *sorted(standing.titles)):
        if standing.titles.get(known):
            return standing.titles[known], known
    return standing.slug, FALLBACK_LANG
