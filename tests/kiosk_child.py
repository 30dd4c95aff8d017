"""One synchronisation in a process of its own, to be killed: `kiosk_child.py FOLDER URL|STICK`.

With `--nursery` it starts many: it reads `[FOLDER, URL]` a line, forks, tells
the process and then how that ended.
"""

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
        vars(os)["fsync"] = lambda _fd: None
        kiosk_folder._libc = type("_", (), {"syncfs": staticmethod(lambda _fd: 0)})
    found = HttpSource(source) if source.startswith("http") else FolderSource(Path(source))
    return bring(KioskFolder(Path(folder)), found).result


def nurse() -> None:
    """Start what is asked for, one after the other, until nothing more is asked."""
    for line in sys.stdin:
        receiver, sender = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(sender, run(*json.loads(line)).encode())
            os._exit(0)
        os.close(sender)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        result = os.read(receiver, 100).decode()
        os.close(receiver)
        sys.stdout.write(json.dumps([os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, result]))
        sys.stdout.write("\n")
        sys.stdout.flush()


def main() -> None:
    """Say how it ended."""
    if "--nursery" in sys.argv:
        nurse()
        return
    result = run(sys.argv[1], sys.argv[2], syncs="--no-sync" not in sys.argv)
    sys.stdout.write(json.dumps({"result": result}))


if __name__ == "__main__":
    main()
