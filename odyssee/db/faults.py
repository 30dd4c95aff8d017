"""What the drivers report, in the words of the domain."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from odyssee.domain.errors import Damaged, OdysseeError, Unavailable

_AWAY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def translated() -> Iterator[None]:
    """Tell a server that is away from a mistake of ours.

    Raises:
        Unavailable: it does not answer, is full, locked, or has no free connection.
        Damaged: the SQLite file is not one, or is corrupt.
    """
    try:
        yield
    except PoolTimeout as fault:
        raise Unavailable("every connection to the database is in use") from fault
    except DBAPIError as fault:
        known = _known(fault)
        if known is None:
            raise
        raise known from fault


def _known(fault: DBAPIError) -> OdysseeError | None:
    cause = fault.orig
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code (sqlite.org/rescode.html); our own misuse has none.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            return Damaged(f"the database file: {cause}")
        return Unavailable(f"the database: {cause}") if code in _AWAY else None
    if isinstance(fault, OperationalError) or fault.connection_invalidated:
        return Unavailable(f"the database: {cause}".strip())
    return None
