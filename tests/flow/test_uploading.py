"""Uploads against the real thing: a server and workers as processes of their own, a real S3."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from desk_builders import OFFICES, bearer, open_session
from flow_builders import a_desk, within
from media_builders import MEDIA, a_png, a_wav, form_of, sha256
from seaweedfs import BUCKET, KEYS
from sqlalchemy import text
from starlette.testclient import TestClient

from odyssee.actions import staffing
from odyssee.actions.stowing import original_key, rendition_key
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import assets
from odyssee.db import people as kept_people
from odyssee.db.session import Database
from odyssee.domain.accounts import Account
from odyssee.domain.people import COMMAND_LINE, Person
from odyssee.files.local import LocalStore
from odyssee.files.s3 import S3Store

FILE_BYTES = 200_000_000
GROWTH_BYTES = 32_000_000
TUS = {"Tus-Resumable": "1.0.0"}


def settle(tools: Tools) -> dict[str, str]:
    """Somebody of an office with a session, by the clock of now."""
    present = replace(tools, clock=lambda: datetime.now(UTC))
    staffing.add_office(present, COMMAND_LINE, OFFICES[0], "Office de Nogent")
    person = Person(
        id="z" * 20,
        email="zoe@perche.example",
        name="Zoé",
        role="contributor",
        office=OFFICES[0],
        has_otp=False,
        must_change_password=False,
        disabled=False,
        created_at=present.clock(),
        version=1,
    )
    account = Account(
        person=person,
        password_hash="none",  # noqa: S106 - nobody signs in by it
        password_expires_at=None,
        password_used_at=None,
        otp_sealed=None,
        otp_step=None,
    )
    with present.desk.db.transaction() as tx:
        assert kept_people.add_account(tx, account)
    return bearer(open_session(present, person))


def run(arguments: list[str], home: Path, log: Path, **settings: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"ODYSSEE_HOME": str(home)} | settings
    with log.open("ab") as out:
        command = [sys.executable, "-m", "odyssee", *arguments]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    log = home / "server.log"
    process = run(["serve", "--port", str(port)], home, log, ODYSSEE_WORKER="none", **settings)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{url}/healthz").status_code == 200
        return False

    try:
        assert within(60, answers), log.read_text()[-2000:]
        yield url, process
    finally:
        process.kill()
        process.wait()


def peak_bytes(process: subprocess.Popen[bytes]) -> int:
    """The most memory that the process ever held (VmHWM)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def tools(home: Path) -> Iterator[Tools]:
    with closing(Database(f"sqlite:///{home / 'odyssee.db'}")) as database:
        database.upgrade()
        yield a_desk(home, database)


def large_file(path: Path) -> str:
    """A WAV of the largest size that is taken, written piece by piece; returns its hash."""
    import hashlib  # noqa: PLC0415 - for this builder alone

    digest = hashlib.sha256()
    with path.open("wb") as file:
        piece = a_wav(0.01) + os.urandom(1_000_000)
        left = FILE_BYTES
        while left:
            part = piece[:left]
            digest.update(part)
            file.write(part)
            left -= len(part)
    return digest.hexdigest()


@pytest.mark.parametrize("way", ["form", "tus"])
def test_two_hundred_megabytes_come_in_under_thirty_two_of_memory(
    tools: Tools, home: Path, tmp_path: Path, way: str
) -> None:
    mine = settle(tools)
    large = tmp_path / "large.wav"
    digest = large_file(large)
    with serving(home) as (url, process), httpx2.Client(base_url=url, timeout=300) as client:
        warm = client.post(MEDIA, headers=mine, **form_of(a_png()))
        assert warm.status_code == 202, warm.text
        before = peak_bytes(process)
        with large.open("rb") as file:
            asset = SENDERS[way](client, mine, file)
        growth = peak_bytes(process) - before
    assert asset["sha256"] == digest
    assert asset["size_bytes"] == FILE_BYTES
    assert growth < GROWTH_BYTES, f"{growth / 1e6:.1f} MB"
    print(f"{way}: {growth / 1e6:.1f} MB")  # noqa: T201 - a figure that is measured
    assert list(tools.desk.files.list_keys("staging/")) == []


def send_form(client: httpx2.Client, mine: dict[str, str], file: Any) -> Any:
    sent = client.post(MEDIA, headers=mine, files={"file": ("long.wav", file)})
    assert sent.status_code == 202, sent.text
    return sent.json()


def send_tus(client: httpx2.Client, mine: dict[str, str], file: Any) -> Any:
    begun = client.post(f"{MEDIA}/uploads", headers=mine | TUS | {"Upload-Length": str(FILE_BYTES)})
    assert begun.status_code == 201, begun.text
    sent = client.patch(
        begun.headers["location"],
        headers=mine
        | TUS
        | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        content=iter(lambda: file.read(65536), b""),
    )
    assert sent.status_code == 204, sent.text
    return client.get(sent.headers["content-location"], headers=mine).json()


SENDERS: dict[str, Callable[..., Any]] = {"form": send_form, "tus": send_tus}


def test_a_line_that_breaks_loses_nothing_and_a_server_that_is_killed_only_its_last_part(
    tools: Tools, home: Path
) -> None:
    mine = settle(tools) | TUS
    data = a_wav(0.05) + os.urandom(10_000_000)
    stream = {"Content-Type": "application/offset+octet-stream"}
    with serving(home) as (url, process), httpx2.Client(base_url=url, timeout=60) as client:
        length = {"Upload-Length": str(len(data))}
        at = client.post(f"{MEDIA}/uploads", headers=mine | length).headers["location"]

        def a_little_then_cut() -> Iterator[bytes]:
            yield data[:1_000_000]
            time.sleep(0.5)  # so that it has left this side when the line is cut
            raise ConnectionError

        with pytest.raises(ConnectionError):
            client.patch(
                at, headers=mine | stream | {"Upload-Offset": "0"}, content=a_little_then_cut()
            )
        offset = {"Upload-Offset": "0"}

        def is_kept() -> bool:
            offset["Upload-Offset"] = client.head(at, headers=mine).headers["upload-offset"]
            return offset["Upload-Offset"] == "1000000"

        assert within(20, is_kept), offset

        def half_then_killed() -> Iterator[bytes]:
            for start in range(1_000_000, 9_000_000, 100_000):
                yield data[start : start + 100_000]
            assert within(30, lambda: len(list(tools.desk.files.list_keys("staging/"))) >= 2)
            time.sleep(0.3)
            process.kill()
            yield data[9_000_000:]

        with pytest.raises(httpx2.TransportError):
            client.patch(at, headers=mine | stream | offset, content=half_then_killed())
    with serving(home) as (url, _process), httpx2.Client(base_url=url, timeout=60) as client:
        kept = int(client.head(at, headers=mine).headers["upload-offset"])
        assert kept >= 4_000_000
        sent = client.patch(
            at, headers=mine | stream | {"Upload-Offset": str(kept)}, content=data[kept:]
        )
        assert sent.status_code == 204, sent.text
        asset = client.get(sent.headers["content-location"], headers=mine).json()
    assert asset["sha256"] == sha256(data)
    assert sha256(tools.desk.files.get(original_key(asset["sha256"]))) == sha256(data)
    assert list(tools.desk.files.list_keys("staging/")) == []


def bring(tools: Tools, data: bytes, mine: dict[str, str], name: str = "récit.wav") -> str:
    present = replace(tools, clock=lambda: datetime.now(UTC))
    app = build_app(present, lambda: "2026-06-01T12:00:00Z", desk=lambda: present)
    with TestClient(app, base_url="https://perche.example") as client:
        sent = client.post(MEDIA, headers=mine, **form_of(data, name))
        assert sent.status_code == 202, sent.text
        return str(sent.json()["id"])


def state_of(tools: Tools, asset_id: str) -> str:
    with tools.desk.db.reading() as tx:
        return assets.get_asset(tx, asset_id).state


def pass_time(tools: Tools) -> None:
    """As if the lease of a worker that was killed had run out."""
    with tools.desk.db.transaction() as tx:
        past = datetime.now(UTC) - timedelta(minutes=10)
        tx.execute(text("UPDATE jobs SET leased_until = :past"), {"past": past.isoformat(" ")})


def files_of(tools: Tools) -> set[str]:
    return set(tools.desk.files.list_keys())


def test_a_worker_that_is_killed_at_any_moment_loses_no_original_and_leaves_nothing_half(
    tools: Tools, home: Path
) -> None:
    mine = settle(tools)
    data = a_wav(6.0)
    asset_id = bring(tools, data, mine)
    before = files_of(tools)
    assert before == {original_key(sha256(data))}
    settings = {"ODYSSEE_DATABASE_URL": f"sqlite:///{home / 'odyssee.db'}"}
    scratch = home / "scratch"
    moments: list[Callable[[], bool]] = [
        lambda: any(scratch.glob("odyssee-work-*/original")),
        lambda: any(scratch.glob("odyssee-work-*/original")) and time.sleep(0.4) is None,
        lambda: bool(list((home / "files" / "renditions").glob("*"))),
    ]
    killed = 0
    for moment in moments:
        worker = run(["worker"], home, home / "worker.log", **settings)
        reached = within(60, lambda at=moment: at() or state_of(tools, asset_id) != "processing")  # type: ignore[misc]  # bound at once
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert reached
        if state_of(tools, asset_id) != "processing":
            break
        killed += 1
        for key in files_of(tools) - before:  # what is there already is whole
            assert sha256(tools.desk.files.get(key)) == key.rpartition("/")[2]
        assert sha256(tools.desk.files.get(original_key(sha256(data)))) == sha256(data)
        pass_time(tools)
    assert killed >= 2
    worker = run(["worker"], home, home / "worker.log", **settings)
    ready = within(120, lambda: state_of(tools, asset_id) == "ready")
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    assert ready, (home / "worker.log").read_text()[-2000:]
    with tools.desk.db.reading() as tx:
        medium = assets.get_asset(tx, asset_id).medium
    assert medium is not None
    named = {rendition_key(made.sha256) for made in medium.renditions}
    assert files_of(tools) == before | named
    assert list(scratch.iterdir()) == []
    hidden = [path for path in (home / "files").rglob(".*") if path.is_file()]
    assert hidden == []


def test_on_a_real_s3_originals_lie_apart_and_are_served_by_no_address(
    tools: Tools, s3_endpoint: str
) -> None:
    access, secret = KEYS
    named = {"endpoint_url": s3_endpoint, "access_key": access, "secret_key": secret}
    private = S3Store(BUCKET, f"private-{os.getpid()}", **named)
    published = S3Store(BUCKET, f"published-{os.getpid()}", **named)
    on_s3 = replace(tools, published=published, curation=replace(tools.desk, files=private))
    mine = settle(on_s3)
    data = a_wav(1.0) + b"\0" * 9_000_000  # more than one part of a multipart upload
    asset_id = bring(on_s3, data, mine)
    work_once(replace(on_s3, clock=lambda: datetime.now(UTC)))
    with on_s3.desk.db.reading() as tx:
        asset = assets.get_asset(tx, asset_id)
    assert asset.state == "ready", asset.reasons
    assert asset.medium is not None
    assert sha256(private.get(original_key(asset.sha256))) == sha256(data)
    assert list(private.list_keys("staging/")) == []
    assert list(published.list_keys()) == []
    client = TestClient(build_app(on_s3, lambda: "2026-06-01T12:00:00Z"))
    for sha in (asset.sha256, asset.medium.renditions[0].sha256):
        assert client.get(f"/v1/objects/{sha}").status_code == 404


def test_bytes_that_change_in_the_store_are_noticed_before_they_are_used(
    tools: Tools, home: Path
) -> None:
    mine = settle(tools)
    asset_id = bring(tools, a_png(), mine, "porte.png")
    assert isinstance(tools.desk.files, LocalStore)
    path = home / "files" / original_key(sha256(a_png()))
    path.write_bytes(a_png()[:-1] + b"x")
    job = work_once(replace(tools, clock=lambda: datetime.now(UTC)))
    assert job is not None
    assert (job.last_error or "").startswith("damaged:")
    assert state_of(tools, asset_id) == "processing"
    assert not list(tools.desk.files.list_keys("renditions/"))
