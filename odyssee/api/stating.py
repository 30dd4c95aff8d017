"""Routes that state in the description who may call them (`x-callers`)."""

from typing import Any

from fastapi.routing import APIRoute

ANYONE = "anyone"
"""Needs no account; whatever credentials come along are not looked at."""


class OpenRoute(APIRoute):
    """A route for anyone: it reads what is published, or says how the server is."""

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.openapi_extra = {**(self.openapi_extra or {}), "x-callers": [ANYONE]}
