"""Where legends stand, their reviews, and the remarks on their drafts."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from odyssee.api.admin.bodies import LIMIT, Cursor, Limit, Reading, check_cursor, check_id
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.drafts import tellers
from odyssee.api.admin.slugs import check_slug
from odyssee.api.admin.speaking import speak
from odyssee.api.schemas.reviewing import (
    CommentChangesIn,
    CommentIn,
    CommentOut,
    CommentsOut,
    LegendStateOut,
    LegendStatesOut,
    ReviewIn,
    ReviewOut,
    ScheduledOut,
)
from odyssee.api.stating import problems
from odyssee.domain.people import Caller
from odyssee.domain.reviewing import LegendState

if TYPE_CHECKING:
    from odyssee.domain.reviewing import Comment, Review, Standing


def add_reviewing(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of the list of legends, reviews and remarks."""
    contributors = tellers(desk)
    _add_list(router, desk, contributors)
    _add_review(router, desk, contributors)
    _add_comments(router, desk, contributors)


def _add_list(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends",
        summary="Legends and where they stand",
        description="By slug. `state` may be repeated: any of them. Archived legends come only "
        "when they are asked for. A draft that is edited is a `draft` again, whatever it was; "
        "`scheduled` means that its revision waits for its day, or that its pack is being built.",
        responses=problems(401, 403, 422, 503),
    )
    def list_legends(
        caller: Annotated[Caller, Depends(known)],
        request: Request,
        response: Response,
        state: Annotated[list[LegendState] | None, Query()] = None,
        q: Annotated[
            str, Query(max_length=100, description="Found in title, slug or commune.")
        ] = "",
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> LegendStatesOut:
        from odyssee.actions import reviewing

        page = reviewing.page_legends(
            desk(), caller, limit, check_cursor(cursor), states=state or (), words=q
        )
        lang = speak(request, response)
        items = [standing_shape(standing, lang) for standing in page.items]
        return LegendStatesOut(items=items, next=page.next)


def _add_review(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/legends/{slug}/review",
        summary="Ask for a review, or answer",
        description="Whoever writes submits; a publisher approves or requests changes. An approval "
        "counts until the next edit. Where there are two publishers or more, nobody approves a "
        "draft that they submitted or last changed: 403 `own_draft`. 409 "
        "`changed_since_submitted` where the draft was edited since and `draft_etag` is absent.",
        responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 503),
    )
    def review_legend(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[ReviewIn, Depends(Reading(ReviewIn))],
        slug: str,
        request: Request,
        response: Response,
    ) -> LegendStateOut:
        from odyssee.actions import reviewing

        legend = check_slug(slug)
        told = dict(asked)
        reviewing.review(desk(), caller, legend, told.pop("action"), **told)
        lang = speak(request, response)
        return standing_shape(reviewing.show_standing(desk(), legend), lang)


def _add_comments(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/comments",
        summary="Remarks on a draft",
        description="The earliest first. `resolved` asks for those alone that were seen to, or "
        "were not.",
        responses=problems(401, 403, 404, 422, 503),
    )
    def list_comments(
        caller: Annotated[Caller, Depends(known)],
        slug: str,
        resolved: bool | None = None,  # noqa: FBT001 - a wish of the query
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> CommentsOut:
        from odyssee.actions import reviewing

        page = reviewing.page_comments(
            desk(), caller, check_slug(slug), limit, check_cursor(cursor), resolved=resolved
        )
        return CommentsOut(items=[_comment_shape(one) for one in page.items], next=page.next)

    @router.post(
        "/legends/{slug}/comments",
        summary="Remark on a draft",
        description="On the whole, or on a place in it. A thousand at most for a legend.",
        status_code=201,
        responses=problems(401, 403, 404, 409, 413, 415, 422, 503),
    )
    def add_comment(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[CommentIn, Depends(Reading(CommentIn))],
        slug: str,
        response: Response,
    ) -> CommentOut:
        from odyssee.actions import reviewing

        made = reviewing.comment_on(desk(), caller, check_slug(slug), asked.text, asked.where)
        response.headers["Location"] = f"/admin/v1/legends/{slug}/comments/{made.id}"
        return _comment_shape(made)

    @router.patch(
        "/legends/{slug}/comments/{comment_id}",
        summary="See to a remark",
        description="Says that it was seen to, or opens it again.",
        responses=problems(401, 403, 404, 413, 415, 422, 503),
    )
    def resolve_comment(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[CommentChangesIn, Depends(Reading(CommentChangesIn))],
        slug: str,
        comment_id: str,
    ) -> CommentOut:
        from odyssee.actions import reviewing

        legend, comment = check_slug(slug), check_id(comment_id)
        told = reviewing.resolve_comment(desk(), caller, legend, comment, resolved=asked.resolved)
        return _comment_shape(told)


def standing_shape(standing: "Standing", lang: str) -> LegendStateOut:
    """Where a legend stands; its title in that language where it has one."""
    from odyssee.domain.reviewing import title_of

    title, title_lang = title_of(standing, lang)
    served, waiting = standing.served, standing.scheduled
    return LegendStateOut(
        slug=standing.slug,
        title=title,
        lang=title_lang,
        commune=standing.commune,
        state=standing.state,
        etag=standing.etag,
        updated_at=standing.updated_at,
        revision=None if served is None else served.number,
        until=None if served is None else served.withdraw_at,
        scheduled=None
        if waiting is None or waiting.publish_at is None
        else ScheduledOut(
            revision=waiting.number, at=waiting.publish_at, until=waiting.withdraw_at
        ),
        review=None if standing.review is None else _review_shape(standing.review),
        open_comments=standing.open_comments,
    )


def _review_shape(review: "Review") -> ReviewOut:
    return ReviewOut(
        state=review.state,
        draft_etag=review.draft_etag,
        submitted_by=review.submitted_by,
        reviewed_by=review.reviewed_by,
        at=review.at,
    )


def _comment_shape(comment: "Comment") -> CommentOut:
    return CommentOut(
        id=comment.id,
        draft_etag=comment.draft_etag,
        where=comment.where,
        text=comment.text,
        by=comment.by,
        created_at=comment.created_at,
        resolved=comment.resolved_at is not None,
        resolved_by=comment.resolved_by,
        resolved_at=comment.resolved_at,
    )
