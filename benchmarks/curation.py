"""Measure what curators wait for and write the table: `curation.py [--quick]`."""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles
from typing import Any

import pyotp
from serving.machine import describe
from serving.postgis import running_postgis
from serving.processes import Server
from serving.report import Line, to_markdown

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # legends as the tests make them

from builders import a_legend  # noqa: E402 - needs the path above
from flow_builders import short_legend, write_content  # noqa: E402 - as above
from postgis import find_programs  # noqa: E402 - as above

from odyssee.actions import accounts, entering, staffing  # noqa: E402 - as above
from odyssee.actions.ingesting import import_folder  # noqa: E402 - as above
from odyssee.actions.publishing import publish  # noqa: E402 - as above
from odyssee.actions.tools import Tools  # noqa: E402 - as above
from odyssee.actions.working import work_once  # noqa: E402 - as above
from odyssee.db import legends as drafts  # noqa: E402 - as above
from odyssee.domain.people import COMMAND_LINE  # noqa: E402 - as above
from odyssee.main import build_tools  # noqa: E402 - as above
from odyssee.settings import Settings  # noqa: E402 - as above

RESULTS = ROOT / "benchmarks" / "results" / "curation.md"
SLUG = "dame-de-riants"
OTHERS = 199
"""Legends beside the one that is published."""
READERS = 50
PAUSE_S = 1.0
"""Between two readings of one visitor."""
MAX_RATIO, MAX_VISIBLE_S = 3.0, 2.0
_READ = (f"/v1/legends/{SLUG}", "/v1/legends", f"/v1/legends/{SLUG}/stops/etape-1")
HOW = """\
Written by `make bench`. A real `odyssee serve` with its worker, pinned to one core, over 200
legends. A curator changes the directions of a stop again and again, each time with the ETag of
before; meanwhile nobody reads, or 50 visitors do, each a page a second. “Visible” is from the
answer to the publication until the public API tells the new words."""
NOTES = "The curator, the visitors and PostGIS have the other core together.\n"


@dataclass(frozen=True)
class Desk:
    """A server of a home, and a publisher's token."""

    server: Server
    token: str

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers by lower-case name, and the JSON of an answer of the desk."""
        told = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        status, answered, sent = self.server.ask(method, f"/admin/v1{path}", told, data)
        names = {name.lower(): value for name, value in answered}
        return status, names, json.loads(sent) if sent else None


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds; writes no table")
    quick = parser.parse_args(words).quick
    machine = describe("the curator and the visitors")[:-1]
    lines = []
    for line in _measure(20 if quick else 200, 2 if quick else 10):
        lines.append(line)
        print(f"{line.what}: {line.measured}, {line.value}, {line.verdict}", file=sys.stderr)
    page = to_markdown(lines, machine, NOTES, title="Curation", how=HOW)
    print(page)
    if not quick:
        RESULTS.write_text(page)
    return 0


def _measure(changes: int, publications: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        with _desk(Path(folder) / "sqlite", None) as desk:
            yield _patching("SQLite", desk, changes)
            yield _publishing("SQLite", desk, publications)
        programs = find_programs()
        if programs is None:
            missing = "no PostGIS here: apt-get install postgresql-postgis"
            yield Line("PATCH of a stop, on PostGIS", missing, f"≤ {MAX_RATIO:g}", "", None)
            return
        with (
            running_postgis(programs) as postgis,
            _desk(Path(folder) / "postgis", postgis.url) as desk,
        ):
            yield _patching("PostGIS", desk, changes)
            yield _publishing("PostGIS", desk, publications)


@contextmanager
def _desk(home: Path, database_url: str | None) -> Iterator[Desk]:
    home.mkdir()
    given = {} if database_url is None else {"database_url": database_url}
    tools = build_tools(Settings(home=home, **given), curation=True)
    token = _fill(tools, home)
    tools.desk.db.close()
    settings = {"ODYSSEE_HOME": str(home), "ODYSSEE_ACCESS_LOG": "false"}
    settings |= {} if database_url is None else {"ODYSSEE_DATABASE_URL": database_url}
    command = [str(Path(sys.executable).with_name("odyssee")), "serve", "--port", "{port}"]
    with Server(command, "/readyz", home / "log", settings) as server:
        yield Desk(server, token)


def _fill(tools: Tools, home: Path) -> str:
    """200 legends, one of them published; a session of a publisher."""
    tools.desk.db.upgrade()
    import_folder(tools, write_content(home, short_legend(SLUG)))
    publish(tools, SLUG, by="bench")
    while work_once(tools) is not None:
        pass
    other = a_legend("autre", 8)
    with tools.desk.db.transaction() as tx:
        for number in range(OTHERS):
            drafts.save_draft(tx, replace(other, slug=f"autre-{number}"), {}, tools.clock())
    staffing.add_office(tools, COMMAND_LINE, "banc", "Office du banc")
    email, words = "banc@perche-odyssee.example", "le renard du bois de Saint-Laurent"
    added = staffing.add_person(tools, COMMAND_LINE, email, "publisher", "banc")
    code = pyotp.TOTP(added.otp_secret or "").now()
    session = entering.sign_in(tools, email, added.password, code, address=None)
    caller = entering.identify(tools, session.token)
    accounts.change_password(tools, caller, added.password, words)
    return session.token


def _patching(database: str, desk: Desk, changes: int) -> Line:
    idle_ms = _p95_ms(desk, changes)
    stop = threading.Event()
    readers = [threading.Thread(target=_read, args=(desk.server, n, stop)) for n in range(READERS)]
    for reader in readers:
        reader.start()
    busy_ms = _p95_ms(desk, changes)
    stop.set()
    for reader in readers:
        reader.join()
    ratio = busy_ms / idle_ms
    return Line(
        f"PATCH of a stop with {READERS} readers over without, p95, on {database}",
        f"{busy_ms:.1f} ms over {idle_ms:.1f} ms",
        f"≤ {MAX_RATIO:g}",
        f"{ratio:.2f}",
        ratio <= MAX_RATIO,
    )


def _p95_ms(desk: Desk, changes: int) -> float:
    path = f"/legends/{SLUG}/stops/etape-1"
    _, headers, _ = desk.call("GET", path)
    tag, took = headers["etag"], []
    for number in range(changes):
        words = {"texts": {"fr": {"directions": f"Par le chemin creux, {number} pas."}}}
        began = time.perf_counter()
        status, headers, body = desk.call("PATCH", path, words, If_Match=tag)
        took.append((time.perf_counter() - began) * 1e3)
        if status != 200:
            raise RuntimeError(f"PATCH: {status} {body}")
        tag = headers["etag"]
    return quantiles(took, n=20)[-1]


def _read(server: Server, number: int, stop: threading.Event) -> None:
    time.sleep(PAUSE_S * number / READERS)
    while not stop.is_set():
        status, _, _ = server.ask("GET", _READ[number % len(_READ)])
        if status != 200:
            raise RuntimeError(f"a reader was answered {status}")
        stop.wait(PAUSE_S)


def _publishing(database: str, desk: Desk, publications: int) -> Line:
    took = [
        _publish(desk, f"Au calvaire, tournez {number} fois.") for number in range(publications)
    ]
    worst = max(took)
    return Line(
        f"a changed sentence, visible after its publication, on {database}",
        f"the slowest of {publications}",
        f"≤ {MAX_VISIBLE_S:g} s",
        f"{worst:.2f} s",
        worst <= MAX_VISIBLE_S,
    )


def _publish(desk: Desk, sentence: str) -> float:
    path = f"/legends/{SLUG}/stops/etape-1"
    _, headers, _ = desk.call("GET", path)
    words = {"texts": {"fr": {"directions": sentence}}}
    status, _, body = desk.call("PATCH", path, words, If_Match=headers["etag"])
    if status != 200:
        raise RuntimeError(f"PATCH: {status} {body}")
    _, headers, _ = desk.call("GET", f"/legends/{SLUG}")
    _, _, found = desk.call("GET", f"/legends/{SLUG}/check")
    advice = sorted({p["code"] for p in found["problems"] if p["severity"] == "advice"})
    asked = {"draft_etag": headers["draft-etag"], "accept_advice": advice, "reason": "banc"}
    status, _, body = desk.call("POST", f"/legends/{SLUG}/publication", asked)
    began = time.perf_counter()
    if status != 202:
        raise RuntimeError(f"publication: {status} {body}")
    public = f"/v1/legends/{SLUG}/stops/etape-1"
    while time.perf_counter() - began < 60:
        if sentence.encode() in desk.server.ask("GET", public)[2]:
            return time.perf_counter() - began
        time.sleep(0.02)
    raise RuntimeError("the sentence did not come out within a minute")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
