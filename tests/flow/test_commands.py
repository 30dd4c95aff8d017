"""Commands that go wrong say so in a line; commands that write a page write a whole one."""

import errno
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from html.parser import HTMLParser
from pathlib import Path

import click
import httpx2
import pytest
from flow_builders import open_desk
from sqlalchemy import text

from odyssee.actions.publishing import publish
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.cli.serving import _probe


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ODYSSEE_HOME": str(home)} | settings
    command = [sys.executable, "-m", "odyssee", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def told_in_a_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_database_of_a_newer_version_is_told_in_a_line(tmp_path: Path) -> None:
    with closing(open_desk(tmp_path).desk.db) as db, db.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    line = told_in_a_line(run(tmp_path / "var", "db", "upgrade"))
    assert "ODYSSEE_DATABASE_URL" in line
    assert "newer version" in line


def test_a_fault_of_ours_is_told_in_a_line_and_whole_on_demand(desk: Tools, tmp_path: Path) -> None:
    with desk.desk.db.transaction() as tx:
        tx.execute(text("UPDATE territories SET document = '{}'"))
    home = tmp_path / "var"
    line = told_in_a_line(run(home, "publish", "--all"))
    assert line == "odyssee : erreur interne (ValidationError) ; ODYSSEE_DEBUG=1 pour le détail"
    told = run(home, "publish", "--all", ODYSSEE_DEBUG="1")
    assert told.returncode != 0
    assert "Traceback" in told.stderr


@pytest.mark.parametrize("command", ["serve", "doctor", "worker", "publish --all", "openapi"])
def test_every_command_tells_each_bad_setting(tmp_path: Path, command: str) -> None:
    bad = {"ODYSSEE_REFRESH_S": "jamais", "ODYSSEE_PUBLIC_URL": "perche.example"}
    told = run(tmp_path, *command.split(), **bad)
    assert told.returncode == 2
    found = re.findall(r"^odyssee : réglage (\w+) : .+$", told.stderr, re.MULTILINE)
    assert sorted(found) == ["ODYSSEE_PUBLIC_URL", "ODYSSEE_REFRESH_S"]
    assert len(told.stderr.strip().splitlines()) == 2


@pytest.mark.parametrize("host", ["a..b", "fe80::1%nulle-part"])
def test_an_address_that_nobody_has_is_told(host: str) -> None:
    with pytest.raises(click.ClickException, match=f"adresse inconnue : {re.escape(host)}"):
        _probe(host, 8000)


def free_port(family: socket.AddressFamily, host: str) -> int:
    with socket.socket(family) as free:
        try:
            free.bind((host, 0))
        except OSError as fault:
            if fault.errno == errno.EADDRNOTAVAIL:
                pytest.skip("no IPv6 here")
            raise
        return int(free.getsockname()[1])


def test_a_port_that_is_taken_is_told_on_ipv6_and_by_name() -> None:
    with socket.socket(socket.AF_INET) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(click.ClickException, match=f"le port {port} de {host}"):
                _probe(host, port)


def test_the_server_listens_on_ipv6(tmp_path: Path) -> None:
    port = free_port(socket.AF_INET6, "::1")
    environment = os.environ | {"ODYSSEE_HOME": str(tmp_path), "ODYSSEE_WORKER": "none"}
    command = [sys.executable, "-m", "odyssee", "serve", "--host", "::1", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    answered = False
    while not answered and server.poll() is None and time.monotonic() < deadline:
        with suppress(httpx2.TransportError):  # not listening yet: asked again
            answered = httpx2.get(f"http://[::1]:{port}/healthz").status_code == 200
        time.sleep(0.05)
    server.terminate()
    server.wait(timeout=20)
    assert answered


class Page(HTMLParser):
    """Notes the tags, the attributes that fetch, and the cells of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetches: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetches += [name for name, _ in attrs if name in {"src", "href", "srcset", "data"}]

    def handle_data(self, data: str) -> None:
        self.words += f"{data.strip()} "


@pytest.fixture
def home(desk: Tools, tmp_path: Path) -> Path:
    """A home where one legend is published."""
    publish(desk, "dame-de-riants", by="test")
    work_once(desk)
    return tmp_path / "var"


@pytest.mark.parametrize("walks", [1, 3])
def test_a_walk_is_written_as_a_page_that_needs_nothing_else(
    home: Path, tmp_path: Path, walks: int
) -> None:
    page = tmp_path / "marche.html"
    asked = ["simulate", "dame-de-riants", "--walks", str(walks), "--noise", "5"]
    done = run(home, *asked, "--html", str(page))
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    found = Page()
    found.feed(written)
    assert "script" not in found.tags
    assert {"table", "svg", "circle", "rect"} <= found.tags
    assert found.fetches == []
    assert not re.search(r"url\(|@import|https?://", written)
    assert "La Dame de l’Herbage-Œuvré : marche simulée" in found.words
    assert "révision 1" in found.words
    assert "graine 1" in found.words
    assert "ne remplace pas une marche sur place" in found.words
    assert "etape-2" in found.words
    assert "100\u202f%" in found.words
    assert ("la première marche" in found.words) is (walks > 1)


def test_a_simulation_in_json_has_the_keys_that_programs_rely_on(home: Path) -> None:
    asked = ["simulate", "dame-de-riants", "--walks", "4", "--seed", "9", "--json"]
    once, again = (run(home, *asked) for _ in range(2))
    assert once.returncode == 0, once.stderr
    assert once.stdout == again.stdout
    told = json.loads(once.stdout)
    assert (told["walks"], told["seed"]) == (4, 9)
    stop = told["stops"][0]
    assert {"stop", "heard_share", "enter_distance_m", "early_m", "late_m", "delay_s"} <= {*stop}
    assert {"elapsed_s", "type", "stop", "distance_m", "skipped", "after"} <= {*told["events"][0]}
    assert told.keys() >= {"false_enters", "duplicates", "overlaps"}


def test_every_kind_of_walker_is_an_option(home: Path) -> None:
    habits = "--reverse --bicycle --shortcut 20% --no-pauses"
    phone = "--correlation 10 --sampling 5 --under-trees 0.3 --dropouts 10% --bad-phone"
    done = run(home, "simulate", "dame-de-riants", *habits.split(), *phone.split())
    assert done.returncode == 0, done.stderr
    assert "Réveils" in done.stdout
    wrong = run(home, "simulate", "dame-de-riants", "--shortcut", "20")
    assert wrong.returncode == 2
    assert "20%" in wrong.stderr


def test_a_recorded_walk_is_followed_in_any_format(home: Path, tmp_path: Path) -> None:
    rows = [f"{n},{0.9130 + n * 1.2e-5},48.26944,6" for n in range(400)]
    csv = tmp_path / "balade.csv"
    csv.write_text("\n".join(["t,lon,lat,accuracy_m", *rows, rows[-1], ",0.9,48.2,6"]))
    done = run(home, "simulate", "dame-de-riants", "--trace", str(csv), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["recorded"]
    assert [stop["heard_share"] for stop in told["stops"]] == [1.0, 1.0]
    assert "1 point(s) sans heure" in done.stderr
    assert "1 point(s) à une heure déjà prise" in done.stderr


def test_a_trace_that_cannot_be_read_is_told_in_a_line(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gpx"
    bad.write_text("bonjour")
    line = told_in_a_line(run(home, "simulate", "dame-de-riants", "--gpx", str(bad)))
    assert line == "odyssee : bad.gpx:1: trace_unreadable: ce n’est pas une trace GPX lisible."
    bad.write_text("t,lon,lat\nhier,0.9,48.2\ndemain,0.9,48.2\n")
    line = told_in_a_line(run(home, "simulate", "dame-de-riants", "--trace", str(bad)))
    assert "bad.gpx:2: trace_bad_time" in line
    assert line.endswith("(et 1 autre(s))")


def test_a_trace_is_followed_as_it_is_or_not_at_all(home: Path, tmp_path: Path) -> None:
    trace = tmp_path / "balade.csv"
    trace.write_text("t,lon,lat\n1,0.9,48.2\n2,0.9,48.2\n")
    told = run(home, "simulate", "dame-de-riants", "--trace", str(trace), "--noise", "5")
    assert told.returncode == 2
    assert "sans --noise" in told.stderr
    both = ["--trace", str(trace), "--gpx", str(trace)]
    assert run(home, "simulate", "dame-de-riants", *both).returncode == 2
    elsewhere = run(home, "simulate", "dame-de-riants", "--trace", str(trace))
    assert elsewhere.returncode == 0
    assert "ne passe dans aucune zone" in elsewhere.stderr


def test_a_page_that_cannot_be_written_is_told_in_a_line(home: Path, tmp_path: Path) -> None:
    taken = tmp_path / "fichier"
    taken.write_text("pas un dossier")
    done = run(home, "simulate", "dame-de-riants", "--html", str(taken / "part.html"))
    assert str(taken) in told_in_a_line(done)
