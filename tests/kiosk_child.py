"""One synchronisation in a process of its own, to be killed: `kiosk_child.py FOLDER URL|STICK`."""

import json
import os
import sys
from pathlib import Path

from kiosk_builders import bring

from odyssee.files import kiosk_folder
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.sources import FolderSource, HttpSource


def run(folder: str, source: str, *, syncs: bool = True) -> str:
    """How the synchronisation ended; without `syncs` nothing is ever told to reach the disk."""
    if not syncs:
        os.fsync = lambda _fd: None  # type: ignore[assignment]
        kiosk_folder._libc = type("_", (), {"syncfs": staticmethod(lambda _fd: 0)})
    found = HttpSource(source) if source.startswith("http") else FolderSource(Path(source))
    return bring(KioskFolder(Path(folder)), found).result


def main() -> None:
    """Say how it ended."""
    result = run(sys.argv[1], sys.argv[2], syncs="--no-sync" not in sys.argv)
    sys.stdout.write(json.dumps({"result": result}))


if __name__ == "__main__":
    main()
