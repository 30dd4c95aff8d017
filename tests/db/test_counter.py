"""A kiosk's counts: what was added is there, once, whatever ends the process in between."""

import json
import shutil
import sqlite3
import stat
import subprocess
import threading
from collections import Counter as Sum
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from odyssee.db import counter as module
from odyssee.db.counter import MAX_CELLS, Counter, Frozen, open_counter
from odyssee.domain.batches import MAX_COUNTS, MAX_N, read_counts
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.statistics import Cell, Visit

DAY = date(2026, 6, 24)


def a_cell(legend: str = "dame-de-riants", ago: int = 0) -> Cell:
    return Cell(DAY - timedelta(days=ago), legend, "fr", "trail_started")


def a_visit(number: int, cell: Cell | None = None) -> Visit:
    return Visit(f"v-{number}", cell or a_cell())


def a_long_visit(number: int) -> Visit:
    return Visit(f"{number}-{'x' * 4000}", a_cell())


def summed(*batches: Frozen | None) -> Sum[Cell]:
    found: Sum[Cell] = Sum()
    for frozen in batches:
        assert frozen is not None
        for cell, n in read_counts(frozen.body):
            found[cell] += n
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "borne" / "compteurs.db"


@pytest.fixture
def counter(path: Path) -> Iterator[Counter]:
    counter = Counter(path)
    yield counter
    counter.close()


def test_nothing_counted_makes_no_batch(counter: Counter) -> None:
    assert counter.freeze() is None
    assert counter.waiting() == counter.freeze_all() == []


def test_what_was_added_stands_in_one_batch(counter: Counter) -> None:
    counter.add([(a_cell(), 2), (a_cell("le-marcou"), 1), (a_cell(), 3)])
    frozen = counter.freeze()
    assert summed(frozen) == {a_cell(): 5, a_cell("le-marcou"): 1}
    assert frozen is not None
    told = json.loads(frozen.body)
    assert (told["epoch"], told["seq"]) == (counter.epoch, 1) == (frozen.epoch, frozen.seq)
    assert told["counts"][0] == {
        "day": "2026-06-24",
        "legend": "dame-de-riants",
        "lang": "fr",
        "type": "trail_started",
        "n": 5,
    }


def test_a_frozen_batch_keeps_its_bytes_until_the_server_has_it(
    counter: Counter, path: Path
) -> None:
    counter.add([(a_cell(), 1)])
    first = counter.freeze()
    assert first is not None
    counter.add([(a_cell(), 1)])
    assert counter.freeze() == first
    counter.close()
    again = Counter(path)
    assert again.freeze() == first
    assert again.settle(first, first.sha256)
    second = again.freeze()
    assert second is not None
    assert second.seq == 2
    assert summed(second) == {a_cell(): 1}
    again.close()


def test_an_answer_that_comes_twice_or_late_lets_nothing_else_go(counter: Counter) -> None:
    counter.add([(a_cell(), 1)])
    first = counter.freeze()
    assert first is not None
    assert counter.settle(first, first.sha256)
    counter.add([(a_cell(), 1)])
    second = counter.freeze()
    assert counter.settle(first, first.sha256)
    assert counter.settle(first, "0" * 64)
    counter.renew(first)
    assert counter.waiting() == [second]


def test_another_batch_under_its_number_begins_a_new_epoch(counter: Counter) -> None:
    before = counter.epoch
    for n in (1, 2):
        counter.add([(a_cell(), n)])
        counter.freeze_all()
    oldest = counter.waiting()[0]
    assert not counter.settle(oldest, "0" * 64)
    renewed = counter.waiting()
    assert counter.epoch != before
    assert [(one.epoch, one.seq) for one in renewed] == [(counter.epoch, 1), (counter.epoch, 2)]
    assert [summed(one)[a_cell()] for one in renewed] == [1, 2]
    counter.add([(a_cell(), 4)])
    assert [one.seq for one in counter.freeze_all()] == [1, 2, 3]


def test_a_visit_counts_once(counter: Counter) -> None:
    assert counter.add_visits([a_visit(1), a_visit(2), a_visit(1)]) == 1
    assert counter.add_visits([a_visit(2), a_visit(3)]) == 1
    assert summed(counter.freeze()) == {a_cell(): 3}


def test_a_visit_counts_once_when_it_was_delivered_long_ago(counter: Counter, path: Path) -> None:
    counter.add_visits([a_visit(1)])
    frozen = counter.freeze()
    assert frozen is not None
    counter.settle(frozen, frozen.sha256)
    again = Counter(path)
    assert again.add_visits([a_visit(1)]) == 1
    assert again.freeze() is None
    again.close()


def test_the_ids_that_are_remembered_have_a_bound(counter: Counter, path: Path) -> None:
    for start in range(0, module.MAX_SEEN + 2000, 1000):
        counter.add_visits([a_visit(number) for number in range(start, start + 1000)])
    with sqlite3.connect(path) as other:
        (kept,) = other.execute("SELECT count(*) FROM seen").fetchone()
    other.close()
    assert kept == module.MAX_SEEN
    assert counter.add_visits([a_visit(module.MAX_SEEN + 1000)]) == 1
    assert counter.add_visits([a_visit(0)]) == 0


def test_many_cells_make_several_batches_that_the_server_takes(counter: Counter) -> None:
    counts = [(a_cell(f"legende-{n}", ago), 1) for n in range(50) for ago in range(50)]
    counter.add(counts)
    batches = counter.freeze_all()
    assert [one.seq for one in batches] == [1, 2, 3]
    assert max(len(read_counts(one.body)) for one in batches) == MAX_CELLS < MAX_COUNTS
    assert max(len(one.body) for one in batches) < 256 * 1024
    assert summed(*batches) == dict(counts)


def test_more_than_a_count_holds_goes_with_the_next_batch(counter: Counter) -> None:
    counter.add([(a_cell(), MAX_N), (a_cell(), MAX_N), (a_cell(), 7)])
    assert [summed(one)[a_cell()] for one in counter.freeze_all()] == [MAX_N, MAX_N, 7]


def test_what_fails_half_way_counts_nothing(counter: Counter) -> None:
    with pytest.raises(OverflowError):
        counter.add([(a_cell(), 1), (a_cell("le-marcou"), 2**70)])  # no such number fits
    assert counter.freeze() is None


def test_threads_and_processes_that_count_at_once_lose_nothing(path: Path) -> None:
    counters = [Counter(path) for _ in range(2)]
    together = threading.Barrier(8)

    def count(number: int) -> None:
        together.wait()
        for at in range(20):
            counters[number % 2].add_visits([a_visit(number * 100 + at)])

    threads = [threading.Thread(target=count, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert summed(counters[0].freeze()) == {a_cell(): 160}
    assert len({counter.epoch for counter in counters}) == 1
    for counter in counters:
        counter.close()


def test_the_file_is_its_owners_and_on_the_disk_at_each_step(counter: Counter, path: Path) -> None:
    counter.add([(a_cell(), 1)])
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    asked = counter._connection.execute
    assert asked("PRAGMA synchronous").fetchone() == (2,)
    assert asked("PRAGMA journal_mode").fetchone() == ("wal",)


def test_each_file_begins_an_epoch_of_its_own(tmp_path: Path) -> None:
    counters = [Counter(tmp_path / f"{n}.db") for n in range(3)]
    assert len({counter.epoch for counter in counters}) == 3
    for counter in counters:
        counter.close()


@pytest.mark.parametrize("damage", ["no database", "torn page"])
def test_a_damaged_file_is_put_aside_and_counting_goes_on(path: Path, damage: str) -> None:
    first = Counter(path)
    first.add([(a_cell(f"legende-{n}"), 1) for n in range(200)])
    epoch = first.epoch
    first.close()
    whole = path.read_bytes()
    if damage == "no database":
        path.write_bytes(b"x" * 8192)
    else:
        path.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[4096 + 8192 :])
    with pytest.raises(Damaged):
        Counter(path)
    counter = open_counter(path)
    counter.add([(a_cell(), 1)])
    assert counter.epoch != epoch
    assert summed(counter.freeze()) == {a_cell(): 1}
    assert Path(f"{path}.abime").exists()
    counter.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "borne"
    blocked.write_text("")
    with pytest.raises(Unavailable):
        open_counter(blocked / "compteurs.db")


@pytest.mark.needs_root
def test_a_full_disk_counts_nothing_and_says_so(tmp_path: Path, small_disk: Path) -> None:
    counter, added = Counter(small_disk / "compteurs.db"), 0
    try:
        while added < 2000:
            counter.add_visits([a_long_visit(added)])
            added += 1
    except Unavailable:
        counter.close()
    assert 0 < added < 2000
    bigger = tmp_path / "compteurs.db"
    for file in small_disk.iterdir():
        shutil.copy(file, bigger.with_name(file.name))
    again = Counter(bigger)
    again.add_visits([a_long_visit(added)])
    assert summed(again.freeze()) == {a_cell(): added + 1}
    again.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disque"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)
