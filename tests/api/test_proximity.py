"""A phone posts positions: events come back, nothing stays."""

from collections.abc import Iterator
from typing import Any

import pytest
from builders import HERBAGE, STEP_LON, a_legend, publish_into
from starlette.testclient import TestClient

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools

ADDRESS = "/v1/legends/dame-de-riants/proximity"


def fix(seconds: int, east_steps: float = 0.0, **more: Any) -> dict[str, Any]:
    minutes, second = divmod(seconds, 60)
    known = {
        "lon": HERBAGE.lon + east_steps * STEP_LON,
        "lat": HERBAGE.lat,
        "accuracy_m": 5,
        "at": f"2026-06-01T{10 + minutes // 60:02d}:{minutes % 60:02d}:{second:02d}Z",
    }
    return known | more


def trail_walk() -> list[dict[str, Any]]:
    """From 60 m west of the first stop to 60 m east of the third, at 1.25 m/s, a fix a second."""
    return [fix(second, -0.3 + second * 0.00625) for second in range(416)]


def post(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    sent = client.post(ADDRESS, json=body)
    assert sent.status_code == 200, sent.text
    assert sent.headers["cache-control"] == "no-store"
    return dict(sent.json())


def batches(fixes: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(fixes), size):
        yield fixes[start : start + size]


def walk(client: TestClient, size: int) -> list[dict[str, Any]]:
    progress, events = None, []
    for batch in batches(trail_walk(), size):
        answer = post(client, {"fixes": batch, "progress": progress})
        progress = answer["progress"]
        events += answer["events"]
    return events


def test_a_walk_hears_each_stop_once_in_order(client: TestClient) -> None:
    events = walk(client, 20)
    assert [e["stop"] for e in events if e["type"] == "play"] == ["etape-1", "etape-2", "etape-3"]
    assert [e["stop"] for e in events if e["type"] == "enter"] == ["etape-1", "etape-2", "etape-3"]
    assert events[-1]["type"] in {"completed", "exit", "play"}
    assert sum(e["type"] == "completed" for e in events) == 1
    assert len({e["id"] for e in events}) == len(events)


def test_however_a_walk_is_cut_the_same_is_heard(client: TestClient) -> None:
    def told(size: int) -> list[tuple[Any, ...]]:
        return [(e["id"], e["type"], e.get("stop"), e["at"]) for e in walk(client, size)]

    assert told(1) == told(7) == told(416)


def test_the_same_request_gives_the_same_answer(client: TestClient) -> None:
    body = {"fixes": trail_walk()[:100], "progress": None}
    assert post(client, body) == post(client, body)


def test_next_is_the_stop_ahead_with_its_bearing(client: TestClient) -> None:
    answer = post(client, {"fixes": [fix(0, -0.5)], "progress": None})
    assert answer["next"]["stop"] == "etape-1"
    assert answer["next"]["distance_m"] == pytest.approx(100, abs=2)
    assert answer["next"]["bearing_deg"] == pytest.approx(90, abs=1)
    assert answer["next_check"]["after_s"] > 0


def test_here_wakes_a_stop_by_hand(client: TestClient) -> None:
    answer = post(client, {"fixes": [fix(0, 0.9)], "here": "etape-2"})
    entered = next(e for e in answer["events"] if e["type"] == "enter")
    assert (entered["stop"], entered["manual"], entered["skipped"]) == (
        "etape-2",
        True,
        ["etape-1"],
    )
    assert any(e["type"] == "play" for e in answer["events"])


def test_here_without_a_fix_is_believed(client: TestClient) -> None:
    answer = post(client, {"fixes": [], "here": "etape-1"})
    assert [e["stop"] for e in answer["events"] if e["type"] == "play"] == ["etape-1"]


def test_here_too_far_away_is_implausible(client: TestClient) -> None:
    sent = client.post(ADDRESS, json={"fixes": [fix(0, -9)], "here": "etape-3"})
    assert (sent.status_code, sent.json()["code"]) == (409, "here_implausible")


def test_a_new_revision_keeps_what_was_heard(client: TestClient, tools: Tools) -> None:
    first = post(client, {"fixes": trail_walk()[:120], "progress": None})
    publish_into(tools.published, a_legend(), revision=2)
    refresh(tools)
    again = post(client, {"fixes": trail_walk()[120:], "progress": first["progress"]})
    assert again["revision"] == 2
    assert "etape-1" not in [e.get("stop") for e in again["events"] if e["type"] == "play"]


def test_a_token_of_another_legend_is_refused(client: TestClient) -> None:
    token = post(client, {"fixes": trail_walk()[:50], "progress": None})["progress"]
    other = "/v1/legends/pommier-de-misere/proximity"
    sent = client.post(other, json={"fixes": [], "progress": token})
    assert (sent.status_code, sent.json()["code"]) == (422, "progress_unreadable")


def test_a_token_altered_in_any_character_is_refused(client: TestClient) -> None:
    token = post(client, {"fixes": trail_walk()[:50], "progress": None})["progress"]
    for index in range(len(token)):
        torn = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        sent = client.post(ADDRESS, json={"fixes": [], "progress": torn})
        assert (sent.status_code, sent.json()["code"]) == (422, "progress_unreadable"), index
    cut = client.post(ADDRESS, json={"fixes": [], "progress": token[:-1]})
    assert cut.status_code == 422


def test_a_thousand_sparse_fixes_ask_too_much_at_once(client: TestClient) -> None:
    fixes = [fix(number * 50) for number in range(1000)]
    sent = client.post(ADDRESS, json={"fixes": fixes})
    assert (sent.status_code, sent.json()["code"]) == (422, "too_many_steps")
    for part in batches(fixes, 100):
        assert client.post(ADDRESS, json={"fixes": part}).status_code == 200
