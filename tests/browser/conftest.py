"""A site on loopback with one legend, and a real Chromium that visits it."""

import base64
import hashlib
import io
import json
import math
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image as Pixels
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from odyssee.web.pages import build_pages

Json = dict[str, Any]
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
WAKES_WITHIN_M = 35

OBJECTS: dict[str, tuple[bytes, str]] = {}
"""The media of the site and their types, by SHA-256."""

STOPS = (
    (
        "porche-clocher",
        [0.91500, 48.26850],
        {"fr": "Le porche-clocher", "en": "The porch tower"},
        {"fr": "Une tour à trois étages, vue d’en bas", "en": "A tower of three stages from below"},
    ),
    (
        "porte-muree",
        [0.91361, 48.26944],
        {"fr": "La porte murée", "en": "The walled-up door"},
        {"fr": "Une porte bouchée de pierres", "en": "A door blocked with stones"},
    ),
    (
        "lavoir-berthe",
        [0.91690, 48.26760],
        {"fr": "Le lavoir de la Berthe", "en": "The wash-house on the Berthe"},
        {"fr": "Un toit de lavoir, l’œil de l’eau", "en": "The roof of a wash-house"},
    ),
)
RIDDLE = {
    "question": "Quels animaux encadrent l’écusson martelé de la porte ?",
    "choices": [
        {"id": "a", "text": "Deux lions"},
        {"id": "b", "text": "Deux agneaux"},
        {"id": "c", "text": "Deux ânes"},
    ],
    "answer_ids": ["b"],
    "hint": "Le maçon trouve que, cette fois, la pierre a de l’esprit.",
    "explanation": "L’écusson se tient entre deux agneaux, bêtes de douceur.",
}
WARNINGS = [
    {"code": "road", "text": "Le parcours longe des routes."},
    {"code": "unsurveyed", "text": "Ce parcours n’a pas encore été relevé sur le terrain."},
]
TERRITORY = {
    "name": "Perche d’Eure-et-Loir",
    "languages": ["fr", "en"],
    "bbox": [0.756, 48.139, 1.21, 48.72],
    "outline": {
        "type": "Polygon",
        "coordinates": [
            [[0.758, 48.314], [0.88, 48.15], [1.19, 48.36], [0.904, 48.72], [0.758, 48.314]]
        ],
    },
    "outline_status": "schematic",
    "revision": 1,
    "legend_count": 1,
    "public_url": "http://localhost:8000",
}


def keep(data: bytes, media_type: str) -> Json:
    """An object of the store, as a rendition names it."""
    sha256 = hashlib.sha256(data).hexdigest()
    OBJECTS[sha256] = (data, media_type)
    return {
        "src": f"/v1/objects/{sha256}",
        "type": media_type,
        "size_bytes": len(data),
        "sha256": sha256,
    }


def a_picture(seed: int, alt: str) -> Json:
    """An Image of the contract, with real pixels in three forms and two sizes."""
    renditions = []
    for width in (320, 800):
        height = width * 3 // 4
        pixels = Pixels.linear_gradient("L").resize((width, height)).rotate(90 * seed)
        for suffix in ("avif", "webp", "jpeg"):
            data = io.BytesIO()
            pixels.convert("RGB").save(data, suffix)
            made = keep(data.getvalue(), f"image/{suffix}")
            renditions.append(made | {"width": width, "height": height})
    tiny = io.BytesIO()
    Pixels.new("RGB", (8, 6), "#e3d3b1").save(tiny, "webp")
    return {
        "alt": alt,
        "credit": "Perche Odyssée",
        "licence": "CC-BY-SA-4.0",
        "width": 1600,
        "height": 1200,
        "placeholder": "data:image/webp;base64," + base64.b64encode(tiny.getvalue()).decode(),
        "renditions": renditions,
    }


def a_narration(lang: str, tone_hz: int) -> Json:
    """A Narration of the contract: a second and a half of a low tone, in Opus and AAC."""
    renditions = []
    forms = (("audio/ogg", "opus", "ogg"), ("audio/mp4", "mp4a.40.2", "mp4"))
    for media_type, codecs, container in forms:
        data = encode_tone(tone_hz, container)
        renditions.append(
            keep(data, media_type) | {"codecs": codecs, "bitrate_bps": 32000},
        )
    captions = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nVoici la porte.\n"
    return {
        "lang": lang,
        "duration_s": 1.5,
        "voice": "synthetic",
        "transcript": "Voici la porte.\n\nNe cherchez pas la poignée." if lang == "fr" else "Here.",
        "captions": keep(captions, "text/vtt")["src"],
        "renditions": renditions,
    }


@cache
def encode_tone(tone_hz: int, container: str) -> bytes:
    """A tone in Ogg/Opus or MP4/AAC."""
    codec = {"ogg": ["libopus"], "mp4": ["aac", "-movflags", "frag_keyframe+empty_moov"]}[container]
    source = f"sine=frequency={tone_hz}:duration=1.5"
    sound_in = ["-f", "lavfi", "-i", source]
    sound_out = ["-b:a", "32k", "-c:a", *codec, "-f", container, "pipe:1"]
    made = subprocess.run(
        ["ffmpeg", "-v", "error", *sound_in, *sound_out],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return made.stdout


def a_legend(lang: str) -> Json:
    """A legend of the contract in one language."""
    is_french = lang == "fr"
    return {
        "slug": "dame-de-riants",
        "title": "La Dame de Riants" if is_french else "The Lady of Riants",
        "summary": "Une dame si fière qu’elle entendait la messe à dos d’âne."
        if is_french
        else "A lady so proud that she heard mass from the back of a donkey.",
        "lang": lang,
        "languages": ["fr", "en"],
        "commune": {"name": "Vichères", "insee": "28407"},
        "site_status": "confirmed",
        "text_status": "provisional",
        "start": {"type": "Point", "coordinates": STOPS[0][1]},
        "duration_min": 35,
        "length_m": 905,
        "length_status": "estimated",
        "stop_count": 3,
        "loop": True,
        "order": "window",
        "window": 3,
        "difficulty": "easy",
        "themes": ["eglise", "fantome"],
        "audience": {"min_age": 8, "advice": "À partir de huit ans."},
        "access": {
            "wheelchair": "unknown",
            "stroller": "partial",
            "notes": "Le bourg est en côte.",
        },
        "cover": a_picture(0, "Une dame sur un âne" if is_french else "A lady on a donkey"),
        "open": True,
        "revision": 1,
        "published_at": "2026-05-01T08:00:00Z",
        "pack": {"size_bytes": 1, "languages": {"fr": 1, "en": 1}},
    }


def a_full_legend(lang: str) -> Json:
    """The same with its story, its trail and its stops."""
    return a_legend(lang) | {
        "story": "On a muré une porte, à *Vichères*.\n\n**Ce que l’on sait.** Voir "
        "[la commune](https://vicheres.fr) et [ceci](javascript:alert(1)).\n\n- un\n- deux",
        "route": {"type": "LineString", "coordinates": [stop[1] for stop in STOPS]},
        "route_status": "sketch",
        "bbox": [0.91361, 48.2676, 0.9169, 48.26944],
        "stops": [a_stop(i, lang) for i in range(len(STOPS))],
        "warnings": WARNINGS,
        "practical": {
            "parking": "Place de l’église.",
            "toilets": None,
            "water": "Aucun point d’eau vérifié.",
            "way_back": "La boucle remonte du lavoir.",
            "ascent_m": None,
        },
        "closures": [],
        "rights": {
            "text_author": "Perche Odyssée",
            "licence": "CC-BY-SA-4.0",
            "sources": [{"key": "v", "title": "vicheres.fr", "url": "https://vicheres.fr"}],
        },
    }


def a_stop(index: int, lang: str) -> Json:
    """A Stop of the contract; the second has the riddle."""
    slug, place, titles, alts = STOPS[index]
    return {
        "slug": slug,
        "position": index + 1,
        "title": titles[lang],
        "text": "Voici la porte.\n\nNe cherchez pas la poignée.",
        "directions": "Montez jusqu’à l’église, à l’écart de la route.",
        "location": {"type": "Point", "coordinates": place},
        "site": {"status": "provisional", "precision_m": 250, "source": "v"},
        "place_access": "public",
        "opening": None,
        "zones": [],
        "narration": a_narration(lang, 220 + 60 * index),
        "illustrations": [a_picture(index + 1, alts[lang])],
        "riddle": RIDDLE if index == 1 else None,
        "closures": [],
    }


def fake_site() -> Starlette:
    """The pages before a stand-in for the public API, of the contract's shapes."""
    legends = {lang: a_full_legend(lang) for lang in ("fr", "en")}

    async def territory(_request: Request) -> Response:
        return JSONResponse(TERRITORY)

    async def listed(request: Request) -> Response:
        return JSONResponse({"legends": [legends[language(request)]], "revision": 1})

    async def legend(request: Request) -> Response:
        return JSONResponse(legends[language(request)])

    async def thing(request: Request) -> Response:
        data, media_type = OBJECTS[request.path_params["sha256"]]
        return ranged(data, media_type, request.headers.get("range"))

    async def proximity(request: Request) -> Response:
        return JSONResponse(follow(json.loads(await request.body())))

    slugs = {stop[0] for stop in STOPS}
    pages = build_pages(lambda slug, stop: slug == "dame-de-riants" and (not stop or stop in slugs))
    api = [
        Route("/v1/territory", territory),
        Route("/v1/legends", listed),
        Route("/v1/legends/dame-de-riants", legend),
        Route("/v1/legends/dame-de-riants/proximity", proximity, methods=["POST"]),
        Route("/v1/objects/{sha256}", thing),
    ]
    return Starlette(routes=[*pages, *api])


def ranged(data: bytes, media_type: str, wanted: str | None) -> Response:
    """The bytes, or the one range of them that a player asks for to learn how long they are."""
    if wanted is None:
        return Response(data, media_type=media_type, headers={"accept-ranges": "bytes"})
    first, last = wanted.removeprefix("bytes=").split("-")
    start, end = int(first), min(int(last or len(data)), len(data) - 1)
    headers = {"accept-ranges": "bytes", "content-range": f"bytes {start}-{end}/{len(data)}"}
    return Response(data[start : end + 1], 206, headers, media_type)


def language(request: Request) -> str:
    """`?lang=` of a request."""
    return "en" if request.query_params.get("lang") == "en" else "fr"


def follow(body: Json) -> Json:
    """A stand-in for the engine: a stop plays once, when a fix or an "I am here" is at it."""
    told: list[str] = json.loads(body["progress"] or "[]")
    events = []
    for slug, place, _, _ in STOPS:
        near = any(metres(fix, place) < WAKES_WITHIN_M for fix in body["fixes"])
        if slug not in told and (near or body.get("here") == slug):
            told.append(slug)
            at = "2026-05-01T08:00:00Z"
            events += [
                {"id": f"{kind}-{slug}", "type": kind, "stop": slug, "at": at, "fix": None}
                for kind in ("enter", "play")
            ]
    following = next((i for i, stop in enumerate(STOPS) if stop[0] not in told), None)
    ahead = None
    if following is not None:
        ahead = {"stop": STOPS[following][0], "distance_m": 120.4, "bearing_deg": 350.0}
    check = {"after_m": 5, "after_s": 4}
    progress = json.dumps(told)
    return {
        "events": events,
        "next": ahead,
        "next_check": check,
        "progress": progress,
        "revision": 1,
    }


def metres(fix: Json, place: list[float]) -> float:
    """Flat distance, right enough within a village."""
    east = (fix["lon"] - place[0]) * 111_320 * math.cos(math.radians(place[1]))
    return math.hypot(east, (fix["lat"] - place[1]) * 111_132)


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """The root of a running site that serves the legend `dame-de-riants`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(fake_site(), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the site did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


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
