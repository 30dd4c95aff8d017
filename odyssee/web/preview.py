"""The page of a draft for whoever has its signed address: without a script, kept by nobody."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from odyssee.actions.tools import Tools
from odyssee.domain.errors import NotFound, Unavailable
from odyssee.domain.negotiation import asked_lang, choose_lang
from odyssee.domain.review_errors import PreviewOver
from odyssee.web.assets import Assets
from odyssee.web.preview_words import WORDS

if TYPE_CHECKING:
    from odyssee.actions.previewing import Shown
    from odyssee.domain.media import MediaAsset
    from odyssee.domain.stops import Stop

LANGUAGES = ("fr", "en")
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def build_preview(desk: Callable[[], Tools], assets: Assets) -> list[BaseRoute]:
    """The routes of previews.

    Args:
        desk: gives the tools of curation; asked at each request.
        assets: what the page is drawn with.
    """
    page = _Page(assets)

    def get_preview(request: Request) -> Response:
        from odyssee.actions.previewing import show_preview  # noqa: PLC0415 - loads SQL

        try:
            return page.answer(request, show_preview(desk(), request.path_params["token"]))
        except (NotFound, PreviewOver, Unavailable) as error:
            return page.refuse(request, error)

    def get_medium(request: Request) -> Response:
        from odyssee.actions.previewing import open_shown  # noqa: PLC0415 - loads SQL

        sha256 = request.path_params["sha256"]
        try:
            made, pieces = open_shown(desk(), request.path_params["token"], sha256)
        except (NotFound, PreviewOver, Unavailable) as error:
            return page.refuse(request, error)
        sandboxed = {**HEADERS, "content-security-policy": "sandbox"}
        told = sandboxed | {"content-length": str(made.size_bytes)}
        return StreamingResponse(pieces, 200, told, made.type)

    return [
        Route("/apercu/{token}", get_preview, name="page_preview"),
        Route("/apercu/{token}/{sha256}", get_medium, name="preview_medium"),
    ]


class _Page:
    """Draws a draft, or says why there is none."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        path = Path(__file__).parent / "frames" / "preview.html"
        self._frame = Template(path.read_text("utf-8"))

    def answer(self, request: Request, shown: "Shown") -> Response:
        lang = _lang_of(request)
        spoken = shown.draft.legend.texts
        told = lang if lang in spoken else "fr"
        text = spoken.get(told)
        ends_at = shown.preview.ends_at.strftime("%d/%m/%Y %H:%M UTC")
        notice = WORDS[lang]["notice"].format(ends_at=ends_at)
        base = f"/apercu/{request.path_params['token']}"
        parts = [
            f"<h1>{escape(text.title if text else shown.draft.legend.slug)}</h1>",
            _picture(base, shown.draft.media.get("cover"), (text.cover_alt if text else "") or ""),
            f"<p>{escape(text.summary)}</p>" if text else "",
            *_paragraphs(shown.paragraphs.get(told, [])),
            *(_stop(base, shown, stop, told) for stop in shown.draft.legend.stops),
        ]
        title = text.title if text else shown.draft.legend.slug
        return self._page(lang, title, notice, "\n".join(filter(None, parts)), 200)

    def refuse(self, request: Request, error: Exception) -> Response:
        """A page that says what is the matter, in the visitor's language."""
        lang = _lang_of(request)
        words = WORDS[lang]
        name, status = "missing", 404
        if isinstance(error, PreviewOver):
            name, status = "over", 410
        elif isinstance(error, Unavailable):
            name, status = "away", 503
        return self._page(lang, words["title"], words[name], "", status)

    def _page(self, lang: str, title: str, notice: str, main: str, status: int) -> Response:
        values = {name: escape(words) for name, words in WORDS[lang].items()} | {
            "lang": lang,
            "title": escape(title),
            "notice": escape(notice),
            "main": main,
            "current_fr": ' aria-current="true"' if lang == "fr" else "",
            "current_en": ' aria-current="true"' if lang == "en" else "",
            "style": self._assets.address("site.css"),
            "icon": self._assets.address("icon.svg"),
        }
        body = self._frame.substitute(values)
        told = {**HEADERS, "content-language": lang, "vary": "Accept-Language"}
        return Response(body, status, told, "text/html; charset=utf-8")


def _lang_of(request: Request) -> str:
    asked = asked_lang(request.url.query)
    wanted = request.headers.get("accept-language", "") if asked is None else asked
    return choose_lang(wanted, LANGUAGES)


def _paragraphs(told: list[str]) -> list[str]:
    return [f"<p>{escape(words)}</p>" for words in told]


def _stop(base: str, shown: "Shown", stop: "Stop", lang: str) -> str:
    text = stop.texts.get(lang) or stop.texts.get("fr")
    spoken = lang if lang in stop.texts else "fr"
    media = shown.draft.media
    pictures = text.illustrations if text else ()
    parts = [
        f"<h2>{escape(text.title if text else stop.slug)}</h2>",
        f"<p><em>{escape(text.directions)}</em></p>" if text and text.directions else "",
        *(
            _picture(
                base,
                media.get(f"stops/{stop.slug}/illustrations/{index}"),
                pictures[index].alt if index < len(pictures) else "",
            )
            for index in range(len(stop.illustrations))
        ),
        _sound(base, media.get(f"stops/{stop.slug}/narration/{spoken}")),
        *_paragraphs(shown.paragraphs.get(f"{stop.slug}/{spoken}", [])),
    ]
    if text is not None and text.riddle is not None:
        choices = "".join(f"<li>{escape(choice.text)}</li>" for choice in text.riddle.choices)
        parts.append(f"<p><strong>{escape(text.riddle.question)}</strong></p><ul>{choices}</ul>")
    return f"<section>{''.join(parts)}</section>"


def _picture(base: str, medium: "MediaAsset | None", alt: str) -> str:
    """The smallest form that every browser draws, of those there are."""
    made = sorted(medium.renditions if medium else (), key=lambda one: one.width or 0)
    usable = [one for one in made if one.type != "image/avif"] or made
    if not usable:
        return ""
    wide = next((one for one in usable if (one.width or 0) >= 800), usable[-1])
    return f'<img src="{base}/{wide.sha256}" alt="{escape(alt)}" loading="lazy">'


def _sound(base: str, medium: "MediaAsset | None") -> str:
    sources = "".join(
        f'<source src="{base}/{made.sha256}" type="{escape(made.type)}">'
        for made in (medium.renditions if medium else ())
    )
    return f'<audio controls preload="none">{sources}</audio>' if sources else ""
