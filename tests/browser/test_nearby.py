"""The page of a legend shows who lodges, feeds and helps walkers near its trail."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.visiting import LEGEND, Wait, is_ready, texts
from builders import NOON
from partner_builders import an_amenity
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from odyssee.db import amenities
from odyssee.db.session import Database
from odyssee.domain.amenities import Contact
from odyssee.domain.geo import LonLat


@pytest.fixture
def home(published_home: Path, tmp_path: Path, trail: dict[str, Any]) -> Path:
    """The published home, with a hotel at the start of the trail."""
    home = tmp_path / "home"
    shutil.copytree(published_home, home)
    contact = Contact(phone="02 37 00 00 00", website="https://hotel.example/a")
    place = LonLat(*trail["start"]["coordinates"])
    hotel = an_amenity(
        place=place,
        name={"fr": "L’Hôtel <b>Œuvré</b>"},
        contact=contact,
        licence="etalab-2.0",
        opening={"fr": "toute l’année"},
    )
    database = Database(f"sqlite:///{home / 'odyssee.db'}")
    with database.transaction() as tx:
        amenities.add_amenities(tx, [("a" * 20, hotel)], NOON)
    database.close()
    command = [sys.executable, "-m", "odyssee", "services", "publish"]
    settings = os.environ | {"ODYSSEE_HOME": str(home)}
    subprocess.run(command, env=settings, check=True, capture_output=True, timeout=120)
    return home


def test_a_service_stands_under_a_proximite_with_its_contact_and_its_source(
    browser: Chrome, serve: Callable[..., str], home: Path, wait: Wait
) -> None:
    url = serve(home)
    browser.get(f"{url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    wait(lambda: texts(browser, ".nearby li") != [])
    (told,) = texts(browser, ".nearby li")
    assert texts(browser, "#nearby-title") == ["À proximité"]
    assert "L’Hôtel <b>Œuvré</b> (hébergement)" in told
    assert "toute l’année" in told
    assert "D’après cdt28, etalab-2.0" in told
    links = browser.find_elements(By.CSS_SELECTOR, ".nearby a")
    assert [link.get_attribute("href") for link in links] == [
        "tel:0237000000",
        "https://hotel.example/a",
    ]


def test_a_trail_without_services_shows_no_empty_section(
    browser: Chrome, site_url: str, wait: Wait
) -> None:
    browser.get(f"{site_url}{LEGEND}?lang=fr")
    wait(lambda: is_ready(browser))
    section = browser.find_element(By.CSS_SELECTOR, ".block-nearby")
    assert not section.is_displayed()
