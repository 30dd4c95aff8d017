"""The pages of the desk: a frame that knows nothing; what it shows, it asks of the admin API."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from odyssee.domain.negotiation import asked_lang, choose_lang
from odyssee.web.assets import Assets, Document

LANGUAGES = ("fr", "en")
NEVER_KEPT = "no-store"
_PERMISSIONS = "geolocation={}, camera=(), microphone=()"
_LOCATED = {"legendes"}
"""Pages that may ask where the device is: stops are surveyed there, on the spot."""
PAGES = {"connexion": "bureau.js", "legendes": "bureau_drafts.js", "medias": "bureau_media.js"}
"""The script of each page, by the last part of its address."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "site": "Perche Odyssée",
        "connexion": "Connexion au bureau",
        "legendes": "Légendes",
        "medias": "Images et voix",
        "skip": "Aller au contenu",
        "switch": "Langue",
        "loading": "Chargement…",
        "no_script": ("Le bureau a besoin de JavaScript. Activez-le, puis rechargez la page."),
        "footer": (
            "Réservé à l’office de tourisme. Deux cookies gardent votre connexion et reconnaissent "
            "cet appareil ; les pages des visiteurs n’en ont aucun."
        ),
    },
    "en": {
        "site": "Perche Odyssée",
        "connexion": "Sign in to the desk",
        "legendes": "Legends",
        "medias": "Pictures and voices",
        "skip": "Skip to content",
        "switch": "Language",
        "loading": "Loading…",
        "no_script": "The desk needs JavaScript. Turn it on, then reload the page.",
        "footer": (
            "For the tourist office. Two cookies keep your sign-in and know this device again; "
            "visitors’ pages have none."
        ),
    },
}
"""The words of the frame; those of the views stand in `static/bureau_strings.js`."""


def build_bureau(assets: Assets) -> list[BaseRoute]:
    """The routes of the desk's pages."""
    frame = Template((Path(__file__).parent / "frames" / "bureau.html").read_text("utf-8"))
    document = cache(lambda page, lang: _build(frame, assets, page, lang))

    def serve(page: str) -> Callable[[Request], Awaitable[Response]]:
        allowed = _PERMISSIONS.format("(self)" if page in _LOCATED else "()")

        async def get_page(request: Request) -> Response:
            asked = asked_lang(request.url.query)
            wanted = request.headers.get("accept-language", "") if asked is None else asked
            lang = choose_lang(wanted, LANGUAGES)
            return document(page, lang).answer(
                request,
                cache=NEVER_KEPT,
                headers={"content-language": lang, "permissions-policy": allowed},
            )

        return get_page

    return [Route(f"/bureau/{page}", serve(page), name=f"page_desk_{page}") for page in PAGES]


def _build(frame: Template, assets: Assets, page: str, lang: str) -> Document:
    words = {key: escape(text) for key, text in WORDS[lang].items()}
    values = words | {
        "title": words[page],
        "lang": lang,
        "current_fr": ' aria-current="true"' if lang == "fr" else "",
        "current_en": ' aria-current="true"' if lang == "en" else "",
        "style": assets.address("site.css"),
        "bureau_style": assets.address("bureau.css"),
        "icon": assets.address("icon.svg"),
        "scripts": assets.script_tags(PAGES[page]),
    }
    return Document(frame.substitute(values).encode(), "text/html; charset=utf-8")
