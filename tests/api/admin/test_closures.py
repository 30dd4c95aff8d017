"""Closing, opening again and taking back by the API: what is answered, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, a_legend
from desk_builders import bearer, keep_published, person_called, session_of
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.schemas.closures import KeptClosureOut
from odyssee.db import audit, jobs
from odyssee.domain.closures import MAX_CLOSURES, MAX_POSITIONS, MAX_TEXT

LEGEND = "/admin/v1/legends/dame-de-riants"
CLOSURES = f"{LEGEND}/closures"
FLOOD = {"kind": "flood", "text": {"fr": "L’Huisne déborde."}}
LINE = {"type": "LineString", "coordinates": [[0.912345678, 48.27], [0.92, 48.27]]}


@pytest.fixture
def editor(tools: Tools) -> dict[str, str]:
    keep_published(tools, a_legend())
    return bearer(session_of(tools, "editor"))


@pytest.fixture
def publisher(tools: Tools, editor: dict[str, str]) -> dict[str, str]:
    assert editor
    return bearer(session_of(tools, "publisher"))


def close(client: TestClient, mine: dict[str, str], **said: Any) -> Any:
    sent = client.post(CLOSURES, json=FLOOD | said, headers=mine)
    assert sent.status_code == 201, sent.text
    return sent.json()


def test_a_closure_without_times_begins_now_and_has_no_end(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    sent = client.post(CLOSURES, json=FLOOD, headers=editor)
    told = sent.json()
    KeptClosureOut.model_validate_json(sent.content)
    assert sent.headers["location"] == f"{CLOSURES}/{told['id']}"
    assert told == {
        "id": told["id"],
        "from": "2026-06-01T12:00:00Z",
        "to": None,
        "kind": "flood",
        "text": {"fr": "L’Huisne déborde."},
        "created_at": "2026-06-01T12:00:00Z",
        "job": told["job"],
    }
    with tools.desk.db.reading() as tx:
        assert jobs.get_job(tx, told["job"]).kind == "point"
        entry = audit.list_entries(tx, "dame-de-riants")[0]
    assert (entry.who, entry.deed) == (person_called(tools, "editor").id, "close")


def test_times_are_told_in_utc_to_the_second_and_places_to_seven_decimals(
    client: TestClient, editor: dict[str, str]
) -> None:
    times = {"from": "2026-06-02T08:00:00.75+02:00", "to": "2026-06-09T00:00:00+02:00"}
    told = close(client, editor, stretch=LINE, text={"fr": "Travaux", "en": "Works"}, **times)
    assert (told["from"], told["to"]) == ("2026-06-02T06:00:00Z", "2026-06-08T22:00:00Z")
    assert told["stretch"]["coordinates"][0] == [0.9123457, 48.27]
    assert told["text"] == {"fr": "Travaux", "en": "Works"}


def test_the_list_is_paged_and_forgets_what_is_opened_again(
    client: TestClient, editor: dict[str, str], clock: SetClock
) -> None:
    days = [(NOON + timedelta(days=n)).isoformat() for n in (3, 0, 1)]
    made = [close(client, editor, **{"from": day, "stop": "etape-1"}) for day in days]
    in_order = [made[1]["id"], made[2]["id"], made[0]["id"]]
    first = client.get(f"{CLOSURES}?limit=2", headers=editor).json()
    assert [item["id"] for item in first["items"]] == in_order[:2]
    second = client.get(f"{CLOSURES}?limit=2&cursor={first['next']}", headers=editor).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == (in_order[2:], None)
    assert "job" not in second["items"][0]
    clock.at = NOON + timedelta(minutes=1)
    for number in (0, 1):  # one that has not begun, one that has
        address = f"{CLOSURES}/{made[number]['id']}"
        assert client.delete(address, headers=editor).status_code == 204
        assert client.delete(address, headers=editor).status_code == 404
    left = client.get(CLOSURES, headers=editor).json()["items"]
    assert [item["id"] for item in left] == [made[2]["id"]]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"stop": "nulle-part"}, {"/stop": "unknown_stop"}),
        ({"stop": ""}, {"/stop": "too_short"}),
        ({"kind": "neige"}, {"/kind": "not_allowed"}),
        ({"from": "demain"}, {"/from": "bad_instant"}),
        ({"from": "2026-06-02T10:00:00"}, {"/from": "bad_instant"}),
        ({"to": "2026-05-01T10:00:00Z"}, {"/to": "ends_before"}),
        (
            {"from": "2026-05-01T10:00:00Z", "to": "2026-05-02T10:00:00Z"},
            {"/to": "over_already"},
        ),
        ({"text": {"en": "Closed."}}, {"/text/fr": "missing"}),
        ({"text": {"fr": "Fermé.", "de": "Zu."}}, {"/text/de": "unknown_field"}),
        ({"text": {"fr": "   "}}, {"/text/fr": "too_short"}),
        ({"text": {"fr": "é" * (MAX_TEXT + 1)}}, {"/text/fr": "too_long"}),
        (
            {"text": {"fr": "Fermé\n", "en": "\x07"}},
            {"/text/fr": "bad_character", "/text/en": "bad_character"},
        ),
        ({"text": "Fermé."}, {"/text": "wrong_type"}),
        (
            {"stretch": {"type": "Point", "coordinates": [0.9, 48.2]}},
            {"/stretch/type": "not_allowed"},
        ),
        ({"stretch": LINE | {"coordinates": [[0.9, 48.2]]}}, {"/stretch/coordinates": "too_short"}),
        (
            {"stretch": LINE | {"coordinates": [[0.9, 48.2]] * (MAX_POSITIONS + 1)}},
            {"/stretch/coordinates": "too_long"},
        ),
        (
            {"stretch": LINE | {"coordinates": [[0.9, 48.2]] * 2}},
            {"/stretch/coordinates": "too_short"},
        ),
        (
            {"stretch": LINE | {"coordinates": [[0.9, 98.2], [0.9, 48.2]]}},
            {"/stretch/coordinates/0/1": "out_of_range"},
        ),
        ({"stretch": LINE, "stop": "etape-1"}, {"/stretch": "stop_or_stretch"}),
        ({"id": "x"}, {"/id": "unknown_field"}),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_bad_closure_is_refused_with_every_pointer(
    client: TestClient,
    editor: dict[str, str],
    changes: dict[str, Any],
    faults: dict[str, str],
    lang: str,
) -> None:
    sent = client.post(f"{CLOSURES}?lang={lang}", json=FLOOD | changes, headers=editor)
    assert sent.status_code == 422, sent.text
    told = {error["pointer"]: error["code"] for error in sent.json()["errors"]}
    if "/stretch/type" in faults:  # a point has no list of positions either
        told = {pointer: code for pointer, code in told.items() if pointer == "/stretch/type"}
    assert told == faults
    for error in sent.json()["errors"]:
        assert error["detail"] != error["code"].replace("_", " ")
        assert "{" not in error["detail"]
    assert client.get(CLOSURES, headers=editor).json()["items"] == []


def test_a_fifty_first_closure_is_refused_with_a_cure(
    client: TestClient, editor: dict[str, str]
) -> None:
    for _ in range(MAX_CLOSURES):
        close(client, editor)
    sent = client.post(CLOSURES, json=FLOOD, headers=editor | {"Accept-Language": "en"})
    assert (sent.status_code, sent.json()["code"]) == (409, "too_many_closures")
    assert sent.json()["detail"] == "This legend has 50 closures already: end one first."


@pytest.mark.parametrize("slug", ["nulle-part", "Dame", "%00", "a" * 65, "%F0%9F%A6%8A"])
def test_what_is_no_legend_has_no_closures_and_no_publication(
    client: TestClient, publisher: dict[str, str], slug: str
) -> None:
    beneath = f"/admin/v1/legends/{slug}"
    sent = [
        client.get(f"{beneath}/closures", headers=publisher),
        client.post(f"{beneath}/closures", json=FLOOD, headers=publisher),
        client.delete(f"{beneath}/closures/{'a' * 20}", headers=publisher),
        client.delete(f"{beneath}/publication", headers=publisher),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in sent} == {(404, "not_found")}


def test_a_closure_is_only_found_beneath_its_own_legend(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    keep_published(tools, a_legend("pommier"))
    made = close(client, editor)
    beside = f"/admin/v1/legends/pommier/closures/{made['id']}"
    assert client.delete(beside, headers=editor).status_code == 404
    cursor = client.get(f"/admin/v1/legends/pommier/closures?cursor={made['id']}", headers=editor)
    assert (cursor.status_code, cursor.json()["errors"][0]["code"]) == (422, "bad_cursor")
    assert len(client.get(CLOSURES, headers=editor).json()["items"]) == 1


def test_a_legend_is_taken_back_once_with_a_reason(
    client: TestClient, tools: Tools, publisher: dict[str, str]
) -> None:
    address = f"{LEGEND}/publication?reason=Droits%20retir%C3%A9s"
    sent = client.delete(address, headers=publisher)
    assert sent.status_code == 202
    job = sent.json()["job"]
    assert sent.json() == {"revision": 1, "state": "unpublished", "job": job}
    followed = client.get(f"/admin/v1/jobs/{job}", headers=publisher).json()
    assert (followed["kind"], followed["state"]) == ("point", "queued")
    with tools.desk.db.reading() as tx:
        assert audit.list_entries(tx, "dame-de-riants")[0].detail["reason"] == "Droits retirés"
    again = client.delete(address, headers=publisher)
    assert (again.status_code, again.json()["code"]) == (409, "not_published")


@pytest.mark.parametrize(
    ("reason", "code"),
    [("x" * 501, "too_long"), ("%00", "bad_character"), ("a%0Ab", "bad_character")],
)
def test_a_reason_is_a_line(
    client: TestClient, publisher: dict[str, str], reason: str, code: str
) -> None:
    sent = client.delete(f"{LEGEND}/publication?reason={reason}", headers=publisher)
    assert sent.status_code == 422
    assert [(e["pointer"], e["code"]) for e in sent.json()["errors"]] == [("/reason", code)]
