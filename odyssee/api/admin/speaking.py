"""The language in which the desk answers."""

from fastapi import Request, Response

from odyssee.api.answers import lang_of
from odyssee.api.errors import LANGUAGES


def speak(request: Request, response: Response) -> str:
    """The language of the sentences in an answer, which says so."""
    lang = lang_of(request.scope, LANGUAGES)
    response.headers["Content-Language"] = lang
    response.headers["Vary"] = "Accept-Language"
    return lang
