"""The audit of the dependencies: what it says, and that it says when it could not be made."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_LOCK = (
    f"frail==1.0 \\\n    --hash=sha256:{'0' * 64}\nsound==2.0 \\\n    --hash=sha256:{'1' * 64}\n"
)
_RANGE = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}
_WEAKNESS = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-1"],
    "summary": "Opens to anyone.",
    "affected": [{"package": {"name": "frail", "ecosystem": "PyPI"}, "ranges": [_RANGE]}],
}


@contextmanager
def an_advisory_service(known: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """A service on the loopback that speaks OSV's query API; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = known.get(asked["package"]["name"])
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "two.lock"
    path.write_text(_LOCK, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def script(root_folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", root_folder / "deploy/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _audit(
    root: Path, lock: Path, *options: str, strict: bool = False
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/audit.py", str(lock), *options],
        cwd=root,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "AUDIT_STRICT": "1" if strict else ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_known_weakness_fails_and_names_the_cure(root_folder: Path, lock: Path) -> None:
    with an_advisory_service({"frail": [_WEAKNESS]}) as url:
        done = _audit(root_folder, lock, "-s", "osv", "--osv-url", url)
    assert done.returncode == 1
    assert "frail 1.0: PYSEC-2099-1 = CVE-2099-1, mended in 1.1" in done.stdout
    assert "AUDIT FAILED: 1 known weakness in two.lock" in done.stdout


def test_dependencies_without_a_known_weakness_pass(root_folder: Path, lock: Path) -> None:
    with an_advisory_service({}) as url:
        done = _audit(root_folder, lock, "-s", "osv", "--osv-url", url, strict=True)
    assert done.returncode == 0
    assert "AUDITED: 2 dependencies of two.lock" in done.stdout


@pytest.mark.parametrize("strict", [False, True])
def test_a_service_out_of_reach_is_told_and_fails_on_demand(
    root_folder: Path, lock: Path, *, strict: bool
) -> None:
    nobody = "http://127.0.0.1:1/v1/query"
    done = _audit(root_folder, lock, "-s", "osv", "--osv-url", nobody, strict=strict)
    assert done.returncode == int(strict)
    assert "NOT AUDITED: all of two.lock." in done.stdout
    assert "AUDITED: 2" not in done.stdout


def test_a_lock_that_cannot_be_read_is_no_audit(root_folder: Path, lock: Path) -> None:
    lock.write_text("frail>=1.0\n", encoding="utf-8")
    done = _audit(root_folder, lock)
    assert done.returncode == 2
    assert "cannot read two.lock" in done.stderr


def test_an_exception_passes_one_advisory_until_its_date(script: ModuleType) -> None:
    text = '[[exception]]\nid = "CVE-2099-1"\nuntil = 2030-06-30\nreason = "not run here"\n'
    answers = [
        {
            "name": "frail",
            "version": "1.0",
            "vulns": [{"id": "PYSEC-2099-1", "aliases": ["CVE-2099-1"], "fix_versions": []}],
        }
    ]
    on_time = script.weaknesses(answers, script.excepted(text, date(2030, 6, 30)))
    assert on_time == (
        ["frail 1.0: PYSEC-2099-1 = CVE-2099-1, mended in no release; excepted: not run here"],
        0,
    )
    too_late = script.weaknesses(answers, script.excepted(text, date(2030, 7, 1)))
    assert too_late[1] == 1


def test_the_recorded_exceptions_can_be_read(script: ModuleType, root_folder: Path) -> None:
    recorded = (root_folder / "deploy/audit-exceptions.toml").read_text(encoding="utf-8")
    script.excepted(recorded, date(2026, 1, 1))
