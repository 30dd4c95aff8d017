"""What phones tell of visits: taken once, refused with a reason, and nothing is kept of who."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, a_legend, publish_into
from desk_builders import tools_over
from people_builders import SetClock
from starlette.testclient import TestClient
from telling_builders import BATCH, TODAY, a_phone_batch, an_event, count_seen, counted_by_phones

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.api.app import build_app
from odyssee.api.public.visits import PACE
from odyssee.domain.errors import Unavailable
from odyssee.domain.statistics import EVENT_TYPES


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def tools(tmp_path: Path, clock: SetClock) -> Iterator[Tools]:
    tools = tools_over(tmp_path, clock)
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


def tell(client: TestClient, *events: dict[str, Any]) -> Any:
    sent = client.post("/v1/visits", json=a_phone_batch(*events))
    assert sent.status_code == 202, sent.text
    return sent.json()


def faults(client: TestClient, body: Any) -> dict[str, str]:
    sent = client.post("/v1/visits", json=body)
    assert sent.status_code == 422, sent.text
    return {error["pointer"]: error["code"] for error in sent.json()["errors"]}


def test_an_event_counts_once_however_often_it_is_told(client: TestClient, tools: Tools) -> None:
    assert tell(client, an_event(1), an_event(2), an_event(1)) == {
        "accepted": 2,
        "duplicates": 1,
        "refused": [],
    }
    assert tell(client, an_event(1), an_event(3))["duplicates"] == 1
    cell = (TODAY, "dame-de-riants", "etape-1", "fr", "narration_started")
    assert counted_by_phones(tools) == {cell: 3}


def test_every_type_of_the_contract_is_counted_and_only_what_happens_at_a_stop_by_stop(
    client: TestClient, tools: Tools
) -> None:
    tell(client, *(an_event(number, type=kind) for number, kind in enumerate(EVENT_TYPES)))
    told = {kind: stop for _day, _legend, stop, _lang, kind in counted_by_phones(tools)}
    assert set(told) == set(EVENT_TYPES)
    at_a_stop = {kind for kind, stop in told.items() if stop == "etape-1"}
    assert at_a_stop == {"narration_started", "narration_finished", "riddle_answered"}


def test_what_cannot_be_is_told_with_its_reason_and_the_rest_is_taken(client: TestClient) -> None:
    long_ago = (NOON - timedelta(days=61)).date().isoformat()
    told = tell(
        client,
        an_event(1),
        an_event(2, legend="le-loup", stop=None),
        an_event(3, stop="nulle-part"),
        an_event(4, lang="de"),
        an_event(5, day=long_ago),
        an_event(6, day="2026-06-02"),
        an_event(7, day="2026-06-03"),
    )
    refused = {one["id"][-1]: one["code"] for one in told["refused"]}
    assert told["accepted"] == 2
    assert refused == {
        "2": "unknown_legend",
        "3": "unknown_stop",
        "4": "unknown_language",
        "5": "out_of_range",
        "7": "out_of_range",
    }


def test_a_position_or_a_name_is_no_field_and_is_kept_nowhere(
    client: TestClient, tools: Tools, tmp_path: Path
) -> None:
    told = a_phone_batch(an_event(1, lon=0.1234567, device="Zoé"), an_event(2)) | {"at": 48.7654321}
    assert faults(client, told) == {
        "/events/0/lon": "unknown_field",
        "/events/0/device": "unknown_field",
        "/at": "unknown_field",
    }
    assert counted_by_phones(tools) == {}
    tell(client, an_event(2))
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    for marker in (b"0.1234567", b"48.7654321", an_event(2)["id"].encode(), BATCH.encode()):
        assert marker not in kept


def test_all_faults_of_a_body_are_told_at_once(client: TestClient) -> None:
    broken = an_event(1, type="slept", day="2026-6-1", legend="Le Loup", revision=0, lang="FR!")
    broken["id"] = ""
    assert faults(client, {"batch_id": "1", "events": [broken, {}]}) == {
        "/batch_id": "wrong_type",
        "/events/0/id": "too_short",
        "/events/0/type": "not_allowed",
        "/events/0/legend": "bad_slug",
        "/events/0/day": "bad_date",
        "/events/0/revision": "out_of_range",
        "/events/0/lang": "bad_language",
        **{f"/events/1/{name}": "missing" for name in an_event() if name != "stop"},
    }
    many = a_phone_batch(*(an_event(number) for number in range(501)))
    assert faults(client, many) == {"/events": "too_long"}


def test_five_hundred_events_are_one_batch(client: TestClient) -> None:
    assert tell(client, *(an_event(number) for number in range(500)))["accepted"] == 500


def test_without_its_database_the_server_asks_to_be_told_later(tools: Tools) -> None:
    def away() -> Tools:
        raise Unavailable("the database: away")

    app = build_app(tools, lambda: None, desk=away)
    with TestClient(app, base_url="https://perche.example") as client:
        sent = client.post("/v1/visits", json=a_phone_batch(an_event()))
        assert client.get("/v1/legends").status_code == 200
    assert (sent.status_code, sent.json()["code"]) == (503, "unavailable")
    assert int(sent.headers["retry-after"]) > 0


def test_a_server_that_has_not_read_what_is_published_refuses_nothing_for_good(
    tools: Tools,
) -> None:
    blank = replace(tools, shelf=Shelf())
    app = build_app(blank, lambda: None, desk=lambda: blank)
    with TestClient(app, base_url="https://perche.example") as client:
        assert client.post("/v1/visits", json=a_phone_batch(an_event())).status_code == 503


def test_a_server_without_a_desk_takes_none(tools: Tools) -> None:
    app = build_app(tools, lambda: None)
    with TestClient(app, base_url="https://perche.example") as client:
        assert client.post("/v1/visits", json=a_phone_batch(an_event())).status_code == 404


def test_an_address_that_tells_without_rest_is_asked_to_wait(client: TestClient) -> None:
    codes = [client.post("/v1/visits", json={}).status_code for _ in range(PACE.at_once + 3)]
    assert codes[: PACE.at_once] == [422] * PACE.at_once
    assert codes[-1] == 429
    assert int(client.post("/v1/visits", json={}).headers["retry-after"]) >= 1


def test_pages_of_other_sites_may_tell(client: TestClient) -> None:
    sent = client.post("/v1/visits", json=a_phone_batch(), headers={"Origin": "https://a.example"})
    assert sent.headers["access-control-allow-origin"] == "*"
    assert sent.headers["cache-control"] == "no-store"
    assert "set-cookie" not in sent.headers


def test_the_tags_of_visits_are_as_many_as_the_visits(client: TestClient, tools: Tools) -> None:
    tell(client, an_event(1), an_event(2), an_event(9, lang="de"))
    assert count_seen(tools) == 2
