"""The history of a draft by the API: paged, and gone back to by the tag of the whole."""

from typing import Any

import pytest
from builders import a_legend
from desk_builders import bearer, keep_published, person_called, session_of
from draft_builders import DRAFT, LEGENDS, Desk, keep_draft
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools

HISTORY = f"{DRAFT}/history"
UNDO = f"{DRAFT}/undo"


@pytest.fixture
def editor(client: TestClient, tools: Tools) -> Desk:
    keep_published(tools, a_legend())
    return Desk(client, bearer(session_of(tools, "editor")))


def whole_tag(editor: Desk) -> str:
    return str(editor.call("GET", DRAFT).headers["draft-etag"])


def test_the_history_is_paged_and_says_who_changed_what(
    editor: Desk, tools: Tools, clock: SetClock
) -> None:
    for number in (1, 2, 3):
        editor.patch(f"{DRAFT}/stops/etape-{number}", {"place_access": "ticket"})
        clock.go(minutes=1)
    first = editor.call("GET", f"{HISTORY}?limit=2").json()
    assert first["items"][0] == {
        "version": 3,
        "part": "stops/etape-3",
        "changed_by": person_called(tools, "editor").id,
        "changed_at": "2026-06-01T12:02:00Z",
    }
    rest = editor.call("GET", f"{HISTORY}?limit=2&cursor={first['next']}").json()
    assert [item["version"] for item in (*first["items"], *rest["items"])] == [3, 2, 1]
    assert rest["next"] is None
    for query in ("limit=0", "limit=201", "cursor=zz", "cursor=" + "9" * 60):
        assert editor.call("GET", f"{HISTORY}?{query}").status_code == 422


def test_going_back_needs_the_tag_of_the_whole(editor: Desk) -> None:
    before, _tag = editor.read()
    editor.patch(DRAFT, {"loop": True})
    body = {"version": 1}
    assert editor.call("POST", UNDO, body).status_code == 428
    legend_tag = editor.read()[1]
    assert editor.call("POST", UNDO, body, If_Match=legend_tag).status_code == 412
    back = editor.call("POST", UNDO, body, If_Match=whole_tag(editor))
    assert (back.status_code, back.json()) == (200, before)
    assert back.headers["draft-etag"] == whole_tag(editor)


def test_a_stop_that_is_taken_off_comes_back_with_what_was_just_written(editor: Desk) -> None:
    stop = f"{DRAFT}/stops/le-gue"
    editor.call("POST", f"{DRAFT}/stops", {"texts": {"fr": {"title": "Le gué"}}})
    editor.patch(stop, {"texts": {"fr": {"text": "L’eau était haute."}}})
    before, _tag = editor.read()
    assert editor.call("DELETE", stop, If_Match="*").status_code == 204
    newest = editor.call("GET", HISTORY).json()["items"][0]
    assert newest["part"] == "stops/le-gue"
    undone = editor.call("POST", UNDO, {"version": newest["version"]}, If_Match=whole_tag(editor))
    assert undone.json() == before


def test_a_published_revision_can_be_gone_back_to(editor: Desk) -> None:
    before, _tag = editor.read()
    editor.patch(DRAFT, {"loop": True})
    back = editor.call("POST", UNDO, {"revision": 1}, If_Match=whole_tag(editor))
    assert (back.status_code, back.json()) == (200, before)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"": "version_or_revision"}),
        ({"version": 1, "revision": 1}, {"": "version_or_revision"}),
        ({"version": 0}, {"/version": "out_of_range"}),
        ({"version": "1"}, {"/version": "wrong_type"}),
        ({"a": 1}, {"/a": "unknown_field"}),
    ],
)
def test_what_to_go_back_to_is_said_once(editor: Desk, body: Any, faults: dict[str, str]) -> None:
    assert editor.refused("POST", UNDO, body) == faults


def test_what_is_not_kept_is_not_there(editor: Desk, client: TestClient, tools: Tools) -> None:
    for body in ({"version": 1}, {"revision": 2}):
        assert editor.call("POST", UNDO, body, If_Match="*").status_code == 404
    keep_draft(tools, a_legend("la-leur"), "thiron")
    teller = Desk(client, bearer(session_of(tools, "contributor")))
    assert teller.call("GET", f"{LEGENDS}/la-leur/history").status_code == 404
