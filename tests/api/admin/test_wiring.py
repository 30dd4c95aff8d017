"""The desk of a whole server: there when it is wanted, small until then, away without harm."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import a_legend, publish_into
from starlette.testclient import TestClient

from odyssee.files.local import LocalStore
from odyssee.main import build_curation, build_server
from odyssee.settings import Settings

NOWHERE = "postgresql+psycopg://odyssee:motdepasse@127.0.0.1:9/odyssee?connect_timeout=1"
READER = """
import sys
from starlette.testclient import TestClient
from odyssee.main import build_curation, build_server
from odyssee.settings import Settings
with TestClient(build_server(Settings(access_log=False), worker=False)) as client:
    for path in ("/v1/legends", "/openapi.json", "/bureau/connexion"):
        assert client.get(path).status_code == 200, path
    assert client.get("/admin/v1/me").status_code == 401
    assert client.post("/admin/v1/session", json={}).status_code == 422
    print(sorted({"sqlalchemy", "alembic", "argon2", "cryptography"} & set(sys.modules)))
    told = client.get("/admin/v1/me", headers={"Authorization": "Bearer ody_s_x"})
    print(told.status_code, told.headers["retry-after"], "sqlalchemy" in sys.modules)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_into(LocalStore(tmp_path / "published"), a_legend())
    return tmp_path


def client_of(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build_server(settings, worker=False)) as client:
        yield client


def test_a_server_that_only_reads_loads_sql_when_somebody_comes_to_the_desk(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER],
        env={"ODYSSEE_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]", "503 5 True"]


def test_the_desk_waits_for_a_database_of_its_form(home: Path) -> None:
    settings = Settings(home=home, access_log=False)
    for client in client_of(settings):
        mine = {"Authorization": "Bearer ody_s_x"}
        away = client.get("/admin/v1/me", headers=mine)
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        desk = build_curation(settings)
        desk.db.upgrade()
        desk.db.close()
        assert client.get("/admin/v1/me", headers=mine).status_code == 401


def test_a_database_that_is_away_takes_nothing_from_visitors(home: Path) -> None:
    for client in client_of(Settings(home=home, database_url=NOWHERE, access_log=False)):
        body = {"email": "a@b.example", "password": "x"}
        away = client.post("/admin/v1/session", json=body)
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")
        assert "motdepasse" not in away.text
        assert client.get("/v1/legends").status_code == 200
        assert client.get("/readyz").json()["ready"]


def test_a_server_may_have_no_desk(home: Path) -> None:
    for client in client_of(Settings(home=home, admin="off", access_log=False)):
        for path in ("/admin/v1/me", "/bureau/connexion"):
            assert client.get(path).status_code == 404
        assert client.post("/admin/v1/session", json={}).status_code == 404
        assert not [p for p in client.get("/openapi.json").json()["paths"] if "admin" in p]
        assert client.get("/").status_code == 200
