"""Pages for visitors: one HTML shell in two languages, filled in the browser from the public API.

The address of a legend or a stop without `/v1` is its page, which a QR code
opens (contract, stops). The server says only what it knows without reading a
legend: the language, the frame, and whether the address exists.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from odyssee.actions.tools import Tools
from odyssee.domain.negotiation import asked_lang, choose_lang
from odyssee.web.assets import Assets, Document
from odyssee.web.bureau import build_bureau
from odyssee.web.handing import build_handing
from odyssee.web.offline import build_offline
from odyssee.web.preview import build_preview

StatusOf = Callable[[str, str | None], int]
"""Whether a legend is published and, where a second slug is given, has that stop."""

SHORT_LIVED = "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
NEVER_KEPT = "no-store"
HTML = "text/html; charset=utf-8"
LANGUAGES = ("fr", "en")

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "site": "Perche Odyssée",
        "description": "Les légendes du Perche, racontées là où elles sont nées.",
        "skip": "Aller au contenu",
        "switch": "Langue",
        "headline": "Les légendes du Perche, à écouter en marchant",
        "intro": (
            "Choisissez une légende, suivez le chemin : à chaque arrêt, une voix vous raconte "
            "la suite, à l’endroit même où l’histoire est née."
        ),
        "loading": "Chargement…",
        "no_script": (
            "Cette page a besoin de JavaScript pour dessiner la carte et lire les récits. "
            "Activez-le, puis rechargez la page."
        ),
        "footer": "Gratuit, sans compte, sans cookie. Votre position ne quitte pas votre appareil.",
        "missing_title": "Ce sentier ne mène nulle part",
        "missing": (
            "L’adresse que vous avez ouverte n’existe pas, ou n’existe plus. La légende a "
            "peut-être été retirée, ou le code a été mal lu."
        ),
        "back": "Voir toutes les légendes",
    },
    "en": {
        "site": "Perche Odyssée",
        "description": "Legends of the Perche, told where they were born.",
        "skip": "Skip to content",
        "switch": "Language",
        "headline": "Legends of the Perche, told as you walk",
        "intro": (
            "Choose a legend and follow the path: at each stop a voice tells you what came "
            "next, on the very spot where the story was born."
        ),
        "loading": "Loading…",
        "no_script": (
            "This page needs JavaScript to draw the map and play the stories. "
            "Turn it on, then reload the page."
        ),
        "footer": "Free, no account, no cookies. Your position does not leave your device.",
        "missing_title": "This path leads nowhere",
        "missing": (
            "The address you opened does not exist, or no longer exists. The legend may have "
            "been withdrawn, or the code was misread."
        ),
        "back": "See all the legends",
    },
}
"""The words of the frame; those of the views stand in `static/strings.js`."""


def build_pages(
    status_of: StatusOf,
    public_url: str,
    *,
    bureau: bool = True,
    desk: Callable[[], Tools] | None = None,
) -> list[BaseRoute]:
    """The routes of the visitor's pages, those of the desk, and all that they load.

    Args:
        status_of: asked for every page of a legend or stop, from memory: 200, 404 where
            nothing ever was, 410 where the legend was withdrawn.
        public_url: where phones find the office's server; QR codes lead there.
        bureau: whether this server opens the desk.
        desk: gives the tools of curation, for previews of drafts; null for none.
    """
    shell = Shell(Assets())

    async def get_home(request: Request) -> Response:
        return shell.answer(request, "home")

    async def get_legend(request: Request) -> Response:
        status = status_of(request.path_params["slug"], request.path_params.get("stop"))
        return shell.answer(request, "legend" if status == 200 else "missing", status)

    return [
        Route("/", get_home, name="page_home"),
        Route("/legends/{slug}", get_legend, name="page_legend"),
        Route("/legends/{slug}/stops/{stop}", get_legend, name="page_stop"),
        Route("/static/{path:path}", shell.assets.serve, name="static"),
        *build_handing(public_url, SHORT_LIVED, status_of),
        *build_offline(shell.assets, shell.answer, shell.digest),
        *(build_bureau(shell.assets) if bureau else []),
        *(build_preview(desk, shell.assets) if desk is not None else []),
    ]


class Shell:
    """The frame of every page, filled with the words of its language."""

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        folder = Path(__file__).parent / "frames"
        self._frames = {path.stem: Template(path.read_text("utf-8")) for path in folder.iterdir()}
        self._document = cache(self._build)
        told = [(name, frame.template) for name, frame in sorted(self._frames.items())]
        self.digest = sha256(repr((told, WORDS)).encode()).hexdigest()[:8]

    def answer(self, request: Request, view: str, status: int = 200) -> Response:
        """The page of a view (`home`, `legend` or `missing`) in the language that fits best."""
        asked = asked_lang(request.url.query)
        wanted = request.headers.get("accept-language", "") if asked is None else asked
        lang = choose_lang(wanted, LANGUAGES)
        missing = view == "missing"
        home = f"/?lang={lang}" if asked else "/"
        return self._document(view, lang, home).answer(
            request,
            cache=NEVER_KEPT if missing else SHORT_LIVED,
            status=status,
            headers={"content-language": lang},
        )

    def _build(self, view: str, lang: str, home: str) -> Document:
        words = {key: escape(text) for key, text in WORDS[lang].items()}
        values = words | {
            "lang": lang,
            "view": view,
            "home_address": home,
            "current_fr": ' aria-current="true"' if lang == "fr" else "",
            "current_en": ' aria-current="true"' if lang == "en" else "",
            "title": words["missing_title"] if view == "missing" else words["site"],
            "style": self.assets.address("site.css"),
            "icon": self.assets.address("icon.svg"),
            "frieze": self.assets.address("frieze.svg"),
        }
        values["scripts"] = (
            "" if view == "missing" else self.assets.script_tags("app.js", f"{view}.js")
        )
        values["main"] = self._frames[view].substitute(values)
        return Document(self._frames["shell"].substitute(values).encode(), HTML)
