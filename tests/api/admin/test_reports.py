"""Reports at the desk: read, gathered by place, dealt with; a contact only for who needs it."""

from typing import Any

import pytest
from desk_builders import bearer, person_called, session_of
from people_builders import SetClock
from starlette.testclient import TestClient
from telling_builders import a_told, keep_report

from odyssee.actions.tools import Tools
from odyssee.api.schemas.reports import ReportOut
from odyssee.db import audit

REPORTS = "/admin/v1/reports"


@pytest.fixture
def editor(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "editor"))


@pytest.fixture
def contributor(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "contributor"))


def items(client: TestClient, mine: dict[str, str], query: str = "") -> list[Any]:
    sent = client.get(f"{REPORTS}{query}", headers=mine)
    assert sent.status_code == 200, sent.text
    found: list[Any] = sent.json()["items"]
    return found


def change(client: TestClient, mine: dict[str, str], one: str, match: str, **told: Any) -> Any:
    headers = mine | {"If-Match": match}
    return client.patch(f"{REPORTS}/{one}", json=told, headers=headers)


def test_the_newest_report_stands_first_and_pages_follow_each_other(
    client: TestClient, tools: Tools, clock: SetClock, editor: dict[str, str]
) -> None:
    made = []
    for _ in range(5):
        made.append(keep_report(tools))
        clock.go(seconds=1)
    first = client.get(f"{REPORTS}?limit=2", headers=editor).json()
    second = client.get(f"{REPORTS}?limit=2&cursor={first['next']}", headers=editor).json()
    last = client.get(f"{REPORTS}?limit=2&cursor={second['next']}", headers=editor).json()
    told = [one["id"] for page in (first, second, last) for one in page["items"]]
    assert told == made[::-1]
    assert last["next"] is None


def test_reports_are_told_apart_by_state_legend_stop_and_kind(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    late = keep_report(tools)
    danger = keep_report(tools, a_told("danger", stop=None))
    other = keep_report(tools, a_told("audio", legend="le-marcou", stop="etang"))
    change(client, editor, danger, '"1"', state="closed")
    found = {
        query: {one["id"] for one in items(client, editor, query)}
        for query in (
            "?state=open",
            "?state=closed&state=open",
            "?legend=le-marcou",
            "?stop=etape-1",
            "?kind=danger",
        )
    }
    assert list(found.values()) == [{late, other}, {late, danger, other}, {other}, {late}, {danger}]
    for bad in ("state=lost", "kind=slow", "legend=Le%20Loup", "limit=201", "cursor=nope"):
        assert client.get(f"{REPORTS}?{bad}", headers=editor).status_code == 422, bad


def test_a_contact_is_for_editors_and_hidden_from_contributors(
    client: TestClient, tools: Tools, editor: dict[str, str], contributor: dict[str, str]
) -> None:
    one = keep_report(tools)
    neighbour = bearer(session_of(tools, "neighbour"))
    contacts = {
        who: (
            items(client, mine)[0]["contact"],
            client.get(f"{REPORTS}/{one}", headers=mine).json()["contact"],
        )
        for who, mine in (
            ("editor", editor),
            ("neighbour", neighbour),
            ("contributor", contributor),
        )
    }
    seen = ("berthe@perche.example",) * 2
    assert contacts == {"editor": seen, "neighbour": seen, "contributor": (None, None)}
    assert change(client, contributor, one, '"1"', state="closed").status_code == 403


def test_the_fifth_too_late_at_one_stop_is_seen(
    client: TestClient, tools: Tools, clock: SetClock
) -> None:
    keep_report(tools, a_told("audio"))
    for _ in range(5):
        clock.go(days=1)
        last = keep_report(tools)
    editor = bearer(session_of(tools, "editor"))  # the first session is over by now
    keep_report(tools, a_told("danger", stop=None))
    gathered = items(client, editor, "/summary")
    assert gathered[0] == {
        "legend": "dame-de-riants",
        "stop": "etape-1",
        "kind": "too_late",
        "count": 5,
        "first_day": "2026-06-02",
        "last_day": "2026-06-06",
    }
    assert [(one["stop"], one["kind"]) for one in gathered[1:]] == [
        (None, "danger"),
        ("etape-1", "audio"),
    ]
    change(client, editor, last, '"1"', state="closed")
    assert items(client, editor, "/summary")[0]["count"] == 4
    assert items(client, editor, "/summary?state=closed")[0]["count"] == 1
    first = client.get(f"{REPORTS}/summary?limit=2", headers=editor).json()
    rest = client.get(f"{REPORTS}/summary?limit=2&cursor={first['next']}", headers=editor).json()
    assert [one["kind"] for one in first["items"] + rest["items"]] == [
        "too_late",
        "danger",
        "audio",
    ]
    assert rest["next"] is None
    assert client.get(f"{REPORTS}/summary?cursor=abc", headers=editor).status_code == 422


def test_a_report_is_dealt_with_by_who_read_it_as_it_is(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    one = keep_report(tools)
    read = client.get(f"{REPORTS}/{one}", headers=editor)
    ReportOut.model_validate_json(read.content)
    closed = change(client, editor, one, read.headers["etag"], state="closed", note="Zone élargie.")
    assert (closed.status_code, closed.headers["etag"]) == (200, '"2"')
    assert closed.json()["closed_at"] == "2026-06-01T12:00:00Z"
    assert closed.json()["note"] == "Zone élargie."
    assert change(client, editor, one, read.headers["etag"], state="open").status_code == 412
    opened = change(client, editor, one, '"2"', state="open")
    assert opened.json()["closed_at"] is None
    assert change(client, editor, one, '"3"', state="open").headers["etag"] == '"3"'
    with tools.desk.db.reading() as tx:
        entries = audit.list_entries(tx, f"reports/{one}")
    assert [(e.who, e.deed, e.detail["state"]) for e in entries] == [
        (person_called(tools, "editor").id, "triage", "open"),
        (person_called(tools, "editor").id, "triage", "closed"),
    ]


def test_a_report_may_be_dealt_with_by_who_has_no_tag_of_it(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    one = keep_report(tools)
    for state, tag in (("triaged", '"2"'), ("closed", '"3"')):
        sent = client.patch(f"{REPORTS}/{one}", json={"state": state}, headers=editor)
        assert (sent.status_code, sent.headers["etag"]) == (200, tag)
        assert sent.json()["state"] == state
    assert change(client, editor, one, '"1"', state="open").status_code == 412
    assert change(client, editor, one, "*", state="open").status_code == 200
    gone = client.patch(f"{REPORTS}/{'a' * 20}", json={"state": "open"}, headers=editor)
    assert gone.status_code == 404


def test_what_will_not_do_is_told_and_changes_nothing(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    one = keep_report(tools)
    sent = change(client, editor, one, '"1"', state="lost", note="x" * 2001, contact="a")
    assert {e["pointer"] for e in sent.json()["errors"]} == {"/state", "/note", "/contact"}
    assert change(client, editor, one, '"1"', note="a\x00").status_code == 422
    assert client.get(f"{REPORTS}/{one}", headers=editor).headers["etag"] == '"1"'
    assert client.get(f"{REPORTS}/{'a' * 20}", headers=editor).status_code == 404


def test_markup_in_a_report_stays_text(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    keep_report(tools, a_told(text="<script>alert(1)</script>"))
    sent = client.get(REPORTS, headers=editor)
    assert sent.headers["content-type"] == "application/json"
    assert sent.json()["items"][0]["text"] == "<script>alert(1)</script>"
