"""What a visitor does with a page and what the page does then, for the tests of the pages."""

import json
from collections.abc import Callable
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

Wait = Callable[[Callable[[], Any]], Any]
LEGEND = "/legends/dame-de-riants"


def texts(browser: Chrome, selector: str) -> list[str]:
    return [found.text for found in browser.find_elements(By.CSS_SELECTOR, selector)]


def is_ready(browser: Chrome) -> bool:
    return bool(browser.find_elements(By.CSS_SELECTOR, '#view[aria-busy="false"]'))


def grant_position(browser: Chrome, site_url: str, lon: float, lat: float) -> None:
    grant = {"origin": site_url, "permissions": ["geolocation"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", grant)
    stand_at(browser, lon, lat)


def stand_at(browser: Chrome, lon: float, lat: float) -> None:
    place = {"longitude": lon, "latitude": lat, "accuracy": 5}
    browser.execute_cdp_cmd("Emulation.setGeolocationOverride", place)


def requests_of(browser: Chrome) -> list[dict[str, Any]]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def press(browser: Chrome, button: WebElement) -> None:
    browser.execute_script(
        "arguments[0].scrollIntoView({behavior: 'instant', block: 'center'})", button
    )
    button.click()


def words_of(element: WebElement) -> str:
    """Its words as they are, hard spaces kept; what is hidden is left out."""
    return str(element.get_property("innerText"))
