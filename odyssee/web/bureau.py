"""The pages of the desk: a frame that knows nothing; what it shows, it asks of the admin API."""

from collections.abc import Mapping
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
_PERMISSIONS = "geolocation=(), camera=(), microphone=()"
_ENTRY = "bureau.js"

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "site": "Perche Odyssée",
        "title": "Connexion au bureau",
        "skip": "Aller au contenu",
        "switch": "Langue",
        "loading": "Chargement…",
        "no_script": (
            "Cette page a besoin de JavaScript pour vous connecter. "
            "Activez-le, puis rechargez la page."
        ),
        "footer": (
            "Réservé à l’office de tourisme. Deux cookies gardent votre connexion et reconnaissent "
            "cet appareil ; les pages des visiteurs n’en ont aucun."
        ),
    },
    "en": {
        "site": "Perche Odyssée",
        "title": "Sign in to the desk",
        "skip": "Skip to content",
        "switch": "Language",
        "loading": "Loading…",
        "no_script": "This page needs JavaScript to sign you in. Turn it on, then reload the page.",
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
    document = cache(lambda lang: _build(frame, assets, lang))

    async def get_sign_in(request: Request) -> Response:
        asked = asked_lang(request.url.query)
        wanted = request.headers.get("accept-language", "") if asked is None else asked
        lang = choose_lang(wanted, LANGUAGES)
        return document(lang).answer(
            request,
            cache=NEVER_KEPT,
            headers={"content-language": lang, "permissions-policy": _PERMISSIONS},
        )

    return [Route("/bureau/connexion", get_sign_in, name="page_sign_in")]


def _build(frame: Template, assets: Assets, lang: str) -> Document:
    words = {key: escape(text) for key, text in WORDS[lang].items()}
    values = words | {
        "lang": lang,
        "current_fr": ' aria-current="true"' if lang == "fr" else "",
        "current_en": ' aria-current="true"' if lang == "en" else "",
        "style": assets.address("site.css"),
        "bureau_style": assets.address("bureau.css"),
        "icon": assets.address("icon.svg"),
        "scripts": assets.script_tags(_ENTRY),
    }
    return Document(frame.substitute(values).encode(), "text/html; charset=utf-8")
