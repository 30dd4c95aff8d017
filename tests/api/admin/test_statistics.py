"""Statistics at the desk: what was counted, no small number, and a table that spreadsheets open."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from builders import a_legend, publish_into
from desk_builders import bearer, session_of
from fleet_builders import SomeKiosk, settle_kiosk
from starlette.testclient import TestClient

from odyssee.actions import taking
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools
from odyssee.api.schemas.statistics import StatisticsOut
from odyssee.db import counts
from odyssee.domain.statistics import Cell, EventType, Visit

DAY = date(2026, 6, 1)
KEY = "dame-de-riants"
STATISTICS = "/admin/v1/statistics"


@pytest.fixture
def editor(tools: Tools) -> dict[str, str]:
    publish_into(tools.published, a_legend())
    refresh(tools)
    return bearer(session_of(tools, "editor"))


def visit(
    tools: Tools,
    n: int,
    kind: EventType = "trail_started",
    stop: str | None = None,
    lang: str = "fr",
    back: int = 0,
) -> None:
    """So many visits, each of its own."""
    day = DAY - timedelta(days=back)
    told = [
        Visit(f"{kind}-{stop}-{lang}-{day}-{at}", Cell(day, KEY, lang, kind), stop)
        for at in range(n)
    ]
    assert taking.take_visits(tools, told).accepted == n


def ask(client: TestClient, mine: dict[str, str], query: str = "") -> Any:
    sent = client.get(f"{STATISTICS}{query}", headers=mine)
    assert sent.status_code == 200, sent.text
    StatisticsOut.model_validate_json(sent.content)
    return sent.json()


def table(client: TestClient, mine: dict[str, str], query: str, **headers: str) -> list[list[str]]:
    sent = client.get(f"{STATISTICS}{query}", headers=mine | headers)
    assert sent.status_code == 200, sent.text
    assert sent.headers["content-type"].startswith("text/csv")
    assert sent.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig")), delimiter=";"))


def test_what_was_counted_is_told_day_by_day(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    visit(tools, 12)
    visit(tools, 9, back=1)
    visit(tools, 6, "trail_completed")
    visit(tools, 7, back=40)
    told = ask(client, editor)
    assert (told["from"], told["to"], told["by"], told["hidden_under"]) == (
        "2026-05-03",
        "2026-06-01",
        "day",
        5,
    )
    lines = [(one["day"], one["starts"], one["completions"]) for one in told["lines"]]
    assert lines == [("2026-05-31", 9, 0), ("2026-06-01", 12, 6)]
    assert told["totals"]["trail_started"] == 21
    assert ask(client, editor, "?from=2026-04-01")["totals"]["trail_started"] == 28


def test_listening_is_a_share_of_what_was_started(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    visit(tools, 20, "narration_started", "etape-1")
    visit(tools, 15, "narration_finished", "etape-1")
    (line,) = ask(client, editor, "?by=lang")["lines"]
    assert (line["lang"], line["listening_rate"]) == ("fr", 0.75)


def test_no_small_number_is_told_nor_can_it_be_reckoned(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    visit(tools, 30, lang="fr")
    visit(tools, 3, lang="en")
    told = ask(client, editor, "?by=lang")
    assert {one["lang"]: one["starts"] for one in told["lines"]} == {"en": None, "fr": None}
    assert told["totals"]["trail_started"] == 33
    assert {row[0]: row[3] for row in table(client, editor, "?by=lang&format=csv")[1:]} == {
        "en": "<5",
        "fr": "<5",
    }
    visit(tools, 2, "trail_completed")
    assert ask(client, editor, "?by=type")["totals"]["trail_completed"] is None


def test_a_trail_is_told_stop_by_stop(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    visit(tools, 40)
    visit(tools, 30, "narration_started", "etape-1")
    visit(tools, 10, "narration_started", "etape-2")
    (trail,) = ask(client, editor, "?by=stop")["drop_off"]
    assert (trail["legend"], trail["starts"]) == (KEY, 40)
    shares = {one["stop"]: one["share"] for one in trail["stops"]}
    assert (shares["etape-1"], shares["etape-2"]) == (0.75, 0.25)
    assert [one["stop"] for one in trail["stops"]] == [stop.slug for stop in a_legend().stops]
    rows = {(row[0], row[1]): row for row in table(client, editor, "?by=stop&format=csv")}
    assert rows[KEY, "etape-1"][-1] == "0,75"
    assert (KEY, "(tout le parcours)") in rows


def test_phones_and_kiosks_stand_side_by_side_and_no_name_becomes_a_formula(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    kiosk = settle_kiosk(tools, SomeKiosk(), '=HYPERLINK("x")')
    visit(tools, 8)
    with tools.desk.db.transaction() as tx:
        counts.add_counts(tx, kiosk.id, {Cell(DAY, KEY, "fr", "trail_started"): 6})
    told = {
        one["source"]: (one["name"], one["starts"])
        for one in ask(client, editor, "?by=source")["lines"]
    }
    assert told == {"phones": (None, 8), kiosk.id: ('=HYPERLINK("x")', 6)}
    rows = {row[0]: row[1] for row in table(client, editor, "?by=source&format=csv")}
    assert rows == {"source": "borne", "téléphones": "", kiosk.id: '\'=HYPERLINK("x")'}
    # Kiosks count no stops, and would make a share of phones' starts too small.
    assert ask(client, editor, "?by=stop")["totals"]["trail_started"] == 8
    assert ask(client, editor, "?by=legend")["totals"]["trail_started"] == 14


def test_a_table_comes_by_the_accept_header_in_the_asked_language(
    client: TestClient, tools: Tools, editor: dict[str, str]
) -> None:
    visit(tools, 8)
    asked = {"Accept": "text/csv", "Accept-Language": "en"}
    head = table(client, editor, "?by=day", **asked)[0]
    assert head[0] == "day"
    assert table(client, editor, "?by=day", Accept="text/csv")[0][0] == "jour"
    sent = client.get(f"{STATISTICS}?format=csv", headers=editor)
    assert (
        sent.headers["content-disposition"]
        == 'attachment; filename="visites-day-2026-05-03-2026-06-01.csv"'
    )
    assert ask(client, editor, "?format=json")["by"] == "day"


def test_a_legend_is_told_alone(client: TestClient, tools: Tools, editor: dict[str, str]) -> None:
    visit(tools, 8)
    assert ask(client, editor, f"?legend={KEY}&by=legend")["lines"][0]["starts"] == 8
    assert ask(client, editor, "?legend=le-marcou&by=legend")["lines"] == []


def test_bad_questions_are_told_all_at_once(client: TestClient, editor: dict[str, str]) -> None:
    def faults(query: str) -> dict[str, str]:
        sent = client.get(f"{STATISTICS}{query}", headers=editor)
        assert sent.status_code == 422, sent.text
        return {error["pointer"]: error["code"] for error in sent.json()["errors"]}

    assert faults("?from=hier&to=2026-6-1&by=hour&format=xls&legend=Le%20Loup") == {
        "/from": "bad_date",
        "/to": "bad_date",
        "/by": "not_allowed",
        "/format": "not_allowed",
        "/legend": "bad_slug",
    }
    assert faults("?from=2026-06-02&to=2026-06-01") == {"/from": "days_reversed"}
    assert faults("?from=2020-01-01&to=2026-06-01") == {"/from": "too_many_days"}


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-29", "9999-12-31"])
def test_a_day_at_either_end_of_the_calendar_is_a_day(
    client: TestClient, editor: dict[str, str], day: str
) -> None:
    told = ask(client, editor, f"?to={day}")
    assert (told["to"], told["lines"]) == (day, [])


def test_contributors_see_no_statistics(client: TestClient, tools: Tools) -> None:
    mine = bearer(session_of(tools, "contributor"))
    assert client.get(STATISTICS, headers=mine).status_code == 403
