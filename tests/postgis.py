"""A throw-away PostGIS server for the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from odyssee.db.session import Database


@dataclass(frozen=True)
class PostgresServer:
    """A throw-away server in a temporary folder, reached by a socket in that folder only."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--no-sync", "-A", "trust")
        careless = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        careless += " -c max_connections=60 -c shared_buffers=32MB -c timezone=Europe/Paris"
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {careless}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def is_running(self) -> bool:
        return (self.folder / "data" / "postmaster.pid").exists()

    def _run(self, program: str, *arguments: str | Path) -> None:
        # PostgreSQL refuses to run as root.
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, str(self.programs / program), *map(str, arguments)]
        # A pipe would stay open in the server, which outlives pg_ctl.
        with (self.folder / f"{program}.out").open("ab") as out:
            subprocess.run(command, check=True, stdout=out, stderr=out, cwd=self.folder)


def find_programs() -> Path | None:
    """The newest PostgreSQL that has PostGIS."""
    for control in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))[::-1]:
        programs = Path("/usr/lib/postgresql") / control.parts[-3] / "bin"
        if (programs / "initdb").exists():
            return programs
    return None


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server of its own in a temporary folder; without PostGIS the test is left out, or fails."""
    programs = find_programs()
    if programs is None:
        reason = "no PostGIS here: apt-get install postgresql-postgis"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Not pytest's folder: root's are closed to others, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="odyssee-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = PostgresServer(folder, programs)
    try:
        server.start()
        yield server
        if server.is_running():
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_on(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def wait_for_a_waiter(db: Database) -> None:
    """Return as soon as some transaction waits for a lock that another holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with db.reading() as tx:
            if tx.scalar(waiting):
                return
        time.sleep(0.02)
    raise TimeoutError("nobody waits for a lock")
