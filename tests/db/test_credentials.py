"""Sessions and tokens are found by their secret's hash, and are gone once they are revoked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from odyssee.db import credentials, people
from odyssee.db.session import Database
from odyssee.db.tables import DeviceRow
from odyssee.domain.accounts import MAX_DEVICES, Account, Credential
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.people import Kind, Person

HASH = "5" * 64


@pytest.fixture
def zoe(db: Database, noon: datetime) -> Person:
    return add_person(db, noon, "zoe")


def add_person(db: Database, noon: datetime, name: str) -> Person:
    person = Person(
        id=name,
        email=f"{name}@Œuvré.example",
        name="Zoé de l’Étang",
        role="publisher",
        office=None,
        has_otp=True,
        must_change_password=False,
        disabled=False,
        created_at=noon,
        version=1,
    )
    account = Account(
        person=person,
        password_hash="une empreinte",  # noqa: S106 - of nothing
        password_expires_at=None,
        password_used_at=None,
        otp_sealed="scellé",
        otp_step=None,
    )
    with db.transaction() as tx:
        assert people.add_account(tx, account)
    return person


def a_credential(person: Person, noon: datetime, **changes: Any) -> Credential:
    whole: dict[str, Any] = {
        "id": "c1",
        "kind": "session",
        "role": None,
        "signed_in_at": noon,
        "expires_at": noon + timedelta(hours=12),
        "last_seen_at": noon + timedelta(microseconds=1),
        "person": person,
    }
    return Credential(**whole | changes)


def keep(db: Database, credential: Credential, sha256: str = HASH) -> None:
    with db.transaction() as tx:
        credentials.add_credential(tx, credential, sha256, how="password", name="relevés")


@pytest.mark.parametrize(("kind", "role"), [("session", None), ("token", "editor")])
def test_a_credential_is_found_with_its_person(
    db: Database, zoe: Person, noon: datetime, kind: Kind, role: str | None
) -> None:
    kept = a_credential(zoe, noon, kind=kind, role=role)
    keep(db, kept)
    for _ in range(3):
        assert credentials.find_credential(db, HASH) == kept
    assert credentials.find_credential(db, "6" * 64) is None


def test_what_is_found_is_what_stands_now(db: Database, zoe: Person, noon: datetime) -> None:
    keep(db, a_credential(zoe, noon))
    assert credentials.find_credential(db, HASH) is not None
    with db.transaction() as tx:
        people.change_person(tx, "zoe", disabled=True, role="editor", otp_sealed=None)
    found = credentials.find_credential(db, HASH)
    assert found is not None
    assert (found.person.disabled, found.person.role, found.person.has_otp) == (
        True,
        "editor",
        False,
    )
    with db.transaction() as tx:
        assert credentials.revoke(tx, "zoe", "c1", "session")
    assert credentials.find_credential(db, HASH) is None


def test_looking_up_holds_nothing(db: Database, zoe: Person, noon: datetime) -> None:
    keep(db, a_credential(zoe, noon))
    for _ in range(30):  # more than the pool has connections
        credentials.find_credential(db, HASH)
        with db.transaction() as tx:
            credentials.note_use(tx, "c1", noon, unless_since=noon)


def test_use_is_noted_once_for_a_while(db: Database, zoe: Person, noon: datetime) -> None:
    keep(db, a_credential(zoe, noon, last_seen_at=noon))
    minute = timedelta(minutes=1)
    for passed_s, seen_s in ((59, 0), (60, 60), (61, 60), (119, 60), (120, 120)):
        now = noon + timedelta(seconds=passed_s)
        with db.transaction() as tx:
            credentials.note_use(tx, "c1", now, unless_since=now - minute)
        found = credentials.find_credential(db, HASH)
        assert found is not None
        assert found.last_seen_at == noon + timedelta(seconds=seen_s)


def test_nobody_revokes_what_is_anothers(db: Database, zoe: Person, noon: datetime) -> None:
    add_person(db, noon, "max")
    keep(db, a_credential(zoe, noon))
    with db.transaction() as tx:
        assert not credentials.revoke(tx, "max", "c1", "session")
        assert not credentials.revoke(tx, "zoe", "c1", "token")
        assert credentials.is_there(tx, "c1")
        assert credentials.revoke(tx, "zoe", "c1", "session")
        assert not credentials.is_there(tx, "c1")


def test_sessions_end_but_for_one_and_tokens_stay(
    db: Database, zoe: Person, noon: datetime
) -> None:
    for number, kind in enumerate(["session", "session", "token"]):
        name = f"c{number}"
        keep(db, a_credential(zoe, noon, id=name, kind=kind, role="editor"), str(number) * 64)
    with db.transaction() as tx:
        credentials.revoke_sessions(tx, "zoe", but="c1")
        assert [credentials.is_there(tx, f"c{n}") for n in range(3)] == [False, True, True]
        credentials.revoke_sessions(tx, "zoe")
        assert [credentials.is_there(tx, f"c{n}") for n in range(3)] == [False, False, True]


def test_tokens_that_live_are_listed_the_newest_first(
    db: Database, zoe: Person, noon: datetime
) -> None:
    for number in range(3):
        token = a_credential(
            zoe,
            noon,
            id=f"c{number}",
            kind="token",
            role="editor",
            signed_in_at=noon + timedelta(days=number),
            expires_at=noon + timedelta(days=number + 1),
        )
        keep(db, token, str(number) * 64)
    keep(db, a_credential(zoe, noon, id="session"))
    with db.reading() as tx:
        found = credentials.list_tokens(tx, "zoe", noon + timedelta(days=1))
    assert [(token.id, token.name, token.role) for token in found] == [
        ("c2", "relevés", "editor"),
        ("c1", "relevés", "editor"),
    ]


def test_a_reset_ends_everything_and_what_expired_goes(
    db: Database, zoe: Person, noon: datetime
) -> None:
    keep(db, a_credential(zoe, noon))
    keep(db, a_credential(zoe, noon, id="c2", expires_at=noon), "6" * 64)
    with db.transaction() as tx:
        credentials.keep_device(tx, "7" * 64, "zoe", noon + timedelta(days=1))
        credentials.drop_expired(tx, "zoe", noon)
        assert [credentials.is_there(tx, name) for name in ("c1", "c2")] == [True, False]
        assert credentials.is_device_of(tx, "7" * 64, "zoe", noon)
        credentials.revoke_everything(tx, "zoe")
        assert not credentials.is_there(tx, "c1")
        assert not credentials.is_device_of(tx, "7" * 64, "zoe", noon)


def test_a_device_is_its_persons_for_its_time(db: Database, noon: datetime) -> None:
    for name in ("zoe", "max"):
        add_person(db, noon, name)
    end = noon + timedelta(days=365)
    with db.transaction() as tx:
        credentials.keep_device(tx, "7" * 64, "zoe", end)
        assert not credentials.is_device_of(tx, "7" * 64, "max", noon)
        assert not credentials.is_device_of(tx, "7" * 64, "zoe", end)
        credentials.keep_device(tx, "7" * 64, "zoe", end + timedelta(days=1))
        assert credentials.is_device_of(tx, "7" * 64, "zoe", end)


def test_devices_used_longest_ago_are_forgotten(db: Database, noon: datetime) -> None:
    add_person(db, noon, "zoe")
    with db.transaction() as tx:
        for number in range(MAX_DEVICES + 5):
            end = noon + timedelta(days=number + 1)
            credentials.keep_device(tx, f"{number:064}", "zoe", end)
        left = sorted(int(sha256) for sha256 in tx.scalars(select(DeviceRow.sha256)))
    assert left == list(range(5, MAX_DEVICES + 5))


def test_a_file_that_is_no_database_is_told_by_a_look_up_too(
    sqlite_db: Database, tmp_path: Any
) -> None:
    assert credentials.find_credential(sqlite_db, HASH) is None
    sqlite_db.close()
    (tmp_path / "curation.db").write_bytes(b"pas une base " * 1000)
    with pytest.raises(Damaged):
        credentials.find_credential(sqlite_db, HASH)


def test_a_table_that_is_away_is_no_silent_nobody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as tx:
        tx.execute(text("DROP TABLE credentials"))
    with pytest.raises(Exception, match="credentials"):
        credentials.find_credential(sqlite_db, HASH)


def test_a_server_that_is_away_is_told_by_a_look_up_too() -> None:
    away = Database("postgresql+psycopg://u@127.0.0.1:1/d")
    with pytest.raises(Unavailable):
        credentials.find_credential(away, HASH)


def test_a_server_that_was_restarted_costs_no_failed_look_up(
    postgis_db: Database, postgis_url: str
) -> None:
    patient = Database(postgis_url)
    assert credentials.find_credential(patient, HASH) is None  # leaves a connection in the pool
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with postgis_db.transaction() as tx:
        tx.execute(text(f"{others} AND datname = current_database()"))
    assert credentials.find_credential(patient, HASH) is None
    patient.close()


def test_a_look_up_leaves_no_transaction_open(postgis_db: Database) -> None:
    credentials.find_credential(postgis_db, HASH)
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    with postgis_db.reading() as tx:
        assert tx.scalar(text(f"{idle} AND datname = current_database()")) == 0
