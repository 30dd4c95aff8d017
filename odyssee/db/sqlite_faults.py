"""What SQLite reports, in the words of the domain; for whoever speaks to it with or without us."""

import sqlite3

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


def find_sqlite_fault(cause: sqlite3.Error) -> OdysseeError | None:
    """Whether the file does not answer or is damaged; null for a mistake of ours."""
    # The low byte is the primary code (sqlite.org/rescode.html); our own misuse has none.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return Damaged(f"the database file: {cause}")
    return Unavailable(f"the database: {cause}") if code in _AWAY else None
