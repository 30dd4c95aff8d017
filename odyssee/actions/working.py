"""Working: take the jobs that deeds have left, one after the other."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from odyssee.actions import narrating, preparing
from odyssee.actions.laying import NARRATE
from odyssee.actions.packing import build_pack, point_anew
from odyssee.actions.publishing import (
    BUILD_PACK,
    POINT,
    WITHDRAW,
    begin_scheduled,
    withdraw_due,
)
from odyssee.actions.receiving import ENCODE_MEDIUM
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.db import jobs, revisions
from odyssee.db.session import Tx
from odyssee.domain.errors import OdysseeError, Stale, Unavailable
from odyssee.domain.jobs import Job

LEASE_S = 60
"""A job whose worker was not heard of for so long is given to another."""
BEAT_S = 15
"""How often a worker says that it is there, whatever it is busy with."""
TELL_S = 1
"""How often it says at most how much is done."""

_log = logging.getLogger("odyssee.worker")


def work_once(tools: Tools, progress: Progress | None = None) -> Job | None:
    """Take one job that is due and do it.

    A job that fails is put back with a pause that grows, and given up with its
    reason after the last attempt; nothing that is served changes by it.

    Returns:
        The job that was taken, as it is now: `done`, or `queued` or `failed`
        with its `last_error`, or `running` where another worker took it over;
        null when nothing was due.
    """
    kinds = [kind for kind in DEEDS if tools.desk.signer is not None or kind not in SIGNED]
    job = jobs.claim_job(tools.desk.db, tools.clock(), LEASE_S, kinds, _give_up)
    if job is None:
        return None
    leased = _Leased(tools, job, progress or NoProgress())
    try:
        with leased.kept():
            DEEDS[job.kind](tools, job.payload, leased)
    except OdysseeError as error:
        return _failed(tools, job, f"{error.code}: {error}")
    except Exception as error:
        _failed(tools, job, type(error).__name__)
        error.add_note(tell_job(job))
        raise
    with tools.desk.db.transaction() as tx:
        done = jobs.finish_job(tx, job, tools.clock())
    return replace(job, state="done") if done else job


def tell_job(job: Job) -> str:
    """The job in a line of a log: its number, what it is about, which attempt."""
    about = " ".join(str(value) for value in job.payload.values())
    return f"job {job.id} {job.kind} {about} attempt {job.attempts} of {job.max_attempts}"


def work_off(tools: Tools, number: int, progress: Progress | None = None) -> None:
    """Take jobs until that one is done, here or by a worker beside.

    Raises:
        Unavailable: it failed; a worker will try it again later.
    """
    while True:
        with tools.desk.db.reading() as tx:
            job = jobs.get_job(tx, number)
        if job.state == "done":
            return
        if job.last_error and job.state in {"queued", "failed"}:
            raise Unavailable(job.last_error)
        if work_once(tools, progress) is None:
            time.sleep(0.2)  # another worker has it


class _Leased:
    """Progress that is written down, and a lease that is kept while the work goes on."""

    def __init__(self, tools: Tools, job: Job, told: Progress) -> None:
        self._tools = tools
        self._job = job
        self._told = told
        self._done = 0
        self._total = 1
        self._tell_at = tools.clock() + timedelta(seconds=TELL_S)
        self._is_lost = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Say from a thread beside, now and then, that somebody is there: one step may be long."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(over,), name="lease", daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()

    def begin(self, what: str, total: int) -> None:
        self._told.begin(what, total)
        self._done, self._total = 0, max(total, 1)

    def step(self, name: str) -> None:
        """A step is done.

        Raises:
            Stale: another worker took the job over; stop working on it.
        """
        self._told.step(name)
        self._done = min(self._done + 1, self._total)
        now = self._tools.clock()
        if now >= self._tell_at:
            share = self._done / self._total
            self._tell_at = now + timedelta(seconds=TELL_S)
            if not jobs.note_progress(self._tools.desk.db, self._job, share, now, LEASE_S):
                self._is_lost = True
        if self._is_lost:
            raise Stale("another worker has the job", job=str(self._job.id))

    def end(self) -> None:
        self._told.end()

    def _beat(self, over: threading.Event) -> None:
        while not over.wait(BEAT_S):
            try:
                now = self._tools.clock()
                held = jobs.extend_lease(self._tools.desk.db, self._job, now, LEASE_S)
            except OdysseeError as error:
                _log.warning("%s: the lease could not be kept: %s", tell_job(self._job), error)
                continue
            if not held:
                self._is_lost = True
                return


def _failed(tools: Tools, job: Job, error: str) -> Job:
    state = jobs.fail_job(tools.desk.db, job, error, tools.clock(), _give_up)
    return job if state is None else replace(job, state=state, last_error=error)


def _give_up(tx: Tx, job: Job) -> None:
    _log.warning("%s: given up: %s", tell_job(job), job.last_error)
    GIVEN_UP[job.kind](tx, job)


def _build_pack(tools: Tools, payload: Any, progress: Progress) -> None:
    begin_scheduled(tools, payload["slug"], payload["revision"])
    build_pack(tools, payload["slug"], payload["revision"], progress)


def _encode_medium(tools: Tools, payload: Any, progress: Progress) -> None:
    preparing.encode_medium(tools, payload["asset"], progress)


def _narrate(tools: Tools, payload: Any, progress: Progress) -> None:
    narrating.narrate(tools, narrating.Wanted(**payload), progress)


def _point(tools: Tools, _payload: Any, progress: Progress) -> None:
    point_anew(tools, progress)


def _withdraw(tools: Tools, payload: Any, _progress: Progress) -> None:
    withdraw_due(tools, payload["slug"], payload["revision"])


def _fail_revision(tx: Tx, job: Job) -> None:
    slug, number = job.payload["slug"], job.payload["revision"]
    if dict(revisions.list_states(tx, slug)).get(number) in {"building", "scheduled"}:
        revisions.set_state(tx, slug, number, "failed")


DEEDS: dict[str, Callable[[Tools, Any, Progress], None]] = {
    BUILD_PACK: _build_pack,
    ENCODE_MEDIUM: _encode_medium,
    NARRATE: _narrate,
    POINT: _point,
    WITHDRAW: _withdraw,
}
"""What is done for each kind of job."""
SIGNED = frozenset({BUILD_PACK, POINT})
"""What only a process that signs can do."""
GIVEN_UP: dict[str, Callable[[Tx, Job], None]] = {
    BUILD_PACK: _fail_revision,
    ENCODE_MEDIUM: preparing.give_up,
    NARRATE: lambda _tx, _job: None,  # the check says that it is missing; a change asks anew
    POINT: lambda _tx, _job: None,  # the next publication says it all
    WITHDRAW: lambda _tx, _job: None,  # it stays served, and the log says so
}
"""What is written in the same transaction when a job of the kind is given up."""
