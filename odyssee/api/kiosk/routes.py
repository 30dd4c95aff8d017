"""The routes of kiosks: enrol, take a nonce, tell counts and health."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from odyssee.api.admin.bodies import Reading
from odyssee.api.kiosk.callers import KIOSK, KioskCall, KioskRoute, OpenDesk, SignedBy
from odyssee.api.schemas.fleet import HealthBody
from odyssee.api.schemas.kiosk import (
    CountsIn,
    CountsOut,
    EnrolmentIn,
    GapOut,
    MembershipOut,
    NonceOut,
    RefusedCountOut,
)
from odyssee.api.stating import ANYONE, problems
from odyssee.domain.kiosk_calls import NONCE_LIFETIME, SIGNATURE

SCHEMAS = (EnrolmentIn, CountsIn, HealthBody, GapOut)
"""Bodies that routes name by reference, for the OpenAPI document."""
SECURITY: dict[str, Any] = {
    KIOSK: {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE,
        "description": "The kiosk's Ed25519 signature over method, path, nonce and body: "
        "docs/how-to/use-the-api.md says of which bytes.",
    },
}
"""How a kiosk is known."""
_GAP: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Batches are missing that come before: `last` is the last known.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/GapOut"}}
        },
    }
}


def build_kiosk(desk: OpenDesk) -> APIRouter:
    """The routes of kiosks.

    Args:
        desk: gives the tools of curation; asked at each request.
    """
    router = APIRouter(prefix="/kiosk/v1", route_class=KioskRoute, tags=["kiosk"])
    _add_entry(router, desk)
    _add_counts(router, desk)
    _add_health(router, desk)
    return router


def _add_entry(router: APIRouter, desk: OpenDesk) -> None:
    @router.post(
        "/enrolments",
        summary="Enrol a kiosk",
        description="Shows the one-time code that the office gave, which counts once. Repeated "
        "with the same code and the same key it is answered alike, for an answer can be lost.",
        status_code=201,
        responses=problems(403, 409, 413, 415, 422, 429, 503),
        openapi_extra={"x-callers": [ANYONE]},
    )
    def enrol(
        asked: Annotated[EnrolmentIn, Depends(Reading(EnrolmentIn))], request: Request
    ) -> MembershipOut:
        from odyssee.actions import enrolling

        kiosk = enrolling.enrol(
            desk(),
            asked.code,
            asked.public_key,
            asked.name,
            address=request.client.host if request.client else None,
        )
        return MembershipOut.from_domain(kiosk)

    @router.get(
        "/nonce",
        summary="A nonce to sign with",
        description="For one signed call within five minutes of the server's clock; the kiosk's "
        "own clock does not matter.",
        responses=problems(503),
        openapi_extra={"x-callers": [ANYONE]},
    )
    def get_nonce() -> NonceOut:
        from odyssee.actions import calling

        lives_s = int(NONCE_LIFETIME.total_seconds())
        return NonceOut(nonce=calling.new_nonce(desk()), expires_in=lives_s)


def _add_counts(router: APIRouter, desk: OpenDesk) -> None:
    signed = SignedBy(desk, CountsIn)

    @router.post(
        "/counts",
        summary="Tell counts of visits",
        description="A batch is added exactly once, however often it is sent. A count under a day "
        "that cannot be is left out and told; the batch is taken all the same.",
        responses={**problems(401, 403, 413, 415, 422, 429, 503), **_GAP},
    )
    def take_counts(call: Annotated[KioskCall[CountsIn], Depends(signed)]) -> CountsOut:
        from odyssee.actions import collecting

        taken = collecting.take_batch(desk(), call.kiosk, call.asked.to_domain(call.sha256))
        return CountsOut(
            acknowledged=taken.seq,
            last=taken.last,
            sha256=taken.sha256,
            accepted=taken.accepted,
            refused=[RefusedCountOut(index=at, code="out_of_range") for at in taken.refused],
        )


def _add_health(router: APIRouter, desk: OpenDesk) -> None:
    signed = SignedBy(desk, HealthBody)

    @router.post(
        "/health",
        summary="Tell how a kiosk is",
        description="Takes the place of the report before. The answer says what the kiosk is to "
        "keep from now on.",
        responses=problems(401, 403, 413, 415, 422, 429, 503),
    )
    def take_health(call: Annotated[KioskCall[HealthBody], Depends(signed)]) -> MembershipOut:
        from odyssee.actions import collecting

        kiosk = collecting.take_health(desk(), call.kiosk, call.asked.to_domain())
        return MembershipOut.from_domain(kiosk)
