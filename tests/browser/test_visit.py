"""A visitor's way through the pages, in a real browser."""

import json
from itertools import pairwise
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
    texts,
    words_of,
)
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def listed(site_url: str, lang: str) -> list[dict[str, Any]]:
    legends: list[dict[str, Any]] = httpx.get(f"{site_url}/v1/legends?lang={lang}").json()[
        "legends"
    ]
    return legends


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_home_lists_every_legend_in_the_language_asked_for(
    browser: Chrome, site_url: str, wait: Wait, lang: str
) -> None:
    browser.get(f"{site_url}/?lang={lang}")
    wait(lambda: is_ready(browser))
    titles = [legend["title"] for legend in listed(site_url, lang)]
    assert texts(browser, ".card h3") == titles
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == lang
    assert texts(browser, ".switch [aria-current]") == [lang.upper()]
    assert browser.title.startswith("Perche Odyssée")
    assert ("estimé" if lang == "fr" else "estimated") in texts(browser, ".facts")[0]


def test_the_map_has_a_named_marker_for_each_legend_that_the_keyboard_reaches(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}/?lang=fr")
    wait(lambda: is_ready(browser))
    legends = listed(site_url, "fr")
    markers = browser.find_elements(By.CSS_SELECTOR, ".map a.marker")
    names = [marker.get_attribute("aria-label") for marker in markers]
    expected = [f"{i}. {x['title']}, {x['commune']['name']}" for i, x in enumerate(legends, 1)]
    assert names == expected
    browser.execute_script("arguments[0].focus()", markers[0])
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait(lambda: browser.current_url.endswith(f"/legends/{legends[0]['slug']}?lang=fr"))


def test_a_click_opens_the_legend_and_keeps_the_language(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}/?lang=en")
    card = wait(lambda: browser.find_element(By.CSS_SELECTOR, f'.card a[href*="{LEGEND}"]'))
    title = card.text
    card.click()
    wait(lambda: texts(browser, "#view h1") == [title])
    assert browser.current_url == f"{site_url}{LEGEND}?lang=en"
    assert browser.title == f"{title} – Perche Odyssée"


def test_near_me_sorts_by_distance_and_sends_the_position_nowhere(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    grant_position(browser, site_url, 0.9, 48.2345678)
    browser.get(f"{site_url}/?lang=fr")
    wait(lambda: browser.find_element(By.ID, "near-me")).click()
    wait(lambda: all(texts(browser, ".card-away")))
    assert "à vol d’oiseau" in texts(browser, ".card-away")[0]
    said = json.dumps(requests_of(browser))
    assert "48.23" not in said


def test_the_stops_stand_in_order_with_pictures_that_load_and_words_for_them(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    slugs = [stop["slug"] for stop in trail["stops"]]
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    stops = browser.find_elements(By.CSS_SELECTOR, "article.stop")
    assert [stop.get_attribute("id") for stop in stops] == [f"stop-{slug}" for slug in slugs]
    assert texts(browser, ".trail-index a") == texts(browser, "article.stop h3")
    pictures = browser.find_elements(By.CSS_SELECTOR, "#view img")
    assert len(pictures) >= len(slugs) + 1
    for picture in pictures:
        browser.execute_script("arguments[0].scrollIntoView({behavior: 'instant'})", picture)
        wait(lambda shown=picture: int(shown.get_property("naturalWidth")) > 0)
        assert picture.get_attribute("alt")
        assert picture.get_attribute("width")


def test_the_warning_that_nobody_surveyed_the_trail_stands_before_the_first_stop(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    warning = browser.find_element(By.CSS_SELECTOR, ".warning-unsurveyed")
    assert warning.is_displayed()
    first_said = browser.find_element(By.CSS_SELECTOR, ".warning-list li")
    assert first_said == warning
    stop = browser.find_element(By.CSS_SELECTOR, "article.stop")
    before = "return !!(arguments[0].compareDocumentPosition(arguments[1]) & 4)"
    assert browser.execute_script(before, warning, stop)
    assert browser.find_elements(By.CSS_SELECTOR, ".map .route-sketch")


def test_a_story_can_be_heard_and_read(browser: Chrome, site_url: str, wait: Wait) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    audio = browser.find_element(By.CSS_SELECTOR, "article.stop audio")
    assert audio.get_attribute("preload") == "none"
    browser.execute_script("arguments[0].preload = 'metadata'; arguments[0].load()", audio)
    wait(lambda: audio.get_property("readyState") >= 1)
    assert audio.get_property("duration") > 1
    assert "voix de synthèse" in texts(browser, ".voice")[0]
    summary = browser.find_element(By.CSS_SELECTOR, "article.stop summary")
    summary.click()
    assert len(texts(browser, "article.stop details[open] p")) > 1


def test_captions_whose_times_are_guessed_are_called_so_and_others_are_not(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    *spoken, recorded = texts(browser, ".voice")
    assert recorded.endswith(" · Sous-titres estimés")
    assert "synthèse" not in recorded
    assert not any("Sous-titres" in said for said in spoken)


def first_with(trail: dict[str, Any], game: str) -> dict[str, Any]:
    """The first stop with a riddle, or with an invitation that is a choice."""
    return next(stop for stop in trail["stops"] if (stop[game] or {}).get("choices"))


def test_a_riddle_says_wrong_gives_a_hint_then_explains(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    stop = first_with(trail, "riddle")
    asked = stop["riddle"]
    right = asked["answer_ids"][0]
    wrong = next(c["id"] for c in asked["choices"] if c["id"] not in asked["answer_ids"])
    browser.get(f"{site_url}{LEGEND}/stops/{stop['slug']}?lang=fr")
    wait(lambda: is_ready(browser))
    riddle = browser.find_element(By.CSS_SELECTOR, f"#stop-{stop['slug']} .riddle")

    def choose(selector: str) -> None:
        press(browser, riddle.find_element(By.CSS_SELECTOR, selector))

    choose("button[type=submit]")
    assert "Choisissez d’abord" in words_of(riddle)
    choose(f'input[value="{wrong}"]')
    choose("button[type=submit]")
    assert "Pas tout à fait" in words_of(riddle)
    choose(".buttons .button-quiet")
    assert asked["hint"] in words_of(riddle)
    assert asked["explanation"] not in words_of(riddle)
    choose(f'input[value="{right}"]')
    choose("button[type=submit]")
    assert "Bien vu" in words_of(riddle)
    assert asked["explanation"] in words_of(riddle)


def test_an_invitation_stands_before_the_story_and_answers_every_choice(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    stop = first_with(trail, "invitation")
    browser.get(f"{site_url}{LEGEND}/stops/{stop['slug']}?lang=fr")
    wait(lambda: is_ready(browser))
    article = browser.find_element(By.ID, f"stop-{stop['slug']}")
    invitation = article.find_element(By.CSS_SELECTOR, ".invitation")
    before = "return !!(arguments[0].compareDocumentPosition(arguments[1]) & 4)"
    story = article.find_element(By.CSS_SELECTOR, ".listen")
    assert browser.execute_script(before, invitation, story)
    browser.get_log("performance")
    for choice in stop["invitation"]["choices"]:
        assert choice["reply"] not in words_of(invitation)
        buttons = invitation.find_elements(By.TAG_NAME, "button")
        press(browser, next(button for button in buttons if words_of(button) == choice["text"]))
        assert choice["reply"] in words_of(invitation)
        pressed = [button.get_attribute("aria-pressed") for button in buttons]
        assert pressed.count("true") == 1
    assert requests_of(browser) == []  # what a visitor chose is nobody's business


def test_the_address_of_a_qr_code_opens_the_legend_at_its_stop(
    browser: Chrome, site_url: str, wait: Wait, trail: dict[str, Any]
) -> None:
    last = trail["stops"][-1]["slug"]
    browser.get(f"{site_url}{LEGEND}/stops/{last}?lang=fr")
    wait(lambda: is_ready(browser))
    focused = browser.switch_to.active_element
    assert focused.get_attribute("id") == f"stop-{last}"
    top = "return arguments[0].getBoundingClientRect().top"
    wait(lambda: -5 < browser.execute_script(top, focused) < 300)


def test_a_text_is_drawn_as_text_and_only_links_of_the_web_are_links(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    module = browser.find_element(By.CSS_SELECTOR, 'link[rel=modulepreload][href$="/markdown.js"]')
    drawn = browser.execute_async_script(
        """const [address, done] = arguments;
        import(address).then(({render}) => {
          const box = document.createElement("div");
          box.append(...render(
            "L’*Étang* de **l’Herbage-Œuvré** & <b>non</b> \\\\*brut\\\\* nom_de_lieu\\n\\n" +
            "- [oui](https://exemple.fr/a)\\n- [non](javascript:alert%281%29)\\n\\n1. un\\n2. deux"
          ));
          done(box.innerHTML);
        })""",
        module.get_attribute("href"),
    )
    assert drawn == (
        "<p>L’<em>Étang</em> de <strong>l’Herbage-Œuvré</strong> &amp; &lt;b&gt;non&lt;/b&gt; "
        "*brut* nom_de_lieu</p><ul><li>"
        '<a href="https://exemple.fr/a" rel="noopener noreferrer external">oui</a></li>'
        "<li>non</li></ul><ol><li>un</li><li>deux</li></ol>"
    )


@pytest.mark.parametrize("path", ["/", LEGEND, f"{LEGEND}/stops/porche-clocher"])
def test_nothing_leaves_the_site_the_console_is_quiet_and_nothing_jumps(
    browser: Chrome, site_url: str, wait: Wait, path: str
) -> None:
    browser.get(site_url + path)
    wait(lambda: is_ready(browser))
    shifted = browser.execute_async_script(
        """const done = arguments[0];
        let total = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((e) => { total += e.value; }))
          .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(total), 600);"""
    )
    assert shifted < 0.05
    asked = [request["url"] for request in requests_of(browser)]
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((f"{site_url}/", "data:"))] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("path", ["/", LEGEND])
def test_a_phone_of_360_pixels_scrolls_one_way_only(
    browser: Chrome, site_url: str, wait: Wait, path: str
) -> None:
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        browser.get(site_url + path)
        wait(lambda: is_ready(browser))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        levels = browser.execute_script(
            "return [...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_network_that_fails_is_told_in_a_sentence_and_can_be_tried_again(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/v1/*"]})
    try:
        browser.get(f"{site_url}{LEGEND}?lang=fr")
        wait(lambda: "Le réseau ne répond pas" in " ".join(texts(browser, "#view")))
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    browser.find_element(By.CSS_SELECTOR, "#view button").click()
    wait(lambda: texts(browser, "article.stop h3"))


def test_a_large_screen_hands_the_legend_to_a_phone_and_a_phone_is_shown_no_code(
    browser: Chrome, handing_url: str, wait: Wait
) -> None:
    browser.set_window_size(1280, 900)
    browser.get(f"{handing_url}{LEGEND}?lang=fr")
    wait(lambda: texts(browser, ".block-hand-over h2") == ["Sur votre téléphone"])
    code = browser.find_element(By.CSS_SELECTOR, ".block-hand-over img")
    assert code.get_property("naturalWidth")
    browser.set_window_size(500, 900)
    browser.refresh()
    wait(lambda: is_ready(browser))
    assert texts(browser, ".block-hand-over h2") == [""]
