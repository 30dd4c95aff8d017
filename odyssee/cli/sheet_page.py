"""A contact sheet: every picture on one page of HTML that holds all it shows."""

import base64
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from odyssee.actions.picturing import PictureFile
from odyssee.api.content_texts import say_content

_LANGUAGES = {"fr": "Français", "en": "Anglais"}
_STYLE = (
    "body{font:1rem/1.45 system-ui,sans-serif;color:#1c2b27;background:#fff;margin:1.5rem}"
    "h2{border-bottom:3px solid #b5482e;margin:2.5rem 0 1rem}"
    ".sheet{display:grid;grid-template-columns:repeat(auto-fill,400px);gap:1.5rem}"
    "figure{margin:0;break-inside:avoid}img{display:block;width:400px;height:auto}"
    ".small{width:120px;margin:.4rem 0}h3{font-size:1rem;margin:.5rem 0 0}"
    "p{margin:.3rem 0;font-size:.875rem}.file{color:#5a655f}.missing{color:#b5482e;font-weight:700}"
)
_CAUTION = (
    "Chaque image à 400 px, la largeur d’un téléphone, puis à 120 px, celle d’une vignette. "
    "Se lit-elle au premier coup d’œil\u202f? La description dit-elle ce que l’on voit\u202f?"
)


def page_of_pictures(pictures: Sequence[PictureFile]) -> str:
    """The sheet: one section a legend, one figure a picture; nothing is fetched from elsewhere."""
    sections = "".join(
        _section(title, list(group))
        for title, group in groupby(pictures, key=lambda picture: picture.legend)
    )
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Planche des images</title><style>{_STYLE}</style></head><body>"
        f"<h1>Planche des images</h1><p>{len(pictures)} image(s). {_CAUTION}</p>"
        f"{sections}</body></html>\n"
    )


def _section(title: str, pictures: Sequence[PictureFile]) -> str:
    figures = "".join(_figure(picture) for picture in pictures)
    return f'<h2>{escape(title)}</h2><div class="sheet">{figures}</div>'


def _figure(picture: PictureFile) -> str:
    return (
        f"<figure>{_image(picture)}<figcaption><h3>{escape(picture.place)}</h3>"
        f"{''.join(_words(picture))}</figcaption></figure>"
    )


def _image(picture: PictureFile) -> str:
    if picture.refused is not None:
        told = escape(say_content(picture.refused, "fr"))
        return f'<p class="missing">Fichier refusé\u00a0: {told}</p>'
    if picture.shown is None:
        return '<p class="missing">Fichier absent.</p>'
    address = f"data:{picture.shown.type};base64,{base64.b64encode(picture.shown.data).decode()}"
    alt = escape(picture.alts.get("fr", ""), quote=True)
    return f'<img src="{address}" alt="{alt}"><img class="small" src="{address}" alt="">'


def _words(picture: PictureFile) -> Iterator[str]:
    yield f'<p class="file">{escape(picture.name)}, {picture.size_bytes / 1000:.0f} ko</p>'
    for lang, name in _LANGUAGES.items():
        alt = picture.alts.get(lang)
        said = escape(alt) if alt else '<span class="missing">description absente</span>'
        yield f'<p><b>{name}\u00a0:</b> <span lang="{lang}">{said}</span></p>'
