"""A real kiosk's half, a real server, and a bad line between them: every cell is equal in the end.

`make torture-counts` runs it with 100,000 events.
"""

import os
import random
import shutil
import sys
from collections import Counter as Sum
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from fleet_builders import DAY
from lossy_line import FATES, LossyLine, running_app
from people_builders import SetClock
from sqlalchemy import select

from odyssee.actions import counting, delivering, fleet, joining
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.db.counter import Counter, open_counter
from odyssee.db.fleet_tables import CountBatchRow, VisitCountRow
from odyssee.domain.errors import KioskUnknown, OdysseeError, Unavailable
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.statistics import EVENT_TYPES, Cell, Visit
from odyssee.files.head_office import HeadOffice
from odyssee.files.kiosk_identity import KioskIdentity

EVENTS = int(os.environ.get("TORTURE_EVENTS", "2500"))
LEGENDS = ("dame-de-riants", "le-marcou", "procession-du-dragon", "roman-de-renart")
LANGS = ("fr", "en")


@pytest.fixture
def tools(staff: Tools) -> Tools:
    return staff


@pytest.fixture
def line(tools: Tools) -> Iterator[LossyLine]:
    with running_app(build_app(tools, lambda: None, desk=lambda: tools)) as port:
        line = LossyLine(port, seed=20260601)
        yield line
        line.close()


class Machine:
    """A kiosk's disk and what runs on it; the disk is made anew now and then."""

    def __init__(self, tools: Tools, line: LossyLine, root: Path, clock: SetClock) -> None:
        self._tools, self._line, self._root, self._clock = tools, line, root, clock
        self._disks = 0
        self._kiosk = fleet.add_kiosk(tools, COMMAND_LINE, "Hall de l’Étang").kiosk.id
        self.make_anew()

    def make_anew(self) -> None:
        """An empty disk, a new code, a new key: the same kiosk to the office."""
        self._disks += 1
        self.folder = KioskIdentity(self._root / f"{self._disks}")
        code = fleet.issue_code(self._tools, COMMAND_LINE, self._kiosk).code
        insist(lambda: joining.join(self.folder, self._line.url, code, "borne"), self._clock)
        self.counter: Counter = open_counter(self.folder.counts)
        self.office = HeadOffice(self._line.url, self.folder.key())

    def restart(self) -> None:
        self.close()
        self.counter = open_counter(self.folder.counts)
        self.office = HeadOffice(self._line.url, self.folder.key())

    def deliver(self) -> None:
        self._clock.go(seconds=1)
        with suppress(Unavailable):  # it stays where it is until the next time
            delivering.deliver(self.counter, self.office)

    def deliver_all(self) -> None:
        insist(lambda: delivering.deliver(self.counter, self.office), self._clock)

    def close(self) -> None:
        self.counter.close()
        self.office.close()


def insist(deed: object, clock: SetClock) -> None:
    """As a kiosk does: again and again, with rests between."""
    assert callable(deed)
    for _ in range(500):
        try:
            deed()
        except Unavailable:
            clock.go(seconds=2)
        else:
            return
    pytest.fail("nothing ever came through")


def some_visits(luck: random.Random, number: int) -> list[Visit]:
    return [
        Visit(
            f"{number}-{at}",
            Cell(
                DAY - timedelta(days=luck.randrange(7)),
                luck.choice(LEGENDS),
                luck.choice(LANGS),
                luck.choice(EVENT_TYPES),
            ),
        )
        for at in range(luck.randrange(1, 40))
    ]


def test_every_event_is_counted_in_its_cell_and_once(
    tools: Tools, line: LossyLine, tmp_path: Path, clock: SetClock
) -> None:
    luck = random.Random(1847)  # noqa: S311 - the same visits at each run
    truth, told, anew = Sum[Cell](), 0, 0
    machine = Machine(tools, line, tmp_path, clock)
    while told < EVENTS:
        visits = some_visits(luck, told)
        for _ in range(luck.choice([1, 1, 1, 2])):  # a phone that did not hear the answer
            counting.count_visits(machine.counter, visits, today=DAY, legends=LEGENDS, langs=LANGS)
        truth.update(visit.cell for visit in visits)
        told += len(visits)
        if luck.random() < 0.5:
            machine.deliver()
        if luck.random() < 0.05:
            machine.restart()
        if told > (anew + 1) * min(EVENTS // 4, 2000):
            machine.deliver_all()
            machine.close()
            machine.make_anew()
            anew += 1
    machine.deliver_all()
    machine.close()
    row = VisitCountRow
    with tools.desk.db.reading() as tx:
        found = tx.execute(select(row.day, row.legend, row.lang, row.type, row.n))
        counted = {Cell(*one[:4]): one[4] for one in found}
        batches = len(list(tx.scalars(select(CountBatchRow.seq))))
    assert counted == truth
    assert sum(counted.values()) == told >= EVENTS
    assert set(line.happened) == set(FATES)
    assert anew >= 3
    sys.stdout.write(f"{told} events, {batches} batches, {anew} new disks; {line.happened}\n")


# --- What the kiosk's half does with what it is told


@pytest.fixture
def machine(tools: Tools, line: LossyLine, tmp_path: Path, clock: SetClock) -> Iterator[Machine]:
    line.is_good = True
    machine = Machine(tools, line, tmp_path, clock)
    yield machine
    machine.close()


def a_visit(number: int) -> Visit:
    return Visit(f"{number}", Cell(DAY, "le-marcou", "fr", "trail_started"))


def test_a_kiosk_that_the_office_revoked_keeps_its_counts(machine: Machine, tools: Tools) -> None:
    machine.counter.add_visits([a_visit(1)])
    kiosk = fleet.list_kiosks(tools, COMMAND_LINE).items[0]
    fleet.revoke_kiosk(tools, COMMAND_LINE, kiosk.id, kiosk.version)
    with pytest.raises(OdysseeError) as refused:
        delivering.deliver(machine.counter, machine.office)
    assert refused.value.code == "kiosk_revoked"
    assert len(machine.counter.waiting()) == 1


def test_a_kiosk_whose_key_nobody_knows_keeps_its_counts(
    machine: Machine, tmp_path: Path, line: LossyLine
) -> None:
    stranger = HeadOffice(line.url, KioskIdentity(tmp_path / "stranger").key())
    machine.counter.add_visits([a_visit(1)])
    with pytest.raises(KioskUnknown):
        delivering.deliver(machine.counter, stranger)
    assert len(machine.counter.waiting()) == 1
    stranger.close()


def test_health_is_told_and_the_profile_comes_back(machine: Machine, tools: Tools) -> None:
    told = machine.office.send_health({"packs": {"le-marcou": 3}, "content": "old"})
    assert told == machine.folder.membership()
    kiosk = fleet.list_kiosks(tools, COMMAND_LINE).items[0]
    assert kiosk.health is not None
    assert (kiosk.health.content, dict(kiosk.health.packs)) == ("old", {"le-marcou": 3})


def test_a_server_that_is_away_is_told_soon(machine: Machine, line: LossyLine) -> None:
    machine.counter.add_visits([a_visit(1)])
    line.close()
    gone = HeadOffice("http://127.0.0.1:9", machine.folder.key())
    with pytest.raises(Unavailable):
        delivering.deliver(machine.counter, gone)
    assert len(machine.counter.waiting()) == 1
    gone.close()


def test_what_is_kept_of_a_key_is_its_owners_and_stays_the_same(
    machine: Machine, tmp_path: Path
) -> None:
    before = machine.folder.key().public
    file = tmp_path / "1" / "cle-borne"
    assert file.stat().st_mode & 0o777 == 0o600
    shutil.copytree(tmp_path / "1", tmp_path / "copy")
    assert KioskIdentity(tmp_path / "copy").key().public == before
    file.write_bytes(b"abc\n")
    with pytest.raises(OdysseeError) as refused:
        machine.folder.key()
    assert refused.value.code == "misconfigured"
