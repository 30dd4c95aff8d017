"""Legends in and out as files: a zip of the content folder, a trail that somebody drew."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from odyssee.actions.tools import Tools
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.forms import FILE, FileForm
from odyssee.api.admin.media import LANGUAGES, UNBOUNDED
from odyssee.api.answers import lang_of
from odyssee.api.content_texts import say_content
from odyssee.api.schemas.exchange import ContentImportOut, ImportProblemOut
from odyssee.api.stating import problems
from odyssee.domain.errors import FileTooLarge, InputInvalid, NotFound, Problem
from odyssee.domain.people import Caller, includes
from odyssee.domain.slugs import is_slug

if TYPE_CHECKING:
    from odyssee.actions.ingesting import ImportReport

MAX_BYTES = 500_000_000
"""Of a zip, as it is sent."""
_PIECE_BYTES = 256 * 1024
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": [FILE],
        "properties": {FILE: {"type": "string", "format": "binary"}},
    }
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/zip": _BINARY,
            "application/gpx+xml": _BINARY,
            "application/geo+json": _BINARY,
            "application/vnd.google-earth.kml+xml": _BINARY,
            "multipart/form-data": _FORM,
        },
    }
}


def add_exchange(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of imports and exports."""
    _add_import(router, desk)
    _add_export(router, desk)


def _add_import(router: APIRouter, desk: OpenDesk) -> None:
    editors = Callers(desk, "editor", scope="all")

    @router.post(
        "/imports",
        summary="Import legends",
        description="As the body or as `file` of a form: a zip of the content folder "
        "(`contenus/` and `medias/`), whose drafts replace those of the same slugs; or a trail as "
        "GPX, KML or GeoJSON, which begins a draft with its places as stops and its line as the "
        "route. All of it or nothing: errors refuse the whole, each with its file and line. "
        "Another territory than is kept is taken from publishers only, else 403. "
        "With `dry_run` nothing is written.",
        max_body_size=UNBOUNDED,
        responses=problems(401, 403, 413, 415, 422, 503),
        openapi_extra=_BODY,
    )
    async def import_legends(
        caller: Annotated[Caller, Depends(editors)],
        request: Request,
        dry_run: Annotated[bool, Query(description="Only say what would be done.")] = False,  # noqa: FBT002 - a query parameter
    ) -> ContentImportOut:
        with tempfile.TemporaryDirectory(prefix="odyssee-received-") as folder:
            path = Path(folder) / "received"
            await _receive(request, path)
            report = await run_in_threadpool(_take, desk(), path, caller, dry_run=dry_run)
        return _shape(report, lang_of(request.scope, LANGUAGES), dry_run=dry_run)


def _add_export(router: APIRouter, desk: OpenDesk) -> None:
    known = Callers(desk, "editor", scope="all")

    @router.get(
        "/legends/{slug}/export.zip",
        summary="A draft as a zip",
        description="`contenus/` and `medias/` with the originals; imported again it changes "
        "nothing. The same draft always has the same bytes.",
        response_class=StreamingResponse,
        responses=problems(401, 403, 404, 503) | {200: {"content": {"application/zip": _BINARY}}},
    )
    def export_legend(_caller: Annotated[Caller, Depends(known)], slug: str) -> StreamingResponse:
        from odyssee.actions import exchanging

        if not is_slug(slug):
            raise NotFound
        with ExitStack() as opening:
            archive = opening.enter_context(exchanging.give_bundle(desk(), slug))
            size, kept = archive.stat().st_size, opening.pop_all()
        headers = {
            "Content-Disposition": f'attachment; filename="{slug}.zip"',
            "Content-Length": str(size),
            "Cache-Control": "no-store",
        }
        return StreamingResponse(
            _send(archive, kept), headers=headers, media_type="application/zip"
        )


def _send(archive: Path, kept: ExitStack) -> Iterator[bytes]:
    with kept, archive.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


async def _receive(request: Request, path: Path) -> None:
    """Write what comes into a file, piece by piece."""
    size = 0
    with path.open("wb") as file:
        async for piece in _pieces(request):
            size += len(piece)
            if size > MAX_BYTES:
                raise FileTooLarge(max_mb=str(MAX_BYTES // 1_000_000))
            await run_in_threadpool(file.write, piece)


def _pieces(request: Request) -> AsyncIterator[bytes]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        return FileForm(kind).read(request)
    return _body(request)


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:  # nobody hears the answer
        raise InputInvalid([Problem(FILE, "zip_broken")]) from None


def _take(tools: Tools, path: Path, caller: Caller, *, dry_run: bool) -> "ImportReport":
    from odyssee.actions import exchanging

    return exchanging.take_file(
        tools,
        path,
        caller.person.id,
        caller.person.office,
        dry_run=dry_run,
        may_change_territory=includes(caller.role, "publisher"),
    )


def _shape(report: Any, lang: str, *, dry_run: bool) -> ContentImportOut:
    told = [
        ImportProblemOut(
            severity=problem.severity,
            where=problem.where,
            code=problem.code,
            text=say_content(problem, lang),
        )
        for problem in report.problems
    ]
    return ContentImportOut(
        dry_run=dry_run,
        created=report.created,
        changed=report.changed,
        unchanged=report.unchanged,
        territory=report.territory,
        problems=told,
    )
