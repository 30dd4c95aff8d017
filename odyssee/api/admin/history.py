"""The history of a draft: which versions it had, and going back to one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from odyssee.api.admin.bodies import (
    LIMIT,
    Cursor,
    Limit,
    Reading,
    check_cursor,
    match_header,
    tags_of,
)
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.drafts import check_slug, legend_answer, tellers
from odyssee.api.schemas.drafts import DraftVersionOut, DraftVersionsOut, UndoIn
from odyssee.api.stating import problems
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller


def add_history(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of a draft's versions."""
    known = tellers(desk)
    _add_list(router, desk, known)
    _add_undoing(router, desk, known)


def _add_list(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/history",
        summary="Versions of a draft",
        description="Those that it had before it was changed, the newest first, 200 at most. What "
        "one person does to one part within ten minutes is one change.",
        responses=problems(401, 403, 404, 422, 503),
    )
    def list_versions(
        caller: Annotated[Caller, Depends(known)],
        slug: str,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> DraftVersionsOut:
        from odyssee.actions import undoing

        asked = check_cursor(cursor)
        page = undoing.page_versions(desk(), caller, check_slug(slug), limit, asked)
        items = [
            DraftVersionOut(
                version=kept.version,
                part=kept.part,
                changed_by=kept.changed_by,
                changed_at=kept.changed_at,
            )
            for kept in page.items
        ]
        return DraftVersionsOut(items=items, next=page.next)


def _add_undoing(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/legends/{slug}/undo",
        summary="Go back",
        description="Makes the draft what it was at a `version` of its history, or in a published "
        "`revision`: as its next version, so that this can be undone as well. Needs `If-Match` "
        "with the `Draft-ETag`.",
        response_model=Legend,
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [match_header("whole draft, its `Draft-ETag`,")]},
    )
    def undo(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[UndoIn, Depends(Reading(UndoIn))],
        slug: str,
        request: Request,
    ) -> Response:
        from odyssee.actions import undoing

        tags, named = tags_of(request), check_slug(slug)
        if asked.version is not None and asked.revision is None:
            draft = undoing.undo_to_version(desk(), caller, named, asked.version, tags)
        elif asked.revision is not None and asked.version is None:
            draft = undoing.undo_to_revision(desk(), caller, named, asked.revision, tags)
        else:
            raise InputInvalid([Problem("", "version_or_revision")])
        return legend_answer(draft)
