"""What somebody reports of a trail: kept once, and answered by a reference."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import a_legend, publish_into
from desk_builders import tools_over
from people_builders import SetClock
from sqlalchemy import select
from starlette.testclient import TestClient

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.api.public.reports import PACE
from odyssee.db.counting_tables import ReportRow
from odyssee.domain.errors import Unavailable
from odyssee.domain.reports import KINDS, MAX_CONTACT, MAX_TEXT

LATE = {
    "legend": "dame-de-riants",
    "stop": "etape-1",
    "kind": "too_late",
    "text": "L’histoire part après l’étang.\nDeux fois.",
    "lang": "fr",
    "contact": "berthe@perche.example",
}


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    tools = tools_over(tmp_path, SetClock())
    tools.desk.db.upgrade()
    publish_into(tools.published, a_legend())
    refresh(tools)
    yield tools
    tools.desk.db.close()


@pytest.fixture
def client(tools: Tools) -> Iterator[TestClient]:
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z", desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


def kept(tools: Tools) -> list[Any]:
    with tools.desk.db.reading() as tx:
        return list(tx.execute(select(ReportRow.__table__).order_by(ReportRow.kind)))


def post(client: TestClient, key: str | None = None, **changes: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/v1/reports", json=LATE | changes, headers=headers)


def faults(client: TestClient, **changes: Any) -> dict[str, str]:
    sent = post(client, **changes)
    assert sent.status_code == 422, sent.text
    return {error["pointer"]: error["code"] for error in sent.json()["errors"]}


def test_a_report_is_kept_and_answered_by_a_reference(client: TestClient, tools: Tools) -> None:
    sent = post(client)
    assert sent.status_code == 201
    (row,) = kept(tools)
    assert sent.json() == {"reference": row.reference}
    assert len(row.reference) == 9
    assert (row.text, row.contact, row.state) == (LATE["text"], LATE["contact"], "open")
    assert sent.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken_without_stop_text_or_contact(client: TestClient, kind: str) -> None:
    told = {"legend": "dame-de-riants", "kind": kind, "lang": "fr"}
    assert client.post("/v1/reports", json=told).status_code == 201


def test_told_again_under_its_key_it_is_one_report(client: TestClient, tools: Tools) -> None:
    first, again = post(client, "a-1"), post(client, "a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(kept(tools)) == 1
    assert post(client, "a-2").json() != first.json()
    assert len(kept(tools)) == 2


def test_a_key_is_of_one_report_alone(client: TestClient) -> None:
    post(client, "a-1")
    sent = post(client, "a-1", kind="danger")
    assert (sent.status_code, sent.json()["code"]) == (409, "key_reused")
    assert faults(client, key="deux mots") == {"/Idempotency-Key": "bad_key"}


def test_all_that_is_wrong_is_told_at_once(client: TestClient, tools: Tools) -> None:
    assert faults(
        client, kind="slow", text="x" * (MAX_TEXT + 1), contact="x" * (MAX_CONTACT + 1)
    ) == {
        "/kind": "not_allowed",
        "/text": "too_long",
        "/contact": "too_long",
    }
    assert faults(client, stop="nulle-part", text="a\x00", contact="a\nb") == {
        "/stop": "unknown_stop",
        "/text": "bad_character",
        "/contact": "bad_character",
    }
    assert faults(client, legend="le-loup") == {"/legend": "legend_not_served"}
    assert kept(tools) == []


def test_a_position_is_no_field_and_is_kept_nowhere(
    client: TestClient, tools: Tools, tmp_path: Path
) -> None:
    assert faults(client, lon=0.1234567, position=[48.7654321]) == {
        "/lon": "unknown_field",
        "/position": "unknown_field",
    }
    assert kept(tools) == []
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert b"0.1234567" not in stored
    assert b"48.7654321" not in stored


def test_a_report_of_a_legend_taken_back_is_still_heard(tmp_path: Path) -> None:
    tools = tools_over(tmp_path, SetClock())
    tools.desk.db.upgrade()
    publish_into(tools.published, a_legend(), withdrawn=frozenset({"le-marcou"}))
    refresh(tools)
    app = build_app(tools, lambda: None, desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        sent = post(client, legend="le-marcou", stop="n-importe-ou")
    assert sent.status_code == 201
    tools.desk.db.close()


def test_without_its_database_the_server_asks_to_be_told_later(tools: Tools) -> None:
    def away() -> Tools:
        raise Unavailable("the database: away")

    with TestClient(build_app(tools, lambda: None, desk=away)) as client:
        sent = post(client)
    assert sent.status_code == 503
    assert int(sent.headers["retry-after"]) > 0


def test_an_address_that_reports_without_rest_is_asked_to_wait(client: TestClient) -> None:
    codes = [post(client).status_code for _ in range(PACE.at_once + 1)]
    assert codes == [201] * PACE.at_once + [429]
    assert 0 < int(post(client).headers["retry-after"]) <= timedelta(minutes=1).total_seconds()
