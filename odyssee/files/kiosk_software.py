"""Versions of the software on a kiosk's disk: fetched, installed beside each other, tried, chosen.

```
software/<sha256 of its offer>/   installed packages, for PYTHONPATH
software/new/                     one that is being made
software.json                     which is run (domain/software.py, Chosen)
starts.json                       how often it was started without standing
```
What was installed by hand is never touched: it runs the chosen version, and
itself where none is chosen.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import urllib3

from odyssee.domain.errors import Damaged, SoftwareUnfit, Unavailable
from odyssee.domain.software import BESIDE, PRODUCT, TRIAL, Chosen, Wheel, read_chosen, to_note
from odyssee.files.kiosk_folder import KioskFolder, patience_s, sync_all, told_disk

_CHOSEN, _STARTS = "software", "starts"
_INSTALL_S = 900.0
_STAND_S = 90.0
"""A server that does not answer for so long does not stand."""
_TAIL = 400
_SIGNS = ("/healthz", "/openapi.json")
_CONTENT = ("/readyz", "/v1/legends", "/v1/territory", "/")
"""What answers 200 besides where there is content."""


class KioskSoftware:
    """The versions below a kiosk's folder; who changes them holds the folder."""

    def __init__(self, folder: KioskFolder) -> None:
        self._folder = folder
        self._root = folder.root / "software"
        self._new = self._root / "new"

    def chosen(self) -> Chosen:
        """What is run; a version whose files are gone is not."""
        chosen = read_chosen(self._folder.read_note(_CHOSEN))
        if chosen.offer is not None and not self.path_of(chosen.offer).is_dir():
            return replace(chosen, offer=None, before=None)
        return chosen

    def path_of(self, offer: str) -> Path:
        """Where a version is installed."""
        return self._root / offer

    def choose(self, chosen: Chosen) -> None:
        """Run this from the next start on; all that it needs is on the disk before that is said.

        Raises:
            Unavailable: the disk fails.
        """
        with told_disk():
            sync_all(self._folder.root)
        self._folder.note(_STARTS, {})
        self._folder.note(_CHOSEN, to_note(chosen))
        self._sweep({chosen.offer, chosen.before})

    def count_start(self, offer: str) -> int:
        """How often the version was started since it stood last, this time included."""
        starts = self._folder.read_note(_STARTS).get(offer)
        counted = (starts if isinstance(starts, int) else 0) + 1
        self._folder.note(_STARTS, {offer: counted})
        return counted

    def stands(self) -> None:
        """The version that runs has answered for a while."""
        if self._folder.read_note(_STARTS):
            self._folder.note(_STARTS, {})

    def fetch(self, wheel: Wheel, pieces: Iterator[bytes]) -> None:
        """Take a wheel over, whole or not at all.

        Raises:
            Damaged: what came is not it.
            Unavailable: the source broke off, or the disk fails.
        """
        with told_disk():
            self._wheels.mkdir(mode=0o700, parents=True, exist_ok=True)
            path, known, size = self._wheels / wheel.name, hashlib.sha256(), 0
            late_at = time.monotonic() + patience_s(wheel.size_bytes)
            with path.open("wb") as file:
                for piece in pieces:
                    size += len(piece)
                    if size > wheel.size_bytes:
                        break
                    known.update(piece)
                    file.write(piece)
                    if time.monotonic() > late_at:
                        raise Unavailable("the source drips")
            if size != wheel.size_bytes or known.hexdigest() != wheel.sha256:
                path.unlink()
                raise Damaged("a wheel is not what was promised", sha256=wheel.sha256)

    def has(self, wheel: Wheel) -> bool:
        """Whether an earlier run brought the wheel, to the byte."""
        try:
            with (self._wheels / wheel.name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == wheel.sha256
        except OSError:
            return False

    def install(self, wheels: tuple[Wheel, ...], offer: str) -> None:
        """Install fetched wheels beside the other versions, without any network, and try them.

        Raises:
            SoftwareUnfit: it cannot be installed here, or does not stand.
            Unavailable: the disk fails.
        """
        made = self._new / "packages"
        with told_disk():
            shutil.rmtree(made, ignore_errors=True)
        files = [str(self._wheels / wheel.name) for wheel in wheels]
        options = ("--no-index", "--no-deps", "--no-cache-dir", "--no-compile", "--quiet")
        _run("pip", "install", *options, "--target", str(made), *files)
        _check_needs(made)
        signs = _SIGNS if self._folder.pointer() is None else (*_SIGNS, *_CONTENT)
        _check_stands(made, self._folder.root.parent, signs)
        with told_disk():
            shutil.rmtree(self.path_of(offer), ignore_errors=True)
            made.rename(self.path_of(offer))
            shutil.rmtree(self._new)

    @property
    def _wheels(self) -> Path:
        return self._new / "wheels"

    def _sweep(self, kept: set[str | None]) -> None:
        with told_disk():
            for path in self._root.glob("*"):
                if path.name not in kept:
                    shutil.rmtree(path, ignore_errors=True)


def environment_of(packages: Path) -> dict[str, str]:
    """The environment in which Python finds these packages before its own."""
    return {**os.environ, "PYTHONPATH": str(packages)}


def _run(*arguments: str, packages: Path | None = None) -> str:
    environment = dict(os.environ) if packages is None else environment_of(packages)
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and words of ours
            [sys.executable, "-P", "-m", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_INSTALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SoftwareUnfit(reason=f"more than {_INSTALL_S:.0f} s") from late
    if done.returncode != 0 and packages is None:
        raise SoftwareUnfit(reason=done.stderr.strip()[-_TAIL:])
    return done.stdout


def _check_needs(packages: Path) -> None:
    """Whether what it needs is there: among its own wheels, or installed by hand."""
    told = _run("pip", "check", packages=packages)
    lacking = [line for line in told.splitlines() if line.startswith(f"{PRODUCT} ")]
    if lacking:
        raise SoftwareUnfit(reason="; ".join(lacking)[:_TAIL])


def _check_stands(packages: Path, home: Path, signs: Sequence[str]) -> None:
    """Serve what the kiosk has by the new version, on a port of its own, and ask it."""
    port = _free_port()
    command = [sys.executable, "-P", "-m", "odyssee", "kiosk", "serve", "--port", str(port)]
    environment = environment_of(packages) | {"ODYSSEE_HOME": str(home), BESIDE: TRIAL}
    with subprocess.Popen(  # noqa: S603 - this Python, and words of ours
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            _ask_until(server, f"http://127.0.0.1:{port}", signs)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def _ask_until(server: "subprocess.Popen[str]", url: str, signs: Sequence[str]) -> None:
    pool, late_at = urllib3.PoolManager(retries=False, timeout=5.0), time.monotonic() + _STAND_S
    bad = [f"no answer for {_STAND_S:.0f} s"]
    while time.monotonic() < late_at:
        if server.poll() is not None:
            said = server.stderr.read() if server.stderr else ""
            raise SoftwareUnfit(reason=said.strip()[-_TAIL:])
        with suppress(urllib3.exceptions.HTTPError):
            answers = {sign: pool.request("GET", url + sign).status for sign in signs}
            bad = [f"{sign}: {status}" for sign, status in answers.items() if status != 200]
            if not bad:
                return
        time.sleep(0.1)
    raise SoftwareUnfit(reason=", ".join(bad))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
