"""A walk followed by the page in a real browser, with a network and without one."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2 as httpx
import pytest
from browser.visiting import (
    LEGEND,
    Wait,
    grant_position,
    is_ready,
    press,
    requests_of,
    stand_at,
    texts,
    words_of,
)
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.walks import Noise, synthetic_walk

Row = tuple[int, float, float, float]
"""Unix milliseconds, longitude, latitude, accuracy in metres."""

PHONE = """
let told = null;
const geolocation = {
  watchPosition: (tell) => { told = tell; return 1; },
  clearWatch: () => { told = null; },
  getCurrentPosition: () => {},
};
Object.defineProperty(Navigator.prototype, "geolocation", { get: () => geolocation });
window.report = (rows) => rows.forEach(([timestamp, longitude, latitude, accuracy]) =>
  told({ timestamp, coords: { longitude, latitude, accuracy, speed: null, heading: null } }));
window.played = [];
document.addEventListener("playing", (event) =>
  window.played.push(event.target.closest("article").id), true);
"""
"""A phone that says what a test has it say, at the pace of the test, and what plays."""


@pytest.fixture
def phone(browser: Chrome) -> Iterator[Chrome]:
    """The browser on a phone that has fetched nothing yet, and whose positions the test makes."""
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    script = {"source": PHONE}
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


@contextmanager
def no_network(browser: Chrome) -> Iterator[None]:
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions | {"offline": True})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions | {"offline": False})


def walk_along(trail: dict[str, Any], stops: int) -> list[Row]:
    """From 100 m west of the first stop through so many stops, a position every two seconds."""
    known = trail["projection"]
    projection = Projection(
        LonLat(*known["origin"]), known["m_per_deg_lon"], known["m_per_deg_lat"]
    )
    places = [LonLat(*stop["location"]["coordinates"]) for stop in trail["stops"][:stops]]
    east_m, north_m = projection.to_xy(places[0])
    fixes = synthetic_walk(
        [projection.to_lonlat(east_m - 100, north_m), *places],
        projection,
        random.Random(7),  # noqa: S311 - a walk that repeats, no secret
        noise=Noise(sigma_m=4.0),
        sampling_s=2.0,
        start_s=1_780_308_000.25,
    )
    rows = [(round(fix.at_s * 1000), fix.lon, fix.lat, fix.accuracy_m or 0.0) for fix in fixes]
    return rows + [(rows[-1][0] + 1000 * n, *rows[-1][1:]) for n in range(1, 30)]


def ask_server(site_url: str, rows: list[Row], **said: Any) -> dict[str, Any]:
    """What the server answers to the same positions."""
    fixes = [
        {
            "lon": lon,
            "lat": lat,
            "accuracy_m": accuracy_m,
            "at": datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(),
        }
        for at_ms, lon, lat, accuracy_m in rows
    ]
    body = {"fixes": fixes, "lang": "fr"} | said
    sent = httpx.post(f"{site_url}/v1{LEGEND}/proximity", json=body)
    answer: dict[str, Any] = sent.raise_for_status().json()
    return answer


def token_of(browser: Chrome) -> str | None:
    token: str | None = browser.execute_script(
        "return sessionStorage.getItem('progress/dame-de-riants')"
    )
    return token


def follow(browser: Chrome, site_url: str, wait: Wait) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    press(browser, browser.find_element(By.ID, "follow"))


def report(browser: Chrome, rows: list[Row]) -> None:
    browser.execute_script("report(arguments[0])", rows)


def is_fetched(browser: Chrome, stop: str) -> bool:
    """Whether all its sound and its pictures are in the browser."""
    return bool(
        browser.execute_script(
            """const stop = document.getElementById(arguments[0]);
            return stop.querySelector("audio").currentSrc.startsWith("blob:") &&
              [...stop.querySelectorAll("img")].every((image) => image.naturalWidth > 0);""",
            f"stop-{stop}",
        )
    )


def test_where_there_is_no_network_the_story_starts_and_the_walk_goes_on(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 2)
    first, second = (stop["slug"] for stop in trail["stops"][:2])
    follow(phone, site_url, wait)
    report(phone, rows[:3])
    wait(lambda: is_fetched(phone, first))
    with no_network(phone):
        report(phone, rows[3:60])  # past the first stop
        assert wait(lambda: phone.execute_script("return played")) == [f"stop-{first}"]
        assert phone.find_elements(By.CSS_SELECTOR, f"#stop-{first}.is-current")
        report(phone, rows[60:])
        reached = phone.find_elements(By.CSS_SELECTOR, ".map .is-reached")
        assert len(reached) == 2
    assert second in {event.get("stop") for event in ask_server(site_url, rows)["events"]}
    assert token_of(phone) == ask_server(site_url, rows)["progress"]


def test_no_request_tells_where_somebody_walks(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 2)
    follow(phone, site_url, wait)
    report(phone, rows)
    wait(lambda: phone.execute_script("return played"))
    press(phone, phone.find_element(By.CSS_SELECTOR, ".here"))
    wait(lambda: is_fetched(phone, trail["stops"][2]["slug"]))  # what lies ahead
    asked = requests_of(phone)
    assert {request["method"] for request in asked} == {"GET"}
    said = json.dumps(asked)
    assert "proximity" not in said
    assert not [row for row in rows if f"{row[1]:.4f}" in said or f"{row[2]:.4f}" in said]
    assert "Votre position ne quitte pas votre appareil" in words_of(
        phone.find_element(By.CSS_SELECTOR, ".block-walk")
    )


def test_the_page_tells_the_events_of_the_server_under_the_same_ids(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 4)
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    module = browser.find_element(By.CSS_SELECTOR, 'link[rel=modulepreload][href$="/follower.js"]')
    told = browser.execute_async_script(
        """const [address, legend, rows, done] = arguments;
        import(address).then(({ Follower }) => {
          const follower = new Follower(legend, null);
          const one = ([ms, lon, lat, accuracy_m]) =>
            follower.advance([{ at_s: ms / 1000, lon, lat, accuracy_m }]).events;
          done(rows.flatMap(one));
        });""",
        module.get_attribute("href"),
        trail,
        rows,
    )
    known = ask_server(site_url, rows)["events"]
    assert [event["type"] for event in known].count("enter") == 4
    names = ("id", "type", "stop", "zone")
    assert [[event[name] for name in names] for event in told] == [
        [event.get(name) for name in names] for event in known
    ]


def test_a_story_that_cannot_load_says_so_holds_up_no_other_and_comes_with_the_network(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 2)
    first, second = (stop["slug"] for stop in trail["stops"][:2])
    phone.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(phone))
    with no_network(phone):
        press(phone, phone.find_element(By.ID, "follow"))
        report(phone, rows[:60])
        status = phone.find_element(By.CSS_SELECTOR, f"#stop-{first} > .status")
        wait(lambda: "Le son ne se charge pas" in words_of(status))
        report(phone, rows[60:])
        wait(lambda: phone.find_elements(By.CSS_SELECTOR, f"#stop-{second}.is-current"))
        assert phone.execute_script("return played") == []
    wait(lambda: is_fetched(phone, first) and is_fetched(phone, second))
    wait(lambda: words_of(status) == "")


def test_walking_to_a_stop_plays_its_story(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    first, second = trail["stops"][:2]
    lon, lat = first["location"]["coordinates"]
    grant_position(browser, site_url, lon, lat)
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    assert not browser.find_element(By.CSS_SELECTOR, ".walkbar").is_displayed()
    follow = browser.find_element(By.ID, "follow")
    browser.execute_script(
        "arguments[0].scrollIntoView({behavior: 'instant', block: 'center'})", follow
    )
    browser.execute_script(
        "window.played = []; document.addEventListener('playing', (event) =>"
        " window.played.push(event.target.closest('article').id), true)"
    )
    follow.click()
    steps = iter(range(10_000))

    def plays() -> bool:
        stand_at(browser, lon, lat + next(steps) % 2 * 1e-6)  # at rest, as a phone says it
        return bool(browser.execute_script("return window.played.length"))

    wait(plays)
    assert browser.execute_script("return window.played[0]") == f"stop-{first['slug']}"
    assert browser.find_elements(By.CSS_SELECTOR, f"#stop-{first['slug']}.is-current")
    assert browser.find_element(By.CSS_SELECTOR, ".walkbar").is_displayed()
    wait(lambda: second["title"] in texts(browser, ".walk-next")[0])
    browser.find_element(By.CSS_SELECTOR, ".walkbar button").click()
    assert not browser.find_element(By.CSS_SELECTOR, ".walkbar").is_displayed()


def test_saying_i_am_here_plays_the_stop_and_its_end_is_noted(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    slug = trail["stops"][1]["slug"]
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    press(browser, browser.find_element(By.CSS_SELECTOR, f"#stop-{slug} .here"))
    audio = browser.find_element(By.CSS_SELECTOR, f"#stop-{slug} audio")
    wait(lambda: audio.get_property("currentTime") > 0)
    said = ask_server(site_url, [], here=slug)
    assert token_of(browser) == said["progress"]
    browser.execute_script("arguments[0].currentTime = arguments[0].duration - 0.2", audio)
    heard = ask_server(site_url, [], heard=[slug], progress=said["progress"])
    wait(lambda: token_of(browser) == heard["progress"])


def test_saying_i_am_here_far_from_a_stop_is_not_believed(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    last = trail["stops"][3]["slug"]
    follow(phone, site_url, wait)
    report(phone, walk_along(trail, 1)[:3])
    before = token_of(phone)
    press(phone, phone.find_element(By.CSS_SELECTOR, f"#stop-{last} .here"))
    status = phone.find_element(By.CSS_SELECTOR, f"#stop-{last} > .status")
    assert "loin de cet arrêt" in words_of(status)
    assert token_of(phone) == before


ANSWER = """
const fetched = window.fetch;
window.fetch = (address, options) => String(address).includes("/v1/legends/")
  ? fetched(address, options).then((answer) => answer.json()).then((legend) => %s)
  : fetched(address, options);
"""
"""From now on the legend is another one when it is asked for again."""


def test_a_revision_that_appears_while_walking_is_followed(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 2)
    second = trail["stops"][1]["slug"]
    phone.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(phone))
    changed = (
        "new Response(JSON.stringify({...legend, revision: 99, stops: legend.stops.slice(1)}))"
    )
    phone.execute_script(ANSWER % changed)
    press(phone, phone.find_element(By.ID, "follow"))
    wait(lambda: "La légende vient de changer" in texts(phone, ".walk-note")[0])
    report(phone, rows)
    wait(lambda: phone.find_elements(By.CSS_SELECTOR, f"#stop-{second}.is-current"))
    assert len(phone.find_elements(By.CSS_SELECTOR, ".map .is-reached")) == 1


def test_an_older_revision_that_appears_while_walking_changes_nothing(
    phone: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 1)
    first = trail["stops"][0]["slug"]
    phone.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(phone))
    older = "new Response(JSON.stringify({...legend, revision: 0, stops: legend.stops.slice(1)}))"
    phone.execute_script(ANSWER % f"{{ window.asked = true; return {older}; }}")
    press(phone, phone.find_element(By.ID, "follow"))
    wait(lambda: phone.execute_script("return window.asked"))
    report(phone, rows)
    wait(lambda: phone.find_elements(By.CSS_SELECTOR, f"#stop-{first}.is-current"))
    assert "La légende vient de changer" not in texts(phone, ".walk-note")[0]


def test_a_legend_that_was_withdrawn_ends_the_walk(
    phone: Chrome, site_url: str, wait: Wait
) -> None:
    phone.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(phone))
    phone.execute_script(ANSWER % "new Response('{}', {status: 410})")
    press(phone, phone.find_element(By.ID, "follow"))
    wait(lambda: "n’est plus publiée" in texts(phone, ".walk-trouble")[0])
    assert not phone.find_element(By.CSS_SELECTOR, ".walkbar").is_displayed()
