"""Somebody at the desk's pages, in a real browser."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
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
