"""Commands that go wrong say so in a line; commands that write a page write a whole one."""

import errno
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


@pytest.mark.parametrize("walks", [1, 3])
def test_a_walk_is_written_as_a_page_that_needs_nothing_else(
    desk: Tools, tmp_path: Path, walks: int
) -> None:
    publish(desk, "dame-de-riants", by="test")
    work_once(desk)
    page = tmp_path / "marche.html"
    asked = ["simulate", "dame-de-riants", "--walks", str(walks), "--noise", "5"]
    done = run(tmp_path / "var", *asked, "--html", str(page))
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    found = Page()
    found.feed(written)
    assert "script" not in found.tags
    assert "table" in found.tags
    assert found.fetches == []
    assert "url(" not in written
    assert "La Dame de l’Herbage-Œuvré : marche simulée" in found.words
    assert "révision 1" in found.words
    assert "graine 1" in found.words
    assert "ne remplace pas une marche sur place" in found.words
    assert "etape-2" in found.words
    assert ("100.0%" if walks > 1 else "play") in found.words


def test_a_page_that_cannot_be_written_is_told_in_a_line(desk: Tools, tmp_path: Path) -> None:
    publish(desk, "dame-de-riants", by="test")
    work_once(desk)
    nowhere = str(tmp_path / "nulle" / "part.html")
    done = run(tmp_path / "var", "simulate", "dame-de-riants", "--html", nowhere)
    assert nowhere in told_in_a_line(done)
