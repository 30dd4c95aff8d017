"""Reports on both databases: one key is one report, even of two at once; places are gathered."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from builders import a_legend, reading_tools
from people_builders import SetClock
from telling_builders import a_told

from odyssee.actions import reporting
from odyssee.actions.tools import Tools
from odyssee.domain.errors import KeyReused
from odyssee.domain.reports import Wanted


@pytest.fixture
def hearing(staff_on_both: Tools) -> Tools:
    return replace(staff_on_both, shelf=reading_tools(a_legend()).shelf)


def test_many_who_tell_under_one_key_at_once_are_answered_alike(hearing: Tools) -> None:
    with ThreadPoolExecutor(8) as phones:
        told = set(phones.map(lambda _n: reporting.report(hearing, a_told(), "k-1"), range(16)))
    assert len(told) == 1
    assert [one.count for one in reporting.gather_reports(hearing, Wanted()).items] == [1]
    with pytest.raises(KeyReused):
        reporting.report(hearing, a_told("danger"), "k-1")


def test_reports_are_gathered_with_their_days(hearing: Tools, clock: SetClock) -> None:
    for day in range(3):
        reporting.report(hearing, a_told(stop=None if day == 1 else "etape-2"))
        clock.go(days=1)
    gathered = reporting.gather_reports(hearing, Wanted(states=("open",))).items
    told = [(g.stop, g.count, g.first_day.day, g.last_day.day) for g in gathered]
    assert told == [("etape-2", 2, 1, 3), (None, 1, 2, 2)]
