"""A legend that was taken along: opened, walked and renewed, with a network and without one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from browser.carrying import OBJECTS, Visitor
from browser.test_walk import PHONE, ask_server, report, token_of, walk_along
from browser.visiting import LEGEND, is_ready, press, texts
from builders import publish_into
from faulty_proxy import FaultyProxy, Mishap
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from odyssee.content.folder import read_folder
from odyssee.content.writer import write_folder
from odyssee.files.local import LocalStore

SLUG = "dame-de-riants"
SENTENCE = "Passez sous l’if, puis prenez à gauche de l’étang."
Serve = Callable[..., str]


@pytest.fixture(scope="session")
def next_home(published_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published home after another sentence: the directions to the second stop."""
    home = tmp_path_factory.mktemp("next") / "home"
    shutil.copytree(published_home, home)
    contents = home / "source" / "contenus"
    folder = read_folder(contents)
    (legend,) = folder.legends
    first, second, *others = legend.stops
    told = replace(second.texts["fr"], directions=SENTENCE)
    changed = replace(second, texts=second.texts | {"fr": told})
    write_folder(contents, folder.territory, [replace(legend, stops=(first, changed, *others))])
    for arguments in (["import", str(contents)], ["publish", SLUG]):
        command = [sys.executable, "-m", "odyssee", *arguments]
        environment = os.environ | {"ODYSSEE_HOME": str(home)}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=280)
    return home


@pytest.fixture
def home(published_home: Path, tmp_path: Path) -> Path:
    """A store of its own, where the first revision is published."""
    shutil.copytree(published_home / "published", tmp_path / "home" / "published")
    return tmp_path / "home"


@pytest.fixture
def moving(home: Path, serve: Serve, visitor: Visitor) -> Visitor:
    """The visitor before a server of that store."""
    visitor.door.upstream = serve(home)
    return visitor


def publish_next(visitor: Visitor, home: Path, next_home: Path) -> None:
    """Publishes the next revision, what points to it last; it is served after this."""
    new, there = next_home / "published", home / "published"
    for part in ("objects", "targets"):
        shutil.copytree(new / part, there / part, dirs_exist_ok=True)
    shutil.copy(new / "metadata" / "current.json", there / "metadata" / "next.json")
    (there / "metadata" / "next.json").rename(there / "metadata" / "current.json")
    visitor.wait(lambda: served_revision(visitor) == 2)


def served_revision(visitor: Visitor) -> int | None:
    """That of the legend; null when it is not published any more."""
    sent = httpx.get(f"{visitor.door.upstream}/v1{LEGEND}")
    return int(sent.json()["revision"]) if sent.status_code == 200 else None


def directions(visitor: Visitor) -> str:
    return " ".join(texts(visitor.browser, ".directions"))


@contextmanager
def on_a_phone(browser: Chrome) -> Iterator[None]:
    """The test says where the phone is."""
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PHONE})
    yield
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def test_without_a_network_the_page_opens_with_its_pictures_and_stories(
    visitor: Visitor, trail: dict[str, Any]
) -> None:
    visitor.open()
    online = visitor.browser.find_element(By.CSS_SELECTOR, "main").text
    visitor.take()
    visitor.door.cut()
    for _ in range(2):
        visitor.open()
        assert visitor.titles() == [stop["title"] for stop in trail["stops"]]
        assert visitor.pictures_shown()
        for stop in trail["stops"]:
            told_s = visitor.heard_s(stop["slug"])
            assert told_s == pytest.approx(stop["narration"]["duration_s"], abs=0.2)
    offline = visitor.browser.find_element(By.CSS_SELECTOR, "main").text
    assert before_panel(offline) == before_panel(online)


def before_panel(words: str) -> str:
    return words.partition("Emporter hors ligne")[0]


def test_the_address_of_a_qr_code_opens_its_stop_without_a_network(
    visitor: Visitor, trail: dict[str, Any]
) -> None:
    last = trail["stops"][-1]["slug"]
    visitor.open()
    visitor.take()
    visitor.door.cut()
    visitor.open(f"{LEGEND}/stops/{last}")
    assert visitor.browser.switch_to.active_element.get_attribute("id") == f"stop-{last}"


def test_each_language_that_was_taken_is_told_without_a_network(visitor: Visitor) -> None:
    visitor.open(f"{LEGEND}?lang=en")
    english = visitor.titles()
    visitor.open()
    visitor.take(en=True)
    visitor.door.cut()
    visitor.open(f"{LEGEND}?lang=en")
    assert visitor.titles() == english
    assert visitor.browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert visitor.heard_s("porche-clocher")


def test_a_language_that_was_not_taken_is_told_in_one_that_was(visitor: Visitor) -> None:
    visitor.open()
    french = visitor.titles()
    visitor.take()
    visitor.door.cut()
    visitor.open(f"{LEGEND}?lang=en")
    assert visitor.titles() == french
    assert "only in French" in visitor.browser.find_element(By.CSS_SELECTOR, ".legend-head").text


def test_home_lists_what_was_taken_along(visitor: Visitor) -> None:
    visitor.open()
    title = texts(visitor.browser, "#view h1")
    visitor.take()
    visitor.door.cut()
    visitor.open("/?lang=fr")
    assert texts(visitor.browser, ".card h3") == title
    assert visitor.browser.find_elements(By.CSS_SELECTOR, ".map a.marker")
    visitor.wait(
        lambda: visitor.browser.find_element(By.CSS_SELECTOR, ".card img").get_property(
            "naturalWidth"
        )
    )


def test_a_legend_that_was_not_taken_says_that_there_is_no_network(visitor: Visitor) -> None:
    visitor.open()
    visitor.take()
    visitor.door.cut()
    visitor.browser.get(f"{visitor.door.url}/legends/marcou?lang=fr")
    visitor.wait(lambda: "Le réseau ne répond pas" in " ".join(texts(visitor.browser, "#view")))


def test_the_walk_begins_and_goes_on_without_a_network(
    visitor: Visitor, site_url: str, trail: dict[str, Any]
) -> None:
    rows = walk_along(trail, 2)
    first, second = (stop["slug"] for stop in trail["stops"][:2])
    with on_a_phone(visitor.browser):
        visitor.open()
        visitor.take()
        visitor.door.cut()
        visitor.open()
        press(visitor.browser, visitor.browser.find_element(By.ID, "follow"))
        report(visitor.browser, rows[:60])
        played = "return played"
        assert visitor.wait(lambda: visitor.browser.execute_script(played)) == [f"stop-{first}"]
        report(visitor.browser, rows[60:])
        assert len(visitor.browser.find_elements(By.CSS_SELECTOR, ".map .is-reached")) == 2
    told = ask_server(site_url, rows)
    assert second in {event.get("stop") for event in told["events"]}
    assert token_of(visitor.browser) == told["progress"]


def test_who_took_it_walks_on_without_a_reload(visitor: Visitor, trail: dict[str, Any]) -> None:
    visitor.open()
    visitor.take()
    visitor.door.cut()
    assert visitor.pictures_shown()
    for stop in trail["stops"]:
        assert visitor.heard_s(stop["slug"])


def test_what_was_taken_costs_no_network_again(visitor: Visitor, trail: dict[str, Any]) -> None:
    visitor.open()
    visitor.take()
    visitor.browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    visitor.open()
    visitor.door.passed.clear()
    assert visitor.pictures_shown()
    assert visitor.heard_s(trail["stops"][0]["slug"])
    assert visitor.door.sent_bytes(OBJECTS) == 0


def test_a_network_that_hangs_keeps_nobody_waiting(visitor: Visitor) -> None:
    visitor.open()
    visitor.take()
    visitor.browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    visitor.door.mishap = lambda _path: Mishap(silent_s=25)
    visitor.open()
    assert visitor.titles()


def test_online_the_newest_revision_is_shown_and_offered(
    moving: Visitor, home: Path, next_home: Path
) -> None:
    moving.open()
    moving.take()
    publish_next(moving, home, next_home)
    moving.open()
    assert SENTENCE in directions(moving)
    moving.says("Une nouvelle version est parue")


def test_another_revision_is_shown_offline_only_when_all_of_it_is_there(
    moving: Visitor, home: Path, next_home: Path
) -> None:
    moving.open()
    moving.take()
    before = moving.stored()["files"]
    publish_next(moving, home, next_home)
    moving.open()
    assert SENTENCE in directions(moving)
    moving.press("Mettre à jour")
    moving.says("À télécharger")
    moving.door.mishap = lambda path: Mishap(cut_after=100) if path.startswith(OBJECTS) else None
    moving.press("Télécharger")
    moving.settle()
    moving.door.cut()
    moving.open()
    assert SENTENCE not in directions(moving)
    assert before_panel(moving.browser.find_element(By.TAG_NAME, "main").text)
    moving.says("en pause")

    moving.door.mishap = lambda _path: None
    moving.door.restore()
    moving.press("Reprendre")
    moving.says("La nouvelle version est prête")
    moving.door.cut()
    moving.press("Recharger")
    moving.wait(lambda: is_ready(moving.browser) and SENTENCE in directions(moving))
    assert moving.titles()
    # The page that began on the revision before is gone, and its objects with it.
    moving.wait(lambda: len(moving.stored()["files"]) == len(before))
    assert set(before) - set(moving.stored()["files"])


def test_another_sentence_moves_at_most_60_kilobytes(
    moving: Visitor, home: Path, next_home: Path
) -> None:
    moving.open()
    moving.take()
    publish_next(moving, home, next_home)
    moving.open()
    moving.door.passed.clear()
    moving.press("Mettre à jour")
    moving.says("À télécharger")
    moving.press("Télécharger")
    moving.says("Elle s’ouvre sans réseau")
    assert moving.door.sent_bytes() <= 60_000
    read = [one.path for one in moving.door.passed if one.path.startswith("/v1/")]
    assert sorted(path.split("/")[2] for path in read) == ["objects", "packs"]


def test_who_reads_a_revision_finishes_on_it_while_another_tab_takes_the_next(
    moving: Visitor, chromium: Chrome, home: Path, next_home: Path
) -> None:
    moving.open()
    moving.take()
    before = set(moving.stored()["files"])
    reader = chromium.current_window_handle
    publish_next(moving, home, next_home)
    chromium.switch_to.new_window("tab")
    try:
        moving.open()
        assert SENTENCE in directions(moving)
        moving.press("Mettre à jour")
        moving.says("À télécharger")
        moving.press("Télécharger")
        moving.says("Elle s’ouvre sans réseau")
        moving.settle()
        assert before <= set(moving.stored()["files"])
        chromium.switch_to.window(reader)
        moving.door.cut()
        assert moving.heard_s("porche-clocher")
        moving.open()
        assert SENTENCE in directions(moving)
        moving.wait(lambda: not before <= set(moving.stored()["files"]))
    finally:
        for handle in chromium.window_handles:
            if handle != reader:
                chromium.switch_to.window(handle)
                chromium.close()
        chromium.switch_to.window(reader)


def test_nobody_is_led_back_to_an_older_revision(
    moving: Visitor, home: Path, next_home: Path, site_url: str
) -> None:
    publish_next(moving, home, next_home)
    moving.open()
    moving.take()
    moving.door.upstream = site_url  # where the first revision is still published
    moving.open()
    assert SENTENCE in directions(moving)
    moving.says("Elle s’ouvre sans réseau")
    moving.press("Changer de langue")
    moving.says("À télécharger")
    moving.press("Télécharger")
    moving.says("version plus ancienne que la vôtre")


def test_a_legend_that_was_withdrawn_leaves_the_device(moving: Visitor, home: Path) -> None:
    moving.open()
    moving.take()
    store = LocalStore(home / "published")
    publish_into(store, revision=50, withdrawn=frozenset({SLUG}))
    moving.wait(lambda: served_revision(moving) is None)
    moving.browser.get(f"{moving.door.url}{LEGEND}?lang=fr")
    moving.wait(lambda: "ne mène nulle part" in " ".join(texts(moving.browser, "h1")))
    moving.wait(lambda: not moving.stored()["files"])
    moving.wait(lambda: not moving.stored()["worker"])


def test_a_new_build_of_the_pages_takes_the_place_of_the_old_one(
    visitor: Visitor, home: Path, serve: Serve, root_folder: Path, tmp_path: Path
) -> None:
    visitor.open()
    visitor.take()
    (old,) = visitor.stored()["caches"]
    other = tmp_path / "other"
    shutil.copytree(root_folder / "odyssee", other / "odyssee")
    with (other / "odyssee/web/static/site.css").open("a", encoding="utf-8") as style:
        style.write(".legend-words h1 { letter-spacing: 3px; }\n")
    visitor.door.upstream = serve(home, root=other)

    def is_new() -> bool:
        visitor.open()  # the browser looks for another service worker when a page is opened
        visitor.settle()
        visitor.browser.get("about:blank")  # the old one ends with the last page
        visitor.open()
        return old not in visitor.stored()["caches"]

    visitor.wait(is_new)
    assert len(visitor.stored()["caches"]) == 1
    visitor.door.cut()
    visitor.open()
    heading = visitor.browser.find_element(By.CSS_SELECTOR, ".legend-words h1")
    assert heading.value_of_css_property("letter-spacing") == "3px"
    assert visitor.pictures_shown()


def test_pages_that_nobody_took_along_are_as_they_were(visitor: Visitor, door: FaultyProxy) -> None:
    visitor.open()
    visitor.open("/?lang=fr")
    assert not visitor.stored()["worker"]
    assert "/service-worker.js" not in {one.path for one in door.passed}
