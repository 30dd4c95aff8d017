"""Campaigns against a kiosk: each says how often it was hurt, and proves after each time that what
it serves is exactly one publication, every object hashed.
"""

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk_builders import bring, served
from kiosk_faults import NONE, Faults, Station, serving
from kiosk_territory import Territory
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError

from odyssee.domain.errors import Damaged
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.sources import HttpSource

_HERE = Path(__file__).parent
CALLS = ("write", "fsync", "rename", "unlink", "openat", "mkdir")
ERRNOS = ("ENOSPC", "EIO", "EMFILE", "EROFS")


@dataclass
class Tally:
    """What a campaign found."""

    runs: int = 0
    hurt: int = 0
    """Runs that were really cut, or really met the fault."""
    corrupt: int = 0
    """Times that the kiosk served something that nobody published."""
    unrecovered: int = 0
    """Times that the next good synchronisation did not bring the newest."""
    untold: int = 0
    """Runs that a failing call ended without a word."""
    fetched_bytes: int = 0
    useful_bytes: int = 0

    @property
    def ratio(self) -> float:
        """Bytes that were fetched for each useful one."""
        return self.fetched_bytes / max(1, self.useful_bytes)


def is_one_of(kiosk: KioskFolder, territory: Territory, allowed: set[int]) -> bool:
    """Whether the kiosk serves one of those revisions whole (0: nothing yet)."""
    try:
        pointer = served(kiosk)
    except (AssertionError, Damaged, OSError):
        return False
    if pointer is None:
        return 0 in allowed
    return pointer.territory in {territory.pointers[number - 1] for number in allowed if number}


def kill_at_random(
    folder: Path, territory: Territory, runs: int, faults: Faults = NONE, seed: int = 1
) -> Tally:
    """SIGKILL at random moments of synchronisations over HTTP, until so many were killed."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311 - chance that can be repeated
    kiosk = KioskFolder(folder / "borne")
    station = Station(territory.revisions[0], seed=seed)
    nursery = Nursery()
    with serving(station), closing(nursery):
        assert bring(kiosk, HttpSource(station.url), territory.root).result == "done"
        station.faults, station.sent_bytes = faults, 0
        longest_s = _time_of_one(folder, station, territory)
        at = 1
        while tally.hurt < runs:
            wanted = at % len(territory.revisions) + 1
            if wanted == 1:  # revisions only rise: start anew
                shutil.rmtree(kiosk.root)
                tally.fetched_bytes += station.sent_bytes
                station.folder, station.faults = territory.revisions[0], NONE
                assert bring(kiosk, HttpSource(station.url), territory.root).result == "done"
                station.faults, station.sent_bytes, at = faults, 0, 1
                continue
            station.folder = territory.revisions[wanted - 1]
            was_killed, result = nursery.run_and_kill(
                kiosk, station.url, chance.uniform(0, longest_s)
            )
            tally.runs += 1
            tally.hurt += was_killed
            tally.corrupt += not is_one_of(kiosk, territory, {at, wanted})
            if (not was_killed and result == "done") or is_one_of(kiosk, territory, {wanted}):
                lacked = territory.objects[wanted - 1].keys() - territory.objects[at - 1].keys()
                tally.useful_bytes += sum(territory.objects[wanted - 1][name] for name in lacked)
                at = wanted
        tally.fetched_bytes += station.sent_bytes
        station.faults = NONE
        bring(kiosk, HttpSource(station.url))
        newest = territory.revisions.index(station.folder) + 1
        tally.unrecovered += not is_one_of(kiosk, territory, {newest})
    return tally


def _time_of_one(folder: Path, station: Station, territory: Territory) -> float:
    """Seconds that a whole synchronisation takes here."""
    other = KioskFolder(folder / "timed")
    began = time.monotonic()
    bring(other, HttpSource(station.url), territory.root)
    shutil.rmtree(other.root)
    station.sent_bytes = 0
    return time.monotonic() - began


class Nursery:
    """Starts synchronisations fast: a process that has loaded everything, and forks."""

    def __init__(self) -> None:
        command = [sys.executable, "-B", str(_HERE / "kiosk_child.py"), "--nursery"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def run_and_kill(self, kiosk: KioskFolder, source: str, after_s: float) -> tuple[bool, str]:
        """Start one and kill it after so long: whether it was cut, and else how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([str(kiosk.root), source]) + "\n")
        pid = json.loads(self._process.stdout.readline())
        ready, _, _ = select.select([self._process.stdout], [], [], after_s)
        if not ready:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        status, result = json.loads(self._process.stdout.readline())
        return status == signal.SIGKILL, result


def inject(folder: Path, territory: Territory, moments: list[tuple[str, int]], fault: str) -> Tally:
    """`strace` lets a system call fail, or kills the process at it, once for each moment.

    Args:
        folder: where kiosks are made.
        territory: two revisions; each kiosk has the first and is to get the second.
        moments: a system call and its number, counted from 1.
        fault: `signal=KILL` or `error=ENOSPC`.
    """
    tally = Tally()
    ready = folder / "ready"
    bring(KioskFolder(ready), territory.revisions[0], territory.root)
    for call, number in moments:
        kiosk = KioskFolder(folder / "borne")
        shutil.rmtree(kiosk.root, ignore_errors=True)
        shutil.copytree(ready, kiosk.root)
        met, told = _traced(kiosk, territory.revisions[1], f"inject={call}:{fault}:when={number}")
        tally.runs += 1
        tally.hurt += met
        # A call that fails is a state to tell, and never the end of the process.
        tally.untold += fault.startswith("error=") and not told
        tally.corrupt += not is_one_of(kiosk, territory, {1, 2})
        bring(kiosk, territory.revisions[1])
        tally.unrecovered += not is_one_of(kiosk, territory, {2})
    return tally


def _traced(kiosk: KioskFolder, source: Path, injected: str) -> tuple[bool, bool]:
    """Run one synchronisation under strace; whether the fault was met, and an end was told."""
    log = kiosk.root.parent / "trace"
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", "trace=none", "-e", injected]
    child = [sys.executable, "-B", str(_HERE / "kiosk_child.py"), str(kiosk.root), str(source)]
    calls = injected.removeprefix("inject=").partition(":")[0]
    command[command.index("trace=none")] = f"trace={calls}"
    done = subprocess.run(
        [*command, *child], capture_output=True, text=True, check=False, timeout=120
    )
    # Python that cannot even load the program, for want of a file, is not the kiosk's to tell.
    told = ", in run\n" not in done.stderr
    met = "(INJECTED)" in log.read_text(errors="replace") or not done.stdout.strip()
    return met, told


@contextmanager
def image(folder: Path, megabytes: int = 48) -> Iterator[tuple[Path, Path]]:
    """A file system of its own in a file, mounted so that carelessness shows soon."""
    file, mount = folder / "disk.img", folder / "disk"
    mount.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as made:
        made.truncate(megabytes * 1_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(file)], check=True)
    options = "loop,data=writeback,noauto_da_alloc,commit=1"
    subprocess.run(["mount", "-o", options, str(file), str(mount)], check=True)
    try:
        yield file, mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def cut_power(
    folder: Path, territory: Territory, runs: int, *, syncs: bool = True, seed: int = 1
) -> Tally:
    """Take the disk as it is at a random moment, as a power cut leaves it, and look at it.

    Half of the cuts come a moment after the synchronisation said that it was
    done: then the new publication has to be there. Without `syncs` nothing is
    told to reach the disk: the control, which has to fail.
    """
    tally, chance = Tally(), random.Random(seed)  # noqa: S311 - chance that can be repeated
    ready = folder / "ready"
    bring(KioskFolder(ready), territory.revisions[0], territory.root)
    for number in range(runs):
        place = folder / f"cut-{number}"
        with image(place) as (file, mount):
            shutil.copytree(ready, mount / "borne")
            os.sync()
            promised = _cut(
                mount / "borne", territory, chance, done_first=number % 2 == 0, syncs=syncs
            )
            clone = place / "clone.img"
            shutil.copyfile(file, clone)
        allowed = {2} if promised else {1, 2}
        tally.runs += 1
        tally.hurt += 1
        tally.corrupt += not _survives(clone, place / "after", territory, allowed)
        shutil.rmtree(place, ignore_errors=True)
    return tally


def _cut(
    root: Path, territory: Territory, chance: random.Random, *, done_first: bool, syncs: bool
) -> bool:
    """Synchronise until the cut; whether it had said that it was done."""
    command = [sys.executable, "-B", str(_HERE / "kiosk_child.py"), str(root)]
    command += [str(territory.revisions[1]), *([] if syncs else ["--no-sync"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if done_first:
            told = json.loads(process.communicate(timeout=60)[0])
            time.sleep(chance.uniform(0, 1.5))
            return bool(told["result"] == "done")
        time.sleep(0.3 + chance.uniform(0, 0.6))
        process.kill()
        return False


def _survives(clone: Path, mount: Path, territory: Territory, allowed: set[int]) -> bool:
    mount.mkdir()
    subprocess.run(["mount", "-o", "loop", str(clone), str(mount)], check=True)
    try:
        kiosk = KioskFolder(mount / "borne")
        if not is_one_of(kiosk, territory, allowed):
            return False
        bring(kiosk, territory.revisions[1])
        return is_one_of(kiosk, territory, {2})
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def fuzz(
    folder: Path, territory: Territory, runs: int, change: Callable[[bytes, random.Random], bytes]
) -> Tally:
    """Metadata files of the second revision, each changed by chance: none may be taken over."""
    tally, chance = Tally(), random.Random(1)  # noqa: S311 - chance that can be repeated
    source = folder / "source"
    shutil.copytree(territory.revisions[1], source, copy_function=os.link)
    kiosk = KioskFolder(folder / "borne")
    bring(kiosk, territory.revisions[0], territory.root)
    shutil.copytree(kiosk.root, folder / "ready")
    newest = max(int(path.name.split(".")[0]) for path in source.glob("metadata/*.targets.json"))
    names = ["timestamp.json", f"{newest}.snapshot.json", f"{newest}.targets.json"]
    for _ in range(runs):
        path = source / "metadata" / chance.choice(names)
        before = path.read_bytes()
        after = change(before, chance)
        path.unlink()
        path.write_bytes(after)
        # What an earlier run has verified and kept is not read again: begin anew.
        shutil.rmtree(kiosk.trust)
        shutil.copytree(folder / "ready" / "trust", kiosk.trust)
        outcome = bring(kiosk, source)
        tally.runs += 1
        tally.hurt += outcome.result != "done"
        same = _means_the_same(before, after)
        tally.corrupt += outcome.result in {"done", "unchanged"} and not same
        tally.corrupt += not is_one_of(kiosk, territory, {2 if outcome.result == "done" else 1})
        path.write_bytes(before)
        if outcome.result == "done":
            shutil.rmtree(kiosk.root)
            shutil.copytree(folder / "ready", kiosk.root)
    tally.unrecovered += bring(kiosk, source).result != "done"
    return tally


def _means_the_same(before: bytes, after: bytes) -> bool:
    """Whether what is signed stayed as it was, to the reader of the metadata.

    A space, a signature more, or an entry that no reader of that role knows tells nothing new.
    """
    try:
        return bool(Metadata.from_bytes(before).signed == Metadata.from_bytes(after).signed)
    except (DeserializationError, RepositoryError, ValueError, TypeError, KeyError):
        return False
