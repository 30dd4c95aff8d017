"""Builders for drafts: legends of an office in the desk's database, and what callers send."""

import re
from dataclasses import replace
from typing import Any

from builders import NOON, a_legend
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.db import legends
from odyssee.db.draft_versions import keep_version
from odyssee.db.session import Tx
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller, Person, Role

LEGENDS = "/admin/v1/legends"
DRAFT = f"{LEGENDS}/dame-de-riants"
ANY = {"If-Match": "*"}
_BLANK = re.compile("…(?!/)")
"""What a sentence holds where a value is missing."""


def a_caller(role: Role, office: str | None) -> Caller:
    """Somebody who is signed in."""
    person = Person(
        id="z" * 20,
        email="zoe@perche.example",
        name="Zoé",
        role=role,
        office=office,
        has_otp=True,
        must_change_password=False,
        disabled=False,
        created_at=NOON,
        version=1,
    )
    return Caller(person=person, role=role, credential="c", kind="session", signed_in_at=NOON)


def keep_draft(tools: Tools, legend: Legend | None = None, office: str | None = None) -> None:
    """Let the desk have a draft of that office; of none, as an import makes it."""
    with tools.desk.db.transaction() as tx:
        assert legends.add_draft(tx, legend or a_legend(), {}, NOON, office)


def add_changed(tx: Tx, slug: str, office: str | None) -> None:
    """A draft of two stops that was changed once: its version 1 can be gone back to."""
    legend = a_legend(slug, 2)
    assert legends.add_draft(tx, legend, {}, NOON, office)
    keep_version(tx, legends.get_draft(tx, slug), "legend", "test", NOON)
    legends.save_draft(tx, replace(legend, loop=True), {}, NOON)


class Desk:
    """Somebody's calls, whose refusals are looked at one by one."""

    def __init__(self, client: TestClient, mine: dict[str, str]) -> None:
        self._client = client
        self._mine = mine

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer, whatever it is."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, path, json=body, headers=self._mine | named)

    def read(self, path: str = DRAFT) -> tuple[Any, str]:
        """What stands there and its tag."""
        sent = self.call("GET", path)
        assert sent.status_code == 200, sent.text
        return sent.json(), sent.headers["etag"]

    def patch(self, path: str, body: Any, tag: str = "*") -> Any:
        """What a change makes of it."""
        sent = self.call("PATCH", path, body, If_Match=tag)
        assert sent.status_code == 200, sent.text
        return sent.json()

    def refused(self, method: str, path: str, body: Any, tag: str = "*") -> dict[str, str]:
        """The codes of a 422 by pointer; each has a whole sentence."""
        sent = self.call(method, path, body, If_Match=tag)
        assert sent.status_code == 422, sent.text
        told = sent.json()["errors"]
        assert all(error["detail"] and not _BLANK.search(error["detail"]) for error in told), told
        return {error["pointer"]: error["code"] for error in told}
