"""The schema goes up, down and up again, and is what the tables say."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from odyssee.db.legends import list_drafts, save_draft
from odyssee.db.session import Database
from odyssee.db.tables import Row
from odyssee.domain.errors import Misconfigured
from odyssee.domain.legends import Legend

OURS = {table.name for table in Row.metadata.sorted_tables}


def ours_or_not(obj: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001  # Alembic's signature
    """Leave PostGIS's own tables and what hangs on them alone."""
    owner = name if kind == "table" else obj.table.name
    return owner in OURS


def tables_of(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names - {"spatial_ref_sys"}


def test_migrations_go_up_down_and_up_again(
    empty_url: str, a_legend: Callable[..., Legend], noon: Any
) -> None:
    db = Database(empty_url)
    assert db.current() is None
    assert not db.is_current()
    db.upgrade()
    assert tables_of(empty_url) == OURS | {"alembic_version"}
    db.downgrade()
    assert db.current() is None
    assert tables_of(empty_url) == {"alembic_version"}
    db.upgrade()
    assert db.is_current()
    with db.transaction() as tx:
        assert save_draft(tx, a_legend(), {}, noon) == "created"
    db.upgrade()
    with db.reading() as tx:
        assert len(list_drafts(tx)) == 1
    db.close()


def test_an_upgrade_that_fails_half_way_leaves_nothing(empty_url: str) -> None:
    db = Database(empty_url)
    with db.transaction() as tx:
        tx.execute(text("CREATE TABLE audit (obstacle TEXT)"))
    with pytest.raises(DBAPIError, match="audit"):
        db.upgrade()
    assert tables_of(empty_url) == {"audit"}
    with db.transaction() as tx:
        tx.execute(text("DROP TABLE audit"))
    db.upgrade()
    assert db.is_current()
    db.close()


def test_a_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    db = Database(empty_url)
    db.upgrade()
    with db.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="newer version") as refused:
        db.upgrade()
    assert refused.value.values == {"setting": "ODYSSEE_DATABASE_URL"}
    assert db.current() == "9999"
    assert not db.is_current()
    db.close()


def test_servers_that_start_together_upgrade_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    faults: list[Exception] = []

    def start(db: Database) -> None:
        try:
            db.upgrade()
        except Exception as fault:  # noqa: BLE001  # whatever it is, the test tells it
            faults.append(fault)

    threads = [threading.Thread(target=start, args=(db,)) for db in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert all(db.is_current() for db in databases)
    for db in databases:
        db.close()


def test_the_tables_are_what_the_migrations_made(
    migrated_postgis: Database, postgis_url: str
) -> None:
    assert migrated_postgis.is_current()
    engine = create_engine(postgis_url)
    with engine.connect() as connection:
        options = {"include_object": ours_or_not, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_sqlite_has_the_same_tables_columns_and_indexes(sqlite_db: Database) -> None:
    engine = create_engine(sqlite_db.address)
    with engine.connect() as connection:
        seen = inspect(connection)
        for table in Row.metadata.sorted_tables:
            columns = {c["name"]: c["nullable"] for c in seen.get_columns(table.name)}
            assert columns == {c.name: c.nullable for c in table.columns}
            indexes = {index["name"] for index in seen.get_indexes(table.name)}
            wanted = {str(i.name) for i in table.indexes if not str(i.name).endswith("_gist")}
            assert indexes - wanted <= {f"sqlite_autoindex_{table.name}_1"}
            assert wanted <= indexes
    engine.dispose()
