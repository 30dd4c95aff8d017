"""A throw-away PostGIS with the stops of the bench, and tipg in an environment of its own."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from postgis import PostgresServer, run_on

from serving.machine import SERVER_CORE
from serving.published import NAMES, places

TIPG = "tipg==1.6.1"
SAME_AS_OURS = ("uvicorn", "uvloop", "httptools", "starlette", "pydantic")
"""tipg runs on the very versions that we run on."""

_TABLE = """
CREATE TABLE stops (
    id integer PRIMARY KEY,
    legend text NOT NULL,
    slug text NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    radius_m double precision NOT NULL,
    geom geometry(Point, 4326) NOT NULL
);
"""
_READY = ("CREATE INDEX ON stops USING gist (geom)", "VACUUM ANALYZE stops")


@contextmanager
def running_postgis(programs: Path) -> Iterator[PostgresServer]:
    """A server pinned to the servers' core, with PostGIS in its only database."""
    folder = Path(tempfile.mkdtemp(prefix="odyssee-bench-pg-"))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = PostgresServer(folder, programs)
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {SERVER_CORE})  # what is started now inherits it
        try:
            server.start()
        finally:
            os.sched_setaffinity(0, allowed)
        try:
            run_on(server.url, "CREATE EXTENSION postgis")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stops_in_postgis(programs: Path) -> Iterator[str]:
    """A server with the stops; gives its address for tipg."""
    with running_postgis(programs) as server:
        for statement in (_TABLE, _rows(), *_READY):
            run_on(server.url, statement)
        yield f"postgresql://postgres@{quote(str(server.folder), safe='')}/postgres"


def _rows() -> str:
    rows = [
        f"({legend * 100 + n}, '{slug}', 'etape-{n + 1}', {n + 1}, "
        f"'La porte murée, étape {n + 1}', 35, ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326))"
        for legend, slug in enumerate(NAMES)
        for n, (lon, lat) in enumerate(places(legend))
    ]
    return f"INSERT INTO stops VALUES {', '.join(rows)}"  # noqa: S608 - our own constants


def install_tipg(folder: Path) -> Path:
    """The Python of an environment with tipg; made once and kept."""
    python = folder / "bin" / "python"
    wanted = [TIPG, *(f"{name}=={version(name)}" for name in SAME_AS_OURS)]
    stamp = folder / "installed.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted], check=True, stdout=sys.stderr)
        stamp.write_text(json.dumps(wanted))
    return python
