"""What a sign-in takes of a real server: memory at its peak, processor time, and in a crowd."""

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

from serving.processes import Server
from serving.report import Line

from entering.staff import PASSWORD, Staff

SESSION = "/admin/v1/session"
RESIDENT_MB = 150
"""What is promised of a server that only reads."""
PEAK_MB = 64
PROCESSOR_S = 0.5
CROWD = 24
"""Sign-ins sent at once: three times what a process lets wait."""
REFUSED = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}


def measure_sign_ins(home: Path, staff: Staff, times: int) -> Iterator[Line]:
    """A server that only read until somebody comes to the desk.

    Args:
        home: That of the staff.
        staff: Has as many editors as the crowd.
        times: How many sign-ins one after the other; below 30, which cost no wait.
    """
    command = [sys.executable, "-m", "odyssee", "serve", "--port", "{port}"]
    env = {"ODYSSEE_HOME": str(home), "ODYSSEE_WORKER": "none", "ODYSSEE_ACCESS_LOG": "false"}
    with Server(command, "/healthz", home / "server.log", env) as server:
        yield _opening(server)
        yield _peak("the first of a server's life", server, staff)
        for email in staff.emails:  # every thread and every page of memory was used once
            _must_be(HTTPStatus.OK, _sign_in(server, email))
        yield _peak("a later one", server, staff)
        yield from _processor(server, staff, times)
        yield from _crowd(server, staff)


def _opening(server: Server) -> Line:
    """Come to the desk as nobody: a server that only read loads SQL now, once."""
    before_mb = server.resident_mb()
    headers = {"Authorization": f"Bearer ody_s_{'A' * 43}"}
    status, _, _ = server.ask("GET", "/admin/v1/me", headers)
    _must_be(HTTPStatus.UNAUTHORIZED, status)
    after_mb = server.resident_mb()
    return Line(
        what="the first visit at the desk, which loads SQL: resident from then on",
        measured=f"{after_mb:.0f} MB, {after_mb - before_mb:.0f} MB more than before",
        goal=f"≤ {RESIDENT_MB} MB",
        value=f"{after_mb / RESIDENT_MB:.2f} of it",
        met=after_mb <= RESIDENT_MB,
    )


def _sign_in(server: Server, email: str, password: str = PASSWORD) -> int:
    body = json.dumps({"email": email, "password": password}).encode()
    return server.ask("POST", SESSION, {"Content-Type": "application/json"}, body)[0]


def _must_be(status: int, told: int) -> None:
    if told != status:
        raise RuntimeError(f"the desk answered {told}, not {status}")


def _peak(which: str, server: Server, staff: Staff) -> Line:
    before_mb = server.forget_peak_mb()
    _must_be(HTTPStatus.OK, _sign_in(server, staff.emails[0]))
    return _memory(f"sign-in, {which}", server.peak_mb() - before_mb)


def _memory(what: str, grown_mb: float) -> Line:
    return Line(
        what=f"{what}: growth of memory at its peak",
        measured=f"{grown_mb:.1f} MB",
        goal=f"≤ {PEAK_MB} MB",
        value=f"{grown_mb / PEAK_MB:.2f} of it",
        met=grown_mb <= PEAK_MB,
    )


def _processor(server: Server, staff: Staff, times: int) -> Iterator[Line]:
    right_s, right_wall_s = _spent(server, staff.emails, PASSWORD, HTTPStatus.OK, times)
    yield Line(
        what="sign-in: processor time of the server",
        measured=f"{right_s * 1e3:.0f} ms ({right_wall_s * 1e3:.0f} ms to the answer)",
        goal=f"≤ {PROCESSOR_S:g} s of one core",
        value=f"{right_s / PROCESSOR_S:.2f} of it",
        met=right_s <= PROCESSOR_S,
    )
    strangers = tuple(f"nobody-{n}@perche-odyssee.example" for n in range(times))
    wrong_s, wrong_wall_s = _spent(server, strangers, PASSWORD, HTTPStatus.UNAUTHORIZED, times)
    yield Line(
        what="sign-in with an e-mail that nobody has: processor time of the server",
        measured=f"{wrong_s * 1e3:.0f} ms ({wrong_wall_s * 1e3:.0f} ms to the answer)",
        goal=f"≤ {PROCESSOR_S:g} s of one core",
        value=f"{wrong_s / PROCESSOR_S:.2f} of it",
        met=wrong_s <= PROCESSOR_S,
    )


def _spent(
    server: Server, emails: tuple[str, ...], password: str, status: int, times: int
) -> tuple[float, float]:
    """Seconds for one: processor time on average, time to the answer at the median."""
    began_s, walls_s = server.cpu_s(), []
    for n in range(times):
        sent_s = time.perf_counter()
        _must_be(status, _sign_in(server, emails[n % len(emails)], password))
        walls_s.append(time.perf_counter() - sent_s)
    return (server.cpu_s() - began_s) / times, statistics.median(walls_s)


def _crowd(server: Server, staff: Staff) -> Iterator[Line]:
    before_mb, began_s = server.forget_peak_mb(), time.perf_counter()
    with ThreadPoolExecutor(CROWD) as pool:
        statuses = Counter(pool.map(lambda email: _sign_in(server, email), staff.emails[:CROWD]))
    lasted_s = time.perf_counter() - began_s
    if set(statuses) - REFUSED - {HTTPStatus.OK} or not statuses[HTTPStatus.OK]:
        raise RuntimeError(f"a crowd was answered {dict(statuses)}")
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    what = f"{CROWD} sign-ins at once, {told} within {lasted_s:.1f} s"
    yield _memory(what, server.peak_mb() - before_mb)
