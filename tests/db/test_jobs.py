"""Jobs are done once, whatever dies meanwhile."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from signal import SIGKILL

import pytest
from sqlalchemy import make_url

from odyssee.db.jobs import add_job, claim_job, extend_lease, fail_job, finish_job, get_job
from odyssee.db.session import Database, Tx
from odyssee.domain.errors import NotFound
from odyssee.domain.jobs import Job, retry_pause

LEASE_S = 60


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def add(db: Database, at: datetime, kind: str = "build_pack", key: str | None = None) -> int:
    with db.transaction() as tx:
        return add_job(tx, kind, {"legend": "dame-de-riants", "où": "l'étang"}, at, key)


def claim(db: Database, at: datetime) -> Job:
    job = claim_job(db, at, LEASE_S)
    assert job is not None
    return job


def finish(db: Database, job: Job, at: datetime) -> bool:
    with db.transaction() as tx:
        return finish_job(tx, job, at)


def get(db: Database, job_id: int) -> Job:
    with db.reading() as tx:
        return get_job(tx, job_id)


def test_a_job_goes_from_queued_to_running_to_done(db: Database, noon: datetime) -> None:
    number = add(db, noon, key="dame-de-riants/3")
    queued = get(db, number)
    assert (queued.state, queued.attempts, queued.run_at) == ("queued", 0, noon)
    running = claim(db, noon + seconds(1))
    assert running == get(db, number)
    assert (running.state, running.attempts) == ("running", 1)
    assert running.leased_until == noon + seconds(1 + LEASE_S)
    assert running.payload == {"legend": "dame-de-riants", "où": "l'étang"}
    assert finish(db, running, noon + seconds(2))
    done = get(db, number)
    assert (done.state, done.finished_at, done.leased_until) == ("done", noon + seconds(2), None)
    assert claim_job(db, noon + timedelta(days=1), LEASE_S) is None


def test_an_unknown_job_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        get(db, 404)


def test_a_job_that_was_asked_for_in_vain_does_not_exist(db: Database, noon: datetime) -> None:
    def ask_and_fail() -> None:
        with db.transaction() as tx:
            add_job(tx, "build_pack", {}, noon)
            raise KeyError("panne")

    with pytest.raises(KeyError):
        ask_and_fail()
    assert claim_job(db, noon, LEASE_S) is None


def test_the_job_that_waited_longest_comes_first(db: Database, noon: datetime) -> None:
    late, early, soon = add(db, noon + seconds(9)), add(db, noon), add(db, noon + seconds(5))
    assert claim(db, noon + seconds(9)).id == early
    assert claim(db, noon + seconds(5)).id == soon
    assert claim_job(db, noon + seconds(8), LEASE_S) is None
    assert claim(db, noon + seconds(9)).id == late


def test_a_worker_takes_the_kinds_it_asks_for(db: Database, noon: datetime) -> None:
    add(db, noon, "build_pack")
    sign = add(db, noon, "sign")
    assert claim_job(db, noon, LEASE_S, kinds=["mail"]) is None
    assert claim_job(db, noon, LEASE_S, kinds=[]) is None
    job = claim_job(db, noon, LEASE_S, kinds=["sign", "mail"])
    assert job is not None
    assert job.id == sign


def test_a_key_is_pending_once(db: Database, noon: datetime) -> None:
    first = add(db, noon, key="dame-de-riants/3")
    assert add(db, noon, key="dame-de-riants/3") == first
    assert add(db, noon, key="dame-de-riants/4") != first
    assert add(db, noon) != add(db, noon)
    job = claim(db, noon)
    assert add(db, noon, key="dame-de-riants/3") == first
    finish(db, job, noon)
    assert add(db, noon, key="dame-de-riants/3") != first


def test_one_key_asked_for_by_many_at_once_is_one_job(db: Database, noon: datetime) -> None:
    together = threading.Barrier(6)
    numbers: list[int] = []

    def ask() -> None:
        together.wait()
        numbers.append(add(db, noon, key="dame-de-riants/3"))

    run_all([threading.Thread(target=ask) for _ in range(6)])
    assert len(numbers) == 6
    assert len(set(numbers)) == 1


def test_eight_workers_do_fifty_jobs_each_once(db: Database, noon: datetime) -> None:
    wanted = {add(db, noon) for _ in range(50)}
    claimed: list[int] = []

    def work() -> None:
        while (job := claim_job(db, noon, LEASE_S)) is not None:
            claimed.append(job.id)
            assert finish(db, job, noon)

    run_all([threading.Thread(target=work) for _ in range(8)])
    assert sorted(claimed) == sorted(wanted)


def test_a_failed_job_is_tried_again_after_a_pause_and_given_up_at_last(
    db: Database, noon: datetime
) -> None:
    number, at = add(db, noon), noon
    for pause in (2, 8, 32, 128):
        job = claim(db, at)
        assert fail_job(db, job, "Étang à sec", at) == "queued"
        assert claim_job(db, at + seconds(pause - 0.001), LEASE_S) is None
        at += seconds(pause)
    last = claim(db, at)
    assert (last.attempts, last.last_error) == (5, "Étang à sec")
    assert fail_job(db, last, "l'étang\0 " + "\ud800" + "x" * 9000, at) == "failed"
    failed = get(db, number)
    assert (failed.state, failed.finished_at) == ("failed", at)
    assert failed.last_error is not None
    assert failed.last_error.startswith("l'étang ?xxx")
    assert len(failed.last_error) == 2000
    assert claim_job(db, at + timedelta(days=9), LEASE_S) is None


def test_no_pause_is_longer_than_five_minutes() -> None:
    pauses = [retry_pause(attempts).total_seconds() for attempts in (1, 2, 3, 4, 5, 6, 1000)]
    assert pauses == [2, 8, 32, 128, 300, 300, 300]


def test_a_lease_that_ran_out_is_claimed_again_and_the_old_worker_has_no_say(
    db: Database, noon: datetime
) -> None:
    number = add(db, noon)
    old = claim(db, noon)
    assert claim_job(db, noon + seconds(LEASE_S - 1), LEASE_S) is None
    late = noon + seconds(LEASE_S)
    new = claim(db, late)
    assert (new.id, new.attempts) == (number, 2)
    assert not finish(db, old, late)
    assert fail_job(db, old, "trop tard", late) is None
    assert not extend_lease(db, old, late, LEASE_S)
    assert get(db, number) == new
    assert finish(db, new, late)
    assert not finish(db, new, late)


def test_a_worker_that_is_late_and_was_not_replaced_may_finish(
    db: Database, noon: datetime
) -> None:
    add(db, noon)
    job = claim(db, noon)
    assert finish(db, job, noon + seconds(2 * LEASE_S))


def test_a_lease_is_extended_while_the_work_goes_on(db: Database, noon: datetime) -> None:
    add(db, noon)
    job = claim(db, noon)
    assert extend_lease(db, job, noon + seconds(50), LEASE_S)
    assert claim_job(db, noon + seconds(109), LEASE_S) is None
    assert claim(db, noon + seconds(110)).attempts == 2


def test_a_job_that_kills_its_workers_is_given_up(db: Database, noon: datetime) -> None:
    number, other = add(db, noon), add(db, noon + seconds(1))
    at = noon
    for _ in range(5):
        assert claim(db, at).id == number
        at += seconds(LEASE_S)
    assert claim(db, at).id == other
    failed = get(db, number)
    assert (failed.state, failed.last_error) == ("failed", "no worker came back from 5 attempts")


def test_whoever_must_know_is_told_once_of_a_job_that_is_given_up(
    db: Database, noon: datetime
) -> None:
    told: list[tuple[int, str, str | None]] = []

    def tell(tx: Tx, job: Job) -> None:
        assert get_job(tx, job.id) == job
        told.append((job.id, job.state, job.last_error))

    failing, at = add(db, noon), noon
    for _ in range(5):
        assert told == []
        job = claim_job(db, at, LEASE_S, None, tell)
        assert job is not None
        fail_job(db, job, "panne", at, tell)
        at += seconds(300)
    killing = add(db, at)
    for _ in range(5):
        assert claim_job(db, at, LEASE_S, None, tell) is not None
        at += seconds(LEASE_S)
    assert claim_job(db, at, LEASE_S, None, tell) is None
    lost = "no worker came back from 5 attempts"
    assert told == [(failing, "failed", "panne"), (killing, "failed", lost)]


def test_a_job_is_not_given_up_when_telling_fails(db: Database, noon: datetime) -> None:
    def refuse(_tx: Tx, _job: Job) -> None:
        raise KeyError("panne")

    number, at = add(db, noon), noon
    for _ in range(5):
        claim(db, at)
        at += seconds(LEASE_S)
    with pytest.raises(KeyError):
        claim_job(db, at, LEASE_S, None, refuse)
    assert get(db, number).state == "running"


KILLED_WORKER = """
import os, signal, sys
from datetime import datetime
from odyssee.db.jobs import claim_job, finish_job
from odyssee.db.session import Database
db, now = Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
job = claim_job(db, now, 60)
with db.transaction() as tx:
    finish_job(tx, job, now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_that_is_killed_loses_nothing(db: Database, noon: datetime) -> None:
    number = add(db, noon)
    worker = subprocess.run(
        [sys.executable, "-c", KILLED_WORKER, address_of(db), noon.isoformat()], check=False
    )
    assert worker.returncode == -SIGKILL
    assert get(db, number).state == "running"
    assert claim_job(db, noon + seconds(59), LEASE_S) is None
    again = claim(db, noon + seconds(60))
    assert (again.id, again.attempts) == (number, 2)
    assert finish(db, replace(again), noon + seconds(61))


def address_of(db: Database) -> str:
    return make_url(db.address).render_as_string(hide_password=False)


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
