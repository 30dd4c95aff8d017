"""Who works on the legends: people, their roles and offices, and what each may do."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from odyssee.domain.errors import (
    Forbidden,
    OtpEnrolmentRequired,
    PasswordChangeRequired,
    Problem,
    SessionNeeded,
)
from odyssee.domain.slugs import MAX_SLUG, is_slug

Role = Literal["contributor", "editor", "publisher", "admin"]
ROLES: tuple[Role, ...] = ("contributor", "editor", "publisher", "admin")
"""From the least to the most; each includes those before it."""
Kind = Literal["session", "token"]
KINDS: tuple[Kind, ...] = ("session", "token")
Duty = Literal["password", "otp"]
"""What a person must do first: change a one-time password, enrol for one-time codes."""

MAX_EMAIL = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3)."""
MAX_NAME = 100
MIN_PASSWORD = 12
MAX_PASSWORD = 128
MIN_SCORE = 3
"""Of zxcvbn's 0 to 4: 10⁸ guesses or more."""
MIN_OWN = 8
"""Characters of a password beside the words that anybody would try."""
OUR_WORDS = ("perche", "odyssee", "bureau", "office de tourisme")

_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")


def includes(role: Role, needed: Role) -> bool:
    """Whether who has the role may do what needs the other."""
    return ROLES.index(role) >= ROLES.index(needed)


def lower_of(one: Role, other: Role) -> Role:
    """The role of the two that may do less."""
    return other if includes(one, other) else one


def needs_otp(role: Role) -> bool:
    """Whether the role is held only with one-time codes."""
    return includes(role, "publisher")


@dataclass(frozen=True, slots=True)
class Office:
    """A tourist office, or another group of people who write together."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in; never removed, so that the audit keeps its meaning."""

    id: str
    email: str
    """As it was given; compared by `email_key`."""
    name: str
    role: Role
    office: str | None
    """The slug of the office; null only for an admin, who acts over all of them."""
    has_otp: bool
    must_change_password: bool
    """The password is a one-time one that was handed over."""
    disabled: bool
    created_at: datetime
    version: int
    """Rises with each change of what stands here."""

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What must be done before anything else, in this order."""
        password: tuple[Duty, ...] = ("password",) if self.must_change_password else ()
        otp: tuple[Duty, ...] = ("otp",) if needs_otp(self.role) and not self.has_otp else ()
        return password + otp


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: a person, by a session or a personal token."""

    person: Person
    role: Role
    """What this credential may do: at most the person's own role."""
    credential: str
    """The id of the session or token; no secret."""
    kind: Kind
    signed_in_at: datetime
    """When the session was opened or the token was made."""


COMMAND_LINE: Literal["command line"] = "command line"
"""Who acts when a command of the server's own machine does."""
By = Caller | Literal["command line"]


def name_of(by: By) -> str:
    """Who does it, as the audit says."""
    return by.person.id if isinstance(by, Caller) else by


def admit(
    caller: Caller,
    needed: Role,
    *,
    by: tuple[Kind, ...] = KINDS,
    before: tuple[Duty, ...] = (),
) -> None:
    """Let the caller pass, or say why not.

    Args:
        caller: Who asks.
        needed: The lowest role that may.
        by: The kinds of credentials that may.
        before: The duties that may still be undone here, such as changing
            the password where passwords are changed.

    Raises:
        PasswordChangeRequired: a one-time password must be changed first.
        OtpEnrolmentRequired: the role needs one-time codes first.
        SessionNeeded: a personal token may not do this.
        Forbidden: the role is too low.
    """
    undone = [duty for duty in caller.person.duties if duty not in before]
    if undone:
        raise PasswordChangeRequired if undone[0] == "password" else OtpEnrolmentRequired
    if caller.kind not in by:
        raise SessionNeeded
    if not includes(caller.role, needed):
        raise Forbidden


def email_key(email: str) -> str:
    """What two spellings of one address have in common: NFC, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email).casefold())


def check_email(email: str) -> list[Problem]:
    """Whether mail could reach it, roughly; nothing is sent."""
    if len(email) > MAX_EMAIL or len(email_key(email)) > MAX_EMAIL:
        return [Problem("email", "too_long", values={"expected": str(MAX_EMAIL)})]
    if not _EMAIL.fullmatch(email) or not _is_clean(email):
        return [Problem("email", "bad_email")]
    return []


def check_name(name: str, *, where: str = "name", empty: bool = False) -> list[Problem]:
    """A name of a person, an office or a token: one line of at most 100 characters."""
    if len(name) > MAX_NAME:
        return [Problem(where, "too_long", values={"expected": str(MAX_NAME)})]
    if not name.strip() and not empty:
        return [Problem(where, "too_short", values={"expected": "1"})]
    return [] if _is_clean(name) else [Problem(where, "bad_character")]


def check_role(role: str, *, highest: Role = "admin") -> list[Problem]:
    """One of the roles, up to the highest that may be given."""
    given = ROLES[: ROLES.index(highest) + 1]
    if role in given:
        return []
    return [Problem("role", "not_allowed", values={"expected": ", ".join(given)})]


def check_office(office: Office) -> list[Problem]:
    """The slug and the name of a new office."""
    bad = Problem("slug", "bad_slug", values={"max": str(MAX_SLUG)})
    return ([] if is_slug(office.slug) else [bad]) + check_name(office.name)


def check_place(role: str, office: str | None) -> list[Problem]:
    """Everybody but an admin belongs to an office."""
    return [Problem("office", "office_needed")] if office is None and role != "admin" else []


def guessable_words(person: Person) -> list[str]:
    """What a guesser tries first: the person's own words and the product's."""
    told = [person.email, person.name, person.office or "", *OUR_WORDS]
    return [word for text in told for word in re.findall(r"\w{3,}", text)]


def check_new_password(new: str, *, old: str, score: int, words: Sequence[str]) -> list[Problem]:
    """A password as it was typed: any characters, hard to guess, another than before.

    Args:
        new: The password.
        old: The one before.
        score: How hard it is to guess, 0 to 4, by zxcvbn.
        words: Those that a guesser tries first. The score thinks too well of
            several of them in a row, so without them much must be left.
    """
    if len(new) < MIN_PASSWORD:
        return [Problem("new", "too_short", values={"expected": str(MIN_PASSWORD)})]
    if len(new) > MAX_PASSWORD:
        return [Problem("new", "too_long", values={"expected": str(MAX_PASSWORD)})]
    if new == old:
        return [Problem("new", "same_password")]
    if score < MIN_SCORE or _own_letters(new, words) < MIN_OWN:
        return [Problem("new", "weak_password")]
    return []


def _own_letters(password: str, words: Sequence[str]) -> int:
    """How many characters, blanks and hyphens aside, are left without the words."""
    left = _plain(password)
    for word in sorted({_plain(word) for word in words}, key=len, reverse=True):
        left = left.replace(word, " ")
    return sum(not letter.isspace() and letter not in "-_." for letter in left)


def _plain(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _is_clean(text: str) -> bool:
    """No control, format, private or half characters."""
    return not any(unicodedata.category(letter).startswith("C") for letter in text)
