"""Legends at the desk: begun, written, surveyed, checked, reviewed, published and taken back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from browser.conftest import serving
from browser.working import PHONE, Office, Settled, at_work, commanded, hired, settle
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

SAVE = './/button[normalize-space()="Enregistrer"]'
SPOT = (48.2694, 0.9136)
SOURCE = "F. Chapiseau, Le Folk-lore de la Beauce, 1902"
STOPS = (("Le chêne", "48.2701, 0.914"), ("La barrière", "48.275, 0.914"))


@pytest.fixture(scope="module")
def office_server(
    root_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settled, Settled]]:
    """A server whose worker publishes, a contributor, and the only publisher."""
    home = tmp_path_factory.mktemp("office")
    commanded(home, "office", "add", "perche", "--name", "Office du Perche")
    marie = hired(home, "marie@perche.example", "contributor")
    chief = hired(home, "lucien@perche.example", "publisher")
    log = tmp_path_factory.mktemp("office-server") / "log"
    with serving(root_folder, {"ODYSSEE_HOME": str(home)}, log) as url:
        settled = settle(url, marie), settle(url, chief)
        with closing(settled[0].api), closing(settled[1].api):
            yield url, *settled


@pytest.fixture
def marie(chromium: Chrome, office_server: tuple[str, Settled, Settled]) -> Iterator[Office]:
    """A contributor at the page of legends."""
    url, known, _ = office_server
    with at_work(chromium, url, known) as office:
        office.open("legendes")
        yield office


def begin(office: Office, title: str) -> str:
    """Begins a legend on the page; gives its slug."""
    office.write(**{"texts/fr/title": title})
    office.press("Commencer")
    office.titled(title)
    return office.browser.current_url.partition("#")[2]


def unfold(office: Office, title: str) -> WebElement:
    """Opens a section, and gives it."""
    at = f'//details[summary[starts-with(normalize-space(), "{title}")]]'
    fold = office.wait(lambda: office.browser.find_element(By.XPATH, at))
    if fold.get_attribute("open") is None:
        fold.find_element(By.TAG_NAME, "summary").click()
    found: WebElement = fold
    return found


def save(office: Office, fold: WebElement) -> None:
    """Saves what stands in a section, and waits until it is."""
    fold.find_element(By.XPATH, SAVE).click()
    office.wait(lambda: "Enregistré" in fold.find_element(By.CSS_SELECTOR, ".status").text)


def patched(office: Office, path: str, patch: dict[str, Any]) -> None:
    """Somebody else changes a part of the draft."""
    match = {"If-Match": office.api.get(path).headers["etag"]}
    office.api.patch(path, json=patch, headers=match).raise_for_status()


def told_of(office: Office, slug: str) -> dict[str, Any]:
    told: dict[str, Any] = office.api.get(f"/legends/{slug}").raise_for_status().json()
    return told


def test_somebody_begins_a_legend_writes_it_in_two_languages_and_orders_its_stops(
    marie: Office,
) -> None:
    slug = begin(marie, "La Mare aux Fées")
    french = unfold(marie, "En français")
    marie.write(**{"texts/fr/summary": "Une mare, au fond d’un pré.", "texts/fr/story": "Un soir…"})
    save(marie, french)
    english = unfold(marie, "En anglais")
    marie.write(**{"texts/en/title": "The Fairies’ Pond"})
    save(marie, english)
    facts = unfold(marie, "La fiche")
    marie.write(**{"commune/name": "Frazé", "commune/insee": "28161", "duration_min": "90"})
    marie.field("practical/parking").find_element(By.CSS_SELECTOR, "[value=true]").click()
    save(marie, facts)
    told = told_of(marie, slug)
    assert told["texts"]["fr"]["summary"] == "Une mare, au fond d’un pré."
    assert told["texts"]["en"]["title"] == "The Fairies’ Pond"
    assert told["commune"] == {"name": "Frazé", "insee": "28161"}
    assert (told["duration_min"], told["practical"]["parking"]) == (90, True)

    adding = unfold(marie, "Ajouter une étape")
    marie.write(**{"stop/title": "Le gué"})
    marie.press("Ajouter une étape")
    marie.wait(lambda: "Écrivez où est cette première étape" in adding.text)
    for title, place in (("Le gué", "48.2694, 0.9136"), ("Le saule", "")):
        unfold(marie, "Ajouter une étape")
        marie.write(**{"stop/title": title, "stop/place": place})
        marie.press("Ajouter une étape")
        marie.titled(title)
        marie.browser.find_element(By.PARTIAL_LINK_TEXT, "Revenir à la légende").click()
        marie.titled("La Mare aux Fées")
    marie.wait(lambda: marie.seen("[aria-label='Avancer Le saule']"))[0].click()
    marie.wait(lambda: [s["slug"] for s in told_of(marie, slug)["stops"]] == ["le-saule", "le-gue"])


def test_a_stop_is_told_placed_and_surveyed_on_the_spot(marie: Office) -> None:
    slug = begin(marie, "La Fontaine")
    unfold(marie, "Ajouter une étape")
    marie.write(**{"stop/title": "Le puits", "stop/place": "48.26, 0.91"})
    marie.press("Ajouter une étape")
    marie.titled("Le puits")
    words = unfold(marie, "En français")
    marie.write(**{"texts/fr/text": "Ici, l’eau parlait.", "texts/fr/directions": "Tout droit."})
    save(marie, words)
    marie.write(location="ici", **{"zones/0/radius_m": "40"})
    place = marie.browser.find_element(By.XPATH, '//h2[normalize-space()="Le lieu"]/..')
    saving = './/form[.//input[@id="location"]]//button[normalize-space()="Enregistrer"]'
    place.find_element(By.XPATH, saving).click()
    assert "Écrivez la latitude" in marie.text_of("#location-problem")
    marie.write(location="48.2694, 0.9136")
    place.find_element(By.XPATH, saving).click()
    marie.wait(lambda: told_of(marie, slug)["stops"][0]["location"] == [0.9136, 48.2694])
    (zone,) = told_of(marie, slug)["stops"][0]["zones"]
    assert (zone["radius_m"], zone["shape"]["coordinates"]) == (40, [0.9136, 48.2694])

    marie.browser.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["geolocation"], "origin": marie.url}
    )
    try:
        stand(marie, 0)
        marie.press("Relever ici")
        steps = iter(range(1, 400))
        marie.wait(
            lambda: stand(marie, next(steps)) or "Relevé sur place" in marie.text_of(".note")
        )
    finally:
        marie.browser.execute_cdp_cmd("Emulation.clearGeolocationOverride", {})
        marie.browser.execute_cdp_cmd("Browser.resetPermissions", {})
    (stop,) = told_of(marie, slug)["stops"]
    assert stop["site"]["status"] == "surveyed"
    assert stop["location"] == pytest.approx([SPOT[1] + 0.001, SPOT[0]], abs=1e-5)


def stand(office: Office, step: int) -> None:
    """A phone on the spot, whose position trembles."""
    east = 0.001 + (step % 7 - 3) * 1e-6
    position = {"latitude": SPOT[0], "longitude": SPOT[1] + east, "accuracy": 6}
    office.browser.execute_cdp_cmd("Emulation.setGeolocationOverride", position)


def test_a_check_leads_to_the_stop_and_nothing_of_somebody_elses_is_written_over_unseen(
    marie: Office,
) -> None:
    slug = begin(marie, "Le Loup blanc")
    made = {"texts": {"fr": {"title": "Le bois"}}, "location": [0.91, 48.26]}
    marie.api.post(f"/legends/{slug}/stops", json=made).raise_for_status()
    marie.browser.refresh()
    marie.titled("Le Loup blanc")
    marie.wait(lambda: marie.seen(".release .buttons button"))
    marie.press("Vérifier")
    marie.wait(lambda: "empêchent de publier" in marie.text_of(".release"))
    marie.wait(lambda: marie.seen(".checked a"))[0].click()
    marie.titled("Le bois")

    words = unfold(marie, "En français")
    marie.write(**{"texts/fr/text": "Il neigeait."})
    path = f"/legends/{slug}/stops/le-bois"
    patched(marie, path, {"texts": {"fr": {"text": "Il pleuvait."}}})
    words.find_element(By.XPATH, SAVE).click()
    marie.wait(lambda: "Quelqu’un d’autre" in words.text)
    assert marie.api.get(path).json()["texts"]["fr"]["text"] == "Il pleuvait."
    save(marie, words)
    assert marie.api.get(path).json()["texts"]["fr"]["text"] == "Il neigeait."

    marie.write(**{"texts/fr/directions": "Par le chemin."})
    marie.browser.find_element(By.PARTIAL_LINK_TEXT, "Revenir à la légende").click()
    marie.answer(yes=False)
    assert marie.text_of("h1") == "Le bois"
    save(marie, words)
    marie.browser.find_element(By.PARTIAL_LINK_TEXT, "Revenir à la légende").click()
    marie.titled("Le Loup blanc")
    unfold(marie, "Remarques")
    marie.write(text="La fin est à relire.")
    marie.press("Ajouter")
    marie.wait(lambda: "La fin est à relire." in marie.text_of(".remarks"))
    marie.press("C’est traité")
    marie.wait(lambda: marie.seen(".remarks .is-resolved"))
    unfold(marie, "Versions du brouillon")
    marie.wait(lambda: marie.seen(".versions button"))[0].click()
    marie.wait(lambda: "Il neigeait." not in marie.api.get(path).text)


def test_what_somebody_else_wrote_is_shown_and_a_language_that_is_emptied_goes(
    marie: Office,
) -> None:
    slug = begin(marie, "La Bête")
    french = unfold(marie, "En français")
    path = f"/legends/{slug}"
    patched(marie, path, {"texts": {"fr": {"summary": "Une bête.", "story": "Un hiver…"}}})
    marie.write(**{"texts/fr/summary": "Un loup."})
    french.find_element(By.XPATH, SAVE).click()
    marie.wait(lambda: "Quelqu’un d’autre" in french.text)
    assert "Une bête." in marie.text_of('[id="texts/fr/summary-problem"]')
    assert marie.field("texts/fr/story").get_property("value") == "Un hiver…"  # shown, untouched
    save(marie, french)
    kept = told_of(marie, slug)["texts"]["fr"]
    assert (kept["summary"], kept["story"]) == ("Un loup.", "Un hiver…")

    english = unfold(marie, "En anglais")
    marie.write(**{"texts/en/summary": "A wolf."})
    english.find_element(By.XPATH, SAVE).click()
    marie.wait(lambda: "Donnez un titre" in english.text)
    marie.write(**{"texts/en/title": "The Beast"})
    save(marie, english)
    assert told_of(marie, slug)["texts"]["en"]["state"] == "draft"
    for name in ("title", "summary"):
        field = marie.field(f"texts/en/{name}")
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.DELETE)
    save(marie, english)
    assert "en" not in told_of(marie, slug)["texts"]


def test_a_radius_or_a_remark_is_not_lost_without_a_word(marie: Office) -> None:
    slug = begin(marie, "Le Puits")
    made = {"texts": {"fr": {"title": "La margelle"}}, "location": [0.91, 48.26]}
    marie.api.post(f"/legends/{slug}/stops", json=made).raise_for_status()
    unfold(marie, "Remarques")
    marie.write(text="À relire.")
    marie.browser.execute_script("location.hash = arguments[0]", f"{slug}/la-margelle")
    marie.answer(yes=True)
    marie.titled("La margelle")
    marie.write(**{"zones/0/radius_m": "35 pas"})
    saving = '//form[.//input[@id="location"]]' + SAVE[1:]
    marie.browser.find_element(By.XPATH, saving).click()
    marie.wait(lambda: "nombre de mètres" in marie.text_of('[id="zones/0/radius_m-problem"]'))
    assert told_of(marie, slug)["stops"][0]["zones"][0]["radius_m"] == 35
    marie.write(**{"zones/0/radius_m": "42,5"}, location="0.91, 48.26")
    marie.browser.find_element(By.XPATH, saving).click()
    marie.answer(yes=False)  # so many kilometres away
    assert told_of(marie, slug)["stops"][0]["location"] == [0.91, 48.26]
    marie.write(location="48.261, 0.911")
    marie.browser.find_element(By.XPATH, saving).click()
    marie.wait(lambda: told_of(marie, slug)["stops"][0]["zones"][0]["radius_m"] == 42.5)
    marie.wait(lambda: not marie.seen("[aria-busy=true]"))


def test_a_contributor_submits_and_may_not_publish(marie: Office) -> None:
    begin(marie, "Le Meneur de loups")
    marie.wait(lambda: marie.seen(".release .buttons button"))
    unfold(marie, "Relecture")
    marie.write(comment="Un premier jet.")
    marie.press("Soumettre à la relecture")
    marie.wait(lambda: "en relecture" in marie.text_of(".standing"))
    assert "Approuver" not in marie.text_of(".release")
    assert "Publier" not in marie.text_of(".release")


def test_a_legend_goes_from_a_title_to_visitors_and_back_by_the_pages_alone(
    chromium: Chrome, office_server: tuple[str, Settled, Settled], tmp_path: Path
) -> None:
    url, _, known = office_server
    with at_work(chromium, url, known) as chief:
        chief.open("legendes")
        slug = begin(chief, "Le Chêne creux")
        write_legend(chief, slug, tmp_path / "chemin.gpx")
        for number, (title, place) in enumerate(STOPS):
            write_stop(chief, title, place)
            at = told_of(chief, slug)["stops"][number]["location"]
            assert f"{at[1]}, {at[0]}" == place
            chief.browser.find_element(By.PARTIAL_LINK_TEXT, "Revenir à la légende").click()
            chief.titled("Le Chêne creux")
        checked = f"/legends/{slug}/check"
        chief.wait(
            lambda: chief.api.get(checked).json()["publishable"]
        )  # once the voice has spoken
        chief.wait(lambda: chief.seen(".release .buttons button"))
        unfold(chief, "Publication")
        chief.press("Publier")
        told = ("Rien n’est publié", "Entre-temps une voix")
        chief.wait(lambda: any(text in chief.text_of(".release") for text in told))
        if told[1] in chief.text_of(".release"):  # the words are the same: once more
            chief.press("Publier")
        chief.wait(lambda: told[0] in chief.text_of(".release"))  # there is advice
        assert "Le chêne, le lieu" in chief.text_of(".checked")
        chief.field("accepts").click()
        chief.write(reason="Les lieux seront relevés en avril.")
        chief.press("Publier")
        chief.wait(lambda: "C’est en ligne." in chief.text_of(".release"))
        chief.wait(lambda: "Les visiteurs lisent la révision 1" in chief.text_of(".standing"))
        served = httpx.get(f"{url}/v1/legends/{slug}?lang=fr").raise_for_status().json()
        assert [stop["title"] for stop in served["stops"]] == ["Le chêne", "La barrière"]
        publish_on_a_day(chief, slug)
        not_unseen(chief, slug)
        take_back(chief, f"{url}/v1/legends/{slug}")


def write_legend(chief: Office, slug: str, gpx: Path) -> None:
    """Words, facts, a source and a route."""
    words = unfold(chief, "En français")
    chief.write(**{"texts/fr/summary": "Un chêne, un soir.", "texts/fr/story": "On dit…"})
    save(chief, words)
    facts = unfold(chief, "La fiche")
    chief.write(**{"commune/name": "Frazé", "commune/insee": "28161", "duration_min": "60"})
    save(chief, facts)
    unfold(chief, "Les sources")
    chief.write(**{"source/title": SOURCE})
    chief.press("Ajouter cette source")
    chief.wait(lambda: SOURCE in chief.text_of(".sources-list"))
    line = "".join(f'<trkpt lat="{48.27 + n / 2000}" lon="0.914"/>' for n in range(12))
    gpx.write_text(f'<gpx version="1.1"><trk><trkseg>{line}</trkseg></trk></gpx>')
    unfold(chief, "Le tracé")
    chief.field("route-file").send_keys(str(gpx))
    chief.press("Prendre ce tracé")
    chief.wait(lambda: told_of(chief, slug)["route"]["status"] == "traced")


def write_stop(chief: Office, title: str, place: str) -> None:
    """Adds a stop, tells its story, puts it in its place and says who knows of it."""
    unfold(chief, "Ajouter une étape")
    chief.write(**{"stop/title": title, "stop/place": "48.2, 0.9"})
    chief.press("Ajouter une étape")
    chief.titled(title)
    words = unfold(chief, "En français")
    chief.write(**{"texts/fr/text": f"Voici {title.lower()}."})
    save(chief, words)
    chief.write(location=place)
    saving = '//form[.//input[@id="location"]]//button[normalize-space()="Enregistrer"]'
    chief.browser.find_element(By.XPATH, saving).click()
    chief.wait(lambda: "Enregistré" in chief.text_of(".status"))
    site = unfold(chief, "D’où vient ce lieu")
    sources = chief.field("site/source").find_elements(By.TAG_NAME, "option")
    next(each for each in sources if each.text == SOURCE).click()
    save(chief, site)


def publish_on_a_day(chief: Office, slug: str) -> None:
    """A day without an hour orders nothing; what waits for its day can be cancelled alone."""
    unfold(chief, "Publication")
    day = chief.field("at")
    day.send_keys("02052031")
    chief.press("Publier")
    assert "Écrivez le jour et l’heure" in chief.text_of("#at-problem")
    chief.browser.execute_script(
        "arguments[0].value = '2031-02-05T09:00';"
        "arguments[0].dispatchEvent(new Event('input', { bubbles: true }))",
        day,
    )
    chief.write(reason="Pour la Chandeleur.")
    chief.field("accepts").click()
    chief.press("Publier")  # the check that stood there was of before
    chief.wait(lambda: "Lisez-les" in chief.text_of(".release"))
    chief.press("Publier")
    chief.wait(lambda: "Elle paraîtra le" in chief.text_of(".release"))
    chief.wait(lambda: "Publication prévue" in chief.text_of(".standing"))
    chief.press("Annuler la publication prévue")
    chief.answer(yes=True)
    chief.wait(lambda: "Publication prévue" not in chief.text_of(".standing"))
    states = [one["state"] for one in chief.api.get(f"/legends/{slug}/revisions").json()["items"]]
    assert sorted(states) == ["cancelled", "published"]


def not_unseen(chief: Office, slug: str) -> None:
    """What somebody else wrote meanwhile is not published from a page that does not show it."""
    stop = f"/legends/{slug}/stops/le-chene"
    patched(chief, stop, {"texts": {"fr": {"title": "Titre jamais vu"}}})
    facts = unfold(chief, "La fiche")
    chief.write(duration_min="70")
    save(chief, facts)
    unfold(chief, "Publication")
    chief.field("accepts").click()
    chief.write(reason="Encore.")
    for _ in range(2):
        chief.press("Publier")
        chief.wait(lambda: not chief.seen(".release [aria-busy=true]"))
    chief.wait(lambda: "Rechargez-la" in chief.text_of(".release"))
    assert len(chief.api.get(f"/legends/{slug}/revisions").json()["items"]) == 2
    patched(chief, stop, {"texts": {"fr": {"title": "Le chêne"}}})


def take_back(chief: Office, served: str) -> None:
    """Shows the draft to somebody, then withdraws what visitors read."""
    chief.press("Aperçu")
    link = chief.wait(lambda: chief.browser.find_element(By.LINK_TEXT, "Ouvrir l’aperçu"))
    preview = str(link.get_attribute("href"))
    shown = httpx.get(chief.url + preview[preview.index("/apercu/") :])
    assert "Voici le chêne." in shown.text
    chief.press("Retirer de la vue des visiteurs")
    asked = chief.wait(lambda: chief.browser.switch_to.alert)
    asked.send_keys("La mairie le demande.")
    asked.accept()
    chief.wait(lambda: "n’en lisent rien" in chief.text_of(".standing"))
    chief.wait(lambda: httpx.get(served).status_code == 410)


def test_it_fits_a_phone_speaks_english_and_names_every_control(
    chromium: Chrome, office_server: tuple[str, Settled, Settled]
) -> None:
    url, known, _ = office_server
    known.api.post("/legends", json={"texts": {"fr": {"title": "Le Drac"}}}).raise_for_status()
    made = {"texts": {"fr": {"title": "La berge"}}, "location": [0.91, 48.26]}
    known.api.post("/legends/le-drac/stops", json=made).raise_for_status()
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        with at_work(chromium, url, known) as office:
            office.browser.get(f"{url}/bureau/legendes?lang=fr")
            office.open("legendes")
            for page, title in (("", "Legends"), ("#le-drac", "Le Drac")):
                office.browser.get("about:blank")
                office.browser.get(f"{url}/bureau/legendes?lang=en{page}")
                office.titled(title)
                look_over(office)
            office.browser.find_element(By.LINK_TEXT, "La berge").click()
            office.titled("La berge")
            look_over(office)
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def look_over(office: Office) -> None:
    """Everything open: nothing sticks out, and every control has a name."""
    office.wait(lambda: not office.seen(".loading"))
    office.browser.execute_script(
        "document.querySelectorAll('details').forEach(d => d.open = true)"
    )
    assert office.widest() <= PHONE["width"]
    assert office.nameless() == []
