"""Builders for people at a desk: a clock that is set, and people who signed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp
from builders import NOON

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.entering import SignedIn
from odyssee.actions.staffing import Added
from odyssee.actions.tools import Tools
from odyssee.domain.people import COMMAND_LINE, Caller, Person, Role

PASSWORD = "Le cidre de l’Herbage-Œuvré est frais"  # noqa: S105 - of nobody
OFFICE = "perche"
HERE = "192.0.2.7"
"""An address of the documentation's network (RFC 5737), as are the others in the tests."""


class SetClock:
    """A clock that goes when it is told to."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Somebody:
    """A person as the tests know them: with what they have in mind and in the pocket."""

    tools: Tools
    clock: SetClock
    added: Added
    password: str
    token: str = ""
    device: str = ""

    @property
    def person(self) -> Person:
        return self.added.person

    @property
    def code(self) -> str | None:
        """The one-time code of now."""
        secret = self.added.otp_secret
        return None if secret is None else pyotp.TOTP(secret).at(self.clock())

    @property
    def caller(self) -> Caller:
        return entering.identify(self.tools, self.token)

    def sign_in(self, *, address: str = HERE, device: str | None = None) -> SignedIn:
        """Sign in with what is right; the clock goes on to a code that was not shown yet."""
        if self.added.otp_secret is not None:
            self.clock.go(seconds=30)
        signed_in = entering.sign_in(
            self.tools,
            self.person.email,
            self.password,
            self.code,
            address=address,
            device=device,
        )
        self.token, self.device = signed_in.token, signed_in.device
        return signed_in

    def choose(self, password: str) -> None:
        accounts.change_password(self.tools, self.caller, self.password, password)
        self.password = password


def at_clock(tools: Tools, clock: SetClock) -> Tools:
    """The same desk by another clock."""
    return replace(tools, clock=clock)


def add_somebody(
    tools: Tools, clock: SetClock, role: Role = "editor", email: str = "Zoé@Œuvré.example"
) -> Somebody:
    """Somebody who was added and did not sign in yet; the office is made when it is missing."""
    if not staffing.list_offices(tools).items:
        staffing.add_office(tools, COMMAND_LINE, OFFICE, "Office de tourisme du Perche")
    office = None if role == "admin" else OFFICE
    added = staffing.add_person(tools, COMMAND_LINE, email, role, office, "Zoé de l’Étang")
    return Somebody(tools, clock, added, added.password)


def settle_somebody(
    tools: Tools, clock: SetClock, role: Role = "editor", email: str = "Zoé@Œuvré.example"
) -> Somebody:
    """Somebody who signed in and has a password of their own."""
    somebody = add_somebody(tools, clock, role, email)
    somebody.sign_in()
    somebody.choose(PASSWORD)
    return somebody
