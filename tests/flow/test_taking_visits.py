"""What phones tell is added once, whatever is lost, repeated, told at once or cut in between."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from builders import a_legend, reading_tools
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from telling_builders import count_seen, counted_by_phones

from odyssee.actions.taking import take_visits
from odyssee.actions.tools import Tools
from odyssee.domain.errors import Unavailable
from odyssee.domain.statistics import Cell, Visit

DAY = date(2026, 6, 1)


def a_visit(number: int, lang: str = "fr", stop: str | None = "etape-1") -> Visit:
    return Visit(f"v{number}", Cell(DAY, "dame-de-riants", lang, "narration_finished"), stop)


def with_legend(tools: Tools) -> Tools:
    """The same desk, with one legend served."""
    return replace(tools, shelf=reading_tools(a_legend()).shelf)


@pytest.fixture
def counting(staff_on_both: Tools) -> Tools:
    return with_legend(staff_on_both)


@pytest.fixture
def counting_on_postgis(staff_on_postgis: Tools) -> Tools:
    return with_legend(staff_on_postgis)


def total(tools: Tools) -> int:
    return sum(counted_by_phones(tools).values())


def test_a_batch_whose_answer_was_lost_is_told_again_and_changes_nothing(counting: Tools) -> None:
    batch = [a_visit(number) for number in range(40)]
    assert take_visits(counting, batch).accepted == 40
    before = counted_by_phones(counting)
    again = take_visits(counting, [*batch, a_visit(40)])
    assert (again.accepted, again.duplicates) == (1, 40)
    assert total(counting) == sum(before.values()) + 1


def test_the_same_batch_told_at_once_by_many_counts_once(counting_on_postgis: Tools) -> None:
    batch = [a_visit(number, ("fr", "en")[number % 2]) for number in range(120)]
    turned = [batch[start:] + batch[:start] for start in range(0, 120, 15)]
    together = threading.Barrier(len(turned))

    def tell(some: list[Visit]) -> int:
        together.wait()
        return take_visits(counting_on_postgis, some).accepted

    with ThreadPoolExecutor(len(turned)) as phones:
        accepted = list(phones.map(tell, turned))
    assert sum(accepted) == total(counting_on_postgis) == count_seen(counting_on_postgis) == 120


def test_phones_that_tell_other_things_at_once_wait_for_none(counting_on_postgis: Tools) -> None:
    batches = [
        [a_visit(100 * phone + number, ("fr", "en")[number % 2]) for number in range(50)]
        for phone in range(8)
    ]
    with ThreadPoolExecutor(8) as phones:
        told = list(phones.map(lambda some: take_visits(counting_on_postgis, some), batches))
    assert sum(one.accepted for one in told) == total(counting_on_postgis) == 400


def test_cut_between_its_two_steps_nothing_is_kept_and_told_again_it_counts(
    counting_on_postgis: Tools,
) -> None:
    """The tags are written, the counts wait for a lock, and there the connection is ended."""
    tools, batch = counting_on_postgis, [a_visit(number) for number in range(30)]
    take_visits(tools, [a_visit(1000)])
    failed: list[Exception] = []

    def tell() -> None:
        try:
            take_visits(tools, batch)
        except Unavailable as error:
            failed.append(error)

    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with tools.desk.db.transaction() as holding:
        holding.execute(text("SELECT 1 FROM phone_counts FOR UPDATE"))
        phone = threading.Thread(target=tell)
        phone.start()
        pid = None
        for _ in range(200):
            with tools.desk.db.reading() as tx:
                pid = tx.scalar(text(waiting))
            if pid is not None:
                break
            time.sleep(0.05)
        assert pid is not None
        holding.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        phone.join()
    assert len(failed) == 1
    assert (total(tools), count_seen(tools)) == (1, 1)
    assert take_visits(tools, batch).accepted == 30
    assert (total(tools), count_seen(tools)) == (31, 31)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tellings=st.lists(st.lists(st.integers(0, 12), max_size=8), max_size=6))
def test_however_visits_are_told_and_told_again_each_counts_once(
    staff: Tools, tellings: list[list[int]]
) -> None:
    tools = with_legend(staff)
    with tools.desk.db.transaction() as tx:
        for table in ("phone_counts", "seen_visits"):
            tx.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
    for told in tellings:
        counted = take_visits(tools, [a_visit(n, ("fr", "en")[n % 2]) for n in told])
        assert counted.accepted + counted.duplicates == len(told)
    due = Counter(("fr", "en")[n % 2] for n in {n for told in tellings for n in told})
    assert {cell[3]: n for cell, n in counted_by_phones(tools).items()} == due
