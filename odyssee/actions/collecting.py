"""Collecting: what kiosks tell, each count exactly once."""

from dataclasses import dataclass

from odyssee.actions.tools import Tools
from odyssee.db import counts, kiosks
from odyssee.db.session import Tx
from odyssee.domain.batches import Batch, place_of
from odyssee.domain.errors import KioskRevoked, SequenceGap
from odyssee.domain.kiosks import Health, Kiosk
from odyssee.domain.statistics import is_countable, sum_up


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch."""

    seq: int
    last: int
    """The number of the last batch that is known of the epoch."""
    sha256: str
    """Of the batch that was taken under this number: another one's, if that was another."""
    is_new: bool
    """Taken now, and not before."""
    accepted: int
    """Counts that were added now; none where the number was known."""
    refused: tuple[int, ...]
    """Which counts were not: their days cannot be."""


def take_batch(tools: Tools, kiosk: Kiosk, batch: Batch) -> Taken:
    """Add a batch to what was counted, unless that was done before.

    A count under a day that cannot be is left out and told, and the batch still counts as
    taken: a kiosk whose clock is wrong would else send it for ever, and nothing after it.

    Raises:
        SequenceGap: batches of its epoch are missing that come before.
        KioskRevoked: the kiosk was ended meanwhile.
    """
    with tools.desk.db.transaction() as tx:
        # Batches of one kiosk wait for each other here, so that a number is taken once.
        if kiosks.lock_kiosk(tx, kiosk.id).revoked_at is not None:
            raise KioskRevoked
        last = counts.last_batch(tx, kiosk.id, batch.epoch)
        place = place_of(batch.seq, last)
        if place == "gap":
            raise SequenceGap(last)
        if place == "next":
            return _add(tools, tx, kiosk, batch)
        known = counts.find_batch_sha256(tx, kiosk.id, batch.epoch, batch.seq)
        return Taken(batch.seq, last, known or "", is_new=False, accepted=0, refused=())


def _add(tools: Tools, tx: Tx, kiosk: Kiosk, batch: Batch) -> Taken:
    now = tools.clock()
    believed = [is_countable(cell.day, now.date()) for cell, _n in batch.counts]
    kept = [count for count, ok in zip(batch.counts, believed, strict=True) if ok]
    refused = tuple(at for at, ok in enumerate(believed) if not ok)
    counts.add_batch(tx, kiosk.id, batch, now)
    counts.add_counts(tx, kiosk.id, sum_up(kept))
    if refused:
        kiosks.add_refused(tx, kiosk.id, sum(batch.counts[at][1] for at in refused))
    sha256 = batch.sha256
    return Taken(batch.seq, batch.seq, sha256, is_new=True, accepted=len(kept), refused=refused)


def take_health(tools: Tools, kiosk: Kiosk, health: Health) -> Kiosk:
    """Keep what a kiosk tells of itself, in place of what it told before.

    Returns:
        The kiosk as the office has it now, for its profile.
    """
    with tools.desk.db.transaction() as tx:
        kiosks.set_health(tx, kiosk.id, health, tools.clock())
        return kiosks.get_kiosk(tx, kiosk.id)
