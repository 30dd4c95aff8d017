"""Kiosks that come at once, and a server whose database is away; on both databases."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fleet_builders import DAY, HEALTH, SomeKiosk, a_batch, a_cell, a_count, settle_kiosk
from flow_builders import a_desk
from people_builders import SetClock
from postgis import PostgresServer
from sqlalchemy import select
from starlette.testclient import TestClient

from odyssee.actions import collecting, enrolling, fleet
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.db.session import Database
from odyssee.domain.errors import KioskRevoked, OdysseeError, SequenceGap
from odyssee.domain.people import COMMAND_LINE


def at_once(deeds: Iterable[Callable[[], object]]) -> list[object]:
    """What each gives, or the fault that it raises, when all begin together."""
    waiting = list(deeds)
    together = threading.Barrier(len(waiting))
    given: list[object] = []

    def run(deed: Callable[[], object]) -> None:
        together.wait()
        try:
            given.append(deed())
        except OdysseeError as refused:
            given.append(refused)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def kinds(given: list[object]) -> list[str]:
    return sorted(type(one).__name__ for one in given)


def total(tools: Tools) -> int:
    with tools.desk.db.reading() as tx:
        return sum(tx.scalars(select(VisitCountRow.n)))


def test_of_four_that_show_one_code_at_once_one_is_enrolled(staff_on_both: Tools) -> None:
    tools = staff_on_both
    issued = fleet.add_kiosk(tools, COMMAND_LINE, "Hall de l’Étang")
    some = [SomeKiosk() for _ in range(4)]
    given = at_once(
        lambda one=one: enrolling.enrol(tools, issued.code, one.public_key, "", address=None)
        for one in some
    )
    assert kinds(given) == ["EnrolmentRefused"] * 3 + ["Kiosk"]
    kept = fleet.show_kiosk(tools, COMMAND_LINE, issued.kiosk.id).public_key
    assert kept in {one.public_key for one in some}


def test_one_that_shows_its_code_twice_at_once_is_enrolled_both_times(
    staff_on_both: Tools,
) -> None:
    tools, some = staff_on_both, SomeKiosk()
    issued = fleet.add_kiosk(tools, COMMAND_LINE, "Hall de l’Étang")
    deed = lambda: enrolling.enrol(tools, issued.code, some.public_key, "", address=None)  # noqa: E731  # shared by the threads
    assert kinds(at_once([deed] * 4)) == ["Kiosk"] * 4


def test_a_key_that_comes_with_two_codes_at_once_is_of_one_kiosk(staff_on_both: Tools) -> None:
    tools, some = staff_on_both, SomeKiosk()
    codes = [fleet.add_kiosk(tools, COMMAND_LINE, "Borne").code for _ in range(2)]
    given = at_once(
        lambda code=code: enrolling.enrol(tools, code, some.public_key, "", address=None)
        for code in codes
    )
    assert kinds(given) == ["KeyTaken", "Kiosk"]


def test_a_batch_that_comes_many_times_at_once_is_added_once(staff_on_both: Tools) -> None:
    tools = staff_on_both
    kiosk, batch = settle_kiosk(tools, SomeKiosk()), a_batch("e", 1, {a_cell(): 5})
    given = at_once([lambda: collecting.take_batch(tools, kiosk, batch)] * 6)
    assert kinds(given) == ["Taken"] * 6
    assert sorted(one.accepted for one in given) == [0] * 5 + [1]  # type: ignore[attr-defined]  # asserted above
    assert total(tools) == 5


def test_batches_that_overtake_each_other_wait_for_their_turn(staff_on_both: Tools) -> None:
    tools = staff_on_both
    kiosk = settle_kiosk(tools, SomeKiosk())
    batches = [a_batch("e", seq, {a_cell(): 10**seq}) for seq in range(1, 5)]

    def insist(batch: Any) -> object:
        while True:
            try:
                return collecting.take_batch(tools, kiosk, batch)
            except SequenceGap:
                time.sleep(0.001)

    given = at_once(lambda one=one: insist(one) for one in batches[::-1] * 2)
    assert kinds(given) == ["Taken"] * 8
    assert total(tools) == 11110


def test_kiosks_that_count_the_same_at_once_wait_for_nobody_for_ever(
    staff_on_both: Tools,
) -> None:
    tools = staff_on_both
    cells = {a_cell(DAY - timedelta(days=ago)): 1 for ago in range(30)}
    fleet_of_four = [settle_kiosk(tools, SomeKiosk(), f"Borne {n}") for n in range(4)]

    def count(kiosk: Any) -> None:
        for seq in range(1, 6):
            collecting.take_batch(tools, kiosk, a_batch("e", seq, cells))

    at_once(lambda one=one: count(one) for one in fleet_of_four)
    assert total(tools) == 4 * 5 * 30


def test_a_batch_of_a_kiosk_that_was_revoked_since_it_was_let_in_is_not_taken(
    staff_on_both: Tools,
) -> None:
    tools = staff_on_both
    kiosk = settle_kiosk(tools, SomeKiosk())
    fleet.revoke_kiosk(tools, COMMAND_LINE, kiosk.id, kiosk.version)
    with pytest.raises(KioskRevoked):
        collecting.take_batch(tools, kiosk, a_batch("e", 1))
    assert total(tools) == 0


def test_without_the_database_a_kiosk_is_told_to_come_again(
    stoppable_postgis: PostgresServer, tmp_path: Path
) -> None:
    with closing(Database(stoppable_postgis.url)) as database:
        database.upgrade()
        tools = replace(a_desk(tmp_path / "var", database), clock=SetClock())
        some = SomeKiosk()
        settle_kiosk(tools, some)
        client = TestClient(build_app(tools, lambda: None, desk=lambda: tools))
        batch = {"epoch": "e", "seq": 1, "counts": [a_count(1)]}
        assert some.post(client, "counts", batch).status_code == 200
        stoppable_postgis.stop()
        code = "00000-00000-00000-00000-00000"
        for sent in (
            some.post(client, "counts", batch | {"seq": 2}),
            some.post(client, "health", HEALTH),
            some.enrol(client, code),
        ):
            assert (sent.status_code, sent.json()["code"]) == (503, "unavailable")
            assert int(sent.headers["retry-after"]) > 0
