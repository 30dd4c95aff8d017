"""Somebody at the desk's pages, in a real browser."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pyotp
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import alert_is_present
from selenium.webdriver.support.ui import WebDriverWait

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
CHOSEN = "la fontaine aux trois pucelles"


@dataclass
class Desk:
    """The page, seen by somebody."""

    browser: Chrome
    url: str

    def come(self, lang: str = "fr") -> None:
        self.browser.get(f"{self.url}/bureau/connexion?lang={lang}")
        self.wait(lambda: self.browser.find_elements(By.CSS_SELECTOR, '#view[aria-busy="false"]'))

    def wait(self, condition: Callable[[], Any]) -> Any:
        return WebDriverWait(self.browser, 20, poll_frequency=0.1).until(lambda _: condition())

    def field(self, name: str) -> WebElement:
        return self.wait(lambda: self.browser.find_element(By.ID, name))

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            field = self.field(name.rstrip("_"))
            field.clear()
            field.send_keys(text)

    def press(self, text: str) -> None:
        named = f'//*[@id="view"]//button[normalize-space()="{text}"]'
        self.wait(lambda: self.browser.find_element(By.XPATH, named)).click()

    def titled(self, title: str) -> None:
        self.wait(lambda: self.text_of("h1") == title)

    def text_of(self, selector: str) -> str:
        """The visible text, read at one moment: elements are replaced from step to step."""
        read = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join(' ')"
        return str(self.browser.execute_script(read, selector))

    def enter(self, email: str, password: str, otp: str | None) -> None:
        self.write(email=email, password=password)
        self.press("Continuer")
        if otp is None:
            self.press("Continuer sans code")
        else:
            self.write(otp=otp)
            self.press("Se connecter")


class Office(Desk):
    """A page of the desk behind the sign-in, and the API beside it as the same person."""

    api: httpx.Client
    email: str
    codes: pyotp.TOTP | None = None

    def open(self, page: str, lang: str = "fr") -> None:
        """Comes to the page; signs in where that is needed."""
        self.browser.get(f"{self.url}/bureau/{page}?lang={lang}")
        shown = self.wait(lambda: self.seen("#email") or self.seen(".ways"))[0]
        if shown.get_property("id") == "email":
            later = time.time() + 30  # each code counts once, and one was used to settle in
            self.enter(self.email, CHOSEN, self.codes.at(later) if self.codes else None)
            self.wait(lambda: self.seen(".ways"))

    def seen(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def answer(self, *, yes: bool) -> None:
        """To what the page asks."""
        asked = WebDriverWait(self.browser, 20, poll_frequency=0.1).until(alert_is_present())
        if yes:
            asked.accept()
        else:
            asked.dismiss()

    def line(self, state: dict[str, Any]) -> None:
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", state)

    def widest(self) -> int:
        return int(self.browser.execute_script("return document.documentElement.scrollWidth"))

    def nameless(self) -> list[str]:
        """The controls that a screen reader has no name for."""
        found: list[str] = self.browser.execute_script(
            "return [...document.querySelectorAll('#view input, #view select, #view textarea')]"
            ".filter(e => !e.labels?.length && !e.ariaLabel).map(e => e.outerHTML)"
        )
        return found


@contextmanager
def at_work(browser: Chrome, url: str, known: "Settled") -> Iterator[Office]:
    """The browser with somebody who works there, and nothing of anybody before or after."""
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.execute_cdp_cmd("Network.enable", {})
    browser.get_log("browser")
    office = Office(browser, url)
    office.api, office.email, office.codes = known.api, known.email, known.codes
    yield office
    office.line(FAST)
    with suppress(NoAlertPresentException):
        browser.switch_to.alert.accept()
    browser.get("about:blank")
    with suppress(NoAlertPresentException):
        browser.switch_to.alert.accept()
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})


@dataclass
class Settled:
    """Somebody who has chosen a password."""

    email: str
    api: httpx.Client
    codes: pyotp.TOTP | None


def settle(url: str, handed: dict[str, str]) -> Settled:
    """Somebody new signs in to the API and chooses a password."""
    api = httpx.Client(base_url=f"{url}/admin/v1", timeout=30)
    codes = pyotp.TOTP(handed["otp_secret"]) if "otp_secret" in handed else None
    proof = {"email": handed["email"], "password": handed["password"]}
    told = proof | ({"otp": codes.now()} if codes else {})
    token = api.post("/session", json=told).raise_for_status().json()["access_token"]
    api.headers["authorization"] = f"Bearer {token}"
    api.post("/me/password", json={"old": handed["password"], "new": CHOSEN}).raise_for_status()
    return Settled(handed["email"], api, codes)


def hired(home: Path, email: str, role: str) -> dict[str, str]:
    """Adds somebody by the command, which tells what to hand over."""
    added: dict[str, str] = json.loads(
        commanded(home, "person", "add", email, "--role", role, "--json")
    )
    return added


def commanded(home: Path, *words: str) -> bytes:
    """What the command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "odyssee", *words],
        env=os.environ | {"ODYSSEE_HOME": str(home)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return done.stdout
