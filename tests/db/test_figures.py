"""What was counted is summed up alike on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from odyssee.db import counts
from odyssee.db.figures import sum_counts
from odyssee.db.phone_counts import PhoneCell, add_phone_counts, drop_seen, note_seen
from odyssee.db.session import Database, Tx
from odyssee.domain.figures import BYS, By
from odyssee.domain.statistics import Cell

DAY = date(2026, 6, 1)
KEY = "dame-de-riants"


@pytest.fixture
def filled(db: Database) -> Iterator[Tx]:
    with db.transaction() as tx:
        phone = PhoneCell(DAY, KEY, "etang", "fr", "narration_started")
        add_phone_counts(tx, {phone: 7, phone._replace(lang="en"): 2})
        add_phone_counts(tx, {phone: 1, phone._replace(day=DAY - timedelta(days=1), stop=""): 4})
        add_phone_counts(tx, {phone._replace(day=DAY - timedelta(days=2), legend="le-marcou"): 50})
        counts.add_counts(tx, "borne-1", {Cell(DAY, KEY, "fr", "narration_started"): 3})
        yield tx


@pytest.mark.parametrize(
    ("by", "due"),
    [
        ("day", {("2026-05-31",): 4, ("2026-06-01",): 13}),
        ("legend", {(KEY,): 17}),
        ("stop", {(KEY, ""): 4, (KEY, "etang"): 10}),
        ("lang", {("en",): 2, ("fr",): 15}),
        ("source", {("borne-1",): 3, ("phones",): 14}),
        ("type", {("narration_started",): 17}),
    ],
)
def test_counts_are_summed_up_by_one_thing(filled: Tx, by: By, due: object) -> None:
    found = sum_counts(filled, by, DAY - timedelta(days=1), DAY)
    assert {one.key: one.n for one in found} == due
    assert {one.type for one in found} == {"narration_started"}
    assert all(type(one.n) is int for one in found)


def test_one_legend_is_summed_up_alone(filled: Tx) -> None:
    for by in BYS:
        found = sum_counts(filled, by, DAY - timedelta(days=9), DAY, "le-marcou")
        assert [one.n for one in found] == [50]


def test_a_tag_is_new_once_and_forgotten_with_its_day(db: Database) -> None:
    with db.transaction() as tx:
        assert note_seen(tx, {}) == set()
        assert note_seen(tx, {"b": DAY, "a": DAY - timedelta(days=3)}) == {"a", "b"}
    with db.transaction() as tx:
        assert note_seen(tx, {"b": DAY, "c": DAY}) == {"c"}
        assert drop_seen(tx, DAY) == 1
        assert note_seen(tx, {"a": DAY, "b": DAY}) == {"a"}
