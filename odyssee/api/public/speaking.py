"""The language of an answer: `?lang=` wins over `Accept-Language`, else French."""

from urllib.parse import unquote

from starlette.types import Scope

from odyssee.api.answers import choose_lang, header_of
from odyssee.api.public.library import Library


def lang_of(scope: Scope, library: Library) -> str:
    """The language in which the territory answers this request."""
    offered = library.current().catalogue.languages
    for part in scope["query_string"].split(b"&"):
        if part.startswith(b"lang="):
            return choose_lang(unquote(part[5:].decode("latin-1")), offered)
    return choose_lang(header_of(scope, b"accept-language"), offered)
