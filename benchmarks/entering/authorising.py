"""What it costs to know who asks: the same route with its callers and without, in one process."""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

import uvloop
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from serving.report import Line
from starlette.types import Message

from entering.staff import Staff, now_text
from odyssee.actions.entering import identify
from odyssee.api.admin.callers import Callers
from odyssee.api.app import build_fastapi
from odyssee.api.public.library import Library
from odyssee.domain.people import Caller

GOAL_MS = 0.2
ROUTES = ("/admin/v1/me", "/admin/v1/offices")
"""One that reads nothing besides, and one that reads the database."""


@dataclass(frozen=True)
class Twins:
    """The application as it is, and the same with its callers taken for known."""

    real: FastAPI
    open: FastAPI
    bearer: bytes


class Spent(NamedTuple):
    """Seconds for one request."""

    wall_s: float
    work_s: float
    """Processor time of all threads of this process; PostgreSQL's own is not in it."""


def measure_authorisation(database: str, staff: Staff, rounds: int, each: int) -> Iterator[Line]:
    """Ask both in turn; added time and ratio are medians over the rounds.

    Args:
        database: How it is called in the table.
        staff: Whose session asks.
        rounds: How many.
        each: Requests of each application in a round.
    """
    token = staff.session()
    caller = identify(staff.tools, token)
    twins = Twins(_app(staff), _app(staff, known=caller), f"Bearer {token}".encode())
    for path in ROUTES:
        real, free = uvloop.run(_play(twins, path, rounds, each))
        yield _line(f"`GET {path}` on {database}: added by knowing who asks", real, free)


def _line(what: str, real: Sequence[Spent], free: Sequence[Spent]) -> Line:
    pairs = list(zip(real, free, strict=True))
    added_ms = statistics.median(one.wall_s - other.wall_s for one, other in pairs) * 1e3
    worked_ms = statistics.median(one.work_s - other.work_s for one, other in pairs) * 1e3
    ratios = [one.wall_s / other.wall_s for one, other in pairs]
    real_ms, free_ms = (
        statistics.median(one.wall_s for one in them) * 1e3 for them in (real, free)
    )
    return Line(
        what=what,
        measured=f"{real_ms:.2f} against {free_ms:.2f} ms",
        goal=f"≤ {GOAL_MS:g} ms",
        value=f"{added_ms:.2f} ms, {worked_ms:.2f} ms of them processor time of this process; "
        f"{statistics.median(ratios):.2f} times ({min(ratios):.2f}–{max(ratios):.2f})",
        met=added_ms <= GOAL_MS,
    )


def _app(staff: Staff, known: Caller | None = None) -> FastAPI:
    tools = staff.tools
    library = Library(tools.public_url, tools.clock, now_text)
    app = build_fastapi(tools, library, now_text, desk=lambda: tools)
    if known is not None:

        async def let_in() -> Caller:
            return known

        stated = list(_callers(app))
        if not stated:
            raise RuntimeError("no route states its callers: nothing would be compared")
        app.dependency_overrides |= dict.fromkeys(stated, let_in)
    return app


def _callers(app: FastAPI) -> Iterator[Callers]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield from _callers_in(context.original_route.dependant)


def _callers_in(dependant: Dependant) -> Iterator[Callers]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Callers):
            yield inner.call
        yield from _callers_in(inner)


async def _play(twins: Twins, path: str, rounds: int, each: int) -> tuple[list[Spent], list[Spent]]:
    """What each of them spent in each round; the first round is not counted."""
    spent: dict[FastAPI, list[Spent]] = {twins.real: [], twins.open: []}
    for n in range(rounds + 1):
        for app in (twins.real, twins.open) if n % 2 else (twins.open, twins.real):
            spent[app].append(await _ask(app, path, twins.bearer, each))
    return spent[twins.real][1:], spent[twins.open][1:]


async def _ask(app: FastAPI, path: str, bearer: bytes, times: int) -> Spent:
    """What one request takes, without a socket."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", bearer)],
    }
    wall_s, work_s = time.perf_counter(), time.process_time()
    for _ in range(times):
        await _one(app, dict(scope))
    return Spent((time.perf_counter() - wall_s) / times, (time.process_time() - work_s) / times)


async def _one(app: FastAPI, scope: dict[str, object]) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != HTTPStatus.OK:
        raise RuntimeError(f"{scope['path']} was answered {sent[0]['status']}")
