"""The people of the bench: a database with editors who have chosen their passwords."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.tools import Tools
from odyssee.domain.people import COMMAND_LINE
from odyssee.main import build_tools
from odyssee.settings import Settings

OFFICE = "office-du-banc"
PASSWORD = "le renard du bois de Saint-Laurent"  # noqa: S105 - of nobody but a bench
ADDRESS = "192.0.2.1"
"""Another one than the bench's own, so that what is counted there is not counted here."""


@dataclass(frozen=True)
class Staff:
    """The desk, and the e-mails of its editors."""

    tools: Tools
    emails: tuple[str, ...]

    def session(self) -> str:
        """A new session of the first of them."""
        return entering.sign_in(self.tools, self.emails[0], PASSWORD, address=ADDRESS).token


def hire(home: Path, number: int, database_url: str | None = None) -> Staff:
    """Make the database and as many editors.

    Args:
        home: Where its SQLite file and the server's key lie.
        number: How many editors.
        database_url: Another database than that file.
    """
    given = {} if database_url is None else {"database_url": database_url}
    tools = build_tools(Settings(home=home, **given), curation=True)
    tools.desk.db.upgrade()
    staffing.add_office(tools, COMMAND_LINE, OFFICE, "Office du banc")
    emails = tuple(f"editor-{n}@perche-odyssee.example" for n in range(number))
    for email in emails:
        added = staffing.add_person(tools, COMMAND_LINE, email, "editor", OFFICE)
        opened = entering.sign_in(tools, email, added.password, address=ADDRESS)
        caller = entering.identify(tools, opened.token)
        accounts.change_password(tools, caller, added.password, PASSWORD)
        entering.sign_out(tools, caller)
    return Staff(tools, emails)


def now_text() -> str:
    """The present, for a server that says since when it is ready."""
    return datetime.now(UTC).isoformat(timespec="seconds")
