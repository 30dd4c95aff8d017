"""What we are measured against: the least that can be written for the same answer."""

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from odyssee.api.schemas.proximity import ProximityIn

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

ANSWER = "ODYSSEE_BENCH_ANSWER"
"""Environment: the file with headers and body that the bare application sends."""


def build_bare() -> AsgiApp:
    """An ASGI application that sends the same headers and bytes to everybody."""
    kept = Path(os.environ[ANSWER])
    headers = [
        (name.encode(), value.encode())
        for name, value in json.loads(kept.with_suffix(".headers.json").read_text())
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    body = {"type": "http.response.body", "body": kept.read_bytes()}

    async def app(
        scope: Message,
        _receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "http":
            await send(start)
            await send(body)

    return app


def build_doing_nothing() -> FastAPI:
    """A FastAPI route that reads the same body and does nothing with it."""
    app = FastAPI(openapi_url=None)

    @app.get("/ready")
    async def get_ready() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/v1/legends/{slug}/proximity")
    async def post_nothing(slug: str, body: ProximityIn) -> dict[str, bool]:  # noqa: ARG001 - the framework reads them, as ours does
        return {"ok": True}

    return app
