"""Counts reach the server once, whatever is lost, repeated, late, restarted, copied or made anew.

Every message between kiosks and server is a step of its own here, so that each
may be lost, come twice, or come after those that were sent later.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter as Sum
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from desk_builders import tools_over
from fleet_builders import DAY, SomeKiosk, settle_kiosk
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from killed_kiosk import visit_of
from people_builders import SetClock
from sqlalchemy import select

from odyssee.actions import collecting, fleet
from odyssee.actions.tools import Tools
from odyssee.db.counter import Counter, Frozen
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.domain.batches import Batch, read_counts
from odyssee.domain.errors import SequenceGap
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.statistics import EVENT_TYPES, Cell, Visit

CELLS = st.builds(
    Cell,
    st.sampled_from([DAY, DAY - timedelta(days=1)]),
    st.sampled_from(["dame-de-riants", "le-marcou"]),
    st.sampled_from(["fr", "en"]),
    st.sampled_from(EVENT_TYPES[:2]),
)
NOBODY = st.runner().flatmap(lambda machine: st.sampled_from(sorted(machine.kiosks)))
AT = st.integers(0, 99)


class Answer(NamedTuple):
    """What the server said to one batch; null for a gap."""

    kiosk: int
    frozen: Frozen
    recorded: str | None


def server_counts(tools: Tools, kiosk: Kiosk) -> Sum[Cell]:
    row = VisitCountRow
    with tools.desk.db.reading() as tx:
        found = tx.execute(
            select(row.day, row.legend, row.lang, row.type, row.n).where(row.source == kiosk.id)
        )
        return Sum({Cell(*one[:4]): one[4] for one in found})


def take(tools: Tools, kiosk: Kiosk, frozen: Frozen) -> str | None:
    """What the server says to a batch, over the very bytes."""
    counts = tuple(read_counts(frozen.body))
    batch = Batch(epoch=frozen.epoch, seq=frozen.seq, counts=counts, sha256=frozen.sha256)
    try:
        return collecting.take_batch(tools, kiosk, batch).sha256
    except SequenceGap:
        return None


def hear(counter: Counter, frozen: Frozen, recorded: str | None) -> None:
    if recorded is None:
        counter.renew(frozen)
    else:
        counter.settle(frozen, recorded)


def bring_all(tools: Tools, kiosk: Kiosk, counter: Counter) -> None:
    """Over a line on which nothing is lost."""
    for _ in range(200):
        frozen = counter.freeze()
        if frozen is None:
            return
        hear(counter, frozen, take(tools, kiosk, frozen))
    pytest.fail("the kiosk never comes to an end")


class Fleet(RuleBasedStateMachine):
    """Kiosks that share one key, as images of one machine do, and what they counted in truth."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="odyssee-fleet-"))
        self.tools = tools_over(self.folder / "server", SetClock())
        self.tools.desk.db.upgrade()
        self.kiosk = settle_kiosk(self.tools, SomeKiosk())
        self.kiosks: dict[int, Counter] = {}
        self.requests: list[tuple[int, Frozen]] = []
        self.answers: list[Answer] = []
        self.truth: Sum[Cell] = Sum()
        self.made = 0
        self.told = 0

    def path(self, number: int) -> Path:
        return self.folder / f"{number}" / "compteurs.db"

    def make(self) -> int:
        self.made += 1
        self.kiosks[self.made] = Counter(self.path(self.made))
        return self.made

    @initialize()
    def begin(self) -> None:
        self.make()

    @rule(kiosk=NOBODY, cells=st.lists(CELLS, min_size=1, max_size=5), again=st.booleans())
    def count(self, kiosk: int, cells: list[Cell], *, again: bool) -> None:
        visits = [Visit(f"{self.told + at}", cell) for at, cell in enumerate(cells)]
        self.told += len(visits)
        for _ in range(1 + again):
            self.kiosks[kiosk].add_visits(visits)
        self.truth.update(cells)

    @rule(kiosk=NOBODY)
    def send(self, kiosk: int) -> None:
        frozen = self.kiosks[kiosk].freeze()
        if frozen is not None:
            self.requests.append((kiosk, frozen))

    @precondition(lambda self: self.requests)
    @rule(at=AT, keep=st.booleans(), is_heard=st.booleans())
    def arrive(self, at: int, *, keep: bool, is_heard: bool) -> None:
        at %= len(self.requests)
        kiosk, frozen = self.requests[at] if keep else self.requests.pop(at)
        recorded = take(self.tools, self.kiosk, frozen)
        if is_heard:
            self.answers.append(Answer(kiosk, frozen, recorded))

    @precondition(lambda self: self.requests)
    @rule(at=AT)
    def lose(self, at: int) -> None:
        self.requests.pop(at % len(self.requests))

    @precondition(lambda self: self.answers)
    @rule(at=AT, keep=st.booleans())
    def hear(self, at: int, *, keep: bool) -> None:
        at %= len(self.answers)
        answer = self.answers[at] if keep else self.answers.pop(at)
        if answer.kiosk in self.kiosks:
            hear(self.kiosks[answer.kiosk], answer.frozen, answer.recorded)

    @rule(kiosk=NOBODY)
    def restart(self, kiosk: int) -> None:
        self.kiosks[kiosk].close()
        self.kiosks[kiosk] = Counter(self.path(kiosk))

    @rule(kiosk=NOBODY)
    def make_anew(self, kiosk: int) -> None:
        """A new disk, once everything that stood on the old one was brought."""
        bring_all(self.tools, self.kiosk, self.kiosks[kiosk])
        self.kiosks.pop(kiosk).close()
        self.make()

    @precondition(lambda self: len(self.kiosks) < 4)
    @rule(kiosk=NOBODY)
    def copy(self, kiosk: int) -> None:
        """Two machines from one image, taken while nothing waited on it."""
        bring_all(self.tools, self.kiosk, self.kiosks[kiosk])
        self.kiosks[kiosk].close()
        self.made += 1
        shutil.copytree(self.path(kiosk).parent, self.path(self.made).parent)
        for number in (kiosk, self.made):
            self.kiosks[number] = Counter(self.path(number))

    def teardown(self) -> None:
        try:
            for _kiosk, frozen in self.requests:  # what was on the way comes in last
                take(self.tools, self.kiosk, frozen)
            for counter in self.kiosks.values():
                bring_all(self.tools, self.kiosk, counter)
            assert server_counts(self.tools, self.kiosk) == self.truth
            assert all(not counter.waiting() for counter in self.kiosks.values())
        finally:
            for counter in self.kiosks.values():
                counter.close()
            self.tools.desk.db.close()
            shutil.rmtree(self.folder)


Fleet.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestFleet = Fleet.TestCase


# --- What happens to a disk, told one by one


def test_two_kiosks_of_one_image_that_count_just_the_same_are_both_counted(
    tmp_path: Path,
) -> None:
    tools = tools_over(tmp_path / "server", SetClock())
    tools.desk.db.upgrade()
    kiosk, first = settle_kiosk(tools, SomeKiosk()), Counter(tmp_path / "1" / "compteurs.db")
    first.close()
    shutil.copytree(tmp_path / "1", tmp_path / "2")
    for folder in ("1", "2"):
        machine = Counter(tmp_path / folder / "compteurs.db")
        machine.add([(a_cell(), 1)])
        bring_all(tools, kiosk, machine)
        machine.close()
    assert server_counts(tools, kiosk) == {a_cell(): 2}
    tools.desk.db.close()


@pytest.fixture
def counted(tmp_path: Path) -> tuple[Tools, Kiosk, Counter]:
    tools = tools_over(tmp_path / "server", SetClock())
    tools.desk.db.upgrade()
    return tools, settle_kiosk(tools, SomeKiosk()), Counter(tmp_path / "1" / "compteurs.db")


def a_cell(kind: str = "trail_started", day: date = DAY) -> Cell:
    return Cell(day, "dame-de-riants", "fr", kind)  # type: ignore[arg-type]  # one of the contract's


def test_a_kiosk_that_is_put_back_to_an_earlier_image_goes_on_exactly(
    counted: tuple[Tools, Kiosk, Counter], tmp_path: Path
) -> None:
    tools, kiosk, counter = counted
    counter.add([(a_cell(), 5)])
    bring_all(tools, kiosk, counter)
    counter.close()
    shutil.copytree(tmp_path / "1", tmp_path / "image")
    later = Counter(tmp_path / "1" / "compteurs.db")
    for n in (7, 11):
        later.add([(a_cell(), n)])
        bring_all(tools, kiosk, later)
    later.close()
    restored = Counter(tmp_path / "image" / "compteurs.db")
    for n in (100, 1000):
        restored.add([(a_cell(), n)])
        bring_all(tools, kiosk, restored)
    restored.close()
    assert server_counts(tools, kiosk) == {a_cell(): 5 + 7 + 11 + 100 + 1000}


def test_a_batch_that_stood_on_the_image_and_was_sent_since_is_not_added_again(
    counted: tuple[Tools, Kiosk, Counter], tmp_path: Path
) -> None:
    tools, kiosk, counter = counted
    counter.add([(a_cell(), 5)])
    assert counter.freeze() is not None
    counter.close()
    shutil.copytree(tmp_path / "1", tmp_path / "image")
    for folder in ("1", "image"):
        machine = Counter(tmp_path / folder / "compteurs.db")
        bring_all(tools, kiosk, machine)
        machine.close()
    assert server_counts(tools, kiosk) == {a_cell(): 5}


def test_when_the_server_lost_batches_the_kiosk_goes_on_with_what_it_has(
    counted: tuple[Tools, Kiosk, Counter], tmp_path: Path
) -> None:
    tools, kiosk, counter = counted
    counter.add([(a_cell(), 1)])
    bring_all(tools, kiosk, counter)
    tools.desk.db.close()
    backup = tmp_path / "backup.db"
    shutil.copy(tmp_path / "server" / "odyssee.db", backup)
    counter.add([(a_cell(), 10)])
    bring_all(tools, kiosk, counter)
    tools.desk.db.close()
    shutil.copy(backup, tmp_path / "server" / "odyssee.db")
    counter.add([(a_cell(), 100)])
    bring_all(tools, kiosk, counter)
    assert server_counts(tools, kiosk) == {a_cell(): 101}
    counter.close()


def test_what_a_disk_held_alone_is_lost_with_it_and_nothing_else(
    counted: tuple[Tools, Kiosk, Counter], tmp_path: Path
) -> None:
    tools, kiosk, counter = counted
    counter.add([(a_cell(), 1)])
    bring_all(tools, kiosk, counter)
    counter.add([(a_cell(), 10)])
    heard_of = counter.freeze()
    assert heard_of is not None
    assert take(tools, kiosk, heard_of) == heard_of.sha256  # and the answer was lost
    counter.add([(a_cell(), 100)])
    counter.close()
    anew = Counter(tmp_path / "2" / "compteurs.db")
    anew.add([(a_cell(), 1000)])
    bring_all(tools, kiosk, anew)
    anew.close()
    assert server_counts(tools, kiosk) == {a_cell(): 1011}


def test_a_kiosk_and_a_server_that_are_killed_at_any_moment_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    script = Path(__file__).parents[1] / "killed_kiosk.py"
    kills = int(os.environ.get("TORTURE_KILLS", "60"))
    told = subprocess.run(
        [sys.executable, script, tmp_path, str(kills)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    events = (tmp_path / "ledger").stat().st_size
    tools = tools_over(tmp_path / "server", SetClock())
    counted = server_counts(tools, fleet.list_kiosks(tools, COMMAND_LINE).items[0])
    tools.desk.db.close()
    assert events > kills
    assert counted == Sum(visit_of(number).cell for number in range(events))
