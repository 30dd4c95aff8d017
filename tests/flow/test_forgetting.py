"""What was kept for long enough goes by itself, and not a day before."""

import threading
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import a_legend, reading_tools
from desk_builders import caller_of
from hypothesis import given
from hypothesis import strategies as st
from people_builders import SetClock, settle_somebody
from sqlalchemy import select
from telling_builders import a_told, count_seen, counted_by_phones

from odyssee.actions import reporting
from odyssee.actions.forgetting import Forgotten, forget_old
from odyssee.actions.taking import take_visits
from odyssee.actions.tools import Tools
from odyssee.db import counts, reports
from odyssee.db.counting_tables import ReportRow
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.domain.errors import KeyReused
from odyssee.domain.people import Caller
from odyssee.domain.reports import Report, Wanted
from odyssee.domain.statistics import DAYS_BACK, SEEN_DAYS, Cell, Visit, is_countable, oldest_kept
from odyssee.worker import work

DAY = date(2026, 6, 1)
CELL = Cell(DAY, "dame-de-riants", "fr", "trail_started")
NOTHING = Forgotten(0, 0, 0, 0)


@pytest.fixture
def keeping(staff_on_both: Tools) -> Tools:
    return replace(staff_on_both, shelf=reading_tools(a_legend()).shelf)


@pytest.fixture
def editor(keeping: Tools, clock: SetClock) -> Caller:
    somebody = settle_somebody(keeping, clock)
    return caller_of(keeping, somebody.token)


def only_report(tools: Tools) -> Report:
    with tools.desk.db.reading() as tx:
        (found,) = reports.list_reports(tx, Wanted(), 2)
    return found


def test_counts_of_phones_and_kiosks_are_kept_for_25_months(
    keeping: Tools, clock: SetClock
) -> None:
    take_visits(keeping, [Visit("a", CELL)])
    with keeping.desk.db.transaction() as tx:
        counts.add_counts(tx, "borne-1", {CELL: 3})
    clock.at = clock.at.replace(year=2028, month=7, day=1)
    assert forget_old(keeping).counts == 0
    clock.go(days=1)
    assert forget_old(keeping).counts == 2
    assert counted_by_phones(keeping) == {}
    with keeping.desk.db.reading() as tx:
        assert tx.scalar(select(VisitCountRow.n)) is None
    assert forget_old(keeping) == NOTHING


def test_a_visit_is_known_for_as_long_as_it_could_be_told_again(
    keeping: Tools, clock: SetClock
) -> None:
    visit = Visit("a", CELL)
    take_visits(keeping, [visit])
    clock.go(days=DAYS_BACK)
    forget_old(keeping)
    assert take_visits(keeping, [visit]).duplicates == 1
    clock.go(days=1)
    assert take_visits(keeping, [visit]).refused == (("a", "out_of_range"),)
    clock.go(days=SEEN_DAYS - DAYS_BACK)
    assert forget_old(keeping).visits == 1
    assert count_seen(keeping) == 0
    assert sum(counted_by_phones(keeping).values()) == 1


def test_a_contact_goes_90_days_after_closing_and_its_report_stays(
    keeping: Tools, clock: SetClock, editor: Caller
) -> None:
    reporting.report(keeping, a_told())
    clock.go(days=400)
    assert forget_old(keeping).contacts == 0
    reporting.change_report(keeping, editor, only_report(keeping).id, 1, state="closed")
    clock.go(days=89)
    assert forget_old(keeping).contacts == 0
    clock.go(days=1)
    assert forget_old(keeping).contacts == 1
    kept = only_report(keeping)
    assert (kept.told.contact, kept.told.text, kept.version) == (None, a_told().text, 2)
    assert forget_old(keeping) == NOTHING


def test_one_that_was_opened_again_keeps_its_contact(
    keeping: Tools, clock: SetClock, editor: Caller
) -> None:
    reporting.report(keeping, a_told())
    report_id = only_report(keeping).id
    reporting.change_report(keeping, editor, report_id, 1, state="closed")
    reporting.change_report(keeping, editor, report_id, 2, state="open")
    clock.go(days=100)
    assert forget_old(keeping).contacts == 0


def test_what_tells_a_report_told_twice_goes_after_two_months(
    keeping: Tools, clock: SetClock
) -> None:
    first = reporting.report(keeping, a_told(), "k-1")
    clock.go(days=61)
    forget_old(keeping)
    assert reporting.report(keeping, a_told(), "k-1") == first
    with pytest.raises(KeyReused):
        reporting.report(keeping, a_told("danger"), "k-1")
    clock.go(days=1)
    assert forget_old(keeping).keys == 1
    with keeping.desk.db.reading() as tx:
        assert tx.execute(select(ReportRow.key_tag, ReportRow.told_tag)).one() == (None, "")


def test_the_worker_forgets_by_itself(fresh_desk: Tools, clock: SetClock) -> None:
    tools = replace(fresh_desk, shelf=reading_tools(a_legend()).shelf, clock=clock)
    take_visits(tools, [Visit("a", CELL)])
    clock.go(days=100)
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(tools, stop))
    worker.start()
    try:
        until = time.monotonic() + 20
        while count_seen(tools) and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join()
    assert count_seen(tools) == 0


@given(today=st.dates(date(2024, 1, 1), date(2060, 12, 31)))
def test_whatever_the_day_25_months_are_kept_and_no_visit_is_forgotten_too_soon(
    today: date,
) -> None:
    oldest = oldest_kept(today)
    months = (today.year - oldest.year) * 12 + today.month - oldest.month
    assert months == 25
    assert oldest.day <= today.day
    assert not is_countable(today - timedelta(days=SEEN_DAYS), today)
