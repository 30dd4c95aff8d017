"""A kiosk takes what phones and its own screen tell, and counts it once."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from kiosk_commands import free_port, run_odyssee, serving
from kiosk_territory import SLUG, Territory, make_territory
from telling_builders import a_phone_batch, an_event

from odyssee.db.counter import open_counter
from odyssee.domain.batches import read_counts
from odyssee.files.kiosk_folder import KioskFolder

TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    folder = tmp_path_factory.mktemp("territory")
    return make_territory(folder, objects=3, changed=1, at=datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def home(tmp_path: Path, territory: Territory) -> Path:
    """Of a kiosk that serves one legend."""
    (tmp_path / "racine.json").write_bytes(territory.root)
    settings = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    source = tmp_path / "office"
    shutil.copytree(territory.revisions[0], source)
    server = {
        "ODYSSEE_HOME": str(tmp_path / "server"),
        "ODYSSEE_STORE_URL": source.as_uri(),
        "ODYSSEE_WORKER": "none",
    }
    with serving(tmp_path / "server.log", ["serve"], **server) as url:
        done = run_odyssee(
            settings, "kiosk", "sync", "--server", url, "--root", tmp_path / "racine.json"
        )
        assert done.returncode == 0, done.stderr
    return tmp_path / "kiosk"


@pytest.fixture
def kiosk(tmp_path: Path, home: Path) -> Iterator[str]:
    with serving(tmp_path / "kiosk.log", ["kiosk", "serve"], ODYSSEE_HOME=str(home)) as url:
        yield url


def an_event_here(number: int, **changes: Any) -> dict[str, Any]:
    return an_event(number, **{"legend": SLUG, "stop": None, "day": TODAY} | changes)


def tell(url: str, *events: dict[str, Any]) -> Any:
    sent = httpx2.post(f"{url}/v1/visits", json=a_phone_batch(*events))
    assert sent.status_code == 202, sent.text
    return sent.json()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError):  # not listening yet
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail("the kiosk does not start")


def counted(home: Path) -> int:
    counter = open_counter(KioskFolder(home / "borne").counts)
    total = sum(n for one in counter.freeze_all() for _cell, n in read_counts(one.body))
    counter.close()
    return total


def test_a_kiosk_adds_visits_to_its_counts_each_once(kiosk: str, home: Path) -> None:
    told = tell(kiosk, an_event_here(1), an_event_here(2), an_event_here(1))
    assert (told["accepted"], told["duplicates"]) == (2, 1)
    refused = tell(kiosk, an_event_here(3, legend="le-loup"), an_event_here(2))
    assert refused["refused"][0]["code"] == "unknown_legend"
    assert refused["duplicates"] == 1
    assert counted(home) == 2
    assert httpx2.post(f"{kiosk}/v1/visits", json={"lon": 0.1234567}).status_code == 422
    assert b"0.1234567" not in b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())


def test_what_was_answered_is_kept_when_the_power_fails(tmp_path: Path, home: Path) -> None:
    """The server is killed as a cut kills it; told again after that, nothing counts twice."""
    batch, url = [an_event_here(number) for number in range(50)], f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "odyssee", "kiosk", "serve", "--port", url.rpartition(":")[2]]
    with (tmp_path / "1.log").open("wb") as log:
        environment = os.environ | {"ODYSSEE_HOME": str(home)}
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    wait_for(url)
    assert tell(url, *batch)["accepted"] == 50
    process.kill()
    process.wait()
    with serving(tmp_path / "2.log", ["kiosk", "serve"], ODYSSEE_HOME=str(home)) as url:
        again = tell(url, *batch, an_event_here(50))
    assert (again["accepted"], again["duplicates"]) == (1, 50)
    assert counted(home) == 51


def test_a_damaged_file_of_counts_stops_neither_the_kiosk_nor_counting(
    kiosk: str, home: Path
) -> None:
    tell(kiosk, an_event_here(1))
    KioskFolder(home / "borne").counts.write_bytes(b"no database" * 500)
    assert tell(kiosk, an_event_here(2))["accepted"] == 1
    assert httpx2.get(f"{kiosk}/v1/legends").status_code == 200


def test_a_kiosk_has_no_desk_and_takes_no_reports(kiosk: str) -> None:
    assert httpx2.post(f"{kiosk}/v1/reports", json={}).status_code == 404
    assert httpx2.get(f"{kiosk}/admin/v1/statistics").status_code == 404


def test_counting_loads_no_sqlalchemy(home: Path) -> None:
    code = (
        "import json, sys; from odyssee.settings import Settings; "
        "from odyssee.main import build_server, build_kiosk; "
        "from starlette.testclient import TestClient; "
        "settings = Settings(); folder = build_kiosk(settings); "
        "client = TestClient(build_server(settings, worker=False, counts=folder.counts)); "
        "client.__enter__(); sent = client.post('/v1/visits', json=json.loads(sys.argv[1])); "
        "print(sent.status_code, 'sqlalchemy' in sys.modules)"
    )
    environment = {
        **os.environ,
        "ODYSSEE_HOME": str(home),
        "ODYSSEE_STORE_URL": KioskFolder(home / "borne").store.resolve().as_uri(),
        "ODYSSEE_ADMIN": "off",
    }
    told = subprocess.run(
        [sys.executable, "-c", code, json.dumps(a_phone_batch(an_event_here(1)))],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.split() == ["202", "False"]
