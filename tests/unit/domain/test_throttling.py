"""Guessing gets slow, whatever the guesser does; the first tries cost nothing."""

from datetime import timedelta

import pytest
from builders import NOON
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.throttling import (
    ACCOUNT_WINDOW,
    FORGOTTEN,
    FREE,
    LONGEST_S,
    STEADY_S,
    Counted,
    Tally,
    count,
    is_worth_telling,
    network_of,
    take_back,
    wait_s,
)

NONE = Tally(0, NOON, NOON)
kinds = st.sampled_from(list(FREE))
pauses = st.lists(st.floats(0, 5000), max_size=200)


def after(failures: int, counted: Counted = "pair") -> Tally:
    """So many failures, all at noon."""
    tally = NONE
    for _ in range(failures):
        tally = count(counted, tally, NOON)
    return tally


@pytest.mark.parametrize("counted", ["pair", "address", "device"])
def test_the_wait_doubles_up_to_five_minutes(counted: Counted) -> None:
    free = FREE[counted]
    waits = [wait_s(counted, after(failures, counted), NOON) for failures in range(free + 12)]
    assert waits == [0] * free + [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


def test_a_pair_has_five_free_failures_and_an_address_thirty() -> None:
    assert FREE["pair"] == FREE["device"] == 5
    assert FREE["address"] == 30
    assert FREE["account"] == 50


def test_an_account_that_is_guessed_at_from_everywhere_is_tried_each_ten_seconds() -> None:
    assert wait_s("account", after(49, "account"), NOON) == 0
    assert wait_s("account", after(50, "account"), NOON) == STEADY_S
    assert wait_s("account", after(500, "account"), NOON) == STEADY_S
    assert wait_s("account", after(500, "account"), NOON + timedelta(seconds=9.5)) == 1
    assert wait_s("account", after(500, "account"), NOON + timedelta(seconds=10)) == 0
    assert wait_s("account", after(500, "account"), NOON + ACCOUNT_WINDOW) == 0


@given(kinds, pauses)
def test_no_wait_is_longer_than_the_longest(counted: Counted, pauses: list[float]) -> None:
    tally, now = NONE, NOON
    for pause in pauses:
        now += timedelta(seconds=pause)
        tally = count(counted, tally, now)
        assert 0 <= wait_s(counted, tally, now) <= LONGEST_S


@given(kinds, st.integers(0, 3000))
def test_who_waits_as_told_is_looked_at(counted: Counted, failures: int) -> None:
    tally = Tally(failures, NOON, NOON)
    wait = wait_s(counted, tally, NOON)
    assert wait_s(counted, tally, NOON + timedelta(seconds=wait)) == 0
    if wait:
        assert wait_s(counted, tally, NOON + timedelta(seconds=wait - 0.001)) == 1


@given(st.lists(st.sampled_from([0.0, 1.0, 7.0, 60.0, 299.0, 301.0, 4000.0]), max_size=300))
def test_a_guesser_who_never_rests_a_day_gets_few_tries_a_day(pauses: list[float]) -> None:
    """However the tries are spread, each free one is had once, the rest at 300 s in the end."""
    tally, now, looked_at = NONE, NOON, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        if wait_s("pair", tally, now) == 0:
            tally = count("pair", tally, now)
            looked_at += 1
    elapsed_s = (now - NOON).total_seconds()
    assert looked_at <= FREE["pair"] + 1 + 8 + elapsed_s / LONGEST_S


@given(kinds, st.integers(1, 3000))
def test_a_quiet_day_forgets(counted: Counted, failures: int) -> None:
    tally = Tally(failures, NOON, NOON)
    assert wait_s(counted, tally, NOON + FORGOTTEN) == 0
    assert count(counted, tally, NOON + FORGOTTEN).failures == 1


@given(kinds, st.integers(1, 3000), st.floats(0, 1e6))
def test_a_clock_that_was_set_back_makes_no_wait_longer(
    counted: Counted, failures: int, back_s: float
) -> None:
    tally = Tally(failures, NOON, NOON)
    assert wait_s(counted, tally, NOON - timedelta(seconds=back_s)) <= LONGEST_S


@given(kinds, st.integers(0, 100))
def test_who_succeeds_is_taken_off_again(counted: Counted, failures: int) -> None:
    tally = Tally(failures, NOON, NOON)
    assert take_back(count(counted, tally, NOON)).failures == failures
    assert take_back(NONE).failures == 0


def test_the_audit_is_told_when_waiting_begins_and_seldom_after() -> None:
    told = [n for n in range(1, 301) if is_worth_telling("pair", after(n))]
    assert told == [5, 100, 200, 300]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_a_visitor_holds_an_address_or_a_network_of_version_6(
    address: str | None, network: str
) -> None:
    assert network_of(address) == network
