"""A kiosk without a network: a stick brings its enrolment and counts, and takes answers back."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter as Sum
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fleet_builders import DAY, a_cell
from people_builders import SetClock
from sqlalchemy import select

from odyssee.actions import carrying, fleet, joining
from odyssee.actions.carrying import TakenBack
from odyssee.actions.fleet import Issued
from odyssee.actions.tools import Tools
from odyssee.actions.unloading import Unloaded, unload
from odyssee.cli.fleet import READERS
from odyssee.db.counter import Counter
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.domain.errors import InputInvalid
from odyssee.domain.kiosk_calls import Message, carried_bytes
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.receipts import name_counts_receipt
from odyssee.domain.statistics import Cell
from odyssee.files.kiosk_identity import KioskIdentity
from odyssee.files.stick import Stick


@pytest.fixture
def tools(staff: Tools) -> Tools:
    return staff


@pytest.fixture
def issued(tools: Tools) -> Issued:
    return fleet.add_kiosk(tools, COMMAND_LINE, "Gîte des Étilleux", delivery="usb")


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    (tmp_path / "stick").mkdir()
    return Stick(tmp_path / "stick")


class Kiosk:
    """A kiosk that nobody can call."""

    def __init__(self, root: Path) -> None:
        self.identity = KioskIdentity(root)
        self.counter = Counter(self.identity.counts)

    def give(self, stick: Stick) -> int:
        return carrying.load_stick(self.identity, self.counter, stick)

    def take(self, stick: Stick) -> TakenBack:
        return carrying.take_receipts(self.identity, self.counter, stick)

    def sign(self, stick: Stick, body: bytes, kind: Any = "counts") -> None:
        key = self.identity.key()
        signature = key.sign(carried_bytes(kind, body))
        stick.put_message(Message(kind, key.public, signature, body))


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    kiosk = Kiosk(tmp_path / "kiosk")
    yield kiosk
    kiosk.counter.close()


def counted(tools: Tools) -> Sum[Cell]:
    row = VisitCountRow
    with tools.desk.db.reading() as tx:
        found = tx.execute(select(row.day, row.legend, row.lang, row.type, row.n))
        return Sum({Cell(*one[:4]): one[4] for one in found})


def outcomes(told: list[Unloaded]) -> list[str]:
    return [one.outcome if one.refusal is None else one.refusal.code for one in told]


def test_one_trip_enrols_a_kiosk_and_brings_its_counts_and_the_way_back_settles_them(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, clock: SetClock
) -> None:
    joining.ask_to_join(kiosk.identity, issued.code.lower(), "borne-2")
    kiosk.counter.add([(a_cell(), 5)])
    assert kiosk.give(stick) == 2
    clock.go(days=29)
    told = unload(tools, stick.root, READERS)
    assert outcomes(told) == ["enrolled", "taken"]
    assert {one.kiosk for one in told} == {"Gîte des Étilleux"}
    assert counted(tools) == {a_cell(): 5}
    assert list(stick.messages()) == []
    assert kiosk.take(stick) == TakenBack(enrolled=True, settled=1)
    member = kiosk.identity.membership()
    assert member is not None
    assert (member.id, member.name) == (issued.kiosk.id, "Gîte des Étilleux")
    assert kiosk.counter.waiting() == []
    assert kiosk.identity.asked() is None
    assert kiosk.take(stick) == TakenBack(enrolled=False, settled=0)
    assert kiosk.give(stick) == 0


def test_a_stick_that_goes_astray_or_comes_twice_loses_and_doubles_nothing(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, tmp_path: Path
) -> None:
    joining.ask_to_join(kiosk.identity, issued.code, "")
    kiosk.counter.add([(a_cell(), 1)])
    kiosk.give(stick)
    shutil.copytree(tmp_path / "stick", tmp_path / "copy")
    lost = Stick(tmp_path / "lost")
    kiosk.counter.add([(a_cell(), 10)])
    assert kiosk.give(lost) == 3
    kiosk.counter.add([(a_cell(), 100)])
    later = Stick(tmp_path / "later")
    assert kiosk.give(later) == 4
    assert outcomes(unload(tools, later.root, READERS)) == ["enrolled"] + ["taken"] * 3
    assert outcomes(unload(tools, stick.root, READERS)) == ["enrolled", "known"]
    assert outcomes(unload(tools, tmp_path / "copy", READERS)) == ["enrolled", "known"]
    assert counted(tools) == {a_cell(): 111}
    # The receipts of the first stick tell of the first batch alone.
    assert kiosk.take(stick).settled == 1
    assert kiosk.take(Stick(tmp_path / "copy")).settled == 0
    kiosk.counter.add([(a_cell(), 1000)])
    assert kiosk.give(stick) == 3
    assert outcomes(unload(tools, stick.root, READERS)) == ["known", "known", "taken"]
    assert kiosk.take(stick).settled == 3
    assert counted(tools) == {a_cell(): 1111}


def test_a_batch_that_is_missing_on_the_stick_makes_those_after_it_wait(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, tmp_path: Path
) -> None:
    joining.ask_to_join(kiosk.identity, issued.code, "")
    for n in (1, 10, 100):
        kiosk.counter.add([(a_cell(), n)])
        kiosk.give(stick)
    second = kiosk.counter.waiting()[1]
    for name, message in stick.messages():
        if message.body == second.body:
            (tmp_path / "stick" / "outbox" / name).write_bytes(b"a bad sector")
    assert outcomes(unload(tools, stick.root, READERS)) == ["enrolled", "taken", "sequence_gap"]
    assert kiosk.take(stick).settled == 1
    assert kiosk.give(stick) == 2
    assert outcomes(unload(tools, stick.root, READERS)) == ["taken", "taken"]
    assert counted(tools) == {a_cell(): 111}


def test_two_kiosks_of_one_image_are_told_apart(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, tmp_path: Path
) -> None:
    joining.ask_to_join(kiosk.identity, issued.code, "")
    kiosk.give(stick)
    unload(tools, stick.root, READERS)
    kiosk.take(stick)
    kiosk.counter.close()
    shutil.copytree(tmp_path / "kiosk", tmp_path / "twin")
    machines = [Kiosk(tmp_path / "kiosk"), Kiosk(tmp_path / "twin")]
    for n, machine in enumerate(machines, 1):
        machine.counter.add([(a_cell(), 10**n)])
        machine.give(stick)
    assert outcomes(unload(tools, stick.root, READERS)) == ["taken", "known"]
    assert sum(machine.take(stick).settled for machine in machines) == 1
    assert [len(machine.counter.waiting()) for machine in machines].count(1) == 1
    for machine in machines:
        machine.give(stick)
    assert outcomes(unload(tools, stick.root, READERS)) == ["taken"]
    assert counted(tools) == {a_cell(): 110}
    for machine in machines:
        machine.take(stick)
        assert machine.counter.waiting() == []
        machine.counter.close()


def test_only_what_a_known_kiosk_signed_is_taken(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, tmp_path: Path
) -> None:
    body = b'{"epoch":"e","seq":1,"counts":[]}'
    kiosk.sign(stick, body)  # nobody enrolled it
    joining.ask_to_join(kiosk.identity, issued.code, "")
    stranger = Kiosk(tmp_path / "stranger")
    key, other = kiosk.identity.key(), stranger.identity.key()
    signature = other.sign(carried_bytes("counts", body))
    stick.put_message(Message("counts", key.public, signature, body))
    as_call = key.sign(b"odyssee-kiosk-call/1\n")
    stick.put_message(Message("counts", key.public, as_call, body))
    stick.put_message(Message("counts", "?", signature, body))
    of_another = json.dumps({"code": issued.code, "public_key": key.public}).encode()
    stranger.sign(stick, of_another, "enrolment")
    told = outcomes(unload(tools, stick.root, READERS))
    assert told == ["kiosk_unknown"] * 5
    assert counted(tools) == {}
    assert len(list(stick.messages())) == 5
    assert fleet.show_kiosk(tools, COMMAND_LINE, issued.kiosk.id).public_key is None
    stranger.counter.close()


def test_the_rules_of_every_call_hold_for_sticks(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick
) -> None:
    joining.ask_to_join(kiosk.identity, issued.code, "")
    kiosk.give(stick)
    assert outcomes(unload(tools, stick.root, READERS)) == ["enrolled"]
    kiosk.take(stick)
    kiosk.counter.add([(a_cell(DAY - timedelta(days=61)), 3), (a_cell(), 1)])
    kiosk.give(stick)
    (told,) = unload(tools, stick.root, READERS)
    assert (told.outcome, told.refused_counts) == ("taken", 1)
    for body in (
        b"{}",
        b'{"epoch":"e","seq":0,"counts":[]}',
        b'{"epoch":"e","seq":1,"counts":[],"position":[0.9,48.2]}',
    ):
        kiosk.sign(stick, body)
    assert outcomes(unload(tools, stick.root, READERS)) == ["invalid"] * 3
    entry = fleet.show_kiosk(tools, COMMAND_LINE, issued.kiosk.id)
    fleet.revoke_kiosk(tools, COMMAND_LINE, entry.id, entry.version)
    kiosk.counter.add([(a_cell(), 1)])
    kiosk.give(stick)
    assert "kiosk_revoked" in outcomes(unload(tools, stick.root, READERS))
    assert counted(tools) == {a_cell(): 1}


@pytest.mark.parametrize("wrong", ["expired", "used", "mistyped"])
def test_a_code_that_does_not_count_is_told_to_the_office(
    tools: Tools, issued: Issued, kiosk: Kiosk, stick: Stick, clock: SetClock, wrong: str
) -> None:
    if wrong == "mistyped":
        with pytest.raises(InputInvalid):
            joining.ask_to_join(kiosk.identity, issued.code[:-1] + "?", "")
        return
    joining.ask_to_join(kiosk.identity, issued.code, "")
    kiosk.give(stick)
    if wrong == "used":
        other = issued.kiosk.id
        fleet.issue_code(tools, COMMAND_LINE, other)
    else:
        clock.go(days=30)
    assert outcomes(unload(tools, stick.root, READERS)) == ["enrolment_refused"]
    assert kiosk.take(stick) == TakenBack(enrolled=False, settled=0)
    assert kiosk.identity.asked() is not None


@pytest.mark.parametrize(
    "batches", [{"1": "0" * 64}, {"1": 7}, {"2": "x"}, [], None, {"un": "deux"}]
)
def test_a_receipt_that_is_not_of_this_batch_lets_nothing_go(
    kiosk: Kiosk, stick: Stick, batches: Any
) -> None:
    kiosk.counter.add([(a_cell(), 1)])
    kiosk.give(stick)
    name = name_counts_receipt(kiosk.identity.key().public, kiosk.counter.epoch)
    stick.put_receipt(name, {"batches": batches})
    assert kiosk.take(stick).settled == 0
    assert len(kiosk.counter.waiting()) == 1


# --- The command of the office


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ODYSSEE_HOME": str(home)}
    command = [sys.executable, "-m", "odyssee", "kiosks", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_an_office_adds_lists_unloads_and_revokes_by_its_commands(
    kiosk: Kiosk, stick: Stick, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "stick"
    made = json.loads(run(home, "add", "Gîte des Étilleux", "--usb", "--json").stdout)
    joining.ask_to_join(kiosk.identity, made["code"], "borne-2")
    kiosk.counter.add([(a_cell(DAY), 2)])
    kiosk.give(stick)
    done = run(home, "import-usb", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Gîte des Étilleux : borne inscrite"
    listed = run(home, "list").stdout
    assert made["id"] in listed
    assert "inscrite" in listed
    (row,) = json.loads(run(home, "list", "--json").stdout)
    assert (row["state"], row["machine"]) == ("enrolled", "borne-2")
    assert made["code"] not in json.dumps(row)
    again = run(home, "code", made["id"])
    assert "Code " in again.stdout
    assert "révoquée" in run(home, "revoke", made["id"]).stdout
    kiosk.counter.add([(a_cell(DAY), 2)])
    kiosk.give(stick)
    refused = run(home, "import-usb", folder, "--json")
    assert refused.returncode == 1
    assert {one["code"] for one in json.loads(refused.stdout)} >= {"kiosk_revoked"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", ""], "name : "),
        (["add", "Mairie", "--office", "authon"], "office : "),
        (["code", "a" * 20], "introuvable"),
        (["revoke", "x"], "introuvable"),
        (["import-usb", "nulle-part"], "nulle-part"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2, done.stdout
    assert told in done.stderr
    assert "Traceback" not in done.stderr
