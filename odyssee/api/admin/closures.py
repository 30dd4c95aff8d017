"""Closures of a legend, and taking the legend back."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Response

from odyssee.api.admin.bodies import LIMIT, Cursor, Limit, Reading, check_cursor, check_id
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.slugs import check_slug
from odyssee.api.schemas.closures import (
    ClosureIn,
    KeptClosureOut,
    KeptClosuresOut,
    PublicationOut,
)
from odyssee.api.stating import problems
from odyssee.domain.audit import MAX_REASON
from odyssee.domain.people import Caller

if TYPE_CHECKING:
    from odyssee.domain.closures import KeptClosure


def add_closures(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of closures and of the withdrawal."""
    # A legend belongs to no office: whoever may edit one may close any.
    editors = Callers(desk, "editor", scope="all")
    _add_readings(router, desk, editors)
    _add_deeds(router, desk, editors)
    _add_withdrawal(router, desk)


def _add_readings(router: APIRouter, desk: OpenDesk, editors: Callers) -> None:
    @router.get(
        "/legends/{slug}/closures",
        summary="Closures of a legend",
        description="Those in force and to come, the earliest first; the audit keeps the others.",
        response_model_exclude_unset=True,
        responses=problems(401, 403, 404, 422, 503),
    )
    def list_closures(
        _caller: Annotated[Caller, Depends(editors)],
        slug: str,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> KeptClosuresOut:
        from odyssee.actions import closing

        page = closing.page_closures(desk(), check_slug(slug), limit, check_cursor(cursor))
        items = [_closure_shape(kept) for kept in page.items]
        return KeptClosuresOut(items=items, next=page.next)


def _add_deeds(router: APIRouter, desk: OpenDesk, editors: Callers) -> None:
    @router.post(
        "/legends/{slug}/closures",
        summary="Close a trail, a stop or a stretch",
        description="Visitors are told within seconds and kiosks at their next synchronisation; "
        "no new revision is made, and at `to` it opens again by itself. Fifty at most for a "
        "legend.",
        status_code=201,
        response_model_exclude_unset=True,
        responses=problems(401, 403, 404, 409, 413, 415, 422, 503),
    )
    def add_closure(
        caller: Annotated[Caller, Depends(editors)],
        asked: Annotated[ClosureIn, Depends(Reading(ClosureIn))],
        slug: str,
        response: Response,
    ) -> KeptClosureOut:
        from odyssee.actions import closing

        tools = desk()
        wanted = asked.to_domain(check_slug(slug), tools.clock())
        closed = closing.close(tools, wanted, by=caller.person.id)
        response.headers["Location"] = f"/admin/v1/legends/{slug}/closures/{closed.kept.id}"
        return _closure_shape(closed.kept, job=closed.job)

    @router.delete(
        "/legends/{slug}/closures/{closure_id}",
        summary="Open again",
        description="Ends the closure now; one that has not begun is removed.",
        status_code=204,
        responses=problems(401, 403, 404, 503),
    )
    def reopen(caller: Annotated[Caller, Depends(editors)], slug: str, closure_id: str) -> None:
        from odyssee.actions import closing

        legend = check_slug(slug)
        closing.reopen(desk(), check_id(closure_id), by=caller.person.id, legend=legend)


def _add_withdrawal(router: APIRouter, desk: OpenDesk) -> None:
    publishers = Callers(desk, "publisher", scope="all")

    @router.delete(
        "/legends/{slug}/publication",
        summary="Take a legend back",
        description="All its public addresses answer 410 within seconds; kiosks and phones drop "
        "it at their next synchronisation. The draft stays and may be published again. A revision "
        "that waits for its day is cancelled as well; with `scheduled=true` that one alone. 409 "
        "where there is nothing to take back.",
        status_code=202,
        responses=problems(401, 403, 404, 409, 422, 503),
    )
    def unpublish(
        caller: Annotated[Caller, Depends(publishers)],
        slug: str,
        reason: Annotated[
            str, Query(max_length=MAX_REASON, description="For the audit: why.")
        ] = "",
        scheduled: Annotated[  # noqa: FBT002 - a wish of the query
            bool, Query(description="Only the one that waits for its day; what is served stays.")
        ] = False,
    ) -> PublicationOut:
        from odyssee.actions import publishing

        take_back = publishing.cancel if scheduled else publishing.unpublish
        withdrawn = take_back(desk(), check_slug(slug), by=caller.person.id, reason=reason)
        return PublicationOut(revision=withdrawn.revision, state=withdrawn.state, job=withdrawn.job)


def _closure_shape(kept: "KeptClosure", **besides: int | None) -> KeptClosureOut:
    from odyssee.domain.closures import closure_to_document

    told = closure_to_document(kept.closure)
    del told["legend"]
    return KeptClosureOut.model_validate(
        {"id": kept.id, **told, "created_at": kept.created_at, **besides}
    )
