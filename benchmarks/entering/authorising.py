"""What it costs to know who asks: the same route with its callers and without, in one process."""

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from unittest.mock import patch

import uvloop
from fastapi import FastAPI
from serving.machine import LOAD_CORE
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


class Spent(NamedTuple):
    """Seconds for one request."""

    wall_s: float
    work_s: float
    """Processor time of all threads of this process; PostgreSQL's own is not in it."""


def measure_authorisation(database: str, staff: Staff, rounds: int, each: int) -> Iterator[Line]:
    """Ask with and without in turn; the time added is between the fastest rounds.

    Args:
        database: How it is called in the table.
        staff: Whose session asks.
        rounds: How many.
        each: Requests of each kind in a round.
    """
    token = staff.session()
    caller = identify(staff.tools, token)
    ask = partial(_ask, _app(staff), bearer=f"Bearer {token}".encode(), times=each)
    for path in ROUTES:
        with _one_core():
            real, free = uvloop.run(_play(partial(ask, path), caller, rounds))
        yield _line(f"`GET {path}` on {database}: added by knowing who asks", real, free)


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process on one core, as servers of the bench are; PostGIS has another."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _line(what: str, real: Sequence[Spent], free: Sequence[Spent]) -> Line:
    ratios = [one.wall_s / other.wall_s for one, other in zip(real, free, strict=True)]
    real_ms, free_ms = (_fastest(span.wall_s for span in spans) for spans in (real, free))
    work_ms = _fastest(span.work_s for span in real) - _fastest(span.work_s for span in free)
    added_ms = real_ms - free_ms
    return Line(
        what=what,
        measured=f"{real_ms:.2f} against {free_ms:.2f} ms",
        goal=f"≤ {GOAL_MS:g} ms",
        value=f"{added_ms:.2f} ms, {work_ms:.2f} ms of them processor time of this process; "
        f"{statistics.median(ratios):.2f} times ({min(ratios):.2f}–{max(ratios):.2f})",
        met=added_ms <= GOAL_MS,
    )


def _fastest(spans_s: Iterable[float]) -> float:
    """Milliseconds of the fastest round: what slows the others is not ours."""
    return min(spans_s) * 1e3


def _app(staff: Staff) -> FastAPI:
    tools = staff.tools
    library = Library(tools.public_url, tools.clock, now_text)
    return build_fastapi(tools, library, now_text, desk=lambda: tools)


async def _play(
    ask: Callable[[], Awaitable[Spent]], known: Caller, rounds: int
) -> tuple[list[Spent], list[Spent]]:
    """What a request takes in each round with its callers and without; the first is not counted."""
    real, free = [], []
    for n in range(rounds + 1):
        for without in (bool(n % 2), not n % 2):
            if without:
                with patch.object(Callers, "__call__", lambda _callers, _request: known):
                    free.append(await ask())
            else:
                real.append(await ask())
    return real[1:], free[1:]


async def _ask(app: FastAPI, path: str, *, bearer: bytes, times: int) -> Spent:
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
