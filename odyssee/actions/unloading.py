"""Unloading: the office takes what a stick brings from kiosks, by the rules of every call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from odyssee.actions import collecting, enrolling
from odyssee.actions.credentials import is_signed
from odyssee.actions.tools import Tools
from odyssee.db import kiosks
from odyssee.domain.batches import Batch
from odyssee.domain.errors import (
    EnrolmentRefused,
    KeyTaken,
    KioskRevoked,
    KioskUnknown,
    OdysseeError,
    ProblemsFound,
    SequenceGap,
)
from odyssee.domain.kiosk_calls import Carried, Message, read_public_key, read_signature
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.receipts import name_counts_receipt, name_enrolment_receipt
from odyssee.files.stick import Stick

Outcome = Literal["enrolled", "taken", "known", "refused"]
_REFUSED = (EnrolmentRefused, KeyTaken, KioskRevoked, KioskUnknown, ProblemsFound, SequenceGap)


class EnrolmentTold(NamedTuple):
    """The body of an enrolment."""

    code: str
    public_key: str
    machine: str


@dataclass(frozen=True, slots=True)
class Readers:
    """How the bodies of messages are understood: as those of the same calls are.

    Each raises InputInvalid for anything else.
    """

    batch: Callable[[bytes], Batch]
    enrolment: Callable[[bytes], EnrolmentTold]


@dataclass(frozen=True, slots=True)
class Unloaded:
    """What became of one message."""

    kind: Carried
    kiosk: str
    """The name that the office has for it; the key where nobody knows it."""
    outcome: Outcome
    refusal: OdysseeError | None = None
    refused_counts: int = 0
    """Counts of a batch that was taken, under days that cannot be."""


class _Turn(NamedTuple):
    """Where a message stands among the others; messages are not kept in memory, they are many."""

    is_batch: bool
    public_key: str
    epoch: str
    seq: int
    name: str


Receipts = dict[str, dict[str, str]]
"""By the name of the receipt, the SHA-256 that is recorded under each number."""


def unload(tools: Tools, folder: Path, readers: Readers) -> list[Unloaded]:
    """Take every message of the stick in that folder, and write receipts for it to carry back.

    Enrolments come first, then each epoch's batches in their order, each in a transaction of its
    own. What was taken, now or before, is removed from the stick once its receipt is on it: the
    kiosk keeps it until it sees the receipt. What was refused stays.

    Raises:
        Unavailable: the stick or the database does not answer; what was taken until then stays
            taken, and the stick may be brought again.
    """
    stick, told = Stick(folder), list[Unloaded]()
    receipts: Receipts = {}
    done: list[str] = []
    for turn in sorted(_turns(stick, readers, told)):
        message = stick.find_message(turn.name)
        if message is None:  # pulled out meanwhile
            continue
        try:
            told.append(_take(tools, stick, message, _read(message, readers), receipts))
        except _REFUSED as refusal:
            told.append(_refused(tools, message, refusal))
            continue
        done.append(turn.name)
    for name, batches in receipts.items():
        stick.put_receipt(name, {"kind": "counts", "batches": batches})
    stick.flush()
    for name in done:
        stick.remove_message(name)
    stick.flush()
    return told


def _turns(stick: Stick, readers: Readers, told: list[Unloaded]) -> Iterator[_Turn]:
    """Each message that is signed by the key that it names, and whose body is understood."""
    for name, message in stick.messages():
        key = message.public_key
        try:
            _check_signature(message)
            body = _read(message, readers)
        except _REFUSED as refusal:
            told.append(Unloaded(message.kind, key[:43], "refused", refusal))
            continue
        if isinstance(body, Batch):
            yield _Turn(is_batch=True, public_key=key, epoch=body.epoch, seq=body.seq, name=name)
        else:
            yield _Turn(is_batch=False, public_key=key, epoch="", seq=0, name=name)


def _check_signature(message: Message) -> None:
    key, signature = read_public_key(message.public_key), read_signature(message.signature)
    if key != message.public_key or signature is None:
        raise KioskUnknown
    if not is_signed(key, message.signed, signature):
        raise KioskUnknown


def _read(message: Message, readers: Readers) -> Batch | EnrolmentTold:
    if message.kind == "counts":
        return readers.batch(message.body)
    asked = readers.enrolment(message.body)
    if read_public_key(asked.public_key) != message.public_key:
        raise KioskUnknown
    return asked


def _take(
    tools: Tools, stick: Stick, message: Message, body: Batch | EnrolmentTold, receipts: Receipts
) -> Unloaded:
    key = message.public_key
    if isinstance(body, EnrolmentTold):
        kiosk = enrolling.enrol_carried(tools, *body)
        stick.put_receipt(name_enrolment_receipt(key), _membership_of(kiosk))
        return Unloaded("enrolment", kiosk.name, "enrolled")
    kiosk = _find(tools, key)
    taken = collecting.take_batch(tools, kiosk, body)
    receipts.setdefault(name_counts_receipt(key, body.epoch), {})[str(body.seq)] = taken.sha256
    outcome: Outcome = "taken" if taken.is_new else "known"
    return Unloaded("counts", kiosk.name, outcome, refused_counts=len(taken.refused))


def _find(tools: Tools, public_key: str) -> Kiosk:
    with tools.desk.db.reading() as tx:
        kiosk = kiosks.find_by_key(tx, public_key)
    if kiosk is None:
        raise KioskUnknown
    return kiosk


def _membership_of(kiosk: Kiosk) -> dict[str, Any]:
    profile = kiosk.profile
    told = {"languages": profile.languages, "layers": profile.layers, "audio": profile.audio}
    known = {"id": kiosk.id, "name": kiosk.name, "office": kiosk.office}
    return {"kind": "enrolment", "profile": told} | known


def _refused(tools: Tools, message: Message, refusal: OdysseeError) -> Unloaded:
    with tools.desk.db.reading() as tx:
        kiosk = kiosks.find_by_key(tx, message.public_key)
    name = message.public_key if kiosk is None else kiosk.name
    return Unloaded(message.kind, name, "refused", refusal)
