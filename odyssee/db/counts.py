"""Counts of visits by day, legend, language, type and source, and the batches they came in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from odyssee.db.fleet_tables import CountBatchRow, VisitCountRow
from odyssee.db.session import Tx
from odyssee.domain.batches import Batch
from odyssee.domain.statistics import Cell


def last_batch(tx: Tx, kiosk_id: str, epoch: str) -> int:
    """The number of the last batch that was taken of the epoch; 0 before the first."""
    mine = (CountBatchRow.kiosk_id == kiosk_id, CountBatchRow.epoch == epoch)
    return tx.scalar(select(func.max(CountBatchRow.seq)).where(*mine)) or 0


def find_batch_sha256(tx: Tx, kiosk_id: str, epoch: str, seq: int) -> str | None:
    """Of the bytes of the batch that was taken under that number; null when none was."""
    row = CountBatchRow
    one = (row.kiosk_id == kiosk_id, row.epoch == epoch, row.seq == seq)
    return tx.scalar(select(row.sha256).where(*one))


def add_batch(tx: Tx, kiosk_id: str, batch: Batch, now: datetime) -> None:
    """Note that the batch was taken; under the lock of its kiosk."""
    row = {
        "kiosk_id": kiosk_id,
        "epoch": batch.epoch,
        "seq": batch.seq,
        "sha256": batch.sha256,
        "taken_at": now,
    }
    tx.execute(insert(CountBatchRow).values(row))


def add_counts(tx: Tx, source: str, counts: Mapping[Cell, int]) -> None:
    """Add to what was counted; give the cells in their order, so that no two wait for each other.

    Args:
        tx: A transaction that may write.
        source: Who counted: the id of a kiosk.
        counts: How many of each.
    """
    if not counts:
        return
    dialect = tx.connection().dialect.name
    added = (sqlite if dialect == "sqlite" else postgresql).insert(VisitCountRow)
    keys = ("day", "legend", "lang", "type", "source")
    summed = {"n": VisitCountRow.n + added.excluded.n}
    rows = [cell._asdict() | {"source": source, "n": n} for cell, n in counts.items()]
    tx.execute(added.on_conflict_do_update(index_elements=keys, set_=summed), rows)
