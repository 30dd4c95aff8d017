"""What a kiosk takes into its counts, and how it takes what a server answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from odyssee.actions import joining
from odyssee.actions.counting import Counted, count_visits
from odyssee.actions.delivering import deliver
from odyssee.db.counter import Counter
from odyssee.domain.batches import read_counts
from odyssee.domain.enrolment_codes import write_code
from odyssee.domain.errors import InputInvalid, OdysseeError, Unavailable
from odyssee.domain.statistics import DAYS_AHEAD, DAYS_BACK, Cell, Visit
from odyssee.files.head_office import HeadOffice
from odyssee.files.kiosk_identity import KioskIdentity

TODAY = date(2026, 6, 24)
LEGENDS, LANGS = {"dame-de-riants", "le-marcou"}, {"fr", "en"}


def a_visit(number: int, day: date = TODAY, legend: str = "le-marcou", lang: str = "fr") -> Visit:
    return Visit(f"v{number}", Cell(day, legend, lang, "trail_started"))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path / "compteurs.db")
    yield counter
    counter.close()


def count(counter: Counter, *visits: Visit, today: date | None = TODAY) -> Counted:
    return count_visits(counter, visits, today=today, legends=LEGENDS, langs=LANGS)


def test_what_can_be_is_counted_and_the_rest_is_told(counter: Counter) -> None:
    told = count(
        counter,
        a_visit(1),
        a_visit(2, legend="le-loup"),
        a_visit(3, lang="de"),
        a_visit(4, day=TODAY - timedelta(days=DAYS_BACK + 1)),
        a_visit(5, day=TODAY + timedelta(days=DAYS_AHEAD)),
        a_visit(1),
    )
    assert told == Counted(
        accepted=2,
        duplicates=1,
        refused=(("v2", "unknown_legend"), ("v3", "unknown_language"), ("v4", "out_of_range")),
    )
    assert count(counter, a_visit(1), a_visit(6)) == Counted(1, 1, ())
    frozen = counter.freeze()
    assert frozen is not None
    assert sum(n for _cell, n in read_counts(frozen.body)) == 3


def test_a_visit_that_was_refused_may_be_told_again(counter: Counter) -> None:
    late = a_visit(1, day=TODAY - timedelta(days=DAYS_BACK + 1))
    assert count(counter, late).accepted == 0
    assert count(counter, late, today=late.cell.day).accepted == 1


def test_a_kiosk_whose_clock_is_not_trusted_leaves_the_days_to_the_server(counter: Counter) -> None:
    assert count(counter, a_visit(1), a_visit(2, day=date(1970, 1, 1)), today=None).accepted == 2


# --- A server that is not what it should be


@contextmanager
def a_server(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """Answers every request alike; gives its address and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - a name of the standard library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Bienvenue sur le wifi de la gare</html>"),
        (200, b"{}"),
        (200, b"[]"),
        (200, b'{"nonce": 7}'),
        (200, b'{"nonce": "n"}'),
        (200, b'{"nonce": "n", "sha256": null}'),
        (200, b'{"nonce": "' + b"n" * 70_000 + b'"}'),
        (204, b""),
        (404, b'{"code": "not_found"}'),
        (409, b'{"code": "sequence_gap", "last": "un"}'),
        (503, b'{"code": "unavailable"}'),
        (500, b""),
    ],
)
def test_an_answer_of_another_kind_settles_nothing(
    counter: Counter, tmp_path: Path, status: int, body: bytes
) -> None:
    count(counter, a_visit(1))
    with a_server(status, body) as (url, asked):
        office = HeadOffice(url, KioskIdentity(tmp_path).key())
        with pytest.raises(Unavailable):
            deliver(counter, office)
        with pytest.raises(Unavailable):
            office.enrol(write_code(1), "borne")
        office.close()
    assert asked[0] == "GET /kiosk/v1/nonce"
    assert len(counter.waiting()) == 1


def test_a_server_that_takes_no_batch_at_all_is_not_asked_for_ever(
    counter: Counter, tmp_path: Path
) -> None:
    count(counter, a_visit(1))
    body = json.dumps({"nonce": "n", "sha256": "0" * 64}).encode()
    with a_server(200, body) as (url, asked):
        office = HeadOffice(url, KioskIdentity(tmp_path).key())
        with pytest.raises(Unavailable):
            deliver(counter, office)
        office.close()
    assert len(asked) == 4
    assert len(counter.waiting()) == 1


def test_a_kiosk_is_led_nowhere_else(counter: Counter, tmp_path: Path) -> None:
    count(counter, a_visit(1))
    with (
        a_server(200, b"{}") as (elsewhere, never),
        a_server(307, b"", Location=elsewhere) as (
            url,
            asked,
        ),
    ):
        office = HeadOffice(f"{url}/", KioskIdentity(tmp_path).key())
        with pytest.raises(Unavailable):
            deliver(counter, office)
        office.close()
    assert (asked, never) == (["GET /kiosk/v1/nonce"], [])


@pytest.mark.parametrize(
    ("server", "code", "where"),
    [
        ("perche.example", write_code(1), "server"),
        ("https://moi@perche.example", write_code(1), "server"),
        ("https://perche.example/?a", write_code(1), "server"),
        ("http://127.0.0.1:9", write_code(1)[:-1], "code"),
    ],
)
def test_nobody_is_asked_with_what_cannot_be(
    tmp_path: Path, server: str, code: str, where: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        joining.join(KioskIdentity(tmp_path), server, code, "borne")
    assert [problem.where for problem in refused.value.problems] == [where]


def test_the_key_is_on_the_disk_before_anybody_hears_of_it(tmp_path: Path) -> None:
    identity = KioskIdentity(tmp_path)
    with pytest.raises(OdysseeError):
        joining.join(identity, "http://127.0.0.1:9", write_code(1), "borne")
    assert (tmp_path / "cle-borne").stat().st_mode & 0o777 == 0o600
    assert identity.key().public == KioskIdentity(tmp_path).key().public
    assert identity.membership() is None


def test_a_membership_that_is_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / "borne.json").write_text('{"id": 1}')
    with pytest.raises(OdysseeError) as refused:
        KioskIdentity(tmp_path).membership()
    assert refused.value.code == "damaged"
