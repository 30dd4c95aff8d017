"""The real server as its own process: swaps under load, a worker beside it, and privacy."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from builders import NOON
from flow_builders import short_legend, within, write_content
from seaweedfs import BUCKET, KEYS

from odyssee.actions.ingesting import import_folder
from odyssee.actions.publishing import publish
from odyssee.actions.tools import Tools
from odyssee.actions.working import LEASE_S, work_off
from odyssee.db.jobs import claim_job

MARKER_LON, MARKER_LAT = "0.987", "48.321"
LEGEND = "/v1/legends/dame-de-riants"


class Server:
    """`odyssee serve` on a free port of loopback."""

    def __init__(self, home: Path, **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = home / f"server-{port}.log"
        self._process = start(["serve", "--port", str(port)], home, self.log, settings)

    def wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(httpx2.TransportError):  # not listening yet: asked again
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return
            time.sleep(0.05)
        pytest.fail(self.log.read_text()[-2000:])

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=20)


def start(
    arguments: list[str], home: Path, log: Path, settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    environment = os.environ | {"ODYSSEE_HOME": str(home)} | settings
    with log.open("wb") as out:
        command = [sys.executable, "-m", "odyssee", *arguments]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Server]:
    server = Server(home, **settings)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def say_more(content: Path) -> None:
    text = content / "legendes" / "dame-de-riants" / "fr" / "legende.md"
    text.write_text(text.read_text().replace("fière", "hautaine"))


def publish_now(desk: Tools) -> None:
    ordered = publish(desk, "dame-de-riants", by="test")
    assert ordered.job is not None
    work_off(desk, ordered.job)


def test_a_publication_is_served_within_a_second_and_no_request_is_dropped(
    desk: Tools, content: Path, tmp_path: Path
) -> None:
    publish_now(desk)
    say_more(content)
    import_folder(desk, content)
    answers: list[tuple[int, int]] = []
    stop = threading.Event()
    with serving(tmp_path / "var", ODYSSEE_WORKER="none") as server:

        def read_on() -> None:
            with httpx2.Client(base_url=server.url) as client:
                while not stop.is_set():
                    sent = client.get(LEGEND)
                    answers.append((sent.status_code, sent.json()["revision"]))

        readers = [threading.Thread(target=read_on) for _ in range(3)]
        for reader in readers:
            reader.start()
        publish_now(desk)
        assert within(1.0, lambda: answers[-1][1] == 2)
        stop.set()
        for reader in readers:
            reader.join()
    assert {status for status, _ in answers} == {200}
    assert [revision for _, revision in answers[:1] + answers[-1:]] == [1, 2]


def test_a_worker_beside_the_server_takes_the_job(desk: Tools, tmp_path: Path) -> None:
    home = tmp_path / "var"
    worker = start(["worker"], home, tmp_path / "worker.log", {})
    try:
        with serving(home, ODYSSEE_WORKER="none") as server:
            publish(desk, "dame-de-riants", by="test")
            published = within(15, lambda: httpx2.get(server.url + LEGEND).status_code == 200)
            assert published, (tmp_path / "worker.log").read_text()[-2000:]
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0


def test_a_worker_that_was_killed_loses_no_publication(desk: Tools, tmp_path: Path) -> None:
    ordered = publish(desk, "dame-de-riants", by="test")
    assert ordered.job is not None
    taken = claim_job(desk.desk.db, NOON, LEASE_S)  # by one that is no more
    assert taken is not None
    with serving(tmp_path / "var") as server:  # its thread takes what is left
        assert within(15, lambda: is_whole(server.url)), server.log.read_text()[-2000:]


def test_database_store_server_and_worker_may_each_stand_apart(
    content: Path, tmp_path: Path, s3_endpoint: str, new_postgis_url: Callable[[], str]
) -> None:
    access, secret = KEYS
    store = {
        "ODYSSEE_STORE_URL": f"s3://{BUCKET}/published",
        "ODYSSEE_S3_ENDPOINT": s3_endpoint,
        "ODYSSEE_S3_ACCESS_KEY": access,
        "ODYSSEE_S3_SECRET_KEY": secret,
    }
    desk = store | {
        "ODYSSEE_DATABASE_URL": new_postgis_url(),
        "ODYSSEE_FILES_URL": f"s3://{BUCKET}/private",
    }
    home = tmp_path / "apart"
    home.mkdir()
    for command in (["db", "upgrade"], ["import", str(content)], ["publish", "--all"]):
        assert start(command, home, tmp_path / "log", desk).wait(timeout=120) == 0, (
            tmp_path / "log"
        ).read_text()
    with serving(home, ODYSSEE_WORKER="none", **store) as server:
        assert is_whole(server.url)
        assert not list(home.glob("*.db"))


def is_whole(url: str) -> bool:
    sent = httpx2.get(url + LEGEND)
    if sent.status_code != 200:
        return False
    addresses = re.findall(r"/v1/objects/[0-9a-f]{64}", sent.text)
    return all(httpx2.get(url + address).status_code == 200 for address in addresses)


def test_no_position_is_stored_or_logged(desk: Tools, tmp_path: Path) -> None:
    publish_now(desk)
    fix = {"lon": float(MARKER_LON), "lat": float(MARKER_LAT), "at": "2026-06-01T10:00:00Z"}
    home = tmp_path / "var"
    with serving(home) as server:
        spec = httpx2.get(f"{server.url}/openapi.json").json()
        query = f"near={MARKER_LON},{MARKER_LAT}&bbox={MARKER_LON},{MARKER_LAT},1.987,49.321"
        for path, operations in spec["paths"].items():
            known = {"slug": "dame-de-riants", "stop": "etape-1", "sha256": "0" * 64}
            address = path.format_map(defaultdict(lambda: "a" * 20, known))
            for method in operations:
                for body in ({"fixes": [fix]}, {"fixes": [fix, {**fix, "lat": "x"}], "here": "z"}):
                    httpx2.request(method, f"{server.url}{address}?{query}", json=body)
        sent = httpx2.get(f"{server.url}/v1/legends?near={MARKER_LON},{MARKER_LAT}x&open_on=y")
        assert MARKER_LON not in sent.text
        assert within(5, lambda: "GET /v1/legends 422" in server.log.read_text())
    logged = server.log.read_text()
    assert "POST /v1/legends/dame-de-riants/proximity 200" in logged
    kept = [path for path in home.rglob("*") if path.is_file()]
    for path in kept:
        held = path.read_bytes()
        assert MARKER_LAT.encode() not in held, path
        assert f"{MARKER_LON},{MARKER_LAT}".encode() not in held, path


@pytest.mark.parametrize(("trusted", "sixth"), [("", 429), ("127.0.0.1", 401)])
def test_where_a_visitor_is_may_be_said_by_a_named_front_server_alone(
    desk: Tools, tmp_path: Path, trusted: str, sixth: int
) -> None:
    desk.desk.db.upgrade()
    settings = {"ODYSSEE_WORKER": "none", "ODYSSEE_TRUSTED_PROXIES": trusted}
    with serving(tmp_path / "var", **settings) as server:
        body = {"email": "personne@perche.example", "password": "essai"}
        sent = [
            httpx2.post(
                f"{server.url}/admin/v1/session",
                json=body,
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
                timeout=60,  # the first one loads the desk, and each costs what argon2id costs
            ).status_code
            for number in range(6)
        ]
    assert sent == [401] * 5 + [sixth], server.log.read_text()[-2000:]
    assert "198.51.100" not in server.log.read_text()


def test_bad_settings_are_told_in_a_line(tmp_path: Path) -> None:
    for settings in (
        {"ODYSSEE_DATABASE_URL": "nonsense"},
        {"ODYSSEE_STORE_URL": "ftp://nowhere"},
        {"ODYSSEE_REFRESH_S": "jamais"},
        {"ODYSSEE_DATABASE_URL": "postgresql+psycopg://x:secret@127.0.0.1:1/none"},
    ):
        environment = os.environ | {"ODYSSEE_HOME": str(tmp_path)} | settings
        command = [sys.executable, "-m", "odyssee", "publish", "--all"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert "secret" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_that_is_taken_is_told_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "odyssee", "serve", "--port", str(port)]
        environment = os.environ | {"ODYSSEE_HOME": str(tmp_path)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert f"le port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_content_folder_is_a_command_line_away(content: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"ODYSSEE_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-m", "odyssee", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    told = run("check", str(content))
    assert told.returncode == 0
    assert re.search(
        r"^legendes/.+\.yaml:\d+: site_unsurveyed: conseil : ", told.stdout, re.MULTILINE
    )
    write_content(tmp_path, short_legend())
    (content / "legendes" / "dame-de-riants" / "legende.yaml").write_text("format: 2\nslig: x\n")
    broken = run("import", str(content))
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr
    assert run("publish", "nulle-part").returncode == 2
    assert run("publish").returncode == 2
    assert run("check", "/nulle/part").returncode == 2
    assert run("simulate", "nulle-part").returncode == 2
    assert run("doctor", "--json").stdout.startswith("[")


def test_visitors_are_served_while_the_database_is_away(desk: Tools, tmp_path: Path) -> None:
    publish_now(desk)
    away = {"ODYSSEE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    with serving(tmp_path / "var", **away) as server:
        assert is_whole(server.url)
        assert within(5, lambda: "the database is waited for" in server.log.read_text())


def test_a_command_that_finds_problems_says_so_by_its_code(content: Path, tmp_path: Path) -> None:
    (content / "legendes" / "dame-de-riants" / "legende.yaml").write_text("format: 2\n")
    for arguments in (["check", str(content)], ["check", str(content), "--json"]):
        assert start(arguments, tmp_path, tmp_path / "log", {}).wait(timeout=60) == 1
    bad = {"ODYSSEE_STORE_URL": "bad"}
    assert start(["doctor"], tmp_path, tmp_path / "log", bad).wait(timeout=60) == 1
