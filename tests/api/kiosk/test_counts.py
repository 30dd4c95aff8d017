"""Counts over HTTP: a batch is added once, in its turn, and only what can be believed."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON
from fleet_builders import DAY, HEALTH, SomeKiosk, a_cell, a_count
from sqlalchemy import select
from starlette.testclient import TestClient

from odyssee.actions import fleet
from odyssee.actions.tools import Tools
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.statistics import EVENT_TYPES


def counted(tools: Tools) -> dict[tuple[Any, ...], int]:
    row = VisitCountRow
    with tools.desk.db.reading() as tx:
        found = tx.execute(select(row.day, row.legend, row.lang, row.type, row.source, row.n))
        return {tuple(one[:5]): one[5] for one in found}


def batch(seq: int, *counts: dict[str, Any], epoch: str = "e-1") -> dict[str, Any]:
    return {"epoch": epoch, "seq": seq, "counts": list(counts)}


def test_a_batch_is_added_once_however_often_it_is_sent(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    body = json.dumps(batch(1, a_count(3), a_count(2, type="riddle_answered"), a_count(4))).encode()
    sent = some.post(client, "counts", body)
    sha256 = hashlib.sha256(body).hexdigest()
    known = {"acknowledged": 1, "last": 1, "sha256": sha256, "refused": []}
    assert (sent.status_code, sent.json()) == (200, known | {"accepted": 3})
    for _ in range(3):
        assert some.post(client, "counts", body).json() == known | {"accepted": 0}
    assert counted(tools) == {
        (*a_cell(), enrolled.id): 7,
        (*a_cell(kind="riddle_answered"), enrolled.id): 2,
    }


def test_a_gap_is_told_with_the_last_number_that_is_known(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    def last(seq: int, epoch: str = "e-1") -> int:
        sent = some.post(client, "counts", batch(seq, a_count(1), epoch=epoch))
        assert (sent.status_code, sent.json()["code"]) == (409, "sequence_gap")
        found: int = sent.json()["last"]
        return found

    assert last(2) == 0
    assert some.post(client, "counts", batch(1, a_count(1))).json()["last"] == 1
    assert last(3) == 1
    assert some.post(client, "counts", batch(2, a_count(1))).json()["last"] == 2
    assert some.post(client, "counts", batch(1, a_count(9))).json()["last"] == 2
    assert last(2, "e-2") == 0  # a kiosk that was made anew begins anew
    assert some.post(client, "counts", batch(1, a_count(1), epoch="e-2")).status_code == 200
    assert counted(tools) == {(*a_cell(), enrolled.id): 3}


def test_another_batch_of_a_known_number_is_told_apart_and_not_added(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    first = some.post(client, "counts", batch(1, a_count(1))).json()["sha256"]
    other = some.post(client, "counts", batch(1, a_count(5)))
    assert other.status_code == 200
    assert other.json()["sha256"] == first
    assert counted(tools) == {(*a_cell(), enrolled.id): 1}


def test_days_that_cannot_be_are_left_out_and_the_next_batch_has_its_turn(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    days = [-61, -60, 0, 1, 2]
    counts = [a_count(1, day=(DAY + timedelta(days=d)).isoformat()) for d in days]
    sent = some.post(client, "counts", batch(1, a_count(5, day="1970-01-01"), *counts))
    assert sent.status_code == 200
    assert sent.json()["accepted"] == 3
    refused = [{"index": index, "code": "out_of_range"} for index in (0, 1, 5)]
    assert sent.json()["refused"] == refused
    assert some.post(client, "counts", batch(2, a_count(1))).json()["acknowledged"] == 2
    assert {key[0] - DAY for key in counted(tools)} == {timedelta(days=d) for d in (-60, 0, 1)}
    assert fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id).refused == 7
    assert NOON.date() == DAY


def test_a_batch_of_nothing_is_taken(
    client: TestClient, some: SomeKiosk, tools: Tools, enrolled: Kiosk
) -> None:
    assert some.post(client, "counts", batch(1)).json()["acknowledged"] == 1
    assert counted(tools) == {}
    assert enrolled.refused == 0


def test_each_type_of_the_contract_is_counted(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    some.post(client, "counts", batch(1, *(a_count(1, type=kind) for kind in EVENT_TYPES)))
    assert {key[3] for key in counted(tools)} == set(EVENT_TYPES)
    assert len(EVENT_TYPES) == 8
    assert enrolled.state == "enrolled"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"seq": 0}, "/seq", "out_of_range"),
        ({"seq": 2**53}, "/seq", "out_of_range"),
        ({"seq": True}, "/seq", "wrong_type"),
        ({"epoch": ""}, "/epoch", "invalid"),
        ({"epoch": "é"}, "/epoch", "invalid"),
        ({"epoch": "a" * 65}, "/epoch", "invalid"),
        ({"autre": 1}, "/autre", "unknown_field"),
        ({"counts": [a_count(0)]}, "/counts/0/n", "out_of_range"),
        ({"counts": [a_count(1_000_001)]}, "/counts/0/n", "out_of_range"),
        ({"counts": [a_count(1), a_count(1, day="2026-02-30")]}, "/counts/1/day", "bad_date"),
        ({"counts": [a_count(1, day="1780000000")]}, "/counts/0/day", "bad_date"),
        ({"counts": [a_count(1, day="2026-06-01T10:00:00Z")]}, "/counts/0/day", "bad_date"),
        ({"counts": [a_count(1, legend="Le Marcou")]}, "/counts/0/legend", "bad_slug"),
        ({"counts": [a_count(1, type="position")]}, "/counts/0/type", "not_allowed"),
        ({"counts": [a_count(1, lon=0.9)]}, "/counts/0/lon", "unknown_field"),
        ({"counts": [a_count(1)] * 2001}, "/counts", "too_long"),
    ],
)
def test_a_bad_batch_is_refused_whole_and_pointed_at(
    client: TestClient,
    tools: Tools,
    some: SomeKiosk,
    enrolled: Kiosk,
    change: dict[str, Any],
    pointer: str,
    code: str,
) -> None:
    sent = some.post(client, "counts", batch(1, a_count(1)) | change)
    assert sent.status_code == 422, sent.text
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in sent.json()["errors"]}
    assert counted(tools) == {}
    assert enrolled.state == "enrolled"


def test_a_full_batch_fits_into_a_body(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk
) -> None:
    long = "a" * 64
    counts = [a_count(1_000_000, legend=long, type="narration_finished")] * 1500
    assert some.post(client, "counts", batch(1, *counts)).json()["accepted"] == 1500
    assert enrolled.state == "enrolled"


def test_health_is_replaced_and_answered_with_what_the_kiosk_is_to_keep(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    some.post(client, "health", HEALTH)
    sent = some.post(client, "health", {"packs": {}, "content": "none"})
    assert sent.json()["profile"]["audio"] == "high"
    kiosk = fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id)
    assert kiosk.health is not None
    assert (kiosk.health.content, kiosk.health.free_bytes) == ("none", None)
    assert kiosk.version == enrolled.version  # an office that edits meanwhile is not in the way


def test_what_its_software_says_is_cut_and_made_plain(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    sync = {"at": "2026-06-01T11:00:00Z", "result": "failed", "detail": "a\x1b[2J\n" + "é" * 900}
    assert some.post(client, "health", HEALTH | {"last_sync": sync}).status_code == 200
    health = fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id).health
    assert health is not None
    assert health.last_sync is not None
    assert health.last_sync.detail == ("a [2J " + "é" * 900)[:200]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lon": 0.9}, "/lon"),
        ({"content": "rotten"}, "/content"),
        ({"packs": {"Le Marcou": 1}}, "/packs/Le Marcou/[key]"),
        ({"packs": {"le-marcou": -1}}, "/packs/le-marcou"),
        ({"free_bytes": -1}, "/free_bytes"),
        ({"uptime_s": 1.5}, "/uptime_s"),
        ({"last_sync": {"at": "hier", "result": "done"}}, "/last_sync/at"),
        (
            {"last_sync": {"at": "2026-06-01T11:00:00Z", "result": "Tout va bien"}},
            "/last_sync/result",
        ),
    ],
)
def test_a_bad_report_is_pointed_at(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk, change: dict[str, Any], pointer: str
) -> None:
    sent = some.post(client, "health", HEALTH | change)
    assert sent.status_code == 422, sent.text
    assert [e["pointer"] for e in sent.json()["errors"]] == [pointer]
    assert enrolled.health is None
