"""Bodies of the admin API: where legends stand, reviews and remarks, publications."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.proximity import InstantIn
from odyssee.domain.audit import MAX_REASON
from odyssee.domain.drafts import whole_of
from odyssee.domain.previews import DEFAULT_HOURS, MAX_HOURS
from odyssee.domain.publication import RevisionState
from odyssee.domain.reviewing import (
    MAX_COMMENT,
    MAX_PLACE,
    LegendState,
    ReviewAction,
    ReviewState,
)

Etag = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(whole_of)]
"""Of a draft, as its `ETag` or as `Draft-ETag`, with quotation marks or without."""
Place = Annotated[str, Field(min_length=1, max_length=MAX_PLACE)]
Reason = Annotated[str, Field(max_length=MAX_REASON)]


class ReviewIn(Body):
    """A step of a review."""

    action: ReviewAction
    """Submit is for whoever writes; a publisher answers."""
    comment: Annotated[str, Field(max_length=MAX_COMMENT)] = ""
    """Needed where changes are requested; kept as a remark."""
    where: Place | None = None
    """The place of the remark: a JSON pointer into the draft without its first slash."""
    draft_etag: Etag | None = None
    """The draft that was read; absent, the present one."""


class ReviewOut(Body):
    """The last word of a review; it counts while the draft is the one that it is about."""

    state: ReviewState
    draft_etag: str
    submitted_by: str | None
    reviewed_by: str | None
    at: AwareDatetime


class ScheduledOut(Body):
    """A revision that waits for its day."""

    revision: int
    at: AwareDatetime
    until: AwareDatetime | None


class LegendStateOut(Body):
    """Where a legend stands."""

    slug: str
    title: str
    lang: str
    """Of the title."""
    commune: str
    state: LegendState
    etag: str
    """Of the draft, as reviews and publications name it."""
    updated_at: AwareDatetime
    revision: int | None
    """The one that visitors read; null for none."""
    until: AwareDatetime | None
    """When that one is taken back by itself; null for not."""
    scheduled: ScheduledOut | None
    review: ReviewOut | None
    open_comments: int


class LegendStatesOut(Body):
    """A page of legends, by slug."""

    items: list[LegendStateOut]
    next: str | None


class CommentIn(Body):
    """A remark on a draft, or on a place in it."""

    where: Place | None = None
    """A JSON pointer into the draft without its first slash; absent for the whole."""
    text: Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)]


class CommentChangesIn(Body):
    """Whether a remark was seen to."""

    resolved: bool


class CommentOut(Body):
    """A remark."""

    id: str
    draft_etag: str
    """The draft that was read."""
    where: str | None
    text: str
    by: str
    created_at: AwareDatetime
    resolved: bool
    resolved_by: str | None
    resolved_at: AwareDatetime | None


class CommentsOut(Body):
    """A page of remarks, the earliest first."""

    items: list[CommentOut]
    next: str | None


class PublicationIn(Body):
    """A draft that visitors are to read."""

    draft_etag: Etag
    """The draft that is meant; 412 where it is another one by now."""
    at: InstantIn | None = None
    """Absent, null or past: at once."""
    until: InstantIn | None = None
    """When it is taken back, unless a newer revision came; absent or null: not."""
    reason: Reason = ""
    accept_advice: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=100)
    ] = Field(default=[])
    """The codes of advice that is not followed; then a reason is needed."""


class RollbackIn(Body):
    """An older revision that visitors are to read again."""

    revision: Annotated[int, Field(ge=1, le=999_999_999)]
    reason: Reason = ""


class OrderedOut(Body):
    """A publication on its way."""

    revision: int
    state: RevisionState
    job: int | None
    """`GET /admin/v1/jobs/{id}`; null where visitors read this already."""


class PreviewIn(Body):
    """How long a preview lasts."""

    hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] = DEFAULT_HOURS


class PreviewOut(Body):
    """An address that shows a draft, and when it ends."""

    url: str
    expires_at: AwareDatetime
