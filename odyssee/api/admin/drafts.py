"""Drafts: a legend is begun, read, changed and put away."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from odyssee.api.admin.bodies import etag_of, match_header, tags_of
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.draft_bodies import ReadingDocument
from odyssee.api.schemas.drafts import ANY_OBJECT
from odyssee.api.stating import problems
from odyssee.domain.drafts import WIDE, answer_etag, document_of
from odyssee.domain.errors import NotFound
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.slugs import is_slug

LEGENDS = "/admin/v1/legends"
DRAFT_ETAG = "Draft-ETag"
"""Names the whole draft, as publication and undoing want it."""
_IF_MATCH = match_header("legend as it was read")
_NEW = ReadingDocument(ANY_OBJECT)
_PATCH = ReadingDocument(ANY_OBJECT, merge_patch=True)


def tellers(desk: OpenDesk) -> Callers:
    """Who writes: contributors the drafts of their own office, editors those of all."""
    return Callers(desk, "contributor", scope="office", wide=WIDE)


def add_drafts(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of drafts as a whole."""
    known = tellers(desk)
    _add_readings(router, desk, known)
    _add_changes(router, desk, known)


def _add_readings(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/legends",
        summary="Begin a legend",
        description="A draft of the caller’s office. The keys are those of `legende.yaml`, with "
        "`texts` by language; a `slug` or a French title is enough, and the rest begins as "
        "provisional. 409 where the slug is taken.",
        status_code=201,
        response_model=Legend,
        responses=problems(401, 403, 409, 413, 415, 422, 503),
    )
    def begin_draft(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[dict[str, Any], Depends(_NEW)],
    ) -> Response:
        from odyssee.actions import curating

        draft = curating.begin_draft(desk(), caller, asked)
        location = f"{LEGENDS}/{draft.legend.slug}"
        return legend_answer(draft, 201, Location=location)

    @router.get(
        "/legends/{slug}",
        summary="A draft",
        description="All of it, stops and texts in every language. A change of the legend sends "
        "the `ETag` back as `If-Match`, and is refused only where what it says beside its stops "
        "is other; stops and their order have their own. A publication names the whole by the "
        "`ETag` or by `Draft-ETag`.",
        response_model=Legend,
        responses=problems(401, 403, 404, 503),
    )
    def get_draft(caller: Annotated[Caller, Depends(known)], slug: str) -> Response:
        from odyssee.actions import drafting

        return legend_answer(drafting.show_draft(desk(), caller, check_slug(slug)))


def _add_changes(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.patch(
        "/legends/{slug}",
        summary="Change a draft",
        description="A JSON merge patch (RFC 7396): objects merge, null removes, lists replace. "
        "Stops and their order are changed under their own addresses. What is unfinished is "
        "kept; what no draft can hold is refused, all at once. Needs `If-Match`.",
        response_model=Legend,
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [_IF_MATCH]},
    )
    def change_legend(
        caller: Annotated[Caller, Depends(known)],
        patch: Annotated[dict[str, Any], Depends(_PATCH)],
        slug: str,
        request: Request,
    ) -> Response:
        from odyssee.actions import curating

        tags = tags_of(request)
        draft = curating.change_legend(desk(), caller, check_slug(slug), patch, tags)
        return legend_answer(draft)

    @router.delete(
        "/legends/{slug}",
        summary="Put a draft away",
        description="Archives it: no list tells it any more, its slug stays taken and its "
        "revisions stay. 409 while it is published. Needs `If-Match`.",
        status_code=204,
        responses=problems(401, 403, 404, 409, 412, 428, 503),
        openapi_extra={"parameters": [_IF_MATCH]},
    )
    def archive_draft(
        caller: Annotated[Caller, Depends(known)], slug: str, request: Request
    ) -> None:
        from odyssee.actions import curating

        curating.archive(desk(), caller, check_slug(slug), tags_of(request))


def legend_answer(draft: Draft, status: int = 200, **headers: str) -> Response:
    """The whole draft, with its tags."""
    headers |= {"ETag": etag_of(answer_etag(draft)), DRAFT_ETAG: etag_of(draft.etag)}
    return JSONResponse(document_of(draft.legend), status, headers)


def check_slug(slug: str) -> str:
    """A slug as legends and stops have them; anything else names none, and reaches no database.

    Raises:
        NotFound: it is none.
    """
    if not is_slug(slug):
        raise NotFound
    return slug
