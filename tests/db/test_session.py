"""Transactions, addresses, and servers that are away."""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from odyssee.db import audit, jobs
from odyssee.db.legends import find_draft, save_draft
from odyssee.db.session import Database
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.legends import Legend


@pytest.mark.parametrize(
    "address",
    [
        "",
        "n'importe quoi",
        "mysql://u:secret@h/d",
        "postgres://u:secret@h/d",
        "postgresql+asyncpg://u:secret@h/d",
        "postgresql+psycopg://u:secret@h:port/d",
        "postgresql+psycopg://u:secret@h",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
    ],
)
def test_a_bad_address_is_refused_with_advice_and_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match="use sqlite:///folder") as refused:
        Database(address)
    assert "secret" not in str(refused.value)


def test_the_password_is_not_told() -> None:
    assert Database("postgresql://u:secret@h/d").address == "postgresql+psycopg://u:***@h/d"


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "à faire" / "curation.db"
    db = Database(f"sqlite:///{path}")
    db.ping()
    db.close()
    assert path.exists()


def test_what_another_process_wrote_is_seen_by_who_was_connected_before(tmp_path: Path) -> None:
    """A connection more must not drop the locks of the others: the log would go from under them."""
    path = tmp_path / "curation.db"
    db = Database(f"sqlite:///{path}")
    now = datetime.now(UTC)
    db.upgrade()
    with db.reading() as tx:
        tx.execute(text("SELECT 1"))
        db.ping()  # a second connection, made while the first is in use
    for number in range(1, 3):
        adding = (
            "import sys; from datetime import UTC, datetime\n"
            "from odyssee.db import audit; from odyssee.db.session import Database\n"
            "db = Database(sys.argv[1])\n"
            "with db.transaction() as tx:\n"
            "    audit.add_entry(tx, datetime.now(UTC), 'autre', 'deed', 'frazé', {})\n"
            "db.close()"
        )
        subprocess.run([sys.executable, "-c", adding, f"sqlite:///{path}"], check=True, timeout=60)
        with db.transaction() as tx:
            audit.add_entry(tx, now, "moi", "deed", "frazé", {})
        with db.reading() as tx:
            told = tx.execute(text("SELECT count(*) FROM audit")).scalar_one()
        assert told == 2 * number
    db.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(Unavailable, match="folder"):
        Database(f"sqlite:///{tmp_path}/fichier/curation.db")


def test_a_server_that_is_away_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        db = Database(f"postgresql+psycopg://u@127.0.0.1:{taken.getsockname()[1]}/d")
        with pytest.raises(Unavailable):
            db.ping()


def test_a_connection_that_the_server_cut_is_unavailable_once(postgis_db: Database) -> None:
    suicide = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(Unavailable), postgis_db.transaction() as tx:
        tx.execute(suicide)
    postgis_db.ping()


def test_a_server_that_was_restarted_costs_no_failed_request(
    postgis_db: Database, postgis_url: str
) -> None:
    patient = Database(postgis_url)
    patient.ping()  # leaves a connection in the pool
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with postgis_db.transaction() as tx:
        tx.execute(text(f"{others} AND datname = current_database()"))
    patient.ping()
    patient.close()


def test_a_folder_in_place_of_the_file_is_unavailable(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(Unavailable):
        db.ping()


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "curation.db").write_text("Ceci n'est pas une base de données. " * 100)
    db = Database(f"sqlite:///{tmp_path}/curation.db")
    with pytest.raises(Damaged):
        db.ping()
    db.close()


def test_our_own_mistakes_are_not_called_unavailable(db: Database) -> None:
    with pytest.raises(DBAPIError), db.reading() as tx:
        tx.execute(text("SELECT 1 FROM no_such_table"))
    db.ping()


def test_what_is_raised_undoes_the_transaction(
    db: Database, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    def fail_after_saving() -> None:
        with db.transaction() as tx:
            save_draft(tx, a_legend(), {}, noon)
            raise KeyError("panne")

    with pytest.raises(KeyError):
        fail_after_saving()
    with db.reading() as tx:
        assert find_draft(tx, "dame-de-riants") is None


def test_reading_cannot_write(db: Database, noon: datetime) -> None:
    with pytest.raises((DBAPIError, Unavailable)), db.reading() as tx:
        jobs.add_job(tx, "essai", {}, noon)
    with db.transaction() as tx:
        assert jobs.add_job(tx, "essai", {}, noon) == 1


def test_reading_sees_one_moment(db: Database, noon: datetime) -> None:
    with db.reading() as tx:
        assert audit.list_entries(tx) == []
        with db.transaction() as other:
            audit.add_entry(other, noon, "Zoé", "publish", "legends/x", {})
        assert audit.list_entries(tx) == []
    with db.reading() as tx:
        assert len(audit.list_entries(tx)) == 1


def test_writers_queue_instead_of_failing(db: Database, noon: datetime) -> None:
    faults: list[Exception] = []

    def write(who: str) -> None:
        try:
            for number in range(10):
                with db.transaction() as tx:
                    before = len(audit.list_entries(tx, limit=1000))
                    audit.add_entry(tx, noon, who, "count", str(number), {"before": before})
        except Exception as fault:  # noqa: BLE001  # whatever it is, the test tells it
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(f"curatrice {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with db.reading() as tx:
        assert len(audit.list_entries(tx, limit=1000)) == 80


def test_instants_come_back_in_utc_whatever_zone_they_had(db: Database) -> None:
    summer = timezone(timedelta(hours=2))
    at = datetime(2026, 6, 24, 0, 30, 0, 123456, tzinfo=summer)
    with db.transaction() as tx:
        audit.add_entry(tx, at, "Zoé", "publish", "legends/x", {})
    with db.reading() as tx:
        (entry,) = audit.list_entries(tx)
    assert entry.at == at
    assert entry.at.tzinfo == UTC


def test_a_naive_instant_is_refused(db: Database) -> None:
    naive = datetime(2026, 6, 24, 12, 0)  # noqa: DTZ001  # the point of the test
    with pytest.raises((ValueError, StatementError), match="time zone"), db.transaction() as tx:
        audit.add_entry(tx, naive, "Zoé", "publish", "legends/x", {})


def test_audit_entries_are_listed_from_the_newest_by_page_and_by_thing(
    db: Database, noon: datetime
) -> None:
    with db.transaction() as tx:
        for number in range(5):
            what = "legends/a" if number % 2 else "legends/b"
            audit.add_entry(tx, noon, "Zoé", "edit", what, {"où": f"l'étape {number}"})
    with db.reading() as tx:
        page = audit.list_entries(tx, limit=2)
        assert [entry.detail["où"] for entry in page] == ["l'étape 4", "l'étape 3"]
        rest = audit.list_entries(tx, before=page[-1].id)
        assert [entry.id for entry in rest] == [3, 2, 1]
        assert {entry.what for entry in audit.list_entries(tx, what="legends/a")} == {"legends/a"}


@pytest.mark.parametrize("deed", ["UPDATE audit SET who = 'X'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_audit(
    db: Database, noon: datetime, deed: str
) -> None:
    with db.transaction() as tx:
        audit.add_entry(tx, noon, "Zoé", "publish", "legends/x", {})
    with pytest.raises(DBAPIError, match=re.escape("audit is frozen")), db.transaction() as tx:
        tx.execute(text(deed))


def test_one_file_serves_two_processes_worth_of_engines(
    sqlite_db: Database, noon: datetime, a_legend: Callable[..., Any]
) -> None:
    other = Database(sqlite_db.address)
    with sqlite_db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
        with other.reading() as reader:  # WAL: readers do not wait for the writer
            assert find_draft(reader, "dame-de-riants") is None
    other.close()
