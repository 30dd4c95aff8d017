"""Where legends stand, reviews, remarks and publications by the API."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, a_legend
from desk_builders import bearer, keep_published, session_of
from people_builders import SetClock
from review_builders import SLUG, advice_on, ready_draft
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.schemas.reviewing import CommentOut, LegendStateOut, LegendStatesOut, OrderedOut
from odyssee.db import legends as drafts
from odyssee.domain.publication import Draft

LEGENDS = "/admin/v1/legends"
LEGEND = f"{LEGENDS}/{SLUG}"


@pytest.fixture
def draft(tools: Tools) -> Draft:
    return ready_draft(tools, office="nogent")


@pytest.fixture
def mine(tools: Tools, draft: Draft) -> dict[str, dict[str, str]]:
    """The headers of everybody; there are three publishers among them."""
    assert draft
    names = ("contributor", "editor", "publisher", "neighbour", "admin")
    return {name: bearer(session_of(tools, name)) for name in names}


def review(client: TestClient, who: dict[str, str], action: str, **said: Any) -> Any:
    return client.post(f"{LEGEND}/review", json={"action": action, **said}, headers=who)


def publish(client: TestClient, who: dict[str, str], draft: Draft, **said: Any) -> Any:
    body = {"draft_etag": draft.etag, **said}
    return client.post(f"{LEGEND}/publication", json=body, headers=who)


def accepted(tools: Tools, draft: Draft) -> dict[str, Any]:
    return {"accept_advice": advice_on(tools, draft), "reason": "Relu"}


def work_all(tools: Tools) -> None:
    while (job := work_once(tools)) is not None:
        assert job.state == "done", job


def test_a_draft_goes_from_its_writer_to_its_visitors(
    client: TestClient, tools: Tools, draft: Draft, mine: dict[str, dict[str, str]]
) -> None:
    submitted = review(client, mine["contributor"], "submit", comment="La fin est à relire.")
    LegendStateOut.model_validate_json(submitted.content)
    told = submitted.json()
    assert (submitted.status_code, told["state"], told["open_comments"]) == (200, "in_review", 1)
    assert told["review"]["draft_etag"] == draft.etag
    early = publish(client, mine["publisher"], draft, **accepted(tools, draft))
    assert (early.status_code, early.json()["code"]) == (409, "approval_needed")
    approved = review(client, mine["publisher"], "approve")
    assert approved.json()["state"] == "approved"
    sent = publish(client, mine["publisher"], draft, **accepted(tools, draft))
    OrderedOut.model_validate_json(sent.content)
    assert (sent.status_code, sent.json()["revision"], sent.json()["state"]) == (202, 1, "building")
    work_all(tools)
    job = client.get(f"/admin/v1/jobs/{sent.json()['job']}", headers=mine["contributor"])
    assert job.json()["state"] == "done"
    (item,) = client.get(f"{LEGENDS}?state=published", headers=mine["editor"]).json()["items"]
    assert (item["slug"], item["revision"], item["state"]) == (SLUG, 1, "published")
    again = publish(client, mine["publisher"], draft, **accepted(tools, draft)).json()
    assert again == {"revision": 1, "state": "published", "job": None}


def test_the_tag_of_a_reading_names_the_draft_that_is_published(
    client: TestClient, tools: Tools, draft: Draft, mine: dict[str, dict[str, str]]
) -> None:
    review(client, mine["neighbour"], "approve")
    read = client.get(LEGEND, headers=mine["publisher"]).headers["etag"]
    changed = {"directions": "Par l’autre porte."}
    for tag, status in ((read, 202), (read.strip('"'), 202)):
        said = {"draft_etag": tag, **accepted(tools, draft)}
        sent = client.post(f"{LEGEND}/publication", json=said, headers=mine["publisher"])
        assert sent.status_code == status, sent.text
    client.patch(
        f"{LEGEND}/stops/etape-1",
        json={"texts": {"fr": changed}},
        headers={**mine["editor"], "If-Match": "*"},
    ).raise_for_status()
    said = {"draft_etag": read, **accepted(tools, draft)}
    sent = client.post(f"{LEGEND}/publication", json=said, headers=mine["publisher"])
    assert (sent.status_code, sent.json()["code"]) == (412, "stale")


def test_nobody_approves_their_own_draft(
    client: TestClient, mine: dict[str, dict[str, str]]
) -> None:
    review(client, mine["publisher"], "submit")
    sent = review(client, mine["publisher"], "approve")
    assert (sent.status_code, sent.json()["code"]) == (403, "own_draft")
    assert "relire" in sent.json()["detail"]
    assert review(client, mine["neighbour"], "approve").status_code == 200


def test_advice_that_is_not_accepted_is_told_with_its_sentences(
    client: TestClient, tools: Tools, draft: Draft, mine: dict[str, dict[str, str]]
) -> None:
    review(client, mine["publisher"], "approve")
    sent = publish(client, mine["publisher"], draft)
    assert (sent.status_code, sent.json()["code"]) == (409, "not_publishable")
    told = sent.json()["errors"]
    assert {fault["code"] for fault in told} == set(advice_on(tools, draft))
    assert all(fault["detail"] and "…" not in fault["detail"] for fault in told)
    unsaid = publish(client, mine["publisher"], draft, accept_advice=advice_on(tools, draft))
    assert [fault["pointer"] for fault in unsaid.json()["errors"]] == ["/reason"]


def test_a_draft_with_errors_is_refused_with_all_of_them(
    client: TestClient, tools: Tools, mine: dict[str, dict[str, str]]
) -> None:
    with tools.desk.db.transaction() as tx:
        drafts.save_draft(tx, a_legend(), {}, NOON)
        bare = drafts.get_draft(tx, SLUG)
    sent = publish(client, mine["publisher"], bare)
    assert (sent.status_code, sent.json()["code"]) == (409, "not_publishable")
    codes = {fault["code"] for fault in sent.json()["errors"]}
    assert codes >= {"narration_missing", "medium_missing"}


def test_a_publication_on_a_day_is_listed_and_cancelled(
    client: TestClient,
    tools: Tools,
    draft: Draft,
    mine: dict[str, dict[str, str]],
    clock: SetClock,
) -> None:
    review(client, mine["publisher"], "approve")
    times = {"at": "2026-06-24T08:00:00+02:00", "until": "2026-06-25T08:00:00+02:00"}
    sent = publish(client, mine["publisher"], draft, **accepted(tools, draft), **times)
    assert (sent.status_code, sent.json()["state"]) == (202, "scheduled")
    (item,) = client.get(LEGENDS, headers=mine["editor"]).json()["items"]
    assert item["state"] == "scheduled"
    assert item["scheduled"] == {
        "revision": 1,
        "at": "2026-06-24T06:00:00Z",
        "until": "2026-06-25T06:00:00Z",
    }
    (revision,) = client.get(f"{LEGEND}/revisions", headers=mine["editor"]).json()["items"]
    assert (revision["state"], revision["at"]) == ("scheduled", "2026-06-24T06:00:00Z")
    address = f"{LEGEND}/publication?scheduled=true"
    gone = client.delete(address, headers=mine["publisher"])
    assert gone.json() == {"revision": 1, "state": "cancelled", "job": None}
    assert client.delete(address, headers=mine["publisher"]).status_code == 409
    clock.go(days=30)
    work_all(tools)
    assert client.get(f"{LEGENDS}?state=published", headers=mine["editor"]).status_code == 401


def test_an_old_revision_is_brought_back(
    client: TestClient, tools: Tools, mine: dict[str, dict[str, str]]
) -> None:
    keep_published(tools, a_legend("pommier"))
    address = f"{LEGENDS}/pommier/rollback"
    sent = client.post(address, json={"revision": 1}, headers=mine["publisher"])
    assert sent.json() == {"revision": 1, "state": "published", "job": None}
    assert client.post(address, json={"revision": 2}, headers=mine["publisher"]).status_code == 404
    bad = client.post(address, json={"revision": 0, "x": 1}, headers=mine["publisher"])
    assert {fault["pointer"]: fault["code"] for fault in bad.json()["errors"]} == {
        "/revision": "out_of_range",
        "/x": "unknown_field",
    }


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/draft_etag": "missing"}),
        ({"draft_etag": ""}, {"/draft_etag": "too_short"}),
        ({"draft_etag": "x", "at": "demain"}, {"/at": "bad_instant"}),
        ({"draft_etag": "x", "until": "2026-05-01T00:00:00Z"}, {"/until": "over_already"}),
        (
            {"draft_etag": "x", "until": "2026-05-01T00:00:00Z", "reason": "a\nb"},
            {"/until": "over_already", "/reason": "bad_character"},
        ),
        (
            {"draft_etag": "x", "reason": "é" * 501, "accept_advice": [""], "force": True},
            {
                "/reason": "too_long",
                "/accept_advice/0": "too_short",
                "/force": "unknown_field",
            },
        ),
    ],
)
def test_a_bad_wish_is_refused_with_every_pointer(
    client: TestClient, mine: dict[str, dict[str, str]], body: Any, faults: dict[str, str]
) -> None:
    sent = client.post(f"{LEGEND}/publication", json=body, headers=mine["publisher"])
    assert sent.status_code == 422
    assert {fault["pointer"]: fault["code"] for fault in sent.json()["errors"]} == faults


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/action": "missing"}),
        ({"action": "merge"}, {"/action": "not_allowed"}),
        ({"action": "request_changes"}, {"/comment": "too_short"}),
        (
            {"action": "submit", "comment": "a\x00", "where": "b\x00"},
            {"/comment": "bad_character", "/where": "bad_character"},
        ),
        ({"action": "submit", "etag": "x"}, {"/etag": "unknown_field"}),
    ],
)
def test_a_bad_review_is_refused_with_every_pointer(
    client: TestClient, mine: dict[str, dict[str, str]], body: Any, faults: dict[str, str]
) -> None:
    sent = client.post(f"{LEGEND}/review", json=body, headers=mine["publisher"])
    assert sent.status_code == 422
    assert {fault["pointer"]: fault["code"] for fault in sent.json()["errors"]} == faults


def test_the_list_is_paged_by_slug_and_searched(
    client: TestClient, tools: Tools, mine: dict[str, dict[str, str]]
) -> None:
    with tools.desk.db.transaction() as tx:
        for slug in ("agneau", "pommier", "renart"):
            drafts.save_draft(tx, a_legend(slug), {}, NOON)
        drafts.archive_draft(tx, "renart", NOON)

    def ask(query: str) -> Any:
        sent = client.get(f"{LEGENDS}?{query}", headers=mine["editor"])
        LegendStatesOut.model_validate_json(sent.content)
        return sent.json()

    first = ask("limit=2")
    assert [item["slug"] for item in first["items"]] == ["agneau", SLUG]
    second = ask(f"limit=2&cursor={first['next']}")
    assert ([item["slug"] for item in second["items"]], second["next"]) == (["pommier"], None)
    assert [item["slug"] for item in ask("state=archived")["items"]] == ["renart"]
    assert len(ask("state=archived&state=draft")["items"]) == 4
    assert len(ask("q=OEUVRE")["items"]) == 3
    assert ask("q=oeuvre%20agneau")["items"][0]["slug"] == "agneau"
    assert ask("lang=en")["items"][0]["title"] == "The Lady of the Meadow"
    own = client.get(LEGENDS, headers=mine["contributor"]).json()["items"]
    assert [item["slug"] for item in own] == [SLUG]
    for bad in ("limit=201", "state=gone", "cursor=%20"):
        assert client.get(f"{LEGENDS}?{bad}", headers=mine["editor"]).status_code == 422


def test_remarks_are_written_read_and_seen_to(
    client: TestClient, mine: dict[str, dict[str, str]], clock: SetClock
) -> None:
    address = f"{LEGEND}/comments"
    made = []
    for text in ("Quelle porte ?", "L’âne\nou le cheval ?", "Le loup ?"):
        sent = client.post(address, json={"text": text, "where": "stops/0"}, headers=mine["editor"])
        assert sent.status_code == 201
        CommentOut.model_validate_json(sent.content)
        assert sent.headers["location"] == f"{address}/{sent.json()['id']}"
        made.append(sent.json())
        clock.go(seconds=1)
    first = client.get(f"{address}?limit=2", headers=mine["contributor"]).json()
    assert [item["text"] for item in first["items"]] == ["Quelle porte ?", "L’âne\nou le cheval ?"]
    rest = client.get(f"{address}?cursor={first['next']}", headers=mine["contributor"]).json()
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([made[2]["id"]], None)
    one = f"{address}/{made[0]['id']}"
    seen = client.patch(one, json={"resolved": True}, headers=mine["contributor"]).json()
    assert seen["resolved"]
    assert seen["resolved_at"].startswith((NOON + timedelta(seconds=3)).isoformat()[:19])
    left = client.get(f"{address}?resolved=false", headers=mine["editor"]).json()["items"]
    assert [item["id"] for item in left] == [item["id"] for item in made[1:]]
    opened = client.patch(one, json={"resolved": False}, headers=mine["editor"]).json()
    assert (opened["resolved"], opened["resolved_by"]) == (False, None)
    assert client.get(f"{address}?cursor=x", headers=mine["editor"]).status_code == 422
    gone = client.patch(
        f"{LEGENDS}/pommier/comments/{made[0]['id']}",
        json={"resolved": True},
        headers=mine["editor"],
    )
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "review", {"action": "submit"}),
        ("GET", "comments", None),
        ("POST", "comments", {"text": "Quoi ?"}),
        ("PATCH", "comments/x", {"resolved": True}),
        ("POST", "publication", {"draft_etag": "1-a"}),
        ("POST", "rollback", {"revision": 1}),
        ("DELETE", "publication?scheduled=true", None),
    ],
)
@pytest.mark.parametrize("slug", ["nulle-part", "Nulle part"])
def test_what_is_no_legend_is_not_found(
    client: TestClient,
    mine: dict[str, dict[str, str]],
    method: str,
    path: str,
    body: Any,
    slug: str,
) -> None:
    sent = client.request(method, f"{LEGENDS}/{slug}/{path}", json=body, headers=mine["admin"])
    assert sent.status_code == 404
