"""Stops of a draft and their order, each with a tag of its own: two curators do not collide."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from odyssee.api.admin.bodies import Reading, etag_of, match_header, tags_of
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.draft_bodies import ReadingDocument
from odyssee.api.admin.drafts import DRAFT_ETAG, LEGENDS, check_slug, tellers
from odyssee.api.schemas.drafts import ANY_OBJECT, OrderIn, OrderOut
from odyssee.api.stating import problems
from odyssee.domain.drafts import document_of, order_etag, stop_etag
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop

_STOP_MATCH = match_header("stop as it was read")
_ORDER_MATCH = match_header("order as it was read")
_NEW = ReadingDocument(ANY_OBJECT)
_PATCH = ReadingDocument(ANY_OBJECT, merge_patch=True)


def add_stops(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of stops and of their order."""
    known = tellers(desk)
    _add_new(router, desk, known)
    _add_one(router, desk, known)
    _add_order(router, desk, known)


def _add_new(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/legends/{slug}/stops",
        summary="Add a stop",
        description="At the end, or at `position`, from 1. A French title is enough: the place is "
        "that of the last stop until it is moved. 409 where the slug is taken.",
        status_code=201,
        response_model=Stop,
        responses=problems(401, 403, 404, 409, 413, 415, 422, 503),
    )
    def add_stop(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[dict[str, Any], Depends(_NEW)],
        slug: str,
    ) -> Response:
        from odyssee.actions import arranging

        draft, stop = arranging.add_stop(desk(), caller, check_slug(slug), asked)
        return stop_answer(draft, stop, 201, Location=f"{LEGENDS}/{slug}/stops/{stop.slug}")


def _add_one(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/stops/{stop}",
        summary="A stop of a draft",
        description="With its texts in every language. The `ETag` is what a change of it sends "
        "back as `If-Match`.",
        response_model=Stop,
        responses=problems(401, 403, 404, 503),
    )
    def get_stop(caller: Annotated[Caller, Depends(known)], slug: str, stop: str) -> Response:
        from odyssee.actions import arranging, drafting

        draft = drafting.show_draft(desk(), caller, check_slug(slug))
        return stop_answer(draft, draft.legend.stops[arranging.get_stop(draft, stop)])

    @router.patch(
        "/legends/{slug}/stops/{stop}",
        summary="Change a stop",
        description="A JSON merge patch (RFC 7396), as for the legend. Needs `If-Match`.",
        response_model=Stop,
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [_STOP_MATCH]},
    )
    def change_stop(
        caller: Annotated[Caller, Depends(known)],
        patch: Annotated[dict[str, Any], Depends(_PATCH)],
        slug: str,
        stop: str,
        request: Request,
    ) -> Response:
        from odyssee.actions import arranging

        tags = tags_of(request)
        return stop_answer(
            *arranging.change_stop(desk(), caller, check_slug(slug), stop, patch, tags)
        )

    @router.delete(
        "/legends/{slug}/stops/{stop}",
        summary="Take a stop off the trail",
        description="The history keeps it. Needs `If-Match`.",
        status_code=204,
        responses=problems(401, 403, 404, 412, 428, 503),
        openapi_extra={"parameters": [_STOP_MATCH]},
    )
    def remove_stop(
        caller: Annotated[Caller, Depends(known)], slug: str, stop: str, request: Request
    ) -> None:
        from odyssee.actions import arranging

        arranging.remove_stop(desk(), caller, check_slug(slug), stop, tags_of(request))


def _add_order(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/order",
        summary="The order of the stops",
        description="The `ETag` is what a change of it sends back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_order(
        caller: Annotated[Caller, Depends(known)], slug: str, response: Response
    ) -> OrderOut:
        from odyssee.actions import drafting

        return _order_answer(drafting.show_draft(desk(), caller, check_slug(slug)), response)

    @router.put(
        "/legends/{slug}/order",
        summary="Put the stops in order",
        description="Takes exactly the set of stops. Needs `If-Match`.",
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [_ORDER_MATCH]},
    )
    def put_order(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[OrderIn, Depends(Reading(OrderIn))],
        slug: str,
        request: Request,
        response: Response,
    ) -> OrderOut:
        from odyssee.actions import arranging

        tags = tags_of(request)
        draft = arranging.put_order(desk(), caller, check_slug(slug), asked.stops, tags)
        return _order_answer(draft, response)


def stop_answer(draft: Draft, stop: Stop, status: int = 200, **headers: str) -> Response:
    """A stop, with its tag and that of the draft."""
    headers |= {"ETag": etag_of(stop_etag(draft, stop)), DRAFT_ETAG: etag_of(draft.etag)}
    return JSONResponse(document_of(stop), status, headers)


def _order_answer(draft: Draft, response: Response) -> OrderOut:
    response.headers["ETag"] = etag_of(order_etag(draft))
    response.headers[DRAFT_ETAG] = etag_of(draft.etag)
    return OrderOut(stops=[stop.slug for stop in draft.legend.stops])
