"""Errors as problem+json (RFC 9457): the only table of statuses, and what sends them."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.types import Scope

from odyssee.api.answers import lang_of
from odyssee.api.content_texts import CONTENT, say_content
from odyssee.api.faults import problem_of
from odyssee.api.texts import ERRORS, FIELDS, say, say_field
from odyssee.domain import errors, review_errors
from odyssee.domain.errors import OdysseeError, Problem, ProblemsFound

_log = logging.getLogger("odyssee.api")

LANGUAGES = ("fr", "en")
"""The languages in which errors are told."""

STATUS: dict[type[OdysseeError], int] = {
    errors.NotFound: 404,
    errors.Unpublished: 410,
    errors.ProblemsFound: 422,
    errors.NotPublishable: 409,
    errors.ContentInvalid: 422,
    errors.InputInvalid: 422,
    errors.ProgressUnreadable: 422,
    errors.HereImplausible: 409,
    errors.TooManySteps: 422,
    errors.Stale: 412,
    errors.MediumRefused: 422,
    errors.Damaged: 500,
    errors.Expired: 500,
    errors.Misconfigured: 500,
    errors.SoftwareUnfit: 500,
    errors.Unavailable: 503,
    errors.PartnerUnreadable: 502,
    errors.AddressRefused: 422,
    errors.NotSignedIn: 401,
    errors.SignInFailed: 401,
    errors.TooManyAttempts: 429,
    errors.Forbidden: 403,
    errors.PasswordChangeRequired: 403,
    errors.OtpEnrolmentRequired: 403,
    errors.SignInAgain: 403,
    errors.SessionNeeded: 403,
    errors.CrossSite: 403,
    errors.Conflict: 409,
    errors.KeyReused: 409,
    errors.EmailTaken: 409,
    errors.OfficeTaken: 409,
    errors.LastAdmin: 409,
    errors.TooManyTokens: 409,
    errors.NotPublished: 409,
    errors.TooManyClosures: 409,
    errors.SlugTaken: 409,
    errors.StillPublished: 409,
    review_errors.OwnDraft: 403,
    review_errors.ChangedSinceSubmitted: 409,
    review_errors.ApprovalNeeded: 409,
    review_errors.TooManyComments: 409,
    review_errors.PreviewOver: 410,
    errors.FormExpected: 415,
    errors.UnknownMedium: 415,
    errors.EmptyFile: 422,
    errors.FileTooLarge: 413,
    errors.ChecksumMismatch: 422,
    errors.OfficeFull: 409,
    errors.MediumInUse: 409,
    errors.WrongOffset: 409,
    errors.UploadOver: 410,
    errors.StreamExpected: 415,
    errors.BadTusHeader: 400,
    errors.TusVersion: 412,
    errors.KioskUnknown: 401,
    errors.NonceRefused: 401,
    errors.KioskRevoked: 403,
    errors.EnrolmentRefused: 403,
    errors.KeyTaken: 409,
    errors.KioskEnded: 409,
    errors.SequenceGap: 409,
}
"""The status of each error; a house test finds the ones that are missing."""

CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
}
"""The stable code of each status that the framework gives by itself."""


_TITLES = {460: "Checksum Mismatch"}
"""Of the statuses that HTTP itself does not know (tus 1.0, checksum)."""


def problem_response(
    scope: Scope,
    status: int,
    code: str,
    problems: Sequence[Problem] = (),
    headers: dict[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
    **values: str,
) -> Response:
    """A problem in the asked language; its errors point into the request, never quoting it.

    Args:
        scope: of the request.
        status: of the answer.
        code: what went wrong.
        problems: each fault of the request.
        headers: beside those of all problems.
        members: of the body, beside those of all problems (RFC 9457, section 3.2).
        values: what the sentence names.
    """
    lang = lang_of(scope, LANGUAGES)
    body: dict[str, Any] = {
        "type": f"/docs/problems#{code}",
        "title": _TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": say(ERRORS, code, lang, values),
        "code": code,
        **(members or {}),
    }
    if problems:
        body["errors"] = [
            {
                "pointer": f"/{p.where}" if p.where else "",
                "code": p.code,
                "detail": _say(p, lang),
            }
            for p in problems
        ]
    kept = {
        "Content-Language": lang,
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        kept | (headers or {}),
        "application/problem+json",
    )


def _say(problem: Problem, lang: str) -> str:
    """The sentence of a problem with a field, or with what stands in it, such as captions."""
    # Both tables know some codes, each with values of its own.
    is_of_content = bool(problem.values) and "expected" not in problem.values
    if problem.code in FIELDS and not (is_of_content and problem.code in CONTENT):
        return say_field(problem, lang)
    return say_content(problem, lang)


def error_response(scope: Scope, error: OdysseeError) -> Response:
    """The problem of one of our own errors."""
    status = STATUS.get(type(error), 500)
    problems = error.problems if isinstance(error, ProblemsFound) else ()
    members = {"last": error.last} if isinstance(error, errors.SequenceGap) else None
    return problem_response(
        scope, status, error.code, problems, _headers_of(error, status), members, **error.values
    )


def _headers_of(error: OdysseeError, status: int) -> dict[str, str]:
    if isinstance(error, errors.TooManyAttempts):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, errors.KioskUnknown | errors.NonceRefused):
        return {"WWW-Authenticate": "Odyssee-Kiosk"}
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def tell_errors(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(OdysseeError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_anything)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, OdysseeError)  # noqa: S101 - narrows what the framework passes
    return error_response(request.scope, error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    problems = [problem_of(found) for found in error.errors()]
    return problem_response(request.scope, 422, "invalid", problems)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    code = CODES.get(error.status_code, HTTPStatus(error.status_code).name.lower())
    return problem_response(request.scope, error.status_code, code, headers=headers)


def _allowed(request: Request) -> str:
    """Every method that the address takes: the framework tells those of one route."""
    path = request.scope["path"]
    matching = [
        route
        for route in iter_route_contexts(request.app.routes)
        if route.methods and route.path_regex.match(path)
    ]
    # A word that stands in an address is the id of nothing.
    spelled = [route for route in matching if route.path == path]
    methods = {method for route in spelled or matching for method in route.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


async def _on_anything(request: Request, error: Exception) -> Response:
    return broken_response(request.scope, error)


def broken_response(scope: Scope, error: Exception) -> Response:
    """A fault of ours: the caller learns nothing of it, the log its kind and its place.

    Never its message, which may hold a visitor's position; the path as it was sent, so
    that it cannot break the line.
    """
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    line = "?" if frame is None else f"{frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}"
    path = scope["raw_path"].decode("ascii", "backslashreplace")
    _log.error("%s at %s on %s", type(error).__name__, line, path)
    return problem_response(scope, 500, "broken")
