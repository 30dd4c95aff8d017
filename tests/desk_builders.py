"""Builders for the desk: a database with people of two offices, and what they carry."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyotp
from builders import NOON, a_legend, publish_into
from flow_builders import a_desk
from people_builders import SetClock

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools
from odyssee.db import legends as drafts
from odyssee.db import revisions
from odyssee.db.session import Database
from odyssee.domain.legends import Legend
from odyssee.domain.people import COMMAND_LINE, Caller, Person, Role
from odyssee.domain.publication import Revision

PASSWORD = "le loup du bois de Champrond 1817"  # noqa: S105 - of nobody but a test
OFFICES = ("nogent", "thiron")
STAFF: Mapping[str, tuple[Role, str | None]] = {
    "contributor": ("contributor", "nogent"),
    "editor": ("editor", "nogent"),
    "publisher": ("publisher", "nogent"),
    "neighbour": ("publisher", "thiron"),
    "admin": ("admin", None),
}
"""One of each role in the first office, a publisher of the second, an admin of neither."""


def email_of(name: str) -> str:
    return f"{name}@perche.example"


def tools_over(home: Path, clock: SetClock) -> Tools:
    """A desk over the SQLite file of a home, with what is published there."""
    desk = a_desk(home, Database(f"sqlite:///{home / 'odyssee.db'}"))
    tools = replace(desk, clock=clock)
    refresh(tools)
    return tools


def fill(home: Path) -> None:
    """Make a home with one legend published, where all of `STAFF` have chosen their passwords."""
    tools = tools_over(home, SetClock())
    publish_into(tools.published, a_legend())
    tools.desk.db.upgrade()
    for slug in OFFICES:
        staffing.add_office(tools, COMMAND_LINE, slug, f"Office de {slug.title()}")
    for name, (role, office) in STAFF.items():
        added = staffing.add_person(tools, COMMAND_LINE, email_of(name), role, office, name.title())
        session = open_session(tools, added.person)
        caller = entering.identify(tools, session)
        accounts.change_password(tools, caller, added.password, PASSWORD)
        entering.sign_out(tools, caller)
    tools.desk.db.close()


def keep_published(tools: Tools, *legends: Legend) -> None:
    """Let the desk's database know the legends, each with its first revision published."""
    with tools.desk.db.transaction() as tx:
        for legend in legends:
            drafts.save_draft(tx, legend, {}, NOON)
            revision = Revision(
                slug=legend.slug,
                number=1,
                legend=legend,
                media={},
                created_at=NOON,
                by="test",
                reason="",
                state="building",
            )
            revisions.add_revision(tx, revision)
            revisions.set_published(tx, legend.slug, 1, "c" * 64)


def person_called(tools: Tools, name: str) -> Person:
    return staffing.get_person(tools, email_of(name))


def open_session(tools: Tools, person: Person) -> str:
    """A session as the second step of signing in opens it."""
    with tools.desk.db.transaction() as tx:
        return entering._open_session(tx, person, how="password", now=tools.clock())


def session_of(tools: Tools, name: str) -> str:
    return open_session(tools, person_called(tools, name))


def caller_of(tools: Tools, token: str) -> Caller:
    return entering.identify(tools, token)


def code_of(secret: str, clock: SetClock) -> str:
    """What the person's application shows now."""
    return pyotp.TOTP(secret).at(clock.at)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
