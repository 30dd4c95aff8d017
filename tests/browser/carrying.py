"""A visitor who takes a legend along, for the tests of what works without a network."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from browser.visiting import LEGEND, is_ready, texts
from faulty_proxy import FaultyProxy
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

OBJECTS = "/v1/objects/"
WAITS_S = 40
"""A network that does not answer is tried five times, with pauses that grow."""

_STORED = """
const done = arguments[0];
const used = async () => {
  const { usage, usageDetails } = await navigator.storage.estimate();
  const root = await navigator.storage.getDirectory();
  const files = {};
  try {
    const folder = await root.getDirectoryHandle("packs");
    for await (const file of folder.values()) files[file.name] = (await file.getFile()).size;
  } catch {} // nothing was ever taken
  const worker = await navigator.serviceWorker.getRegistration();
  return { usage, details: usageDetails, files, caches: await caches.keys(), worker: !!worker };
};
used().then(done);
"""
_HEARD = """
const [stop, done] = arguments;
const audio = document.querySelector(`#stop-${stop} audio`);
audio.addEventListener("loadedmetadata", () => done(audio.duration));
setTimeout(() => done(null), 8000);
audio.preload = "auto";
audio.load();
"""


@dataclass
class Visitor:
    """A browser on the page of a legend, over a network that the test holds."""

    browser: Chrome
    door: FaultyProxy

    def open(self, path: str = f"{LEGEND}?lang=fr") -> None:
        self.browser.get(self.door.url + path)
        self.wait(lambda: is_ready(self.browser))

    def wait(self, condition: Callable[[], Any]) -> Any:
        return WebDriverWait(self.browser, WAITS_S, poll_frequency=0.1).until(lambda _: condition())

    def press(self, text: str) -> None:
        """The button of the panel that says so; it may still have to come."""
        named = f'//*[@id="offline"]//button[contains(normalize-space(), "{text}")]'
        button = self.wait(lambda: self.browser.find_elements(By.XPATH, named))[0]
        self.browser.execute_script("arguments[0].click()", button)

    def panel(self) -> str:
        """What the panel says, its hard spaces made plain."""
        read = "return document.getElementById('offline')?.innerText ?? ''"
        said = str(self.browser.execute_script(read))
        return said.replace("\u00a0", " ").replace("\u202f", " ")

    def says(self, words: str) -> str:
        """Waits until the panel says so, and gives all that it says then."""

        def said() -> str | None:
            whole = self.panel()
            return whole if words in whole else None

        return str(self.wait(said))

    def choose(self, **languages: bool) -> None:
        """Opens the choice; languages by name, and whether they are to be taken."""
        self.press("Emporter hors ligne")
        self.says("À télécharger")
        for lang, wanted in languages.items():
            box = self.browser.find_element(By.CSS_SELECTOR, f'#offline [value="{lang}"]')
            if box.is_selected() != wanted:
                self.browser.execute_script("arguments[0].click()", box)

    def take(self, **languages: bool) -> None:
        """Takes the legend along, in French unless told otherwise."""
        self.choose(**languages)
        self.press("Télécharger")
        self.says("Elle s’ouvre sans réseau")

    def come(self, share: float) -> None:
        """Waits until so much of the pack has come."""
        read = (
            "const bar = document.querySelector('#offline progress');"
            "return bar ? bar.value / bar.max : -1"
        )
        self.wait(lambda: self.browser.execute_script(read) >= share)

    def stored(self) -> dict[str, Any]:
        """What this site keeps on the device."""
        kept: dict[str, Any] = self.browser.execute_async_script(_STORED)
        return kept

    def heard_s(self, stop: str) -> float | None:
        """How long the story of a stop is, once it is loaded; null when it does not load."""
        duration: float | None = self.browser.execute_async_script(_HEARD, stop)
        return duration

    def pictures_shown(self) -> bool:
        """Whether every picture of the page comes into sight."""
        for picture in self.browser.find_elements(By.CSS_SELECTOR, "#view img"):
            self.browser.execute_script("arguments[0].scrollIntoView()", picture)
            self.wait(lambda shown=picture: int(shown.get_property("naturalWidth")) > 0)
        return True

    def titles(self) -> list[str]:
        return texts(self.browser, "article.stop h3")

    def settle(self) -> None:
        """Time for what must not come; a network that is cut says nothing."""
        time.sleep(0.5)
