"""Attempts to enter, counted before they are looked at and forgiven when they succeed."""

from dataclasses import dataclass, field

from odyssee.actions.credentials import sha256_of_secret
from odyssee.actions.tools import Tools
from odyssee.db import audit, people, tallies
from odyssee.db import credentials as kept
from odyssee.db.session import Tx
from odyssee.domain.accounts import Account
from odyssee.domain.errors import TooManyAttempts
from odyssee.domain.people import check_email, email_key
from odyssee.domain.throttling import (
    FORGOTTEN,
    Counted,
    Tally,
    count,
    is_worth_telling,
    network_of,
    take_back,
    wait_s,
)

_LABEL = "attempts"
_ENROLMENTS = "enrolments"
"""Under a label of their own: who mistypes the code of a kiosk may still sign in."""
NOBODY = "somebody"
"""Who was refused, as the audit says it: nobody knows."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was counted."""

    account: Account | None
    """Whose e-mail was given; null where nobody has it."""
    by_device: bool
    """Whether a device that the person signed in on before was shown."""
    counted: tuple[tuple[Counted, str, Tally], ...] = field(repr=False)
    """What it was counted under: kind, tag, and the tally with it."""


def begin(tools: Tools, email: str, *, address: str | None, device: str | None) -> Attempt:
    """Count an attempt, unless it comes too early.

    Raises:
        TooManyAttempts: nothing was counted or looked at.
    """
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        tallies.drop_forgotten(tx, now - FORGOTTEN)
        account = None if check_email(email) else people.find_account(tx, email)
        shown = None if device is None else sha256_of_secret(device)
        by_device = (
            account is not None
            and shown is not None
            and kept.is_device_of(tx, shown, account.person.id, now)
        )
        if by_device:
            tags = _tags(tools, {"device": shown or ""})
        else:
            whose, where = email_key(email), network_of(address)
            tags = _tags(tools, {"address": where, "account": whose, "pair": f"{whose}\0{where}"})
        counted = tuple((kind, tag, _count(tools, tx, kind, tag)) for kind, tag in tags.items())
    return Attempt(account, by_device, counted)


def begin_enrolment(tools: Tools, address: str | None) -> Attempt:
    """Count an attempt to enrol a kiosk under where it comes from, unless it comes too early.

    Raises:
        TooManyAttempts: nothing was counted or looked at.
    """
    tag = tools.desk.key.tag(_ENROLMENTS, network_of(address))
    with tools.desk.db.transaction() as tx:
        tallies.drop_forgotten(tx, tools.clock() - FORGOTTEN)
        counted = _count(tools, tx, "address", tag)
    return Attempt(None, by_device=False, counted=(("address", tag, counted),))


def _tags(tools: Tools, told: dict[Counted, str]) -> dict[Counted, str]:
    return {kind: tools.desk.key.tag(_LABEL, f"{kind}\0{text}") for kind, text in told.items()}


def _count(tools: Tools, tx: Tx, kind: Counted, tag: str) -> Tally:
    now = tools.clock()
    tally = tallies.lock_tally(tx, tag, now)
    wait = wait_s(kind, tally, now)
    if wait:
        raise TooManyAttempts(wait)
    counted = count(kind, tally, now)
    tallies.set_tally(tx, tag, counted)
    return counted


def count_alone(tools: Tools, whose: str) -> str:
    """Count an attempt of somebody who is signed in to show their password again.

    Returns:
        The tag to forget when it was the right one.

    Raises:
        TooManyAttempts: nothing was counted or looked at.
    """
    tag = tools.desk.key.tag(_LABEL, f"password\0{whose}")
    with tools.desk.db.transaction() as tx:
        _count(tools, tx, "device", tag)
    return tag


def forget(tools: Tools, tag: str) -> None:
    """Forget every failure of a tag that `count_alone` gave."""
    with tools.desk.db.transaction() as tx:
        tallies.drop_tally(tx, tag)


def undo(tools: Tools, attempt: Attempt) -> None:
    """Take an attempt back that was not looked at after all."""
    with tools.desk.db.transaction() as tx:
        for _kind, tag, _tally in attempt.counted:
            _take_back(tools, tx, tag)


def forgive(tools: Tools, tx: Tx, attempt: Attempt) -> None:
    """Forget the failures of who succeeded: all of theirs here, and one of those they share."""
    for kind, tag, _tally in attempt.counted:
        if kind in {"pair", "device"}:
            tallies.drop_tally(tx, tag)
        else:
            _take_back(tools, tx, tag)


def tell_refusal(
    tools: Tools, attempt: Attempt, deed: str = "sign_in_refused", what: str = "session"
) -> None:
    """Tell the audit of refusals when they begin to be many; never an e-mail that nobody has.

    Args:
        tools: The desk.
        attempt: What was refused.
        deed: What the audit calls it.
        what: What it was about, where no account is known.
    """
    told = [
        {"counted": kind, "failures": tally.failures}
        for kind, _tag, tally in attempt.counted
        if is_worth_telling(kind, tally)
    ]
    if not told:
        return
    now = tools.clock()
    what = what if attempt.account is None else f"people/{attempt.account.person.id}"
    with tools.desk.db.transaction() as tx:
        for detail in told:
            audit.add_entry(tx, now, NOBODY, deed, what, detail)


def _take_back(tools: Tools, tx: Tx, tag: str) -> None:
    tallies.set_tally(tx, tag, take_back(tallies.lock_tally(tx, tag, tools.clock())))
