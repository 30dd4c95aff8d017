"""Recordings and pictures at the desk: sent, described, captioned, put in their place."""

import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import serving
from browser.working import FAST, PHONE, Office, Settled, at_work, commanded, hired, settle
from media_builders import a_wav
from PIL import Image
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

LEGEND = "la-mare-aux-fees"
STOP = "le-gue"
TEXT = "Ici, l’eau parlait. Personne ne l’écoutait plus. Un soir, elle se tut."
SLOW = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 400_000}
GONE = FAST | {"offline": True}


class Studio:
    """The page of media."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.browser, self.api = office.browser, office.api
        self.wait, self.press, self.write = office.wait, office.press, office.write
        self.seen, self.text_of, self.titled = office.seen, office.text_of, office.titled
        self.answer, self.line = office.answer, office.line

    def open(self, lang: str = "fr") -> None:
        self.office.open("medias", lang)

    def send(self, *paths: Path) -> None:
        self.office.field("files").send_keys("\n".join(str(path) for path in paths))

    def look_at(self, name: str) -> None:
        self.wait(lambda: self.browser.find_element(By.PARTIAL_LINK_TEXT, name)).click()
        self.titled(name)

    def bring(self, recording: Path) -> None:
        """Sends a recording and looks at it, until its captions can be written."""
        self.send(recording)
        self.look_at(recording.name)
        self.wait(lambda: self.seen(".captions .cues"))

    def back(self) -> None:
        self.browser.find_element(By.PARTIAL_LINK_TEXT, "Toutes les images et voix").click()
        self.office.field("files")

    def named(self, name: str) -> dict[str, Any]:
        items = self.api.get("/media").raise_for_status().json()["items"]
        found: dict[str, Any] = next(item for item in items if item["file_name"] == name)
        return found

    def stop(self) -> dict[str, Any]:
        answer = self.api.get(f"/legends/{LEGEND}/stops/{STOP}").raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture(scope="module")
def studio_server(
    root_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settled]]:
    """A server whose worker encodes, a contributor of its office, and a draft with one stop."""
    home = tmp_path_factory.mktemp("studio")
    commanded(home, "office", "add", "perche", "--name", "Office du Perche")
    handed = hired(home, "marie@perche.example", "contributor")
    log = tmp_path_factory.mktemp("studio-server") / "log"
    with serving(root_folder, {"ODYSSEE_HOME": str(home)}, log) as url:
        marie = settle(url, handed)
        with closing(marie.api):
            begun = {"texts": {"fr": {"title": "La Mare aux Fées"}}}
            marie.api.post("/legends", json=begun).raise_for_status()
            stop = {"texts": {"fr": {"title": "Le gué", "text": TEXT}}, "location": [0.91, 48.27]}
            marie.api.post(f"/legends/{LEGEND}/stops", json=stop).raise_for_status()
            empty = {"texts": {"fr": {"title": "Aucune étape"}}}
            marie.api.post("/legends", json=empty).raise_for_status()
            yield url, marie


@pytest.fixture
def studio(chromium: Chrome, studio_server: tuple[str, Settled]) -> Iterator[Studio]:
    """The browser at the page, signed in."""
    with at_work(chromium, *studio_server) as office:
        studio = Studio(office)
        studio.open()
        yield studio


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
    point_at(studio, -1 / 4, 1 / 4)
    assert studio.named(photo.name)["focal"] == pytest.approx({"x": 0.25, "y": 0.75}, abs=0.02)

    assert "A. Martin" in studio.text_of(".notice")
    studio.press("Le reprendre comme crédit")
    studio.write(**{"alt/fr": "Un gué de pierres plates."})
    choose(studio, "place-legend", LEGEND)
    studio.press("L’ajouter aux images de l’étape")
    assert "Enregistrez d’abord" in studio.text_of(".placing .form-problem")
    meanwhile = {"licence": "CC0-1.0"}
    known = studio.named(photo.name)
    match = {"If-Match": f'"{known["version"]}"'}
    studio.api.patch(f"/media/{known['id']}", json=meanwhile, headers=match).raise_for_status()
    studio.press("Enregistrer")
    studio.wait(lambda: "Quelqu’un d’autre" in studio.text_of(".entry .form-problem"))
    assert studio.named(photo.name)["alt"] == {}
    studio.press("Enregistrer")
    studio.wait(lambda: studio.named(photo.name)["alt"])
    twice = studio.seen(".placing .buttons button")[0]
    ActionChains(studio.browser).double_click(twice).perform()
    studio.wait(lambda: "image 1 de l’étape le-gue" in studio.text_of("#view"))
    told = studio.stop()
    assert len(told["illustrations"]) == 1
    assert told["illustrations"][0]["licence"] == "CC0-1.0"  # what somebody else wrote meanwhile
    words = {"alt": "Un gué de pierres plates.", "credit": "A. Martin"}
    assert told["texts"]["fr"]["illustrations"] == [words]

    studio.back()
    studio.look_at(memo.name)
    choose(studio, "place-legend", LEGEND)
    studio.press("En faire la voix de l’étape")
    studio.wait(lambda: "voix de l’étape le-gue" in studio.text_of("#view"))
    assert studio.stop()["narration"]["fr"]["voice"] == "human"
    studio.press("Supprimer")
    studio.answer(yes=True)
    studio.wait(lambda: "narration" in studio.text_of(".form-problem"))
    assert studio.named(memo.name)["used_by"]


def point_at(studio: Studio, right: float, down: float) -> None:
    """Touches the picture, so many shares of its sides from its centre, and saves the point."""
    picture = studio.wait(lambda: studio.seen(".focal img"))[0]
    studio.wait(lambda: int(picture.get_property("naturalWidth")) > 0)
    away = (round(right * picture.size["width"]), round(down * picture.size["height"]))
    ActionChains(studio.browser).move_to_element_with_offset(picture, *away).click().perform()
    studio.press("Enregistrer ce point")
    studio.wait(lambda: "prochaine publication" in studio.text_of(".status"))


def test_captions_are_corrected_while_the_recording_is_heard(
    studio: Studio, tmp_path: Path
) -> None:
    told = a_recording(tmp_path / "conte.wav", 9.0, seed=4)
    studio.send(told)
    studio.look_at("conte.wav")
    studio.wait(lambda: studio.seen(".captions"))  # once it is prepared
    assert "Il n’y en a pas encore" in studio.text_of(".captions")
    choose(studio, "place-legend", LEGEND)
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
    studio.bring(a_recording(tmp_path / "brouillon.wav", 6.0, seed=6))
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


def test_what_is_written_while_it_is_saved_stays_and_a_time_that_cannot_be_read_is_told(
    studio: Studio, tmp_path: Path
) -> None:
    studio.bring(a_recording(tmp_path / "lent.wav", 6.0, seed=9))
    studio.browser.execute_script("document.querySelector('.sound').currentTime = 1")
    studio.press("Ajouter un sous-titre ici")
    studio.browser.switch_to.active_element.send_keys("Un loup")
    write_time(studio, 1, "Fin", "0.02.8")
    studio.press("Enregistrer les sous-titres")
    assert "ne se lit pas" in studio.text_of(".cue .field-problem")
    assert studio.seen(".cue-times input")[1].get_attribute("aria-invalid") == "true"
    write_time(studio, 1, "Fin", "0:02.8")

    studio.browser.execute_script(
        "const real = fetch; window.fetch = async (...asked) => {"
        "  if (asked[1]?.method === 'PATCH') await new Promise(done => setTimeout(done, 1500));"
        "  return real(...asked); }"
    )
    studio.press("Enregistrer les sous-titres")
    studio.seen(".cue textarea")[0].send_keys(", et la suite")
    version = studio.named("lent.wav")["version"]
    studio.wait(lambda: studio.named("lent.wav")["version"] > version)
    studio.wait(lambda: not studio.seen(".captions [aria-busy=true]"))
    assert "Pas encore enregistré" in studio.text_of(".captions .status")
    assert studio.seen(".cue textarea")[0].get_property("value") == "Un loup, et la suite"
    studio.press("Enregistrer les sous-titres")
    studio.wait(lambda: "Enregistré." in studio.text_of(".captions .status"))
    kept = studio.api.get(studio.named("lent.wav")["captions"].removeprefix("/admin/v1")).text
    assert kept.endswith("Un loup, et la suite\n")


def test_captions_of_somebody_else_are_shown_and_a_refusal_moves_nobody(
    studio: Studio, tmp_path: Path
) -> None:
    studio.bring(a_recording(tmp_path / "deux.wav", 6.0, seed=12))
    known = studio.named("deux.wav")
    theirs = {"captions": "WEBVTT\n\n00:00.500 --> 00:02.000\nDe quelqu’un d’autre.\n"}
    match = {"If-Match": f'"{known["version"]}"'}
    studio.api.patch(f"/media/{known['id']}", json=theirs, headers=match).raise_for_status()
    studio.write(credit="M. Dupont", licence="CC0-1.0")
    studio.press("Enregistrer")
    studio.wait(lambda: "Quelqu’un d’autre" in studio.text_of(".entry .form-problem"))
    assert studio.browser.switch_to.active_element.get_attribute("id") != "credit"
    studio.wait(lambda: studio.seen(".cue textarea"))
    shown = studio.seen(".cue textarea")[0].get_property("value")
    assert shown == "De quelqu’un d’autre."
    studio.press("Enregistrer")
    studio.wait(lambda: studio.named("deux.wav")["credit"] == "M. Dupont")
    assert studio.named("deux.wav")["facts"]["captions_status"] == "edited"


def test_who_goes_elsewhere_while_a_medium_loads_sees_what_they_went_to(
    studio: Studio, tmp_path: Path
) -> None:
    studio.send(a_recording(tmp_path / "loin.wav", 5.0, seed=10))
    studio.look_at("loin.wav")
    address = studio.browser.current_url
    studio.back()
    studio.browser.execute_script(
        "const real = fetch; window.fetch = async (...asked) => {"
        "  const slow = /media\\/[a-z2-7]{20}$/.test(asked[0]);"
        "  if (slow) await new Promise(done => setTimeout(done, 1500));"
        "  return real(...asked); };"
        "location.href = arguments[0]; setTimeout(() => { location.hash = ''; }, 300)",
        address,
    )
    time.sleep(3)  # longer than the one that is late
    assert studio.text_of("h1") == "Images et voix"
    assert studio.seen("#files")


def test_a_legend_without_stops_offers_none_and_a_medium_that_is_gone_leads_back(
    studio: Studio, tmp_path: Path
) -> None:
    studio.send(a_recording(tmp_path / "seul.wav", 5.0, seed=11))
    studio.look_at("seul.wav")
    studio.wait(lambda: studio.seen("#place-legend"))
    choose(studio, "place-legend", "aucune-etape")
    studio.wait(lambda: "pas encore d’étape" in studio.text_of(".placing"))
    assert "En faire la voix" not in studio.text_of(".placing")
    gone = studio.browser.current_url
    studio.press("Supprimer")
    studio.answer(yes=True)
    studio.titled("Images et voix")
    studio.browser.execute_script("location.href = arguments[0]", gone)
    studio.wait(lambda: "n’existe pas, ou plus" in studio.text_of("#view"))
    studio.browser.find_element(By.PARTIAL_LINK_TEXT, "Revenir à la liste").click()
    studio.titled("Images et voix")


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
    studio.bring(a_recording(tmp_path / "petit.wav", 5.0, seed=8))
    studio.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        studio.open("en")
        studio.titled("Pictures and voices")
        assert studio.office.widest() <= PHONE["width"]
        studio.look_at("petit.wav")
        studio.press("Add a caption here")
        assert studio.office.widest() <= PHONE["width"]
        assert studio.office.nameless() == []
    finally:
        studio.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def choose(studio: Studio, name: str, value: str) -> None:
    """An option, once it is there."""
    at = f"#{name} option[value='{value}']"
    studio.wait(lambda: studio.seen(at))[0].click()
    if value == LEGEND:
        studio.wait(lambda: studio.seen(f"#place-stop option[value='{STOP}']"))


def sent_share(studio: Studio) -> float:
    bars = studio.seen(".sendings progress")
    return float(bars[0].get_property("position")) if bars else 0.0


def cue_button(studio: Studio, number: int, name: str) -> WebElement:
    at = f'.cue:nth-child({number}) button[aria-label^="{name}"]'
    button: WebElement = studio.wait(lambda: studio.browser.find_element(By.CSS_SELECTOR, at))
    studio.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    return button


def times_of(studio: Studio, number: int) -> list[str]:
    fields = studio.seen(f".cue:nth-child({number}) .cue-times input")
    return [str(field.get_property("value")) for field in fields]


def write_time(studio: Studio, number: int, name: str, written: str) -> None:
    at = f'.cue:nth-child({number}) input[aria-label^="{name}"]'
    field = studio.browser.find_element(By.CSS_SELECTOR, at)
    field.clear()
    field.send_keys(written, Keys.TAB)
