"""Calls of kiosks: one dependency reads the body, proves whose it is, and states both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from odyssee.actions.tools import Tools
from odyssee.api.admin.bodies import Reading
from odyssee.api.public.bodies import parse_body, take_raw
from odyssee.api.stating import dependencies
from odyssee.domain.canonical import sha256_of
from odyssee.domain.kiosk_calls import CALLER, NONCE, SIGNATURE, SignedCall
from odyssee.domain.kiosks import Kiosk

Asked = TypeVar("Asked", bound=BaseModel)
OpenDesk = Callable[[], Tools]

KIOSK = "kiosk"
"""Who may call what is signed."""
_HEADERS = {
    CALLER: "The public key of the kiosk, 32 bytes in base64url.",
    NONCE: "From `GET /kiosk/v1/nonce`; it counts once.",
    SIGNATURE: "Ed25519, 64 bytes in base64url, over what docs/how-to/use-the-api.md says.",
}


@dataclass(frozen=True, slots=True)
class KioskCall(Generic[Asked]):
    """A call that a kiosk proved."""

    kiosk: Kiosk
    asked: Asked
    sha256: str
    """Of the bytes of the body."""


class SignedBy(Generic[Asked]):
    """Lets a kiosk in that signed its body, as a dependency of FastAPI; refuses everybody else."""

    def __init__(self, desk: OpenDesk, model: type[Asked]) -> None:
        """Take what the body must be.

        Args:
            desk: where kiosks are known.
            model: read only once it is known whose body it is.
        """
        self._desk = desk
        self._model = model

    async def __call__(self, request: Request) -> KioskCall[Asked]:
        """The call.

        Raises:
            HTTPException: 415 or 413.
            KioskUnknown: nobody who is known signed it.
            NonceRefused: the nonce does not count.
            KioskRevoked: the office ended this kiosk.
            TooManyAttempts: it calls without rest.
            InputInvalid: the values of the body are not those of the model.
        """
        raw = await take_raw(request.scope, request.receive)
        if isinstance(raw, Response):
            raise HTTPException(raw.status_code)
        call = SignedCall(
            public_key=request.headers.get(CALLER, ""),
            nonce=request.headers.get(NONCE, ""),
            signature=request.headers.get(SIGNATURE, ""),
            method=request.method,
            path=request.scope["path"],
            body=raw,
        )
        kiosk = await run_in_threadpool(self._admit, call)
        return KioskCall(kiosk, await parse_body(raw, self._model), sha256_of(raw))

    def _admit(self, call: SignedCall) -> Kiosk:
        from odyssee.actions import calling

        return calling.admit_kiosk(self._desk(), call)

    @property
    def stated(self) -> dict[str, Any]:
        """The same for the description."""
        schema = {"$ref": f"#/components/schemas/{self._model.__name__}"}
        return {
            "x-callers": [KIOSK],
            "x-scope": "own",
            "x-credentials": ["signature"],
            "x-before": [],
            "security": [{KIOSK: []}],
            "parameters": [
                {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": told,
                    "schema": {"type": "string"},
                }
                for name, told in _HEADERS.items()
                if name != SIGNATURE  # it is the credential
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema}},
            },
        }


class KioskRoute(APIRoute):
    """A route whose description says what its dependencies enforce: callers and body."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        told: dict[str, Any] = {**(self.openapi_extra or {})}
        for _name, one in dependencies(endpoint):
            if isinstance(one, SignedBy | Reading):
                told |= one.stated
        if "x-callers" not in told:
            raise TypeError(f"{path} states no callers")
        self.openapi_extra = told
