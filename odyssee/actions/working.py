"""Working: take the jobs that deeds have left, one after the other."""

import time
from collections.abc import Callable
from typing import Any

from odyssee.actions.packing import build_pack
from odyssee.actions.publishing import BUILD_PACK
from odyssee.actions.tools import Progress, Tools
from odyssee.db import jobs
from odyssee.domain.errors import OdysseeError, Unavailable
from odyssee.domain.jobs import Job

LEASE_S = 600
"""A job whose worker was not heard of for so long is given to another."""


def work_once(tools: Tools, progress: Progress | None = None) -> Job | None:
    """Take one job that is due and do it.

    A job that fails is put back with a pause that grows, and given up with its
    reason after the last attempt; nothing that is served changes by it.

    Returns:
        The job that was taken; null when nothing is due.
    """
    job = jobs.claim_job(tools.desk.db, tools.clock(), LEASE_S, kinds=list(DEEDS))
    if job is None:
        return None
    try:
        DEEDS[job.kind](tools, job.payload, progress)
    except OdysseeError as error:
        jobs.fail_job(tools.desk.db, job, f"{error.code}: {error}", tools.clock())
    except Exception as error:
        jobs.fail_job(tools.desk.db, job, type(error).__name__, tools.clock())
        raise
    else:
        with tools.desk.db.transaction() as tx:
            jobs.finish_job(tx, job, tools.clock())
    return job


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


def _build_pack(tools: Tools, payload: Any, progress: Progress | None) -> None:
    build_pack(tools, payload["slug"], payload["revision"], progress)


DEEDS: dict[str, Callable[[Tools, Any, Progress | None], None]] = {BUILD_PACK: _build_pack}
"""What is done for each kind of job."""
