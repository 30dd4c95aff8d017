"""Delivering: a kiosk brings to the server what it counted."""

from odyssee.db.counter import Counter
from odyssee.domain.errors import SequenceGap, Unavailable
from odyssee.files.head_office import HeadOffice

_MAX_BATCHES = 100
"""At one go: a kiosk that has more goes on the next time."""


def deliver(counter: Counter, office: HeadOffice) -> int:
    """Bring what was counted to the server, batch after batch, until nothing waits.

    Whatever is cut off in between is taken up again: a batch goes once it is acknowledged, and the
    server adds it once.

    Returns:
        How many batches it has now.

    Raises:
        KioskRevoked: the office ended this kiosk; its counts stay here.
        KioskUnknown: the server does not know this key.
        Unavailable: the server does not answer, or not as it should; what is left waits.
    """
    delivered, renewed = 0, 0
    while delivered < _MAX_BATCHES:
        frozen = counter.freeze()
        if frozen is None:
            break
        try:
            if counter.settle(frozen, office.send_counts(frozen.body)):
                delivered += 1
                continue
        except SequenceGap:
            # What is missing was acknowledged here once: the server lost it.
            counter.renew(frozen)
        renewed += 1
        if renewed > 1:
            raise Unavailable("the server takes no first batch of a new epoch")
    return delivered
