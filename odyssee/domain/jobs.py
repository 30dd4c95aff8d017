"""Jobs: work that a transaction asks for and that a worker does later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

JobState = Literal["queued", "running", "done", "failed"]

MAX_ATTEMPTS = 5
"""After so many attempts a job has failed for good."""
MAX_PAUSE_S = 300
"""No retry waits longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work as it stood when it was read."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    """What the work needs to know, as JSON."""
    key: str | None
    """Of all jobs with one key at most one is queued or running."""
    state: JobState
    attempts: int
    """How often it was claimed; a worker whose number is older has lost the job."""
    max_attempts: int
    run_at: datetime
    """Not before."""
    leased_until: datetime | None
    """While it runs: when another worker may take it over."""
    last_error: str | None
    progress: float
    """How much is done, from 0 to 1; 1 when it is done."""
    created_at: datetime
    finished_at: datetime | None


def retry_pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts, 1 or more: 2, 8, 32, 128 s, then 5 minutes."""
    return timedelta(seconds=min(2 * 4 ** (min(attempts, 10) - 1), MAX_PAUSE_S))
