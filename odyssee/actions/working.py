"""Working: take the jobs that deeds have left, one after the other."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from odyssee.actions.packing import build_pack
from odyssee.actions.publishing import BUILD_PACK
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.db import jobs, revisions
from odyssee.db.session import Tx
from odyssee.domain.errors import OdysseeError, Stale, Unavailable
from odyssee.domain.jobs import Job

LEASE_S = 600
"""A job whose worker was not heard of for so long is given to another."""
EXTEND_S = 60
"""How long a worker goes on before it says again that it is there."""

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
    job = jobs.claim_job(tools.desk.db, tools.clock(), LEASE_S, list(DEEDS), _give_up)
    if job is None:
        return None
    try:
        DEEDS[job.kind](tools, job.payload, _Leased(tools, job, progress or NoProgress()))
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
    """Progress that keeps the job's lease while the work goes on."""

    def __init__(self, tools: Tools, job: Job, told: Progress) -> None:
        self._tools = tools
        self._job = job
        self._told = told
        self._extend_at = tools.clock() + timedelta(seconds=EXTEND_S)

    def begin(self, what: str, total: int) -> None:
        self._told.begin(what, total)

    def step(self, name: str) -> None:
        """A step is done.

        Raises:
            Stale: another worker took the job over; stop working on it.
        """
        self._told.step(name)
        now = self._tools.clock()
        if now >= self._extend_at:
            self._extend(now)

    def end(self) -> None:
        self._told.end()

    def _extend(self, now: datetime) -> None:
        if not jobs.extend_lease(self._tools.desk.db, self._job, now, LEASE_S):
            raise Stale("another worker has the job", job=str(self._job.id))
        self._extend_at = now + timedelta(seconds=EXTEND_S)


def _failed(tools: Tools, job: Job, error: str) -> Job:
    state = jobs.fail_job(tools.desk.db, job, error, tools.clock(), _give_up)
    return job if state is None else replace(job, state=state, last_error=error)


def _give_up(tx: Tx, job: Job) -> None:
    _log.warning("%s: given up: %s", tell_job(job), job.last_error)
    GIVEN_UP[job.kind](tx, job.payload)


def _build_pack(tools: Tools, payload: Any, progress: Progress) -> None:
    build_pack(tools, payload["slug"], payload["revision"], progress)


def _fail_revision(tx: Tx, payload: Any) -> None:
    slug, number = payload["slug"], payload["revision"]
    if dict(revisions.list_states(tx, slug)).get(number) == "building":
        revisions.set_state(tx, slug, number, "failed")


DEEDS: dict[str, Callable[[Tools, Any, Progress], None]] = {BUILD_PACK: _build_pack}
"""What is done for each kind of job."""
GIVEN_UP: dict[str, Callable[[Tx, Any], None]] = {BUILD_PACK: _fail_revision}
"""What is written in the same transaction when a job of the kind is given up."""
