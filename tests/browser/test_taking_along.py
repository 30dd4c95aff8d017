"""Taking a legend along, in a real browser over a network that breaks."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx2 as httpx
import pytest
from browser.carrying import OBJECTS, Visitor
from browser.visiting import is_ready
from faulty_proxy import FaultyProxy, Mishap
from selenium.webdriver import Chrome

MANIFEST = "/v1/packs/dame-de-riants/manifest.json"


@pytest.fixture(scope="module")
def manifest(site_url: str) -> dict[str, Any]:
    read: dict[str, Any] = httpx.get(site_url + MANIFEST).raise_for_status().json()
    return read


def slowly(door: FaultyProxy) -> None:
    """About three seconds for a pack."""
    door.bytes_per_s = 250_000


def megabytes(words: str) -> float:
    """The first size in some words, in bytes."""
    found = re.search(r"([\d,]+) (Mo|ko)", words)
    assert found, words
    return float(found[1].replace(",", ".")) * {"Mo": 1e6, "ko": 1e3}[found[2]]


def test_before_anything_is_taken_nothing_lies_on_the_device(visitor: Visitor) -> None:
    visitor.open()
    assert "Emporter hors ligne (environ" in visitor.panel()
    visitor.press("Emporter hors ligne")
    visitor.says("À télécharger")
    kept = visitor.stored()
    assert (kept["files"], kept["caches"], kept["worker"]) == ({}, [], False)
    assert not [one for one in visitor.door.passed if one.path == "/service-worker.js"]


def test_the_size_is_told_before_and_the_progress_during(visitor: Visitor) -> None:
    visitor.open()
    visitor.choose()
    told = megabytes(visitor.says("À télécharger").partition("À télécharger")[2])
    slowly(visitor.door)
    before = visitor.door.sent_bytes(OBJECTS)
    visitor.press("Télécharger")
    visitor.come(0.4)
    assert re.search(r"[\d,]+ [kM]o sur [\d,]+ Mo", visitor.panel())
    visitor.says("Elle s’ouvre sans réseau")
    fetched = visitor.door.sent_bytes(OBJECTS) - before
    assert fetched == pytest.approx(told, rel=0.05)
    assert sum(visitor.stored()["files"].values()) == pytest.approx(told, rel=0.02)


def test_one_form_of_each_medium_is_taken_in_the_languages_that_were_asked_for(
    visitor: Visitor, manifest: dict[str, Any]
) -> None:
    visitor.open()
    visitor.take()
    taken = names_of(visitor, manifest)
    stops = {name.split(".")[0] for name in manifest["files"] if name.startswith("stops/")}
    assert len([name for name in taken if name.startswith("audio/")]) == len(stops)
    assert {manifest["files"][name].get("lang") for name in taken} == {"fr", None}
    pictures = [name for name in taken if name.startswith("pictures/")]
    assert pictures
    assert all(name.endswith("-800.avif") for name in pictures)

    visitor.press("Changer de langue")
    visitor.says("Rien à télécharger")
    visitor.browser.execute_script("document.querySelector('#offline [value=en]').click()")
    visitor.says("À télécharger")
    visitor.door.passed.clear()
    visitor.press("Télécharger")
    visitor.says("français, anglais")
    added = names_of(visitor, manifest) - taken
    assert {manifest["files"][name].get("lang") for name in added} == {"en"}
    asked = {one.path for one in visitor.door.passed if one.path.startswith(OBJECTS)}
    assert asked == {OBJECTS + manifest["files"][name]["sha256"] for name in added}


def names_of(visitor: Visitor, manifest: dict[str, Any]) -> set[str]:
    """The files of the pack that lie on the device, whole."""
    lying = visitor.stored()["files"]
    files = manifest["files"].items()
    return {name for name, file in files if lying.get(file["sha256"]) == file["size_bytes"]}


def test_a_network_that_is_cut_in_the_middle_is_gone_on_from(visitor: Visitor) -> None:
    visitor.open()
    visitor.choose()
    slowly(visitor.door)
    visitor.door.passed.clear()
    visitor.press("Télécharger")
    visitor.come(0.4)
    visitor.door.cut()
    visitor.says("Le réseau ne répond pas")
    came = sum(visitor.stored()["files"].values())
    assert came > 0
    visitor.door.restore()
    visitor.door.bytes_per_s = None
    visitor.press("Reprendre")
    visitor.says("Elle s’ouvre sans réseau")
    assert visitor.door.sent_bytes(OBJECTS) < sum(visitor.stored()["files"].values()) * 1.2
    again = [one for one in visitor.door.passed if one.status == 206]
    assert again
    assert all(one.headers["If-Range"].strip('"') in one.path for one in again)


def test_a_page_that_is_closed_in_the_middle_offers_to_go_on(visitor: Visitor) -> None:
    visitor.open()
    visitor.choose()
    slowly(visitor.door)
    visitor.press("Télécharger")
    visitor.come(0.3)
    visitor.open()
    said = visitor.says("en pause")
    assert megabytes(said) > 0
    came = sum(visitor.stored()["files"].values())
    visitor.door.passed.clear()
    visitor.door.bytes_per_s = None
    visitor.press("Reprendre")
    visitor.says("Elle s’ouvre sans réseau")
    whole = sum(visitor.stored()["files"].values())
    assert visitor.door.sent_bytes(OBJECTS) < (whole - came) * 1.05 + 30_000


def test_giving_up_gives_back_what_came(visitor: Visitor) -> None:
    visitor.open()
    visitor.choose()
    slowly(visitor.door)
    visitor.press("Télécharger")
    visitor.come(0.3)
    visitor.press("Abandonner")
    visitor.says("Emporter hors ligne (environ")
    kept = visitor.stored()
    assert (kept["files"], kept["caches"], kept["worker"]) == ({}, [], False)


def test_wrong_bytes_are_fetched_again(visitor: Visitor, manifest: dict[str, Any]) -> None:
    target = OBJECTS + manifest["files"]["audio/porche-clocher.fr.48k.ogg"]["sha256"]
    tries = count()
    visitor.door.mishap = lambda path: (
        Mishap(flip_at=5000) if path == target and next(tries) < 2 else None
    )
    visitor.open()
    visitor.take()
    assert len([one for one in visitor.door.passed if one.path == target]) == 3


def test_bytes_that_stay_wrong_are_told_and_nothing_of_them_is_shown(
    visitor: Visitor, manifest: dict[str, Any]
) -> None:
    target = OBJECTS + manifest["files"]["stops/porche-clocher.fr.json"]["sha256"]
    visitor.door.mishap = lambda path: Mishap(flip_at=100) if path == target else None
    visitor.open()
    visitor.choose()
    visitor.press("Télécharger")
    visitor.says("n’est pas ce que nous avons publié")
    assert "Elle s’ouvre sans réseau" not in visitor.panel()
    visitor.door.mishap = lambda _path: None
    visitor.press("Reprendre")
    visitor.says("Elle s’ouvre sans réseau")


@pytest.fixture
def limit(chromium: Chrome, door: FaultyProxy) -> Iterator[Callable[[int], None]]:
    """Gives the site so many bytes on the device."""

    def to(quota_bytes: int) -> None:
        chromium.execute_cdp_cmd(
            "Storage.overrideQuotaForOrigin", {"origin": door.url, "quotaSize": quota_bytes}
        )

    yield to
    chromium.execute_cdp_cmd("Storage.overrideQuotaForOrigin", {"origin": door.url})


def test_a_device_without_room_is_told_how_much_lacks_before_anything_comes(
    visitor: Visitor, limit: Callable[[int], None]
) -> None:
    visitor.open()
    visitor.choose()
    needed = megabytes(visitor.panel().partition("À télécharger")[2])
    limit(1_500_000)
    visitor.door.passed.clear()
    visitor.press("Télécharger")
    said = visitor.says("de place sur votre appareil")
    assert megabytes(said.partition("Il manque")[2]) > needed - 1_500_000
    assert visitor.door.sent_bytes(OBJECTS) == 0
    assert visitor.stored()["files"] == {}
    limit(100_000_000)
    visitor.press("Reprendre")
    visitor.says("Elle s’ouvre sans réseau")


def test_room_that_ends_while_it_comes_is_told_and_what_came_is_gone_on_from(
    visitor: Visitor, limit: Callable[[int], None]
) -> None:
    visitor.open()
    visitor.choose()
    slowly(visitor.door)
    visitor.press("Télécharger")
    visitor.come(0.3)
    limit(1_000_000)  # less than came by now: the next file finds no room
    said = visitor.says("de place sur votre appareil")
    assert megabytes(said.partition("Il manque")[2]) > 0
    came = sum(visitor.stored()["files"].values())
    assert came > 0
    limit(100_000_000)
    visitor.door.bytes_per_s = None
    visitor.door.passed.clear()
    visitor.press("Reprendre")
    visitor.says("Elle s’ouvre sans réseau")
    whole = sum(visitor.stored()["files"].values())
    assert visitor.door.sent_bytes(OBJECTS) < (whole - came) * 1.05 + 30_000


def test_removing_a_legend_gives_its_room_back(visitor: Visitor) -> None:
    visitor.open()
    before = visitor.stored()["usage"]
    visitor.take(en=True)
    taken = visitor.stored()
    assert taken["usage"] > before + 2_000_000
    visitor.press("Retirer de l’appareil")
    visitor.says("Emporter hors ligne (environ")
    left = visitor.stored()
    assert (left["files"], left["caches"], left["worker"]) == ({}, [], False)
    visitor.open()
    # What the browser needs for its own lists stays.
    visitor.wait(lambda: visitor.stored()["usage"] < before + 300_000)
    visitor.take()


def test_a_second_tab_sees_the_download_and_fetches_nothing_again(
    visitor: Visitor, chromium: Chrome
) -> None:
    visitor.open()
    visitor.choose()
    slowly(visitor.door)
    visitor.door.passed.clear()
    visitor.press("Télécharger")
    visitor.come(0.1)
    first = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    try:
        visitor.open()
        visitor.come(0.2)
        visitor.press("Mettre en pause")
        visitor.says("en pause")
        visitor.door.bytes_per_s = None
        visitor.press("Reprendre")
        visitor.says("Elle s’ouvre sans réseau")
    finally:
        chromium.close()
        chromium.switch_to.window(first)
    visitor.says("Elle s’ouvre sans réseau")
    pack = [one for one in visitor.door.passed if one.headers.get("Sec-Fetch-Dest") == "empty"]
    fetched = sum(one.sent_bytes for one in pack if one.path.startswith(OBJECTS))
    kept = visitor.stored()["files"].values()
    # What was on the line when it was paused, of one object at most, was sent for nothing.
    assert fetched < sum(kept) + max(kept)


def test_nothing_that_is_asked_says_who_or_where_one_is(visitor: Visitor) -> None:
    visitor.open()
    visitor.door.passed.clear()
    visitor.take()
    assert {one.method for one in visitor.door.passed} == {"GET"}
    assert not [one for one in visitor.door.passed if "Cookie" in one.headers]
    known = ("/v1/objects/", "/v1/packs/", "/v1/territory", "/static/", "/frames/")
    asked = {one.path for one in visitor.door.passed if not one.path.startswith(known)}
    assert asked <= {"/service-worker.js"}
    severe = [entry for entry in visitor.browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []


def test_the_desk_and_everything_else_is_left_to_the_network(visitor: Visitor) -> None:
    visitor.open()
    visitor.take()
    visitor.door.passed.clear()
    visitor.browser.get(f"{visitor.door.url}/bureau/connexion?lang=fr")
    visitor.wait(lambda: is_ready(visitor.browser))
    assert visitor.door.passed[0].path == "/bureau/connexion?lang=fr"
    visitor.door.cut()
    gone = "fetch('/healthz').then(() => arguments[0]('here'), () => arguments[0]('gone'))"
    assert visitor.browser.execute_async_script(gone) == "gone"
