"""A page counts what is heard: told when it is left, once, without a position, or not at all."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browser.visiting import LEGEND, Wait, is_ready, press, requests_of
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from sqlalchemy import select

from odyssee.db.counting_tables import PhoneCountRow
from odyssee.db.session import Database

HEARD = """
const audio = document.querySelector("article.stop audio");
for (const said of ["play", "ended", "play"]) audio.dispatchEvent(new Event(said));
"""


def counted(home: Path) -> Counter[tuple[str, str]]:
    """How often each type was counted at each stop; other tests count in the same database."""
    row = PhoneCountRow
    with closing(Database(f"sqlite:///{home / 'odyssee.db'}")) as db, db.reading() as tx:
        found = tx.execute(select(row.type, row.stop, row.n))
        summed: Counter[tuple[str, str]] = Counter()
        for one in found:
            summed[one.type, one.stop] += one.n
    return summed


def kept(browser: Chrome) -> list[dict[str, Any]]:
    told: str | None = browser.execute_script("return localStorage.getItem('counts')")
    return [] if told is None else list(json.loads(told))


def told_in(browser: Chrome) -> list[dict[str, Any]]:
    return [asked for asked in requests_of(browser) if asked["method"] != "GET"]


@pytest.fixture
def opened(browser: Chrome, site_url: str, wait: Wait) -> Chrome:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    return browser


def test_what_was_heard_is_told_when_the_page_is_left_and_counts_once(
    opened: Chrome, site_url: str, wait: Wait, published_home: Path, trail: dict[str, Any]
) -> None:
    before, stop = counted(published_home), trail["stops"][0]["slug"]
    opened.execute_script(HEARD)
    assert [(e["type"], e.get("stop")) for e in kept(opened)] == [
        ("legend_opened", None),
        ("narration_started", stop),
        ("narration_finished", stop),
    ]
    assert told_in(opened) == []
    opened.get(f"{site_url}/?lang=fr")
    due = Counter(
        {("legend_opened", ""): 1, ("narration_started", stop): 1, ("narration_finished", stop): 1}
    )
    wait(lambda: counted(published_home) - before == due)
    wait(lambda: kept(opened) == [])
    assert counted(published_home) - before == due


def test_what_is_told_has_the_fields_of_the_contract_and_no_other(
    opened: Chrome, site_url: str, wait: Wait
) -> None:
    opened.execute_script(HEARD)
    opened.get(f"{site_url}/?lang=fr")
    wait(lambda: is_ready(opened))
    asked = [one for one in told_in(opened) if one["url"] == f"{site_url}/v1/visits"]
    assert asked
    for one in asked:
        assert "Cookie" not in one["headers"]
        body = json.loads(one["postData"])
        assert body.keys() == {"batch_id", "events"}
        for event in body["events"]:
            assert event.keys() - {"stop"} == {"id", "type", "legend", "lang", "day", "revision"}
            assert len(event["day"]) == 10


def test_without_a_network_it_is_told_at_the_next_visit(
    opened: Chrome, site_url: str, wait: Wait, published_home: Path
) -> None:
    before = counted(published_home)
    opened.execute_script("Object.defineProperty(navigator, 'onLine', {value: false})")
    opened.execute_script(HEARD)
    opened.get("about:blank")
    assert counted(published_home) == before
    opened.get(f"{site_url}/?lang=fr")
    wait(lambda: kept(opened) == [])
    assert sum((counted(published_home) - before).values()) == 3


def test_who_does_not_want_to_be_counted_is_not(
    opened: Chrome, site_url: str, wait: Wait, published_home: Path
) -> None:
    before = counted(published_home)
    press(opened, opened.find_element(By.ID, "counts-off"))
    assert kept(opened) == []
    opened.execute_script(HEARD)
    assert kept(opened) == []
    opened.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(opened))
    assert opened.find_element(By.ID, "counts-off").is_selected()
    opened.get(f"{site_url}/?lang=fr")
    wait(lambda: is_ready(opened))
    assert told_in(opened) == []
    assert counted(published_home) == before


def test_a_browser_that_asks_not_to_be_tracked_is_not(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    try:
        browser.get(f"{site_url}{LEGEND}?lang=fr")
        wait(lambda: is_ready(browser))
        browser.execute_script(HEARD)
        assert kept(browser) == []
        assert not browser.find_elements(By.ID, "counts-off")
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_a_riddle_is_counted_and_what_was_answered_is_not(
    opened: Chrome, trail: dict[str, Any]
) -> None:
    stop = next(stop for stop in trail["stops"] if stop["riddle"])
    riddle = opened.find_element(By.CSS_SELECTOR, f"#stop-{stop['slug']} .riddle")
    press(opened, riddle.find_element(By.CSS_SELECTOR, "button[type=submit]"))
    assert "riddle_answered" not in {event["type"] for event in kept(opened)}
    press(opened, riddle.find_element(By.CSS_SELECTOR, "input"))
    press(opened, riddle.find_element(By.CSS_SELECTOR, "button[type=submit]"))
    (event,) = [event for event in kept(opened) if event["type"] == "riddle_answered"]
    assert event["stop"] == stop["slug"]
    assert event.keys() == {"id", "type", "legend", "stop", "lang", "day", "revision"}
