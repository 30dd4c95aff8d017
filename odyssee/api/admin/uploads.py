"""Uploads that can be resumed, by the tus protocol 1.0.0 (tus.io): a line that breaks costs little.

Extensions: creation, expiration, checksum (SHA-256), termination.
"""

import base64
import binascii
import re
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from odyssee.actions.tools import Tools
from odyssee.api.admin.bodies import check_id
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.media import UNBOUNDED
from odyssee.api.admin.media_shapes import MEDIA, upload_shape
from odyssee.api.errors import problem_response
from odyssee.api.schemas.media import UploadOut
from odyssee.api.stating import problems
from odyssee.domain.errors import (
    BadTusHeader,
    ChecksumMismatch,
    FileTooLarge,
    StreamExpected,
    TusVersion,
)
from odyssee.domain.people import Caller
from odyssee.domain.uploads import HEAD_BYTES, Labels, Upload, read_labels

VERSION = "1.0.0"
UPLOADS = f"{MEDIA}/uploads"
_STREAM = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,15}")
_SPOKEN = {"Tus-Resumable": VERSION}
_DIGITS = "^[0-9]{1,15}$"
_PAIRS = "^([a-z0-9_-]+ [A-Za-z0-9+/]*={0,2}(, ?)?)*$"
_SUM = "^sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"
"""The forms of the headers, for the description."""
_RESUMABLE = {
    "name": "Tus-Resumable",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": [VERSION]},
}


def add_uploads(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of uploads by pieces."""
    known = Callers(desk, "contributor", scope="office")
    _add_abilities(router, desk, known)
    _add_new(router, desk, known)
    _add_reading(router, desk, known)
    _add_piece(router, desk, known)
    _add_end(router, desk, known)


def _add_abilities(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.options(
        "/media/uploads",
        summary="What uploads by pieces can do",
        description="The version and the extensions of the tus protocol, and the largest file.",
        status_code=204,
        responses=problems(401, 403, 503),
    )
    def tell_abilities(_caller: Annotated[Caller, Depends(known)], response: Response) -> None:
        response.headers.update(_SPOKEN)
        response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Extension"] = "creation,expiration,checksum,termination"
        response.headers["Tus-Max-Size"] = str(desk().desk.limits.max_file_bytes)
        response.headers["Tus-Checksum-Algorithm"] = "sha256"


def _add_new(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/media/uploads",
        summary="Begin an upload by pieces",
        description="`Upload-Metadata` may hold `filename`, `lang`, `legend` and `sha256`, as for "
        "a form. No body. `Location` is where the pieces go.",
        status_code=201,
        responses=problems(400, 401, 403, 409, 412, 413, 422, 503),
        openapi_extra={
            "parameters": [
                _RESUMABLE,
                _header("Upload-Length", _DIGITS),
                _header("Upload-Metadata", _PAIRS, required=False),
            ]
        },
    )
    def begin_upload(
        caller: Annotated[Caller, Depends(known)], request: Request, response: Response
    ) -> UploadOut:
        from odyssee.actions import resuming

        _check_version(request)
        size = _read_number(request, "Upload-Length")
        labels = _read_metadata(request.headers.get("upload-metadata", ""))
        upload = resuming.begin_upload(desk(), caller, size, labels)
        _tell(response, upload)
        response.headers["Location"] = f"{UPLOADS}/{upload.id}"
        return upload_shape(upload)


def _add_reading(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/media/uploads/{upload_id}",
        summary="How far an upload has come",
        description="`Upload-Offset` is where it goes on (HEAD tells the same); "
        "`Content-Location` is the medium, once it is whole.",
        responses=problems(401, 403, 404, 409, 410, 412, 415, 422, 503),
    )
    def get_upload(
        caller: Annotated[Caller, Depends(known)],
        upload_id: str,
        request: Request,
        response: Response,
    ) -> UploadOut:
        from odyssee.actions import resuming

        if "tus-resumable" in request.headers:
            _check_version(request)
        upload = resuming.show_upload(desk(), caller, check_id(upload_id))
        _tell(response, upload)
        return upload_shape(upload)


def _add_piece(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.patch(
        "/media/uploads/{upload_id}",
        summary="Send a piece",
        description="Goes on at `Upload-Offset`. With `Upload-Checksum: sha256 …` (base64) a piece "
        "is kept whole or not at all: 460 when other bytes came; without, what came before the "
        "line broke is kept. The last piece makes the medium: `Content-Location`.",
        status_code=204,
        max_body_size=UNBOUNDED,
        responses={
            **problems(400, 401, 403, 404, 409, 410, 412, 415, 422, 503),
            460: {"description": "Other bytes came than were promised; nothing of them is kept."},
        },
        openapi_extra={
            "parameters": [
                _RESUMABLE,
                _header("Upload-Offset", _DIGITS),
                _header("Upload-Checksum", _SUM, required=False),
            ],
            "requestBody": {
                "required": True,
                "content": {_STREAM: {"schema": {"type": "string", "format": "binary"}}},
            },
        },
    )
    async def send_piece(
        caller: Annotated[Caller, Depends(known)], upload_id: str, request: Request
    ) -> Response:
        from odyssee.actions import resuming

        _check_version(request)
        if request.headers.get("content-type", "").lower() != _STREAM:
            raise StreamExpected
        offset = _read_number(request, "Upload-Offset")
        promised = _read_checksum(request.headers.get("upload-checksum"))
        tools = desk()
        upload = await run_in_threadpool(
            resuming.take_up, tools, caller, check_id(upload_id), offset
        )
        try:
            upload = await _take(tools, upload, request, promised)
        except ClientDisconnect:
            return Response(status_code=204)  # nobody hears it; HEAD tells what was kept
        except ChecksumMismatch:
            return problem_response(request.scope, 460, "checksum_mismatch", headers=_SPOKEN)
        if upload.asset is None and upload.received_bytes == upload.size_bytes:
            upload = await run_in_threadpool(resuming.finish, tools, upload)
        response = Response(status_code=204)
        _tell(response, upload)
        return response


async def _take(tools: Tools, upload: Upload, request: Request, promised: str | None) -> Upload:
    """Put the piece away as it comes; what is told to be kept is on the store."""
    from odyssee.actions import resuming
    from odyssee.actions.receiving import Reception

    at_once = promised is None
    reception = Reception(tools, upload.id, upload.size_bytes - upload.received_bytes)
    is_start = upload.received_bytes == 0
    try:
        async for chunk in request.stream():
            is_due = reception.take(chunk)
            if is_start and len(reception.head) >= HEAD_BYTES:
                await run_in_threadpool(resuming.check_start, tools, upload, reception)
                is_start = False
            if is_due:
                await run_in_threadpool(reception.put)
            if is_due and at_once:
                upload = await run_in_threadpool(resuming.advance, tools, upload, reception)
    except ClientDisconnect:
        if at_once:
            await run_in_threadpool(reception.put)
            await run_in_threadpool(resuming.advance, tools, upload, reception)
        await run_in_threadpool(reception.drop)
        raise
    except FileTooLarge:
        await run_in_threadpool(reception.drop)
        raise resuming.too_long() from None
    except BaseException:
        await run_in_threadpool(reception.drop)
        raise
    await run_in_threadpool(reception.put)
    await run_in_threadpool(resuming.check_sum, reception, promised)
    return await run_in_threadpool(resuming.advance, tools, upload, reception)


def _add_end(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.delete(
        "/media/uploads/{upload_id}",
        summary="End an upload",
        description="What came of it is forgotten; a medium that it became already stays.",
        status_code=204,
        responses=problems(400, 401, 403, 404, 412, 503),
        openapi_extra={"parameters": [_RESUMABLE]},
    )
    def end_upload(
        caller: Annotated[Caller, Depends(known)],
        upload_id: str,
        request: Request,
        response: Response,
    ) -> None:
        from odyssee.actions import resuming

        _check_version(request)
        resuming.stop_upload(desk(), caller, check_id(upload_id))
        response.headers.update(_SPOKEN)


def _tell(response: Response, upload: Upload) -> None:
    response.headers.update(_SPOKEN)
    response.headers["Upload-Offset"] = str(upload.received_bytes)
    response.headers["Upload-Length"] = str(upload.size_bytes)
    response.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    if upload.asset is not None:
        response.headers["Content-Location"] = f"{MEDIA}/{upload.asset}"


def _check_version(request: Request) -> None:
    told = request.headers.get("tus-resumable")
    if told is None:
        raise BadTusHeader(header="Tus-Resumable")
    if told != VERSION:
        raise TusVersion


def _read_number(request: Request, header: str) -> int:
    told = request.headers.get(header, "")
    if _NUMBER.fullmatch(told) is None:
        raise BadTusHeader(header=header)
    return int(told)


def _read_checksum(told: str | None) -> str | None:
    """The promised hash in hexadecimal; null where none is promised."""
    if told is None:
        return None
    algorithm, _, value = told.partition(" ")
    digest = _decode(value.strip(), "Upload-Checksum")
    if algorithm.lower() != "sha256" or len(digest) != 32:
        raise BadTusHeader(header="Upload-Checksum")
    return digest.hex()


def _read_metadata(told: str) -> Labels:
    """Keys and base64 values (tus 1.0, creation); what is none of our labels is passed over."""
    said: dict[str, str] = {}
    for pair in told.split(",") if told.strip() else ():
        name, _, value = pair.strip().partition(" ")
        said[name] = _decode(value.strip(), "Upload-Metadata").decode("utf-8", "replace")
    return read_labels({**said, "file_name": said.get("filename", "")})


def _decode(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadTusHeader(header=header) from None


def _header(name: str, pattern: str, *, required: bool = True) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": required, "schema": schema}
