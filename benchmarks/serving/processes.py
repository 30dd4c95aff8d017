"""Servers in processes of their own, pinned to one core."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from serving.machine import SERVER_CORE

PATIENCE_S = 60.0


def free_port() -> int:
    """A port of the loopback that nothing holds at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server from its first instruction to its end; the core is set before it starts."""

    def __init__(
        self, command: Sequence[str], ready: str, log: Path, env: Mapping[str, str]
    ) -> None:
        self.port = free_port()
        self.first_answer_s = 0.0
        """From the start of the process to its first whole answer."""
        self._command = [word.replace("{port}", str(self.port)) for word in command]
        self._ready = ready
        self._log = log
        self._env = {**os.environ, **env}

    def __enter__(self) -> Self:
        """Start it and wait for its first answer."""
        began = time.perf_counter()
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                ["taskset", "-c", str(SERVER_CORE), *self._command],
                stdout=out,
                stderr=out,
                env=self._env,
            )
        try:
            self._wait(began)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._stop()

    def _wait(self, began: float) -> None:
        while time.perf_counter() - began < PATIENCE_S:
            if self._process.poll() is not None:
                break
            try:
                status, _, _ = self.ask("GET", self._ready)
            except OSError:
                time.sleep(0.005)
                continue
            if status == http.HTTPStatus.OK:
                self.first_answer_s = time.perf_counter() - began
                return
            time.sleep(0.005)
        raise RuntimeError(f"{self._command[0]} does not answer:\n{self._last_words()}")

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """One request on a connection of its own: status, headers, body as sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def resident_mb(self) -> float:
        """Memory that is resident now, in MB of a million bytes."""
        return self._memory_mb("VmRSS")

    def peak_mb(self) -> float:
        """The most that was resident, since `forget_peak_mb`, in MB of a million bytes."""
        return self._memory_mb("VmHWM")

    def forget_peak_mb(self) -> float:
        """Count the peak from here on; what is resident now."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")  # proc(5)
        return self.resident_mb()

    def _memory_mb(self, which: str) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(f"{which}:"))
        return int(line.split()[1]) * 1024 / 1e6

    def cpu_s(self) -> float:
        """Processor time of the process so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
