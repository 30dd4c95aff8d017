"""The way to the desk: somebody signs in on the page, in a real browser."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pyotp
import pytest
from browser.working import CHOSEN, PHONE, Desk, hired
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


@pytest.fixture
def desk(chromium: Chrome, desk_url: str) -> Iterator[Desk]:
    """The browser, signed in nowhere."""
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.get_log("browser")
    yield Desk(chromium, desk_url)
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})


@pytest.fixture(scope="session")
def hire(desk_home: Path) -> Callable[[str, str], dict[str, str]]:
    """Adds somebody by the command, which tells what to hand over."""
    return lambda email, role: hired(desk_home, email, role)


def test_somebody_new_signs_in_with_a_code_changes_the_password_and_leaves(
    desk: Desk, hire: Callable[[str, str], dict[str, str]]
) -> None:
    handed = hire("berthe@perche.example", "publisher")
    codes = pyotp.TOTP(handed["otp_secret"])
    desk.come()
    desk.enter(handed["email"], handed["password"], "000000")
    desk.wait(lambda: "vérifiez l’adresse, le mot de passe et le code" in desk.text_of(".entry"))
    assert desk.browser.get_cookies() == []

    desk.write(otp=codes.now())
    desk.press("Se connecter")
    desk.titled("Choisir un mot de passe")
    desk.write(old=handed["password"], new="trop court", again="trop court")
    desk.press("Changer de mot de passe")
    desk.wait(lambda: "12 au moins" in desk.text_of("#new-problem"))
    assert desk.field("new").get_attribute("aria-invalid") == "true"
    assert desk.browser.switch_to.active_element == desk.field("new")
    desk.write(new=CHOSEN, again="la fontaine aux quatre")
    desk.press("Changer de mot de passe")
    desk.wait(lambda: "diffèrent" in desk.text_of("#again-problem"))
    desk.write(again=CHOSEN)
    desk.press("Changer de mot de passe")

    desk.titled("Vous êtes connecté")
    facts = desk.text_of("dl")
    assert "berthe@perche.example" in facts
    assert "responsable de publication" in facts
    desk.press("Se déconnecter")
    desk.titled("Connexion au bureau")
    assert "déconnecté" in desk.text_of(".notice")
    desk.enter(handed["email"], CHOSEN, codes.at(time.time() + 30))  # each code counts once
    desk.titled("Vous êtes connecté")


def test_the_cookies_are_out_of_reach_of_scripts_and_of_other_sites(
    desk: Desk, hire: Callable[[str, str], dict[str, str]]
) -> None:
    handed = hire("mathurin@perche.example", "editor")
    desk.come()
    desk.enter(handed["email"], handed["password"], None)
    desk.titled("Choisir un mot de passe")
    kept = desk.browser.execute_cdp_cmd("Network.getCookies", {"urls": [desk.url]})["cookies"]
    assert {cookie["name"] for cookie in kept} == {"__Host-odyssee", "__Host-odyssee-device"}
    for cookie in kept:
        assert (cookie["httpOnly"], cookie["secure"]) == (True, True)
        assert (cookie["sameSite"], cookie["path"]) == ("Strict", "/")
    assert desk.browser.execute_script("return document.cookie") == ""
    stored = "return JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert desk.browser.execute_script(stored) == "[{},{}]"

    # The same server under another name is another site for the browser.
    desk.browser.get("about:blank")
    sent = desk.browser.execute_async_script(
        """const [url, done] = arguments;
        const sign = (method) => fetch(`${url}/admin/v1/session`, {method, credentials: "include",
          mode: method === "POST" ? "no-cors" : "cors", body: method === "POST" ? "{}" : undefined})
          .then((answer) => answer.type, () => "refused");
        Promise.all([sign("DELETE"), sign("POST")]).then(done);""",
        desk.url,
    )
    assert sent[0] == "refused"
    desk.come()
    desk.titled("Choisir un mot de passe")


def test_who_was_promoted_takes_codes_and_gets_in_without_the_phone(
    desk: Desk, hire: Callable[[str, str], dict[str, str]]
) -> None:
    handed = hire("perrine@perche.example", "editor")
    promote(desk.url, hire("chef@perche.example", "admin"), handed["email"])
    desk.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        desk.come()
        desk.enter(handed["email"], handed["password"], None)
        desk.titled("Choisir un mot de passe")
        desk.write(old=handed["password"], new=CHOSEN, again=CHOSEN)
        desk.press("Changer de mot de passe")
        desk.titled("Codes à usage unique")
        desk.press("Créer ma clé")
        desk.titled("Votre clé")
        picture = desk.browser.find_element(By.CSS_SELECTOR, ".key-picture")
        desk.wait(lambda: int(picture.get_property("naturalWidth")) > 0)
        link = desk.browser.find_element(By.CSS_SELECTOR, ".key a").get_attribute("href")
        secret = desk.text_of(".key-text").replace(" ", "")
        assert pyotp.parse_uri(str(link)).secret == secret
        codes = [e.text for e in desk.browser.find_elements(By.CSS_SELECTOR, ".recovery code")]
        assert len(set(codes)) == 10
        assert desk.browser.execute_script("return document.documentElement.scrollWidth") <= 360
        desk.press("Continuer")
        assert "Cochez d’abord la case" in desk.text_of("#kept-problem")
        desk.field("kept").click()
        desk.press("Continuer")
        desk.titled("Vous êtes connecté")
        desk.press("Se déconnecter")
        desk.titled("Connexion au bureau")
        desk.write(email=handed["email"], password=CHOSEN)
        desk.press("Continuer")
        desk.press("J’ai perdu mon téléphone\u00a0: utiliser un code de secours")
        assert desk.text_of("label") == "Code de secours"
        desk.write(otp=codes[0])
        desk.press("Se connecter")
        desk.titled("Vous êtes connecté")
    finally:
        desk.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def promote(url: str, chef: dict[str, str], email: str) -> None:
    """The admin makes a publisher of the person, through the API."""
    with httpx.Client(base_url=f"{url}/admin/v1") as api:
        proof = {"email": chef["email"], "password": chef["password"]}
        proof["otp"] = pyotp.TOTP(chef["otp_secret"]).now()
        token = api.post("/session", json=proof).raise_for_status().json()["access_token"]
        api.headers["authorization"] = f"Bearer {token}"
        api.post("/me/password", json={"old": chef["password"], "new": CHOSEN}).raise_for_status()
        people = api.get("/people").raise_for_status().json()["items"]
        person = next(each for each in people if each["email"] == email)
        api.patch(
            f"/people/{person['id']}",
            json={"role": "publisher"},
            headers={"if-match": f'"{person["version"]}"'},
        ).raise_for_status()


def test_after_many_refusals_the_page_counts_the_wait_down(desk: Desk) -> None:
    desk.come()
    desk.enter("personne@perche.example", "le loup", "111111")
    for _ in range(5):
        desk.wait(lambda: not desk.browser.find_elements(By.CSS_SELECTOR, "[aria-busy=true]"))
        desk.press("Se connecter")
    desk.wait(lambda: "Prochain essai dans" in desk.text_of(".form-wait"))
    assert "Trop d’essais" in desk.text_of("[role=alert]")
    buttons = desk.browser.find_elements(By.CSS_SELECTOR, ".entry .buttons button")
    assert not any(button.is_enabled() for button in buttons)
    desk.wait(lambda: all(button.is_enabled() for button in buttons))
    assert desk.text_of(".form-wait") == ""
    status = desk.browser.find_element(By.CSS_SELECTOR, ".entry [role=status]")
    assert status.get_property("textContent") == "Vous pouvez réessayer."


@pytest.mark.parametrize(
    ("lang", "title", "on", "missing"),
    [
        ("fr", "Connexion au bureau", "Continuer", "Remplissez ce champ."),
        ("en", "Sign in to the desk", "Continue", "Fill in this field."),
    ],
)
def test_the_form_can_be_read_and_filled_by_keyboard_and_machine(
    desk: Desk, lang: str, title: str, on: str, missing: str
) -> None:
    desk.come(lang)
    desk.titled(title)
    assert desk.browser.title == f"{title} – Perche Odyssée"
    desk.press(on)
    assert desk.text_of("#email-problem") == desk.text_of("#password-problem") == missing
    assert desk.browser.switch_to.active_element == desk.field("email")
    wanted = {"email": "username", "password": "current-password"}
    for name, autocomplete in wanted.items():
        field = desk.field(name)
        assert field.get_attribute("autocomplete") == autocomplete
        assert f"{name}-problem" in str(field.get_attribute("aria-describedby"))
        labels = desk.browser.find_elements(By.CSS_SELECTOR, f"label[for={name}]")
        assert len(labels) == 1
    desk.field("email").send_keys("berthe@perche.example", Keys.TAB, "secret", Keys.ENTER)
    assert desk.field("otp").get_attribute("autocomplete") == "one-time-code"
    assert desk.browser.switch_to.active_element == desk.field("otp")


def test_nothing_that_a_page_showed_is_shown_by_going_back(
    desk: Desk, hire: Callable[[str, str], dict[str, str]]
) -> None:
    handed = hire("jehan@perche.example", "contributor")
    desk.come()
    desk.enter(handed["email"], handed["password"], None)
    desk.titled("Choisir un mot de passe")
    desk.browser.get("about:blank")
    desk.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    desk.browser.back()
    desk.titled("Connexion au bureau")


def test_the_frame_is_closed_kept_nowhere_and_asks_nothing_of_others(
    desk: Desk, desk_url: str
) -> None:
    sent = httpx.get(f"{desk_url}/bureau/connexion", headers={"Origin": "https://ailleurs.example"})
    assert sent.headers["cache-control"] == "no-store"
    policy = sent.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert sent.headers["permissions-policy"].startswith("geolocation=()")
    assert sent.headers["cross-origin-resource-policy"] == "same-origin"
    assert not [name for name in sent.headers if name.startswith("access-control-")]
    assert "set-cookie" not in sent.headers
    desk.come()
    faults = [entry for entry in desk.browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert [entry["message"] for entry in faults if "/me " not in entry["message"]] == []


def test_visitors_load_nothing_of_the_desk(desk_url: str) -> None:
    assert "bureau" not in httpx.get(f"{desk_url}/").text
