"""The real server with a real legend on loopback, and a real Chromium that visits it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from browser.carrying import Visitor
from faulty_proxy import FaultyProxy, faulty_proxy
from media_builders import a_wav
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

from odyssee.content.folder import read_folder
from odyssee.content.writer import write_folder
from odyssee.domain.stops import NarrationFile

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--force-prefers-reduced-motion",  # a page that still scrolls cannot be clicked
)

LEGEND = "dame-de-riants"
STOPS = 4
STARTS_WITHIN_S = 20


@pytest.fixture(scope="session")
def site_url(
    root_folder: Path, tmp_path_factory: pytest.TempPathFactory, published_home: Path
) -> Iterator[str]:
    """The root of a running server that serves the legend `dame-de-riants` of `contenus/`."""
    log = tmp_path_factory.mktemp("server") / "log"
    with serving(root_folder, {"ODYSSEE_HOME": str(published_home)}, log) as url:
        yield url


@pytest.fixture
def handing_url(root_folder: Path, tmp_path: Path, published_home: Path) -> Iterator[str]:
    """The same from a server that knows where phones find it."""
    settings = {
        "ODYSSEE_HOME": str(published_home),
        "ODYSSEE_PUBLIC_URL": "https://odyssee.example",
        "ODYSSEE_WORKER": "none",
    }
    with serving(root_folder, settings, tmp_path / "log") as url:
        yield url


@contextmanager
def serving(root_folder: Path, settings: dict[str, str], log: Path) -> Iterator[str]:
    """A server of its own while this lasts; gives its root."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | settings
    command = [sys.executable, "-m", "odyssee", "serve", "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=root_folder)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def serve(root_folder: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts servers of a published store that run until the test is over; gives their roots."""
    with ExitStack() as running:

        def start(home: Path, root: Path = root_folder) -> str:
            number = len(list(tmp_path.glob("log-*")))
            settings = {"ODYSSEE_HOME": str(home), "ODYSSEE_WORKER": "none"}
            return running.enter_context(serving(root, settings, tmp_path / f"log-{number}"))

        yield start


@pytest.fixture
def door(site_url: str) -> Iterator[FaultyProxy]:
    """A network of its own, and so an origin of its own: nothing lies there yet."""
    with faulty_proxy(site_url) as proxy:
        yield proxy


@pytest.fixture
def visitor(chromium: webdriver.Chrome, door: FaultyProxy) -> Iterator[Visitor]:
    """Somebody who comes through the door for the first time."""
    chromium.get_log("browser")
    yield Visitor(chromium, door)
    chromium.get("about:blank")
    chromium.execute_cdp_cmd(
        "Storage.clearDataForOrigin", {"origin": door.url, "storageTypes": "all"}
    )


@pytest.fixture(scope="session")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where nothing is published and nobody works yet."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="session")
def desk_url(
    root_folder: Path, tmp_path_factory: pytest.TempPathFactory, desk_home: Path
) -> Iterator[str]:
    """The root of a server that takes no jobs: it loads the desk when somebody comes to it."""
    log = tmp_path_factory.mktemp("desk-server") / "log"
    settings = {"ODYSSEE_HOME": str(desk_home), "ODYSSEE_WORKER": "none"}
    with serving(root_folder, settings, log) as url:
        yield url


@pytest.fixture(scope="session")
def trail(site_url: str) -> dict[str, Any]:
    """The legend as the API has it in French, to which its page is held."""
    answer = httpx2.get(f"{site_url}/v1/legends/{LEGEND}?lang=fr")
    document: dict[str, Any] = answer.raise_for_status().json()
    return document


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(httpx2.TransportError):  # not listening yet: asked again
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def published_home(root_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where the first stops of a legend of `contenus/` were imported and published.

    The last of them has a recording in French.
    """
    home = tmp_path_factory.mktemp("site")
    environment = os.environ | {"ODYSSEE_HOME": str(home)}
    contents = home / "source" / "contenus"
    folder = read_folder(root_folder / "contenus" / "legendes" / LEGEND)
    (whole,) = folder.legends
    *others, last = whole.stops[:STOPS]  # each story takes seconds to encode
    last = replace(last, narration={"fr": NarrationFile(file="conte-fr.wav")})
    write_folder(contents, folder.territory, [replace(whole, stops=(*others, last))])
    medias = home / "source" / "medias" / LEGEND
    shutil.copytree(root_folder / "medias" / LEGEND, medias)
    (medias / "conte-fr.wav").write_bytes(a_wav(8.0))
    for arguments in (["import", str(contents)], ["publish", LEGEND]):
        command = [sys.executable, "-m", "odyssee", *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=280)
    return home


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for the session; without Chromium a test is left out, under CI it fails."""
    if not (CHROMIUM.exists() and CHROMEDRIVER.exists()):
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium and chromedriver are missing")
        pytest.skip("Chromium and chromedriver are not installed")
    profile = tmp_path_factory.mktemp("profile")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture
def browser(chromium: webdriver.Chrome, site_url: str) -> Iterator[webdriver.Chrome]:
    """The browser with a French visitor's empty storage, logs and no position."""
    chromium.execute_cdp_cmd("Emulation.clearGeolocationOverride", {})
    chromium.execute_cdp_cmd(
        "Storage.clearDataForOrigin", {"origin": site_url, "storageTypes": "all"}
    )
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    yield chromium
    chromium.get("about:blank")


@pytest.fixture
def wait(browser: webdriver.Chrome) -> Callable[[Callable[[], Any]], Any]:
    """Waits up to 20 s until something is true, and gives it back."""

    def until(condition: Callable[[], Any]) -> Any:
        return WebDriverWait(browser, 20, poll_frequency=0.1).until(lambda _: condition())

    return until
