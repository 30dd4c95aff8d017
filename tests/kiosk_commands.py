"""The program as an office and a kiosk run it: commands to their end, servers while they last."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

Done = subprocess.CompletedProcess[str]


def run_odyssee(settings: Mapping[str, str], *arguments: str | Path) -> Done:
    """A command to its end; a kiosk's need no room left on the disk of the tests."""
    environment = {**os.environ, "ODYSSEE_KIOSK_RESERVE_MB": "0", **settings}
    command = [sys.executable, "-m", "odyssee", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(log: Path, arguments: list[str], **settings: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "odyssee", *arguments, "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx2.TransportError):  # not listening yet
                if httpx2.get(f"{url}/readyz").status_code == 200:
                    break
            time.sleep(0.05)
        else:
            pytest.fail(log.read_text()[-2000:])
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
