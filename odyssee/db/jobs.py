"""The queue of jobs: asked for inside a transaction, leased by workers, retried with a pause.

A worker that is killed loses nothing: its lease runs out and another claims
the job. Whoever lost a lease has no say any more: `attempts` is the token.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Database, Tx
from odyssee.db.tables import PENDING, JobRow
from odyssee.domain.errors import NotFound
from odyssee.domain.jobs import MAX_ATTEMPTS, Job, JobState, retry_pause

_LONGEST_ERROR = 2000
"""Characters of an error that are kept."""

GivenUp = Callable[[Tx, Job], None]
"""Told of a job that is given up, in the same transaction."""


def add_job(
    tx: Tx,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
) -> int:
    """Ask for work once this transaction is committed, and not before `run_at`.

    A key that is queued or running already gives that job back instead, so a
    key must name all that the work depends on, such as the revision.

    Returns:
        The job's id.
    """
    row = {
        "kind": kind,
        "payload": dict(payload),
        "key": key,
        "state": "queued",
        "attempts": 0,
        "progress": 0.0,
        "max_attempts": MAX_ATTEMPTS,
        "run_at": run_at or now,
        "created_at": now,
    }
    pending = select(JobRow.id).where(JobRow.key == key, PENDING)
    while True:
        made = insert_unless_kept(tx, row, gives=JobRow.id, unique=JobRow.key, where=PENDING)
        # The job that stood in the way may be finished by the time we look: then try again.
        found = tx.scalar(pending) if made is None else made
        if found is not None:
            return int(found)


def claim_job(
    db: Database,
    now: datetime,
    lease_s: float,
    kinds: Collection[str] | None = None,
    given_up: GivenUp | None = None,
) -> Job | None:
    """Lease the job that has waited longest; None when there is nothing to do now.

    A job whose lease ran out is claimed again, unless it used up its attempts:
    then it is given up, for it may be what kills the workers.
    """
    with db.transaction() as tx:
        while True:
            job = tx.execute(_claimable(now, kinds)).first()
            if job is None:
                return None
            if job.attempts < job.max_attempts:
                return _lease(tx, job.id, job.attempts + 1, now + timedelta(seconds=lease_s))
            error = f"no worker came back from {job.attempts} attempts"
            _set(tx, JobRow.id == job.id, state="failed", last_error=error, finished_at=now)
            if given_up is not None:
                given_up(tx, get_job(tx, job.id))


def extend_lease(db: Database, job: Job, now: datetime, lease_s: float) -> bool:
    """Keep the job for longer; False when it was taken over, so stop working on it."""
    with db.transaction() as tx:
        return _set(tx, _held(job), leased_until=now + timedelta(seconds=lease_s))


def note_progress(db: Database, job: Job, progress: float, now: datetime, lease_s: float) -> bool:
    """As `extend_lease`, and say how much is done, from 0 to 1."""
    with db.transaction() as tx:
        until = now + timedelta(seconds=lease_s)
        return _set(tx, _held(job), progress=progress, leased_until=until)


def finish_job(tx: Tx, job: Job, now: datetime) -> bool:
    """Say that the work is done, in the transaction that keeps its result.

    Returns:
        False when the job was taken over: nothing was changed.
    """
    return _set(tx, _held(job), state="done", progress=1.0, leased_until=None, finished_at=now)


def fail_job(
    db: Database, job: Job, error: str, now: datetime, given_up: GivenUp | None = None
) -> JobState | None:
    """Say that the work failed: it is tried again after a pause, or given up.

    Returns:
        "queued" or "failed"; None when the job was taken over: nothing was changed.
    """
    ends: dict[str, Any] = {"leased_until": None, "last_error": _as_kept(error)}
    state: JobState = "queued" if job.attempts < job.max_attempts else "failed"
    if state == "queued":
        ends |= {"run_at": now + retry_pause(job.attempts)}
    else:
        ends |= {"finished_at": now}
    with db.transaction() as tx:
        if not _set(tx, _held(job), state=state, **ends):
            return None
        if state == "failed" and given_up is not None:
            given_up(tx, get_job(tx, job.id))
    return state


def get_job(tx: Tx, job_id: int) -> Job:
    """The job of that id.

    Raises:
        NotFound: there is none.
    """
    row = tx.execute(select(JobRow.__table__).where(JobRow.id == job_id)).first()
    if row is None:
        raise NotFound(job=str(job_id))
    return _job(row)


def _claimable(now: datetime, kinds: Collection[str] | None) -> Any:
    due = and_(JobRow.state == "queued", JobRow.run_at <= now)
    lost = and_(JobRow.state == "running", JobRow.leased_until <= now)
    asked = [] if kinds is None else [JobRow.kind.in_(kinds)]
    first = select(JobRow.id, JobRow.attempts, JobRow.max_attempts).where(
        PENDING, or_(due, lost), *asked
    )
    # SQLite leaves the locking out: there the transaction has the only lock already.
    return first.order_by(JobRow.run_at, JobRow.id).limit(1).with_for_update(skip_locked=True)


def _lease(tx: Tx, job_id: int, attempts: int, until: datetime) -> Job:
    leased = update(JobRow).where(JobRow.id == job_id)
    leased = leased.values(state="running", attempts=attempts, leased_until=until)
    return _job(tx.execute(leased.returning(*JobRow.__table__.columns)).one())


def _held(job: Job) -> ColumnElement[bool]:
    return and_(JobRow.id == job.id, JobRow.state == "running", JobRow.attempts == job.attempts)


def _set(tx: Tx, which: ColumnElement[bool], **values: Any) -> bool:
    changed = update(JobRow).where(which).values(values).returning(JobRow.id)
    return tx.scalar(changed) is not None


def _as_kept(error: str) -> str:
    # PostgreSQL keeps no NUL and no half characters; an error may quote anything.
    return error.replace("\0", "").encode(errors="replace").decode()[:_LONGEST_ERROR]


def _job(row: Any) -> Job:
    return Job(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
