"""Failures are counted one by one, however many come at once."""

import threading
from datetime import datetime, timedelta

from odyssee.db.session import Database
from odyssee.db.tallies import drop_forgotten, drop_tally, lock_tally, set_tally
from odyssee.domain.throttling import Tally, count


def add(db: Database, keys: list[str], at: datetime) -> None:
    with db.transaction() as tx:
        for key in keys:
            set_tally(tx, key, count("account", lock_tally(tx, key, at), at))


def look(db: Database, key: str, at: datetime) -> Tally:
    with db.transaction() as tx:
        return lock_tally(tx, key, at)


def test_a_tally_begins_with_nothing_and_keeps_what_it_is_given(
    db: Database, noon: datetime
) -> None:
    assert look(db, "t", noon) == Tally(0, noon, noon)
    later = noon + timedelta(seconds=3)
    add(db, ["t"], noon)
    add(db, ["t"], later)
    assert look(db, "t", later + timedelta(hours=1)) == Tally(2, noon, later)
    with db.transaction() as tx:
        drop_tally(tx, "t")
    assert look(db, "t", later) == Tally(0, later, later)


def test_guesses_that_come_at_once_are_all_counted_and_wait_for_nobody_for_ever(
    db: Database, noon: datetime
) -> None:
    together = threading.Barrier(8)

    def guess(number: int) -> None:
        together.wait()
        for _ in range(5):
            add(db, ["address", f"account {number % 2}", f"pair {number}"], noon)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert look(db, "address", noon).failures == 40
    assert look(db, "account 0", noon).failures == 20
    assert look(db, "pair 3", noon).failures == 5


def test_what_is_forgotten_is_removed_while_others_are_held(db: Database, noon: datetime) -> None:
    add(db, ["old", "held"], noon)
    add(db, ["new"], noon + timedelta(days=1))
    with db.transaction() as tx:
        drop_forgotten(tx, noon + timedelta(hours=1))
    later = noon + timedelta(days=2)
    assert look(db, "old", later).failures == 0
    assert look(db, "new", later).failures == 1


def test_a_tally_that_is_held_is_passed_over(postgis_db: Database, noon: datetime) -> None:
    add(postgis_db, ["held"], noon)
    with postgis_db.transaction() as tx:
        lock_tally(tx, "held", noon)
        with postgis_db.transaction() as other:
            drop_forgotten(other, noon + timedelta(days=1))
    assert look(postgis_db, "held", noon).failures == 1
