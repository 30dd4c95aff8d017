"""A kiosk's own counts, in one small SQLite file that a power cut neither robs nor doubles.

Each function is one transaction, on the disk when it returns (WAL with
`synchronous = FULL`). Visits are added to cells; cells are frozen into a batch,
whose bytes never change; a batch is dropped when the server has it. No SQLAlchemy
here: a kiosk does without.

Source: design/packs.md, section 3, "Counting, exactly once".
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from odyssee.db.sqlite_faults import find_sqlite_fault
from odyssee.domain.batches import MAX_N, read_counts, write_batch
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.statistics import Cell, Visit

MAX_SEEN = 100_000
"""So many ids of visits are remembered: of a phone that comes back after more, one counts twice."""
MAX_CELLS = 1000
"""Of a batch: half of what the server takes."""
_ASIDE = ".abime"
_BUSY_S = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS life
  (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, frozen INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cells
  (day TEXT, legend TEXT, lang TEXT, type TEXT, n INTEGER NOT NULL,
  PRIMARY KEY (day, legend, lang, type)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches
  (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seen
  (at INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE)
"""
_ADD = (
    "INSERT INTO cells VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (day, legend, lang, type) DO UPDATE SET n = n + excluded.n"
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A batch that waits until the server has it."""

    epoch: str
    seq: int
    body: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return sha256_of(self.body)


class Counter:
    """The counts of one kiosk; shared by threads, and by processes through the file."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, readable by its owner only.

        Raises:
            Damaged: it is no such file, or not whole.
            Unavailable: it can neither be opened nor made.
        """
        self._lock = threading.Lock()
        with _told():
            _make_private(path)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        with _told():
            ask = self._connection.execute
            if ask("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise Damaged("the counts of the kiosk are not whole")
            ask("PRAGMA journal_mode = WAL")
            ask("PRAGMA synchronous = FULL")
        with self._changing() as change:
            for table in _SCHEMA.split(";"):
                change(table)
            change("INSERT OR IGNORE INTO life VALUES (1, ?, 0)", (_by_chance(),))

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    @property
    def epoch(self) -> str:
        """Random, made with the file: a kiosk that was made anew begins anew."""
        with self._lock, _told():
            found: str = self._connection.execute("SELECT epoch FROM life").fetchone()[0]
        return found

    def add(self, counts: Iterable[tuple[Cell, int]]) -> None:
        """Count; all of it or nothing."""
        with self._changing() as change:
            for cell, n in counts:
                change(_ADD, (*_columns(cell), n))

    def add_visits(self, visits: Sequence[Visit]) -> int:
        """Count each visit whose id was not seen yet; all of them or none.

        Returns:
            How many were seen before, among these or earlier.
        """
        known = 0
        with self._changing() as change:
            for visit in visits:
                if change("INSERT OR IGNORE INTO seen (id) VALUES (?)", (visit.id,)).rowcount:
                    change(_ADD, (*_columns(visit.cell), 1))
                else:
                    known += 1
            change("DELETE FROM seen WHERE at <= (SELECT max(at) FROM seen) - ?", (MAX_SEEN,))
        return known

    def freeze(self) -> Frozen | None:
        """The oldest batch that waits; where none does, what was counted becomes one.

        Returns:
            The batch; null when nothing was counted.
        """
        with self._changing() as change:
            return _oldest(change) or _freeze(change)

    def freeze_all(self) -> list[Frozen]:
        """Every batch that waits, the oldest first, with all that was counted until now."""
        with self._changing() as change:
            while _freeze(change):
                pass
            return list(_waiting(change))

    def waiting(self) -> list[Frozen]:
        """Every batch that waits, the oldest first."""
        with self._changing() as change:
            return list(_waiting(change))

    def settle(self, frozen: Frozen, recorded: str) -> bool:
        """Drop a batch that the server has; told twice is harmless.

        Args:
            frozen: As it was sent.
            recorded: The SHA-256 of what the server has under its epoch and number.

        Returns:
            False when the server has another batch there, from a kiosk that was made from the
            same image: a new epoch begins with this one.
        """
        with self._changing() as change:
            if not _waits(change, frozen):
                return True
            if recorded != frozen.sha256:
                _begin_epoch(change)
                return False
            change("DELETE FROM batches WHERE seq = ?", (frozen.seq,))
            return True

    def renew(self, frozen: Frozen) -> None:
        """Begin a new epoch with every batch that waits, for the server lost what came before.

        Args:
            frozen: What it refused; nothing happens when that waits no longer.
        """
        with self._changing() as change:
            if _waits(change, frozen):
                _begin_epoch(change)

    @contextmanager
    def _changing(self) -> Iterator["_Change"]:
        """One transaction: on the disk at the end, undone when anything is raised."""
        with self._lock, _told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it may have been undone already
                    self._connection.execute("ROLLBACK")
                raise


_Change = Callable[..., sqlite3.Cursor]


def open_counter(path: Path) -> Counter:
    """The counts of a kiosk; a file that is damaged is put aside and a new one begins.

    A kiosk never stops for its counts. What was not sent yet is lost with the file, which stays
    beside the new one under another name.

    Raises:
        Unavailable: the file can neither be opened nor made.
    """
    try:
        return Counter(path)
    except Damaged:
        with _told():
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{path}{suffix}").replace(f"{path}{_ASIDE}{suffix}")
        return Counter(path)


def _waiting(change: _Change) -> Iterator[Frozen]:
    (epoch,) = change("SELECT epoch FROM life").fetchone()
    for seq, body in change("SELECT seq, body FROM batches ORDER BY seq").fetchall():
        yield Frozen(epoch, seq, body)


def _oldest(change: _Change) -> Frozen | None:
    return next(_waiting(change), None)


def _waits(change: _Change, frozen: Frozen) -> bool:
    """Whether this very batch waits still; another process may have sent it."""
    (epoch,) = change("SELECT epoch FROM life").fetchone()
    kept = change("SELECT body FROM batches WHERE seq = ?", (frozen.seq,)).fetchone()
    return (epoch, kept) == (frozen.epoch, (frozen.body,))


def _freeze(change: _Change) -> Frozen | None:
    """Make a batch of what was counted, the oldest days first; what it cannot hold stays."""
    rows = change("SELECT * FROM cells ORDER BY day, legend, lang, type LIMIT ?", (MAX_CELLS,))
    counts = [
        (Cell(date.fromisoformat(day), legend, lang, kind), min(n, MAX_N))
        for day, legend, lang, kind, n in rows.fetchall()
    ]
    if not counts:
        return None
    change("UPDATE life SET frozen = frozen + 1")
    epoch, seq = change("SELECT epoch, frozen FROM life").fetchone()
    body = write_batch(epoch, seq, _by_chance(), counts)
    change("INSERT INTO batches VALUES (?, ?)", (seq, body))
    for cell, n in counts:
        where = "WHERE day = ? AND legend = ? AND lang = ? AND type = ?"
        change(f"UPDATE cells SET n = n - ? {where}", (n, *_columns(cell)))  # noqa: S608 - our own words
    change("DELETE FROM cells WHERE n = 0")
    return Frozen(epoch, seq, body)


def _begin_epoch(change: _Change) -> None:
    """The batches that wait, in their order, as the first of a new epoch."""
    epoch, waiting = _by_chance(), list(_waiting(change))
    change("DELETE FROM batches")
    for seq, frozen in enumerate(waiting, 1):
        body = write_batch(epoch, seq, _by_chance(), read_counts(frozen.body))
        change("INSERT INTO batches VALUES (?, ?)", (seq, body))
    change("UPDATE life SET epoch = ?, frozen = ?", (epoch, len(waiting)))


def _by_chance() -> str:
    """A name of an epoch, or the mark of a batch."""
    return secrets.token_hex(16)


def _columns(cell: Cell) -> tuple[str, str, str, str]:
    return cell.day.isoformat(), cell.legend, cell.lang, cell.type


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        known = find_sqlite_fault(fault)
        if known is None:
            raise
        raise known from fault
    except OSError as fault:
        raise Unavailable(f"the counts of the kiosk: {fault.strerror}") from fault
