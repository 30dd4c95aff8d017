"""One's own account: the password, one-time codes, personal tokens."""

from dataclasses import dataclass, field
from datetime import timedelta

from odyssee.actions import attempts, credentials
from odyssee.actions.credentials import PREFIXES
from odyssee.actions.entering import tag_recovery
from odyssee.actions.tools import Tools
from odyssee.db import audit, people
from odyssee.db import credentials as kept
from odyssee.db.session import Tx
from odyssee.domain.accounts import (
    DEFAULT_TOKEN_DAYS,
    MAX_TOKENS,
    Account,
    Credential,
    PersonalToken,
    check_days,
    is_fresh,
)
from odyssee.domain.errors import (
    NotFound,
    NotSignedIn,
    Problem,
    SignInAgain,
    Stale,
    TooManyTokens,
    refuse,
)
from odyssee.domain.people import (
    Caller,
    Role,
    admit,
    check_name,
    check_new_password,
    check_role,
    guessable_words,
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """New one-time codes; their secrets are told now and never again."""

    otp_secret: str = field(repr=False)
    otpauth_url: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


def change_password(tools: Tools, caller: Caller, old: str, new: str) -> None:
    """Take a new password, and end every other session of the person.

    Raises:
        InputInvalid: the old one is wrong, or the new one will not do; all is told at once.
        TooManyAttempts: the old one was wrong too often.
        SessionNeeded: a personal token may not do this.
        Stale: it was changed at the same moment.
        Unavailable: too many passwords wait for their turn.
    """
    admit(caller, "contributor", by=("session",), before=("password", "otp"))
    tag = attempts.count_alone(tools, caller.person.id)
    with tools.desk.db.reading() as tx:
        account = people.get_account(tx, caller.person.id)
    right = credentials.is_password(account.password_hash, old)
    words = guessable_words(account.person)
    score = credentials.score_password(new, words)
    problems = [] if right else [Problem("old", "wrong_password")]
    problems += check_new_password(new, old=old, score=score, words=words)
    if right:
        attempts.forget(tools, tag)
    refuse(problems)
    _keep_password(tools, caller, account, credentials.hash_password(new))


def _keep_password(tools: Tools, caller: Caller, account: Account, hashed: str) -> None:
    now, who = tools.clock(), account.person.id
    with tools.desk.db.transaction() as tx:
        if people.lock_account(tx, who).password_hash != account.password_hash:
            raise Stale(person=who)
        _stay(tx, caller)
        people.change_person(
            tx, who, password_hash=hashed, password_expires_at=None, password_used_at=None
        )
        kept.revoke_sessions(tx, who, but=caller.credential)
        audit.add_entry(tx, now, who, "password_changed", f"people/{who}", {})


def renew_otp(tools: Tools, caller: Caller) -> Enrolment:
    """Make a new secret and new recovery codes, and end every other session of the person.

    Raises:
        SignInAgain: the session was signed in 10 minutes ago or more.
        PasswordChangeRequired: that comes first.
        SessionNeeded: a personal token may not do this.
    """
    admit(caller, "contributor", by=("session",), before=("otp",))
    now, who = tools.clock(), caller.person.id
    if not is_fresh(caller.signed_in_at, now):
        raise SignInAgain
    secret, codes = credentials.new_otp_secret(), credentials.new_recovery_codes()
    tags = [tag_recovery(tools, who, code) for code in codes]
    with tools.desk.db.transaction() as tx:
        people.lock_account(tx, who)
        _stay(tx, caller)
        people.set_otp(tx, who, credentials.seal(tools.desk.key, secret), tags)
        kept.revoke_sessions(tx, who, but=caller.credential)
        audit.add_entry(tx, now, who, "otp_renewed", f"people/{who}", {})
    url = credentials.otpauth_url(secret, caller.person.email)
    return Enrolment(secret, url, tuple(codes))


def list_tokens(tools: Tools, caller: Caller) -> list[PersonalToken]:
    """One's own tokens that have not expired, the newest first; 50 at most."""
    with tools.desk.db.reading() as tx:
        return kept.list_tokens(tx, caller.person.id, tools.clock())


def add_token(
    tools: Tools,
    caller: Caller,
    name: str,
    days: int = DEFAULT_TOKEN_DAYS,
    role: Role | None = None,
) -> tuple[PersonalToken, str]:
    """Make a token for a program, and its secret, which is told now and never again.

    Args:
        tools: The desk.
        caller: Whose token it is.
        name: What it is for.
        days: How long it lives, 1 to 365.
        role: What it may do at most; null for all that the person may now. A token
            never rises with its person.

    Raises:
        InputInvalid: the name, the days or the role will not do; all is told at once.
        TooManyTokens: there are 50 already.
        SessionNeeded: a token makes no other.
    """
    admit(caller, "contributor", by=("session",))
    problems = check_name(name) + check_days(days)
    problems += [] if role is None else check_role(role, highest=caller.role)
    refuse(problems)
    now, who = tools.clock(), caller.person.id
    secret = credentials.new_secret(PREFIXES["token"])
    token = Credential(
        id=credentials.new_id(),
        kind="token",
        role=role or caller.role,
        signed_in_at=now,
        expires_at=now + timedelta(days=days),
        last_seen_at=now,
        person=caller.person,
    )
    with tools.desk.db.transaction() as tx:
        people.lock_account(tx, who)
        _stay(tx, caller)
        if len(kept.list_tokens(tx, who, now)) >= MAX_TOKENS:
            raise TooManyTokens(max=str(MAX_TOKENS))
        kept.add_credential(
            tx, token, credentials.sha256_of_secret(secret), how="session", name=name
        )
        detail = {"token": token.id, "role": token.role, "days": days}
        audit.add_entry(tx, now, who, "token_added", f"people/{who}", detail)
        made = next(one for one in kept.list_tokens(tx, who, now) if one.id == token.id)
    return made, secret


def revoke_token(tools: Tools, caller: Caller, token_id: str) -> None:
    """End one of one's own tokens, at once.

    Raises:
        NotFound: there is no such token of theirs.
    """
    now, who = tools.clock(), caller.person.id
    with tools.desk.db.transaction() as tx:
        if not kept.revoke(tx, who, token_id, "token"):
            raise NotFound(token=token_id)
        audit.add_entry(tx, now, who, "token_revoked", f"people/{who}", {"token": token_id})


def _stay(tx: Tx, caller: Caller) -> None:
    """Make sure that the session was not ended since it was looked at; under the person's lock.

    Raises:
        NotSignedIn: it was.
    """
    if not kept.is_there(tx, caller.credential):
        raise NotSignedIn
