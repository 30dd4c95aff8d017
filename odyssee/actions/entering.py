"""Entering: prove who somebody is, open a session for them, know them again, let them go.

Signing in is two steps. The first proves who it is and gives a person; the
second opens a session for that person and notes how they were proved.
Another proof, such as OpenID Connect, takes the place of the first alone.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from odyssee.actions import attempts, credentials
from odyssee.actions.attempts import Attempt
from odyssee.actions.credentials import DEVICE_PREFIX, NOBODYS_HASH, NOBODYS_OTP, PREFIXES
from odyssee.actions.tools import Tools
from odyssee.db import audit, people
from odyssee.db import credentials as kept
from odyssee.db.session import Tx
from odyssee.domain.accounts import DEVICE, SEEN_EVERY, SESSION, Account, Credential
from odyssee.domain.errors import NotSignedIn, SessionNeeded, SignInFailed, Unavailable
from odyssee.domain.people import Caller, Person, lower_of

_log = logging.getLogger("odyssee.accounts")

PASSWORD = "password"  # noqa: S105 - the name of a way to be proved
RECOVERY = "recovery code"
"""The label under which recovery codes are tagged."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was opened; its secrets are told now and never again."""

    token: str = field(repr=False)
    expires_in_s: int
    device: str = field(repr=False)
    """What makes this device known at the next sign-in."""
    person: Person


@dataclass(frozen=True, slots=True)
class _Proof:
    """Who it is, and the code that was shown for it and is to be spent."""

    account: Account
    step: int | None = None
    recovery: str | None = None


def sign_in(
    tools: Tools,
    email: str,
    password: str,
    otp: str | None = None,
    *,
    address: str | None,
    device: str | None = None,
) -> SignedIn:
    """Open a session for who knows the password and has the code.

    The attempt is counted as a failure before anything is looked at, in a transaction of its
    own, so that guesses sent at once are counted too; who succeeds is taken off again.

    Args:
        tools: The desk.
        email: In any spelling.
        password: As it was typed.
        otp: A one-time code, or a recovery code; for those who have them.
        address: Where the request comes from; null where that is not known.
        device: What an earlier sign-in gave this device.

    Raises:
        SignInFailed: something is wrong; neither words nor time tell what.
        TooManyAttempts: nothing was looked at.
        Unavailable: too many sign in at once, or the database is away.
    """
    attempt = attempts.begin(tools, email, address=address, device=device)
    try:
        proof = _prove(tools, attempt.account, password, otp or "")
    except Unavailable:
        attempts.undo(tools, attempt)
        raise
    signed_in = None if proof is None else _open(tools, attempt, proof, device)
    if signed_in is None:
        attempts.tell_refusal(tools, attempt)
        raise SignInFailed
    return signed_in


def identify(tools: Tools, token: str) -> Caller:
    """Who holds the session or the personal token.

    One query; its use is written down at most once a minute.

    Raises:
        NotSignedIn: it is none, or it has expired, was revoked, or its person is disabled.
    """
    if credentials.kind_of(token) is None:
        raise NotSignedIn
    db, now = tools.desk.db, tools.clock()
    found = kept.find_credential(db, credentials.sha256_of_secret(token))
    if found is None or not found.lives(now):
        raise NotSignedIn
    if now - found.last_seen_at >= SEEN_EVERY:
        _note_use(tools, found, now)
    role = found.person.role
    return Caller(
        person=found.person,
        role=role if found.role is None else lower_of(found.role, role),
        credential=found.id,
        kind=found.kind,
        signed_in_at=found.signed_in_at,
    )


def sign_out(tools: Tools, caller: Caller) -> None:
    """End the session; twice is harmless.

    Raises:
        SessionNeeded: a personal token is revoked, not signed out.
    """
    if caller.kind != "session":
        raise SessionNeeded
    now, who = tools.clock(), caller.person.id
    with tools.desk.db.transaction() as tx:
        if kept.revoke(tx, who, caller.credential, "session"):
            audit.add_entry(tx, now, who, "signed_out", f"people/{who}", {})


def _prove(tools: Tools, account: Account | None, password: str, otp: str) -> _Proof | None:
    """Whose password and code these are; the same work is done whatever is wrong."""
    right = credentials.is_password(
        NOBODYS_HASH if account is None else account.password_hash, password
    )
    now = tools.clock()
    step = credentials.find_step(_otp_secret(tools, account), otp, now)
    code = credentials.recovery_code_of(otp)
    if account is None or not right or account.person.disabled or not account.password_counts(now):
        return None
    if account.otp_sealed is None:
        return _Proof(account)
    if step is not None:
        return _Proof(account, step=step)
    if code is not None:
        return _Proof(account, recovery=tag_recovery(tools, account.person.id, code))
    return None


def tag_recovery(tools: Tools, person_id: str, code: str) -> str:
    """What is kept of a recovery code: it can be guessed by trying, so only with the key."""
    return tools.desk.key.tag(RECOVERY, f"{person_id}\0{code}")


def _otp_secret(tools: Tools, account: Account | None) -> str:
    if account is None or account.otp_sealed is None:
        return NOBODYS_OTP
    secret = credentials.unseal(tools.desk.key, account.otp_sealed)
    if secret is None:
        _log.error(
            "a secret of one-time codes cannot be opened: "
            "the server's key is not the one that it was sealed with"
        )
    return secret or NOBODYS_OTP


def _open(tools: Tools, attempt: Attempt, proof: _Proof, device: str | None) -> SignedIn | None:
    """Open the session in one transaction; null when somebody was quicker with the same proof."""
    now, shown = tools.clock(), proof.account
    with tools.desk.db.transaction() as tx:
        account = people.lock_account(tx, shown.person.id)
        unchanged = (account.password_hash, account.otp_sealed) == (
            shown.password_hash,
            shown.otp_sealed,
        )
        usable = not account.person.disabled and account.password_counts(now)
        if not (unchanged and usable and _spend(tx, proof, now)):
            return None
        attempts.forgive(tools, tx, attempt)
        known = device if device is not None and attempt.by_device else None
        known = known or credentials.new_secret(DEVICE_PREFIX)
        sha256 = credentials.sha256_of_secret(known)
        kept.drop_expired(tx, account.person.id, now)
        kept.keep_device(tx, sha256, account.person.id, now + DEVICE)
        detail = {"how": PASSWORD, "recovery": proof.recovery is not None}
        token = _open_session(tx, account.person, how=PASSWORD, now=now)
        who = account.person.id
        audit.add_entry(tx, now, who, "signed_in", f"people/{who}", detail)
    return SignedIn(token, int(SESSION.total_seconds()), known, account.person)


def _spend(tx: Tx, proof: _Proof, now: datetime) -> bool:
    """Take what counts only once; false when it was taken already."""
    person = proof.account.person
    if proof.step is not None and not people.spend_step(tx, person.id, proof.step):
        return False
    if proof.recovery is not None and not people.spend_recovery(tx, person.id, proof.recovery):
        return False
    if person.must_change_password:
        people.spend_start_password(tx, person.id, now)
    return True


def _open_session(tx: Tx, person: Person, *, how: str, now: datetime) -> str:
    """A session for a person who was proved, and its secret."""
    secret = credentials.new_secret(PREFIXES["session"])
    session = Credential(
        id=credentials.new_id(),
        kind="session",
        role=None,
        signed_in_at=now,
        expires_at=now + SESSION,
        last_seen_at=now,
        person=person,
    )
    kept.add_credential(tx, session, credentials.sha256_of_secret(secret), how=how)
    return secret


def _note_use(tools: Tools, found: Credential, now: datetime) -> None:
    try:
        with tools.desk.db.transaction() as tx:
            kept.note_use(tx, found.id, now, unless_since=now - SEEN_EVERY)
    except Unavailable:
        # Who is known is let in: a session that looks idle for a minute longer harms nobody.
        _log.warning("the use of a session could not be noted")
