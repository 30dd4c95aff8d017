"""The worker: takes jobs until it is told to stop; a thread in the server or its own process."""

import logging
import threading

from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.domain.errors import OdysseeError

_log = logging.getLogger("odyssee.worker")

IDLE_S = 0.3
"""The pause when nothing is due."""
AWAY_S = 3.0
"""The pause when the database does not answer."""


def work(tools: Tools, stop: threading.Event) -> None:
    """Take jobs until `stop` is set; the job under way is finished first."""
    while not stop.is_set():
        pause = _work_safely(tools)
        if pause:
            stop.wait(pause)


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
    _log.info("job %s %s attempt %s", job.id, job.kind, job.attempts)
    return 0.0
