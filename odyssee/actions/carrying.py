"""Carrying: what a kiosk gives to a stick for the office, and what it takes back from it."""

from dataclasses import dataclass

from odyssee.db.counter import Counter
from odyssee.domain.kiosk_calls import Carried, Message, carried_bytes
from odyssee.domain.receipts import name_counts_receipt, name_enrolment_receipt
from odyssee.files.kiosk_identity import KioskIdentity, KioskKey, membership_from
from odyssee.files.stick import Stick


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a stick brought back."""

    enrolled: bool
    """The office took this kiosk in, or said anew what it is."""
    settled: int
    """Batches that the office has, and this kiosk no longer."""


def load_stick(identity: KioskIdentity, counter: Counter, stick: Stick) -> int:
    """Put everything that waits on the stick; what is there already is left as it is.

    Nothing goes from the kiosk: only a receipt, or the server itself, lets a batch go.

    Returns:
        How many messages the stick carries for this kiosk now.

    Raises:
        Unavailable: the stick cannot be written.
    """
    key, asked = identity.key(), identity.asked()
    messages = [_message(key, "counts", frozen.body) for frozen in counter.freeze_all()]
    if asked is not None:
        messages.insert(0, _message(key, "enrolment", asked))
    for message in messages:
        stick.put_message(message)
    stick.flush()
    return len(messages)


def _message(key: KioskKey, kind: Carried, body: bytes) -> Message:
    return Message(kind, key.public, key.sign(carried_bytes(kind, body)), body)


def take_receipts(identity: KioskIdentity, counter: Counter, stick: Stick) -> TakenBack:
    """Let go what the office has, and learn what it says of this kiosk.

    A receipt of another kiosk or another epoch is never looked at; one that is damaged changes
    nothing.

    Raises:
        Unavailable: the stick, or the kiosk's own folder, does not answer.
    """
    key = identity.key()
    return TakenBack(_take_membership(identity, key, stick), _settle(counter, key, stick))


def _take_membership(identity: KioskIdentity, key: KioskKey, stick: Stick) -> bool:
    known = identity.membership()
    server = None if known is None else known.server
    told = stick.find_receipt(name_enrolment_receipt(key.public))
    member = membership_from(told, server)
    if member is None or member == known:
        return False
    identity.keep_membership(member)
    return True


def _settle(counter: Counter, key: KioskKey, stick: Stick) -> int:
    receipt = stick.find_receipt(name_counts_receipt(key.public, counter.epoch))
    batches = None if receipt is None else receipt.get("batches")
    if not isinstance(batches, dict):
        return 0
    settled = 0
    for frozen in counter.waiting():
        recorded = batches.get(str(frozen.seq))
        if not isinstance(recorded, str) or not counter.settle(frozen, recorded):
            break
        settled += 1
    return settled
