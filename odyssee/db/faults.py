"""What the drivers report, in the words of the domain."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from odyssee.db.sqlite_faults import find_sqlite_fault
from odyssee.domain.errors import OdysseeError, Unavailable


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
        return find_sqlite_fault(cause)
    if isinstance(fault, OperationalError) or fault.connection_invalidated:
        return Unavailable(f"the database: {cause}".strip())
    return None
