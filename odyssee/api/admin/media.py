"""Media of an office: bring one, follow it, describe it, delete it."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse

from odyssee.actions.tools import Tools
from odyssee.api.admin.bodies import (
    LIMIT,
    Cursor,
    Limit,
    Reading,
    check_cursor,
    check_id,
    check_match,
    etag_of,
    match_header,
)
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.forms import FileForm
from odyssee.api.admin.media_shapes import MEDIA, asset_shape, changes_of, job_shape
from odyssee.api.admin.speaking import speak
from odyssee.api.schemas.media import FORM, AssetChangesIn, AssetOut, AssetsOut, JobOut
from odyssee.api.stating import problems
from odyssee.domain.assets import AssetState
from odyssee.domain.errors import NotFound
from odyssee.domain.media import MediaKind
from odyssee.domain.people import Caller
from odyssee.domain.uploads import HEAD_BYTES, read_labels

LANGUAGES = ("fr", "en")
UNBOUNDED = 2**62
"""For the framework: what comes in is counted against the settings, piece by piece."""
MAX_DIGITS = 16
VTT = "text/vtt"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_JOB = re.compile(r"[0-9]{1,18}")
_IF_MATCH = match_header("medium as it was read")


def add_media(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of media and of the jobs that encode them."""
    known = Callers(desk, "contributor", scope="office")
    _add_new(router, desk, known)
    _add_readings(router, desk, known)
    _add_rendition(router, desk, known)
    _add_captions(router, desk, known)
    _add_changes(router, desk, known)
    _add_job(router, desk, known)


def _add_new(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/media",
        summary="Bring a recording or a picture",
        description="A form with the file in `file`; it is read as it comes and encoded by a "
        "worker. 202 with the medium and its `job`; 200 with the medium of before where the "
        "office brought the same bytes already. `legend`, `lang` and `sha256` may be left out.",
        status_code=202,
        max_body_size=UNBOUNDED,
        responses={
            200: {"model": AssetOut, "description": "Brought before."},
            **problems(401, 403, 409, 413, 415, 422, 503),
        },
        openapi_extra=FORM,
    )
    async def add_medium(
        caller: Annotated[Caller, Depends(known)], request: Request, response: Response
    ) -> AssetOut:
        from odyssee.actions.keeping import Kept

        form = FileForm(request.headers.get("content-type", ""))
        received = await _receive(desk(), caller, form, request)
        response.status_code = 202 if received.is_new else 200
        kept = Kept(received.asset, ())
        if not received.is_new:
            kept = await run_in_threadpool(_show, desk(), caller, received.asset.id)
        response.headers["Location"] = f"{MEDIA}/{kept.asset.id}"
        response.headers["ETag"] = etag_of(kept.asset.version)
        return asset_shape(kept, speak(request, response))


async def _receive(tools: Tools, caller: Caller, form: FileForm, request: Request) -> Any:
    """Put the file away as it comes; whatever goes wrong, nothing of it stays."""
    from odyssee.actions import credentials, receiving

    size = request.headers.get("content-length", "")
    if size.isdecimal() and len(size) < MAX_DIGITS:
        # The form around the file is small; only what is over by more is sure to be too large.
        await run_in_threadpool(receiving.check_room, tools, caller, int(size) - 64 * 1024)
    room = tools.desk.limits.max_file_bytes
    reception = receiving.Reception(tools, credentials.new_id(), room)
    try:
        await _put_away(reception, form.read(request))
        labels = read_labels({**form.fields, "file_name": form.file_name or ""})
        return await run_in_threadpool(
            receiving.receive,
            tools,
            caller.person.id,
            caller.person.office,
            labels,
            reception.parts,
            reception.sha256,
        )
    except BaseException:
        await run_in_threadpool(reception.drop)
        raise


async def _put_away(reception: Any, pieces: AsyncIterator[bytes]) -> None:
    """Hand the pieces to a reception; what can be no medium is refused at its first bytes."""
    from odyssee.actions.receiving import check_kind

    is_start = True
    async for piece in pieces:
        is_due = reception.take(piece)
        if is_start and len(reception.head) >= HEAD_BYTES:
            check_kind(reception.head)
            is_start = False
        if is_due:
            await run_in_threadpool(reception.put)
    await run_in_threadpool(reception.put)


def _show(tools: Tools, caller: Caller, asset_id: str) -> Any:
    from odyssee.actions import keeping

    return keeping.show_medium(tools, caller, asset_id)


def _add_readings(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/media",
        summary="Media",
        description="Those of the caller's office, the newest first; an admin sees all.",
        responses=problems(401, 403, 422, 503),
    )
    def list_media(
        caller: Annotated[Caller, Depends(known)],
        request: Request,
        response: Response,
        kind: Annotated[MediaKind | None, Query(description="Of this kind alone.")] = None,
        state: Annotated[AssetState | None, Query(description="In this state alone.")] = None,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> AssetsOut:
        from odyssee.actions import keeping

        told = {"kind": kind, "state": state}
        only = {name: value for name, value in told.items() if value is not None}
        page = keeping.list_media(desk(), caller, limit, check_cursor(cursor), **only)
        lang = speak(request, response)
        return AssetsOut(items=[asset_shape(kept, lang) for kept in page.items], next=page.next)

    @router.get(
        "/media/{asset_id}",
        summary="A medium",
        description="What became of it, and where it is used. The `ETag` is what a change sends "
        "back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_medium(
        caller: Annotated[Caller, Depends(known)],
        asset_id: str,
        request: Request,
        response: Response,
    ) -> AssetOut:
        kept = _show(desk(), caller, check_id(asset_id))
        response.headers["ETag"] = etag_of(kept.asset.version)
        return asset_shape(kept, speak(request, response))


def _add_rendition(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/media/{asset_id}/renditions/{sha256}",
        summary="An encoded form",
        description="For the desk's own pages, before it is published. Originals are never sent.",
        response_class=StreamingResponse,
        responses={
            200: {"content": {"application/octet-stream": {}}, "description": "The bytes."},
            **problems(401, 403, 404, 503),
        },
    )
    def get_rendition(
        caller: Annotated[Caller, Depends(known)], asset_id: str, sha256: str, request: Request
    ) -> Response:
        from odyssee.actions import keeping

        if _SHA256.fullmatch(sha256) is None:
            raise NotFound
        made, pieces = keeping.open_rendition(desk(), caller, check_id(asset_id), sha256)
        headers = {
            "Content-Length": str(made.size_bytes),
            "Content-Security-Policy": "sandbox",
            "ETag": f'"{sha256}"',
            "X-Content-Type-Options": "nosniff",
        }
        if request.scope.get("odyssee.head"):
            return Response(headers=headers, media_type=made.type)
        return StreamingResponse(iterate_in_threadpool(pieces), 200, headers, made.type)


def _add_captions(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/media/{asset_id}/captions.vtt",
        summary="The captions of a sound",
        description="As they are now, to be edited and sent back by `PATCH`: those that the office "
        "wrote, else those of the first draft that uses the sound, estimated from its text. "
        "404 for a picture, and for a sound that is not ready.",
        response_class=Response,
        responses={
            200: {"content": {VTT: {}}, "description": "WebVTT, in UTF-8."},
            **problems(401, 403, 404, 503),
        },
    )
    def get_captions(caller: Annotated[Caller, Depends(known)], asset_id: str) -> Response:
        from odyssee.actions import keeping

        captions = keeping.show_captions(desk(), caller, check_id(asset_id))
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return Response(captions, headers=headers, media_type=VTT)


def _add_changes(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.patch(
        "/media/{asset_id}",
        summary="Describe a medium",
        description="`alt` takes the place of all alternative texts. `captions` is for a sound, "
        "`focal` for a picture: they are used in every draft that uses the medium, but where the "
        "legend brings its own, and stay when it is encoded anew. Needs `If-Match`.",
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [_IF_MATCH]},
    )
    def change_medium(
        caller: Annotated[Caller, Depends(known)],
        asked: Annotated[AssetChangesIn, Depends(Reading(AssetChangesIn))],
        asset_id: str,
        request: Request,
        response: Response,
    ) -> AssetOut:
        from odyssee.actions import keeping

        present = _show(desk(), caller, check_id(asset_id)).asset
        check_match(request, present.version)
        changes = changes_of(asked)
        kept = keeping.change_medium(desk(), caller, asset_id, present.version, **changes)
        response.headers["ETag"] = etag_of(kept.asset.version)
        return asset_shape(kept, speak(request, response))

    @router.delete(
        "/media/{asset_id}",
        summary="Delete a medium",
        description="409 says where it is used. Needs `If-Match`.",
        status_code=204,
        responses=problems(401, 403, 404, 409, 412, 428, 503),
        openapi_extra={"parameters": [_IF_MATCH]},
    )
    def delete_medium(
        caller: Annotated[Caller, Depends(known)], asset_id: str, request: Request
    ) -> None:
        from odyssee.actions import keeping

        present = _show(desk(), caller, check_id(asset_id)).asset
        check_match(request, present.version)
        keeping.delete_medium(desk(), caller, asset_id, present.version)


def _add_job(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/jobs/{job_id}",
        summary="Work under way",
        description="How far it is, and why an attempt failed: it is tried again after a pause "
        "that grows, and given up after the last.",
        responses=problems(401, 403, 404, 503),
    )
    def get_job(
        caller: Annotated[Caller, Depends(known)],
        job_id: str,
        request: Request,
        response: Response,
    ) -> JobOut:
        from odyssee.actions import keeping

        if _JOB.fullmatch(job_id) is None:
            raise NotFound
        job = keeping.show_job(desk(), caller, int(job_id))
        return job_shape(job, speak(request, response))
