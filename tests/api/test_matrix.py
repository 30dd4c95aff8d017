"""Every operation of the description, by everybody, with credentials in every state.

What each must get is worked out from what the description states: `x-callers`,
`x-scope`, `x-credentials` and `x-before`. An operation without a row fails, and so
does a row whose operation is gone.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, a_legend, publish_into
from closure_builders import a_closure
from desk_builders import OFFICES, PASSWORD, STAFF, bearer, email_of, keep_published, tools_over
from draft_builders import add_changed
from matrix_rows import KIOSK_CODE, ROWS, Ids, Row
from media_builders import a_sound, add_ready, add_waiting, an_encoded
from partner_builders import Shared, a_shared, an_amenity, partner_server, with_partners
from people_builders import SetClock
from review_builders import add_past
from sqlalchemy import update
from starlette.testclient import TestClient
from telling_builders import keep_report

from odyssee.actions import closing, credentials, fleet, staffing
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.db import amenities, people
from odyssee.db import credentials as kept
from odyssee.db.fleet_tables import KioskRow
from odyssee.db.session import Database, Tx
from odyssee.domain.accounts import Account, Credential
from odyssee.domain.assets import Asset
from odyssee.domain.people import COMMAND_LINE, KINDS, Kind, Person, needs_otp
from odyssee.main import build_description

STATES = (
    "valid",
    "expired",
    "revoked",
    "forged",
    "disabled person",
    "must change password",
    "otp missing",
)
DOCUMENT = build_description().openapi()
OPERATIONS: Mapping[str, Mapping[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
NEIGHBOUR = "neighbour"


@dataclass(frozen=True)
class Cell:
    """Somebody who asks: who, by what, and in which state that is; nobody has none of them."""

    name: str | None
    kind: Kind = "session"
    state: str = "valid"


CELLS = [Cell(None), *(Cell(*cell) for cell in product(STAFF, KINDS, STATES))]


def expected(operation: Mapping[str, Any], row: Row, cell: Cell) -> tuple[int, str | None]:
    """The status, and the code of the problem, that the description states for somebody."""
    callers = operation["x-callers"]
    if callers in (["anyone"], ["kiosk"]):  # nobody here has the key of a kiosk
        return (row.status, row.code) if callers == ["anyone"] else (401, "kiosk_unknown")
    if cell.name is None or cell.state in {"expired", "revoked", "forged", "disabled person"}:
        return 401, "not_signed_in"
    role, _office = STAFF[cell.name]
    before = operation["x-before"]
    if cell.state == "must change password" and "password" not in before:
        return 403, "password_change_required"
    if cell.state == "otp missing" and needs_otp(role) and "otp" not in before:
        return 403, "otp_enrolment_required"
    if cell.kind not in operation["x-credentials"]:
        return 403, "session_needed"
    return (row.status, row.code) if role in callers else (403, "forbidden")


class World:
    """A home with somebody for each cell, made once and copied for each request that may write."""

    def __init__(self, home: Path, shared: Shared) -> None:
        self.home = home
        self.secrets: dict[Cell, str] = {}
        self.tokens: dict[str, str] = {}
        """The id of a token that each person has besides, by their e-mail."""
        tools = tools_over(home, SetClock())
        publish_into(tools.published, a_legend())
        tools.desk.db.upgrade()
        for slug in OFFICES:
            staffing.add_office(tools, COMMAND_LINE, slug, f"Office de {slug.title()}")
        self._hash = credentials.hash_password(PASSWORD)
        self.assets: dict[str | None, Asset] = {}
        """A medium of each office, and one of none."""
        self.sounds: dict[str | None, Asset] = {}
        """As well, a sound."""
        self.uploads: dict[str | None, str] = {}
        """As well, the id of an upload."""
        self.drafts = {office: f"a-{office or 'personne'}" for office in (None, *OFFICES)}
        """As well, the slug of a draft."""
        self.comments: dict[str | None, str] = {}
        """As well, the id of a remark on it."""
        made = an_encoded(tools)
        with tools.desk.db.transaction() as tx:
            for name in STAFF:
                self._settle(tx, name)
            for office in (None, *OFFICES):
                self.assets[office] = add_ready(tx, office, made)
                self.sounds[office] = add_ready(tx, office, a_sound())
                self.uploads[office] = add_waiting(tx, office)
                add_changed(tx, self.drafts[office], office)
                self.comments[office] = add_past(tx, self.drafts[office]).id
        keep_published(tools, a_legend())
        self.closure = closing.close(tools, a_closure(), by="test").kept.id
        self.report = keep_report(tools)
        self.person = staffing.get_person(tools, email_of("editor")).id
        self.kiosk = fleet.add_kiosk(tools, COMMAND_LINE, "Hall de l’Étang").kiosk.id
        self.service = credentials.new_id()
        with tools.desk.db.transaction() as tx:
            amenities.add_amenities(tx, [(self.service, an_amenity())], NOON)
            told = update(KioskRow).where(KioskRow.id == self.kiosk)
            tx.execute(told.values(code_sha256=_sha256(KIOSK_CODE)))
        self.tools = with_partners(tools_over(home, SetClock()), shared)
        self.sha256 = next(iter(self.tools.shelf.current().objects))
        self.territory = self.tools.shelf.pointer or ""
        self.tools.desk.db.close()
        tools.desk.db.close()

    def _settle(self, tx: Tx, name: str) -> None:
        """One person as they should be, and one in each state that is a person's own."""
        person = self._add(tx, name, "")
        for kind in KINDS:
            hour = timedelta(hours=1)
            for state, ended in (("valid", False), ("expired", True), ("revoked", False)):
                secret, token = self._credential(person, kind, NOON - hour if ended else None)
                kept.add_credential(tx, token, _sha256(secret), how="password")
                self.secrets[Cell(name, kind, state)] = secret
                if state == "revoked":
                    assert kept.revoke(tx, person.id, token.id, kind)
            forged = self.secrets[Cell(name, kind)][:-6] + secrets.token_urlsafe(6)[:6]
            self.secrets[Cell(name, kind, "forged")] = forged
            for state in STATES[4:]:
                other = self._add(tx, name, state)
                secret, token = self._credential(other, kind, None)
                kept.add_credential(tx, token, _sha256(secret), how="password")
                self.secrets[Cell(name, kind, state)] = secret

    def _add(self, tx: Tx, name: str, state: str) -> Person:
        role, office = STAFF[name]
        email = email_of(f"{name}{state.replace(' ', '-')}")
        known = people.find_account(tx, email)
        if known is not None:
            return known.person
        must_change = state == "must change password"
        has_otp = needs_otp(role) and state != "otp missing"
        person = Person(
            id=credentials.new_id(),
            email=email,
            name=name,
            role=role,
            office=office,
            has_otp=has_otp,
            must_change_password=must_change,
            disabled=state == "disabled person",
            created_at=NOON,
            version=1,
        )
        account = Account(
            person=person,
            password_hash=self._hash,
            password_expires_at=NOON + timedelta(days=1) if must_change else None,
            password_used_at=None,
            otp_sealed="sealed" if has_otp else None,
            otp_step=None,
        )
        assert people.add_account(tx, account)
        _secret, token = self._credential(person, "token", None)
        kept.add_credential(tx, token, _sha256(_secret), how="session", name="besides")
        self.tokens[email] = token.id
        return person

    def _credential(self, person: Person, kind: Kind, ends: Any) -> tuple[str, Credential]:
        secret = credentials.new_secret(credentials.PREFIXES[kind])
        token = Credential(
            id=credentials.new_id(),
            kind=kind,
            role=person.role if kind == "token" else None,
            signed_in_at=NOON,
            expires_at=ends or NOON + timedelta(hours=12),
            last_seen_at=NOON,
            person=person,
        )
        return secret, token

    def ids_for(self, cell: Cell, owner: str | None = None) -> Ids:
        """What is asked for: things of the caller's own, or of another owner."""
        state = cell.state if cell.state in STATES[4:] else ""
        email = email_of(owner or f"{cell.name or NEIGHBOUR}{state.replace(' ', '-')}")
        office = STAFF[owner or cell.name or NEIGHBOUR][1]
        asset = self.assets[office]
        assert asset.medium is not None
        assert asset.job is not None
        return Ids(
            person=self.person,
            token=self.tokens[email],
            sha256=self.sha256,
            territory=self.territory,
            asset=asset.id,
            rendition=asset.medium.renditions[0].sha256,
            sound=self.sounds[office].id,
            job=asset.job,
            upload=self.uploads[office],
            kiosk=self.kiosk,
            closure=self.closure,
            service=self.service,
            draft=self.drafts[office],
            report=self.report,
            comment=self.comments[office],
        )


def _sha256(secret: str) -> str:
    return credentials.sha256_of_secret(secret)


class Turn:
    """Gives each request a desk of its own."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder
        self._tools = world.tools
        self._count = 0

    def __call__(self) -> Tools:
        return self._tools

    def renew(self) -> None:
        """A database as it was in the beginning."""
        self._tools.desk.db.close()
        self._count += 1
        copy = self._folder / f"{self._count}.db"
        shutil.copyfile(self._world.home / "odyssee.db", copy)
        desk = replace(self._world.tools.desk, db=Database(f"sqlite:///{copy}"))
        self._tools = replace(self._world.tools, curation=desk)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with partner_server(a_shared()) as shared:
        yield World(tmp_path_factory.mktemp("matrix"), shared)


@pytest.fixture(scope="module")
def turn(world: World, tmp_path_factory: pytest.TempPathFactory) -> Turn:
    return Turn(world, tmp_path_factory.mktemp("turns"))


@pytest.fixture(scope="module")
def client(world: World, turn: Turn) -> Iterator[TestClient]:
    app = build_app(world.tools, lambda: "2026-06-01T12:00:00Z", desk=turn)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client
    turn().desk.db.close()


def ask(client: TestClient, world: World, name: str, cell: Cell, ids: Ids) -> Any:
    row = ROWS[name]
    known = {} if cell.name is None else bearer(world.secrets[cell])
    headers = {**row.headers, **known}
    # From one address after another: what strangers tell is paced by address.
    transport: Any = client._transport
    transport.client = (f"192.0.2.{CELLS.index(cell)}", 1)
    method = name.partition(" ")[0]
    return client.request(
        method, row.path(ids), json=row.body, content=row.content, headers=headers, files=row.files
    )


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert set(ROWS) == set(OPERATIONS)


def test_every_operation_states_whose_things_it_touches() -> None:
    scopes = {
        name: operation.get("x-scope")
        for name, operation in OPERATIONS.items()
        if operation["x-callers"] != ["anyone"]
    }
    assert set(scopes.values()) == {"own", "office", "all"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_everybody_gets_what_the_description_states(
    client: TestClient, world: World, turn: Turn, name: str
) -> None:
    operation = OPERATIONS[name]
    wrong = []
    for cell in CELLS:
        if name.startswith(("POST /admin", "POST /kiosk", "PUT", "PATCH", "DELETE")):
            turn.renew()
        sent = ask(client, world, name, cell, world.ids_for(cell))
        code = sent.json()["code"] if sent.status_code >= 400 else None
        due = expected(operation, ROWS[name], cell)
        if (sent.status_code, code) != due:
            wrong.append(f"{cell}: {sent.status_code} {code}, due {due}")
    assert wrong == []


OWN_THINGS = [
    name
    for name, operation in OPERATIONS.items()
    if operation.get("x-scope") == "own" and "{" in name
]


@pytest.mark.parametrize("name", OWN_THINGS)
def test_the_things_of_others_are_not_there(
    client: TestClient, world: World, turn: Turn, name: str
) -> None:
    wrong = []
    for cell in CELLS:
        if cell.name == NEIGHBOUR and cell.state not in STATES[4:]:
            continue
        turn.renew()
        sent = ask(client, world, name, cell, world.ids_for(cell, owner=NEIGHBOUR))
        status, _code = expected(OPERATIONS[name], ROWS[name], cell)
        due = 404 if status < 400 else status
        if sent.status_code != due:
            wrong.append(f"{cell}: {sent.status_code}, due {due}")
    assert OWN_THINGS == ["DELETE /admin/v1/tokens/{token_id}"]
    assert wrong == []


OFFICE_THINGS = [
    name
    for name, operation in OPERATIONS.items()
    if operation.get("x-scope") == "office" and "{" in name
]


@pytest.mark.parametrize("name", OFFICE_THINGS)
def test_the_things_of_another_office_are_there_only_for_who_acts_over_all(
    client: TestClient, world: World, turn: Turn, name: str
) -> None:
    wrong = []
    for cell in CELLS:
        if cell.state != "valid":
            continue
        turn.renew()
        owner = "editor" if cell.name == NEIGHBOUR else NEIGHBOUR
        sent = ask(client, world, name, cell, world.ids_for(cell, owner=owner))
        status, _code = expected(OPERATIONS[name], ROWS[name], cell)
        everywhere = OPERATIONS[name].get("x-every-office", ["admin"])
        is_there = cell.name is not None and STAFF[cell.name][0] in everywhere
        due = 404 if status < 400 and not is_there else status
        if sent.status_code != due:
            wrong.append(f"{cell}: {sent.status_code}, due {due}")
    assert len(OFFICE_THINGS) >= 5
    assert wrong == []
