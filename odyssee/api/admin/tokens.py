"""Personal tokens: one's own, for programs."""

from typing import Annotated

from fastapi import APIRouter, Depends

from odyssee.api.admin.bodies import Reading, check_id
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.shapes import token_shape
from odyssee.api.schemas.admin import NewTokenOut, TokenIn, TokensOut
from odyssee.api.stating import problems
from odyssee.domain.people import Caller


def add_tokens(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of personal tokens."""
    own = Callers(desk, "contributor", scope="own")

    @router.get(
        "/tokens",
        summary="One's own tokens",
        description="Those that have not expired, the newest first; their secrets are known to "
        "nobody any more.",
        responses=problems(401, 403, 503),
    )
    def list_tokens(caller: Annotated[Caller, Depends(own)]) -> TokensOut:
        from odyssee.actions import accounts

        tokens = accounts.list_tokens(desk(), caller)
        return TokensOut(items=[token_shape(token, caller) for token in tokens], next=None)

    @router.post(
        "/tokens",
        summary="Make a token",
        description="Its secret is shown now and never again. A token can make no other, and "
        "changes neither its person nor anybody.",
        status_code=201,
        responses=problems(401, 403, 409, 413, 415, 422, 503),
    )
    def add_token(
        caller: Annotated[
            Caller, Depends(Callers(desk, "contributor", scope="own", by=("session",)))
        ],
        asked: Annotated[TokenIn, Depends(Reading(TokenIn))],
    ) -> NewTokenOut:
        from odyssee.actions import accounts

        token, secret = accounts.add_token(desk(), caller, asked.name, asked.days, asked.role)
        return NewTokenOut(**token_shape(token, caller).model_dump(), token=secret)

    @router.delete(
        "/tokens/{token_id}",
        summary="Revoke a token",
        description="At once, and for good.",
        status_code=204,
        responses=problems(401, 403, 404, 503),
    )
    def revoke_token(caller: Annotated[Caller, Depends(own)], token_id: str) -> None:
        from odyssee.actions import accounts

        accounts.revoke_token(desk(), caller, check_id(token_id))
