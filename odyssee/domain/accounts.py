"""What an account is proved and kept by: passwords, codes, sessions, tokens, and their terms."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odyssee.domain.errors import Problem
from odyssee.domain.people import Kind, Person, Role

SESSION = timedelta(hours=12)
"""No session lasts longer."""
IDLE = timedelta(hours=2)
"""A session that nobody used for so long has ended."""
SEEN_EVERY = timedelta(minutes=1)
"""How often the use of a session or token is written down, at most."""
START_PASSWORD = timedelta(days=7)
"""How long a one-time password may wait for its first use."""
FRESH = timedelta(minutes=10)
"""How long ago the sign-in may be that renews one-time codes."""
DEVICE = timedelta(days=365)
"""How long a device is known after it was used to sign in."""
MAX_DEVICES = 20
MAX_TOKENS = 50
TOKEN_DAYS = range(1, 366)
DEFAULT_TOKEN_DAYS = 90
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with what proves them; the secrets are hashed or sealed, and not printed."""

    person: Person
    password_hash: str = field(repr=False)
    password_expires_at: datetime | None
    """Of a one-time password; null for one that the person chose."""
    password_used_at: datetime | None
    """When the one-time password was used: it is used once."""
    otp_sealed: str | None = field(repr=False)
    otp_step: int | None
    """The last step of time whose code was taken: each is taken once."""

    def password_counts(self, now: datetime) -> bool:
        """Whether the password may sign in; a one-time one does so once, and for 7 days."""
        if self.password_expires_at is None:
            return True
        return self.password_used_at is None and now < self.password_expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A token for programs, without its secret."""

    id: str
    name: str
    role: Role
    """What it may do at most: the person's role when it was made, or a lower one."""
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    """Not more than a minute behind; when it was made, where nobody used it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A session or token as it is found by its secret."""

    id: str
    kind: Kind
    role: Role | None
    """Of a token: what it may do at most. Null for a session: what the person may."""
    signed_in_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    person: Person

    def lives(self, now: datetime) -> bool:
        """Whether it still counts; sessions also end when nobody uses them."""
        if self.person.disabled or now >= self.expires_at:
            return False
        return self.kind == "token" or now < self.last_seen_at + IDLE


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    """Whether the sign-in is recent enough to renew one-time codes."""
    return now < signed_in_at + FRESH


def check_days(days: int) -> list[Problem]:
    """How many days a token may live."""
    if days in TOKEN_DAYS:
        return []
    return [
        Problem("days", "out_of_range", values={"expected": f"{TOKEN_DAYS[0]}–{TOKEN_DAYS[-1]}"})
    ]
