"""The worker: takes jobs until it is told to stop; a thread in the server or its own process."""

import logging
import threading
import time

from odyssee.actions.forgetting import forget_old
from odyssee.actions.signing import renew
from odyssee.actions.tools import Tools
from odyssee.actions.working import tell_job, work_once
from odyssee.domain.errors import OdysseeError

_log = logging.getLogger("odyssee.worker")

IDLE_S = 0.3
"""The pause when nothing is due."""
RENEW_EVERY_S = 3600.0
"""How often it looks whether a signature grows old, and what has been kept for long enough."""
AWAY_S = 3.0
"""The pause when the database does not answer."""


def work(tools: Tools, stop: threading.Event) -> None:
    """Take jobs until `stop` is set; the job under way is finished first.

    A database that is away, or cannot be written, is waited for: what visitors
    read does not need it.
    """
    _wait_for_database(tools, stop)
    renewed_at = -RENEW_EVERY_S
    while not stop.is_set():
        if time.monotonic() - renewed_at >= RENEW_EVERY_S:
            renewed_at = time.monotonic()
            _renew_safely(tools)
            _forget_safely(tools)
        pause = _work_safely(tools)
        if pause:
            stop.wait(pause)


def _wait_for_database(tools: Tools, stop: threading.Event) -> None:
    trouble = ""
    while not stop.is_set():
        try:
            tools.desk.db.upgrade()
        except (OdysseeError, OSError) as error:
            if str(error) != trouble:  # told once, however long it lasts
                trouble = str(error)
                _log.warning("the database is waited for: %s", trouble)
            stop.wait(AWAY_S)
        else:
            return


def _renew_safely(tools: Tools) -> None:
    """Sign anew what grows old; what cannot be signed now is tried again at the next turn."""
    if tools.desk.signer is None:
        return
    try:
        renew(tools)
    except OdysseeError as error:
        _log.warning("nothing could be signed anew: %s: %s", error.code, error)
    except Exception:  # noqa: BLE001 - publications go on meanwhile
        _log.exception("signing anew failed")


def _forget_safely(tools: Tools) -> None:
    """Forget what is old enough; what cannot be forgotten now is at the next turn."""
    try:
        forgotten = forget_old(tools)
    except OdysseeError as error:
        _log.warning("nothing could be forgotten: %s: %s", error.code, error)
    except Exception:  # noqa: BLE001 - publications go on meanwhile
        _log.exception("forgetting failed")
    else:
        if forgotten.is_any:
            _log.info("forgotten: %s", forgotten)


def _work_safely(tools: Tools) -> float:
    try:
        job = work_once(tools)
    except OdysseeError as error:
        _log.warning("no job can be taken: %s", error.code)
        return AWAY_S
    except Exception:  # noqa: BLE001 - the job is back in the queue with its reason; go on
        _log.exception("a job failed")
        return IDLE_S
    if job is None:
        return IDLE_S
    if job.state == "done":
        _log.info("%s: done", tell_job(job))
    elif job.last_error is not None:
        _log.warning("%s: %s, now %s", tell_job(job), job.last_error, job.state)
    else:
        _log.warning("%s: another worker has it", tell_job(job))
    return 0.0
