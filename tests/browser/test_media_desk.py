"""Recordings and pictures at the desk: sent, described, captioned, put in their place."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from browser.conftest import serving
from browser.working import CHOSEN, PHONE, Desk, commanded, hired
from media_builders import a_wav
from PIL import Image
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import alert_is_present
from selenium.webdriver.support.ui import WebDriverWait

LEGEND = "la-mare-aux-fees"
STOP = "le-gue"
TEXT = "Ici, l’eau parlait. Personne ne l’écoutait plus. Un soir, elle se tut."
SLOW = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 400_000}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
GONE = FAST | {"offline": True}


class Studio(Desk):
    """The page of media, and the API beside it as the same person."""

    api: httpx.Client

    def open(self, lang: str = "fr") -> None:
        self.browser.get(f"{self.url}/bureau/medias?lang={lang}")
        if self.wait(lambda: self.seen("#email") or self.seen("#files"))[0].get_property("id") == (
            "email"
        ):
            self.enter("marie@perche.example", CHOSEN, None)
        self.field("files")

    def seen(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def send(self, *paths: Path) -> None:
        self.field("files").send_keys("\n".join(str(path) for path in paths))

    def look_at(self, name: str) -> None:
        self.wait(lambda: self.browser.find_element(By.PARTIAL_LINK_TEXT, name)).click()
        self.titled(name)

    def back(self) -> None:
        self.browser.find_element(By.PARTIAL_LINK_TEXT, "Toutes les images et voix").click()
        self.field("files")

    def answer(self, *, yes: bool) -> None:
        """To what the page asks."""
        asked = WebDriverWait(self.browser, 20, poll_frequency=0.1).until(alert_is_present())
        if yes:
            asked.accept()
        else:
            asked.dismiss()

    def line(self, state: dict[str, Any]) -> None:
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", state)

    def named(self, name: str) -> dict[str, Any]:
        items = self.api.get("/media").raise_for_status().json()["items"]
        found: dict[str, Any] = next(item for item in items if item["file_name"] == name)
        return found

    def stop(self) -> dict[str, Any]:
        answer = self.api.get(f"/legends/{LEGEND}/stops/{STOP}").raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture(scope="module")
def studio_server(root_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server whose worker encodes, a contributor of its office, and a draft with one stop."""
    home = tmp_path_factory.mktemp("studio")
    commanded(home, "office", "add", "perche", "--name", "Office du Perche")
    handed = hired(home, "marie@perche.example", "contributor")
    log = tmp_path_factory.mktemp("studio-server") / "log"
    with (
        serving(root_folder, {"ODYSSEE_HOME": str(home)}, log) as url,
        httpx.Client(base_url=f"{url}/admin/v1", timeout=30) as api,
    ):
        proof = {"email": handed["email"], "password": handed["password"]}
        token = api.post("/session", json=proof).raise_for_status().json()["access_token"]
        api.headers["authorization"] = f"Bearer {token}"
        change = {"old": handed["password"], "new": CHOSEN}
        api.post("/me/password", json=change).raise_for_status()
        begun = {"texts": {"fr": {"title": "La Mare aux Fées"}}}
        api.post("/legends", json=begun).raise_for_status()
        stop = {"texts": {"fr": {"title": "Le gué", "text": TEXT}}, "location": [0.91, 48.27]}
        api.post(f"/legends/{LEGEND}/stops", json=stop).raise_for_status()
        yield url, api


@pytest.fixture
def studio(chromium: Chrome, studio_server: Any) -> Iterator[Studio]:
    """The browser at the page, signed in."""
    url, api = studio_server
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.execute_cdp_cmd("Network.enable", {})
    chromium.get_log("browser")
    studio = Studio(chromium, url)
    studio.api = api
    studio.open()
    yield studio
    studio.line(FAST)
    chromium.execute_script("window.onbeforeunload = null")
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})


def a_photo(path: Path, author: str) -> Path:
    """A photo that names its author and where it was taken."""
    exif = Image.Exif()
    exif[0x013B] = author
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 16.0, 0.0), 3: "E", 4: (0.0, 55.0, 0.0)})
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((1200, 900)).save(out, "JPEG", exif=exif)
    path.write_bytes(out.getvalue())
    return path


def a_recording(path: Path, seconds: float, seed: int) -> Path:
    path.write_bytes(a_wav(seconds, seed=seed))
    return path


def test_what_is_sent_is_prepared_described_and_put_into_a_draft(
    studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "liste.txt").write_text("rien à voir ni à entendre")
    photo = a_photo(tmp_path / "Le gué, été.jpg", "A. Martin")
    memo = a_recording(tmp_path / "Mémo vocal.wav", 8.0, seed=3)
    studio.send(tmp_path / "liste.txt", photo, memo)
    studio.wait(lambda: len(studio.seen(".media .is-ready")) == 2)
    refused = studio.text_of(".sendings")
    assert "liste.txt" in refused
    assert "Ni son ni image" in refused
    assert "Reprendre" not in refused

    studio.look_at(photo.name)
    picture = studio.wait(lambda: studio.seen(".focal img"))[0]
    studio.wait(lambda: int(picture.get_property("naturalWidth")) > 0)
    width, height = picture.size["width"], picture.size["height"]
    quarter = (-round(width / 4), round(height / 4))
    ActionChains(studio.browser).move_to_element_with_offset(picture, *quarter).click().perform()
    studio.press("Enregistrer ce point")
    studio.wait(lambda: "prochaine publication" in studio.text_of(".status"))
    assert studio.named(photo.name)["focal"] == pytest.approx({"x": 0.25, "y": 0.75}, abs=0.02)

    assert "A. Martin" in studio.text_of(".notice")
    studio.press("Le reprendre comme crédit")
    studio.write(**{"alt/fr": "Un gué de pierres plates."})
    studio.press("Enregistrer")
    studio.wait(lambda: studio.named(photo.name)["alt"])
    studio.press("L’ajouter aux images de l’étape")
    studio.wait(lambda: "image 1 de l’étape le-gue" in studio.text_of("#view"))
    told = studio.stop()
    assert [image["file"] for image in told["illustrations"]]
    words = {"alt": "Un gué de pierres plates.", "credit": "A. Martin"}
    assert told["texts"]["fr"]["illustrations"] == [words]

    studio.back()
    studio.look_at(memo.name)
    studio.press("En faire la voix de l’étape")
    studio.wait(lambda: "voix de l’étape le-gue" in studio.text_of("#view"))
    assert studio.stop()["narration"]["fr"]["voice"] == "human"
    studio.press("Supprimer")
    studio.answer(yes=True)
    studio.wait(lambda: "narration" in studio.text_of(".form-problem"))
    assert studio.named(memo.name)["used_by"]


def test_captions_are_corrected_while_the_recording_is_heard(
    studio: Studio, tmp_path: Path
) -> None:
    told = a_recording(tmp_path / "conte.wav", 9.0, seed=4)
    studio.send(told)
    studio.look_at("conte.wav")
    studio.wait(lambda: studio.seen(".captions"))  # once it is prepared
    assert "Il n’y en a pas encore" in studio.text_of(".captions")
    studio.press("En faire la voix de l’étape")
    studio.wait(lambda: len(studio.seen(".cue")) == 3)  # a sentence each, estimated
    assert "estimés" in studio.text_of(".captions")

    studio.browser.execute_script("document.querySelector('.sound').currentTime = 1.5")
    studio.wait(lambda: studio.seen(".cue.is-said"))
    cue_button(studio, 1, "Finir ici").click()
    assert times_of(studio, 1)[1] == "0:01.500"
    write_time(studio, 1, "Fin", "2.8")
    assert times_of(studio, 2)[0] == "0:02.800"  # the next one gives way
    write_time(studio, 1, "Fin", "0:01.5")
    write_time(studio, 2, "Début", "0:01,9")
    text = studio.seen(".cue textarea")[0]
    text.clear()
    text.send_keys("Ici, l’eau & le vent <parlaient>.")
    assert "Pas encore enregistré" in studio.text_of(".status")
    studio.press("Enregistrer les sous-titres")
    studio.wait(lambda: "Ils ont été corrigés" in studio.text_of(".captions"))
    kept = studio.api.get(studio.named("conte.wav")["captions"].removeprefix("/admin/v1")).text
    assert "--> 00:00:01.500\nIci, l’eau &amp; le vent &lt;parlaient&gt;.\n" in kept
    assert "\n00:00:01.900 --> " in kept
    assert studio.seen(".cue textarea")[0].get_property("value") == (
        "Ici, l’eau & le vent <parlaient>."
    )

    studio.press("Revenir à l’estimation")
    studio.answer(yes=True)
    studio.wait(lambda: "estimés" in studio.text_of(".captions"))
    assert studio.named("conte.wav")["facts"]["captions_status"] == "estimated"


def test_captions_that_will_not_do_are_told_where_they_stand_and_nothing_is_lost(
    studio: Studio, tmp_path: Path
) -> None:
    studio.send(a_recording(tmp_path / "brouillon.wav", 6.0, seed=6))
    studio.look_at("brouillon.wav")
    studio.wait(lambda: studio.seen(".captions"))
    version = studio.named("brouillon.wav")["version"]
    for at, words in ((1.0, "Un loup, dit-on."), (4.0, "")):
        studio.browser.execute_script(
            "document.querySelector('.sound').currentTime = arguments[0]", at
        )
        studio.press("Ajouter un sous-titre ici")
        studio.browser.switch_to.active_element.send_keys(words)
    write_time(studio, 1, "Fin", "0:00.5")
    studio.press("Enregistrer les sous-titres")
    problems = [problem.text for problem in studio.seen(".cue .field-problem")]
    assert problems[0].startswith("La fin doit venir après le début")
    assert problems[1].startswith("Il n’a pas de texte")
    assert studio.named("brouillon.wav")["version"] == version

    studio.browser.find_element(By.PARTIAL_LINK_TEXT, "Toutes les images et voix").click()
    studio.answer(yes=False)
    assert studio.text_of("h1") == "brouillon.wav"
    write_time(studio, 1, "Fin", "2,75")
    text = studio.seen(".cue textarea")[0]
    text.send_keys(Keys.HOME, *[Keys.ARROW_RIGHT] * len("Un loup,"))
    cue_button(studio, 1, "Couper au curseur").click()
    assert [cue.get_property("value") for cue in studio.seen(".cue textarea")] == (
        ["Un loup,", "dit-on.", ""]
    )
    cue_button(studio, 3, "Retirer").click()
    studio.press("Enregistrer les sous-titres")
    studio.wait(lambda: "Enregistré" in studio.text_of(".captions .status"))
    studio.back()  # asks nothing any more


def test_a_line_that_breaks_costs_little_and_a_page_that_was_closed_goes_on(
    studio: Studio, tmp_path: Path
) -> None:
    long = a_recording(tmp_path / "long.wav", 40.0, seed=7)
    studio.line(SLOW)
    studio.send(long)
    studio.wait(lambda: sent_share(studio) > 0.2)
    studio.line(GONE)
    studio.wait(lambda: "La ligne est coupée" in studio.text_of(".sendings"))
    before = sent_share(studio)
    studio.line(SLOW)
    studio.wait(lambda: sent_share(studio) > before)

    studio.browser.get("about:blank")
    studio.wait(lambda: studio.browser.current_url == "about:blank")
    studio.open()
    studio.send(long)
    first = studio.wait(lambda: sent_share(studio))
    assert first >= before
    studio.line(FAST)
    studio.look_at("long.wav")
    studio.wait(lambda: studio.seen(".captions"))
    assert studio.named("long.wav")["sha256"] == hashlib.sha256(long.read_bytes()).hexdigest()
    stored = studio.browser.execute_script("return JSON.stringify({...localStorage})")
    assert stored == "{}"


def test_it_fits_a_phone_speaks_english_and_names_every_control(
    studio: Studio, tmp_path: Path
) -> None:
    studio.send(a_recording(tmp_path / "petit.wav", 5.0, seed=8))
    studio.look_at("petit.wav")
    studio.wait(lambda: studio.seen(".captions"))
    studio.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        studio.open("en")
        studio.titled("Pictures and voices")
        assert widest(studio) <= PHONE["width"]
        studio.look_at("petit.wav")
        studio.press("Add a caption here")
        assert widest(studio) <= PHONE["width"]
        nameless = studio.browser.execute_script(
            "return [...document.querySelectorAll('#view input, #view select, #view textarea')]"
            ".filter(e => !e.labels?.length && !e.ariaLabel).map(e => e.outerHTML)"
        )
        assert nameless == []
    finally:
        studio.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def widest(studio: Studio) -> int:
    return int(studio.browser.execute_script("return document.documentElement.scrollWidth"))


def sent_share(studio: Studio) -> float:
    bars = studio.seen(".sendings progress")
    return float(bars[0].get_property("position")) if bars else 0.0


def cue_button(studio: Studio, number: int, name: str) -> WebElement:
    at = f'.cue:nth-child({number}) button[aria-label^="{name}"]'
    return studio.wait(lambda: studio.browser.find_element(By.CSS_SELECTOR, at))


def times_of(studio: Studio, number: int) -> list[str]:
    fields = studio.seen(f".cue:nth-child({number}) .cue-times input")
    return [str(field.get_property("value")) for field in fields]


def write_time(studio: Studio, number: int, name: str, time: str) -> None:
    at = f'.cue:nth-child({number}) input[aria-label^="{name}"]'
    field = studio.browser.find_element(By.CSS_SELECTOR, at)
    field.clear()
    field.send_keys(time, Keys.TAB)
