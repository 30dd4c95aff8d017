"""Engines for the two databases that we speak: which addresses, and how each connects."""

import json
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from odyssee.db.spatial import answer_spatial_sql
from odyssee.domain.errors import Unavailable

BUSY_TIMEOUT_S = 10.0
"""How long a writer queues behind another on SQLite."""
CONNECT_TIMEOUT_S = 5
"""How long PostgreSQL may take to greet."""
WRITES = "odyssee_writes"
"""The execution option that tells a writing transaction from a reading one."""

_ADVICE = "use sqlite:///folder/file.db or postgresql+psycopg://user@host/database"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


def check_url(address: str) -> URL:
    """The address, understood.

    Raises:
        ValueError: it is not one of ours; the sentence says which are, and never
            repeats the address, for it may hold a password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ValueError(f"not a database address; {_ADVICE}") from None
    backend = url.drivername.partition("+")[0]
    if backend not in _DRIVERS or url.drivername not in (backend, _DRIVERS[backend]):
        raise ValueError(f"{url.drivername}: no such database here; {_ADVICE}")
    if backend == "sqlite" and (url.database or ":memory:").startswith((":memory:", "file:")):
        raise ValueError(f"SQLite needs a file: each thread would see another memory; {_ADVICE}")
    if not url.database:
        raise ValueError(f"the address names no database; {_ADVICE}")
    return url.set(drivername=_DRIVERS[backend])


def build_engine(url: URL) -> Engine:
    """An engine for an address that was checked; nothing is connected yet.

    Raises:
        Unavailable: the folder of the SQLite file cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        return _build_sqlite(url)
    # A server that was restarted costs no failed request.
    return _build_postgresql(url, pool_pre_ping=True)


def build_looking(url: URL) -> Engine:
    """An engine for single look-ups, its connections used for nothing else.

    On PostgreSQL a look-up is then one round trip to the server instead of four: no word to find
    out whether the connection still lives, no beginning and no end of a transaction. On SQLite
    its statement stays compiled: each change between reading and writing throws all of those of
    a connection away (sqlite.org/pragma.html, query_only).
    """
    if url.get_backend_name() == "sqlite":
        engine = _build_sqlite(url)
        event.listen(engine, "connect", _only_read)
        return engine
    return _build_postgresql(url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)


def _build_postgresql(url: URL, **options: Any) -> Engine:
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
    return create_engine(
        url,
        connect_args=patience,
        json_serializer=_to_json,
        hide_parameters=True,  # a fault that is logged never quotes what was to be kept
        **options,
    )


def _to_json(document: Any) -> str:
    # French readable in the table; NaN is no JSON and PostgreSQL would refuse it later.
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _build_sqlite(url: URL) -> Engine:
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unavailable(f"the folder of the database cannot be made: {fault}") from fault
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        json_serializer=_to_json,
        hide_parameters=True,  # as above
    )
    event.listen(engine, "do_connect", _keep_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_private(
    _dialect: Dialect, _entry: ConnectionPoolEntry, where: list[str], _how: dict[str, Any]
) -> None:
    """Make the file before SQLite does, for its owner only: it holds accounts.

    A file that is there is never opened: closing it would drop the locks of every connection
    of this process, and the next process to leave would take the log away from under them
    (sqlite.org/howtocorrupt.html, section 2.2).
    """
    with suppress(OSError):  # it is there; other obstacles SQLite meets as well, and tells
        os.close(os.open(where[0], os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # We begin transactions ourselves: the driver would not begin one before a SELECT.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    answer_spatial_sql(connection)


def _only_read(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    # A transaction that reads first and then writes cannot queue behind another
    # writer (SQLITE_BUSY at once); one that takes the lock at its start does.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
