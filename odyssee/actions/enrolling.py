"""Enrolling: a kiosk shows its one-time code, and is known by its key from then on."""

from odyssee.actions import attempts
from odyssee.actions.credentials import sha256_of_secret
from odyssee.actions.tools import Tools
from odyssee.db import audit, kiosks
from odyssee.db.session import Tx
from odyssee.domain.enrolment_codes import check_code, read_code
from odyssee.domain.errors import EnrolmentRefused, refuse
from odyssee.domain.kiosk_calls import check_public_key, read_public_key
from odyssee.domain.kiosks import Kiosk, check_machine


def enrol(tools: Tools, code: str, public_key: str, machine: str, *, address: str | None) -> Kiosk:
    """Know the kiosk by its key from now on; the code counts once.

    Who repeats the call with the same code and the same key gets the same answer, so that an
    answer that was lost locks nobody out.

    Args:
        tools: The desk.
        code: As it was typed.
        public_key: Ed25519, in base64url.
        machine: What the kiosk calls itself; may be empty.
        address: Where the request comes from; null where that is not known.

    Raises:
        InputInvalid: the code is mistyped, or the key is none; nothing was counted.
        EnrolmentRefused: the code is unknown, used, expired, or of a revoked kiosk.
        KeyTaken: another kiosk has this key.
        TooManyAttempts: nothing was looked at.
    """
    refuse(check_code(code) + check_public_key(public_key) + check_machine(machine))
    attempt = attempts.begin_enrolment(tools, address)
    with tools.desk.db.transaction() as tx:
        kiosk = _spend(tools, tx, code, public_key, machine)
        if kiosk is not None:
            attempts.forgive(tools, tx, attempt)
    if kiosk is None:
        attempts.tell_refusal(tools, attempt, "enrolment_refused", "kiosks")
        raise EnrolmentRefused
    return kiosk


def enrol_carried(tools: Tools, code: str, public_key: str, machine: str) -> Kiosk:
    """As `enrol`, for what a stick brought to the server's own machine: there nobody guesses.

    Raises:
        InputInvalid: the code is mistyped, or the key is none.
        EnrolmentRefused: the code is unknown, used, expired, or of a revoked kiosk.
        KeyTaken: another kiosk has this key.
    """
    refuse(check_code(code) + check_public_key(public_key) + check_machine(machine))
    with tools.desk.db.transaction() as tx:
        kiosk = _spend(tools, tx, code, public_key, machine)
        if kiosk is None:
            raise EnrolmentRefused
    return kiosk


def _spend(tools: Tools, tx: Tx, code: str, public_key: str, machine: str) -> Kiosk | None:
    """Take the code in this transaction; null when it does not count.

    Raises:
        KeyTaken: another kiosk has this key.
    """
    meant, key, now = read_code(code), read_public_key(public_key), tools.clock()
    if meant is None or key is None:
        return None
    kiosk, is_now = kiosks.spend_code(tx, sha256_of_secret(meant), key, machine, now)
    if kiosk is not None and is_now:
        what = f"kiosks/{kiosk.id}"
        audit.add_entry(tx, now, what, "kiosk_enrolled", what, {"machine": machine})
    return kiosk
