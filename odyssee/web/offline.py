"""What a phone keeps to open a legend without a network: the service worker, and empty frames.

The service worker is one script at the root, made anew for each build of the
static files: its bytes name them all, so a browser that sees other bytes
fetches the new build whole before it leaves the old one (ADR 0020).
"""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from odyssee.web.assets import MEDIA_TYPES, REVALIDATE, SECURITY_HEADERS, Assets, Document

VIEWS = ("home", "legend")
LANGUAGES = ("fr", "en")
ENTRIES = ("app.js", "home.js", "legend.js", "packs/index.js", "packs/loader.js")
"""The modules that pages load or start without a network; what they import comes along."""
PICTURES = ("site.css", "icon.svg", "frieze.svg")

AnswerFrame = Callable[[Request, str], Response]
"""Answers with the page of a view in the language that is asked for, whatever it will show."""


def build_offline(assets: Assets, answer_frame: AnswerFrame, frames: str) -> list[BaseRoute]:
    """The routes of the service worker and of the frames that it keeps.

    Args:
        assets: what the pages load.
        answer_frame: gives the frame of a view.
        frames: changes whenever a frame does.
    """
    script = Document(service_worker(assets, frames).encode(), MEDIA_TYPES[".js"])

    async def get_worker(request: Request) -> Response:
        return script.answer(request, cache=REVALIDATE)

    async def get_frame(request: Request) -> Response:
        view = request.path_params["view"]
        if view not in VIEWS:
            return Response(status_code=404, headers=dict(SECURITY_HEADERS))
        return answer_frame(request, view)

    return [
        Route("/service-worker.js", get_worker, name="service_worker"),
        Route("/frames/{view}", get_frame, name="frame"),
    ]


def service_worker(assets: Assets, frames: str) -> str:
    """The script that browsers install: a build, and what it takes to draw its pages."""
    build = {
        "name": f"{assets.version}-{frames}",
        "static": assets.address(""),
        "files": [assets.address(name) for name in (*assets.loaded_with(*ENTRIES), *PICTURES)],
        "frames": {
            view: {lang: f"/frames/{view}?lang={lang}" for lang in LANGUAGES} for view in VIEWS
        },
        "territory": [f"/v1/territory?lang={lang}" for lang in LANGUAGES],
    }
    module = assets.address("packs/worker.js")
    return f'import {{ serve }} from "{module}";\n\nserve({json.dumps(build, indent=2)});\n'
