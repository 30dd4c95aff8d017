"""What was published of a legend, and what changed, by the API."""

from dataclasses import replace
from typing import Any

import pytest
from builders import NOON, a_legend, media_of
from desk_builders import bearer, session_of
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.schemas.reviews import DifferencesOut, RevisionContentOut, RevisionsOut
from odyssee.db import legends as drafts
from odyssee.db import revisions
from odyssee.domain.publication import Revision

LEGEND = "/admin/v1/legends/dame-de-riants"
REVISIONS = f"{LEGEND}/revisions"


def titled(number: int) -> Any:
    legend = a_legend()
    text = replace(legend.texts["fr"], title=f"La Dame, version {number}")
    return replace(legend, texts={**legend.texts, "fr": text})


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    """Three revisions, each with a title of its own, and a draft with a fourth."""
    media, _ = media_of(a_legend())
    with tools.desk.db.transaction() as tx:
        drafts.save_draft(tx, titled(4), {}, NOON)
        for number in (1, 2, 3):
            revision = Revision(
                slug="dame-de-riants",
                number=number,
                legend=titled(number),
                media=media,
                created_at=NOON,
                by="zoé",
                reason=f"Relecture {number}",
                state="superseded" if number < 3 else "published",
            )
            revisions.add_revision(tx, revision)
    return bearer(session_of(tools, "editor"))


def test_the_newest_revision_comes_first_a_page_at_a_time(
    client: TestClient, mine: dict[str, str]
) -> None:
    first = client.get(f"{REVISIONS}?limit=2", headers=mine).json()
    RevisionsOut.model_validate_json(client.get(REVISIONS, headers=mine).content)
    assert first["items"][0] == {
        "revision": 3,
        "created_at": "2026-06-01T12:00:00Z",
        "by": "zoé",
        "reason": "Relecture 3",
        "state": "published",
        "at": None,
        "until": None,
    }
    assert [item["revision"] for item in first["items"]] == [3, 2]
    second = client.get(f"{REVISIONS}?limit=2&cursor={first['next']}", headers=mine).json()
    assert ([item["revision"] for item in second["items"]], second["next"]) == ([1], None)


@pytest.mark.parametrize(
    "query", ["limit=201", "limit=0", "cursor=x", "cursor=9999999999", "cursor="]
)
def test_a_page_that_cannot_be_is_refused(
    client: TestClient, mine: dict[str, str], query: str
) -> None:
    assert client.get(f"{REVISIONS}?{query}", headers=mine).status_code == 422


def test_a_revision_is_told_as_it_was_frozen(client: TestClient, mine: dict[str, str]) -> None:
    sent = client.get(f"{REVISIONS}/2", headers=mine)
    RevisionContentOut.model_validate_json(sent.content)
    told = sent.json()
    assert told["legend"]["texts"]["fr"]["title"] == "La Dame, version 2"
    assert told["legend"]["stops"][0]["location"] == [0.91361, 48.26944]
    assert told["media"]["cover"] == media_of(a_legend())[0]["cover"].renditions[0].sha256


@pytest.mark.parametrize("number", ["0", "4", "-1", "1.0", "99999999999", "%C2%B2", "draft"])
def test_a_revision_that_is_not_there_is_not_found(
    client: TestClient, mine: dict[str, str], number: str
) -> None:
    assert client.get(f"{REVISIONS}/{number}", headers=mine).status_code == 404


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("3/diff?against=1", 1, 3),
        ("1/diff?against=3", 3, 1),
        ("3/diff", 2, 3),
        ("3/diff?against=draft", 3, "draft"),
        ("draft/diff?against=3", 3, "draft"),
        ("draft/diff", 3, "draft"),
    ],
)
def test_what_changed_is_told_from_one_to_the_other(
    client: TestClient, mine: dict[str, str], path: str, before: Any, after: Any
) -> None:
    sent = client.get(f"{REVISIONS}/{path}", headers=mine)
    DifferencesOut.model_validate_json(sent.content)
    told = sent.json()
    number = {"draft": 4}
    assert (told["before"], told["after"]) == (before, after)
    (change,) = told["texts"]
    assert {name: change[name] for name in ("where", "lang", "before", "after")} == {
        "where": "title",
        "lang": "fr",
        "before": f"La Dame, version {number.get(before, before)}",
        "after": f"La Dame, version {number.get(after, after)}",
    }
    assert told["geometry"] == []
    assert bool(told["media"]) == (after == "draft")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("1/diff", 422),
        ("2/diff?against=x", 422),
        ("2/diff?against=0", 422),
        ("2/diff?against=", 422),
        ("2/diff?against=9", 404),
        ("9/diff?against=2", 404),
        ("9/diff", 404),
        ("x/diff?against=2", 404),
    ],
)
def test_what_cannot_be_compared_is_refused(
    client: TestClient, mine: dict[str, str], path: str, status: int
) -> None:
    assert client.get(f"{REVISIONS}/{path}", headers=mine).status_code == status


def test_an_archived_draft_is_not_compared_and_its_revisions_are_still_told(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    with tools.desk.db.transaction() as tx:
        drafts.archive_draft(tx, "dame-de-riants", NOON)
    assert client.get(f"{REVISIONS}/3/diff?against=draft", headers=mine).status_code == 404
    assert client.get(f"{REVISIONS}/3/diff?against=2", headers=mine).status_code == 200
    assert len(client.get(REVISIONS, headers=mine).json()["items"]) == 3
