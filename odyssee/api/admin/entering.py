"""Signing in and out, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from odyssee.api.admin.bodies import Reading
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.cookies import DEVICE, check_own_page, drop_session, hand_over
from odyssee.api.admin.shapes import enrolment_shape, me_shape, session_shape
from odyssee.api.schemas.admin import EnrolmentOut, MeOut, PasswordIn, SignInIn, SignInOut
from odyssee.api.stating import ANYONE, problems
from odyssee.domain.people import Caller


def add_entering(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of sessions and of one's own account."""
    _add_sign_in(router, desk)
    _add_sign_out(router, desk)
    _add_me(router, desk)
    _add_proofs(router, desk)


def _add_sign_in(router: APIRouter, desk: OpenDesk) -> None:
    @router.post(
        "/session",
        summary="Sign in",
        description="A wrong e-mail, password or code, a person who is disabled and a one-time "
        "password that has expired are one and the same refusal. With `cookie` the request must "
        "come from a page of this very origin.",
        responses=problems(401, 403, 413, 415, 422, 429, 503),
        openapi_extra={"x-callers": [ANYONE]},
    )
    def sign_in(
        asked: Annotated[SignInIn, Depends(Reading(SignInIn))],
        request: Request,
        response: Response,
    ) -> SignInOut:
        from odyssee.actions import entering

        tools = desk()
        if asked.cookie:
            check_own_page(request, tools.public_url)
        signed_in = entering.sign_in(
            tools,
            asked.email,
            asked.password,
            asked.otp,
            address=request.client.host if request.client else None,
            device=asked.device or request.cookies.get(DEVICE),
        )
        if asked.cookie:
            hand_over(response, signed_in.token, signed_in.expires_in_s, signed_in.device)
        return session_shape(signed_in, cookie=asked.cookie)


def _add_sign_out(router: APIRouter, desk: OpenDesk) -> None:
    signed = Callers(desk, "contributor", scope="own", by=("session",), before=("password", "otp"))

    @router.delete(
        "/session",
        summary="Sign out",
        description="Ends this session at once; the cookie goes with it.",
        status_code=204,
        responses=problems(401, 403, 503),
    )
    def sign_out(caller: Annotated[Caller, Depends(signed)], response: Response) -> None:
        from odyssee.actions import entering

        entering.sign_out(desk(), caller)
        drop_session(response)


def _add_me(router: APIRouter, desk: OpenDesk) -> None:
    known = Callers(desk, "contributor", scope="own", before=("password", "otp"))

    @router.get(
        "/me",
        summary="Who is signed in",
        description="The person, by what they are known, and what they must do first.",
        responses=problems(401, 403, 503),
    )
    def get_me(caller: Annotated[Caller, Depends(known)]) -> MeOut:
        return me_shape(caller)


def _add_proofs(router: APIRouter, desk: OpenDesk) -> None:
    signed = Callers(desk, "contributor", scope="own", by=("session",), before=("password", "otp"))
    enrolling = Callers(desk, "contributor", scope="own", by=("session",), before=("otp",))

    @router.post(
        "/me/password",
        summary="Change one's password",
        description="Ends every other session of the person.",
        status_code=204,
        responses=problems(401, 403, 412, 413, 415, 422, 429, 503),
    )
    def change_password(
        caller: Annotated[Caller, Depends(signed)],
        asked: Annotated[PasswordIn, Depends(Reading(PasswordIn))],
    ) -> None:
        from odyssee.actions import accounts

        accounts.change_password(desk(), caller, asked.old, asked.new)

    @router.post(
        "/me/otp",
        summary="Take new one-time codes",
        description="A new secret and new recovery codes count at once, those of before no more; "
        "every other session ends. Takes a sign-in of less than ten minutes ago. No body.",
        responses=problems(401, 403, 503),
    )
    def renew_otp(caller: Annotated[Caller, Depends(enrolling)]) -> EnrolmentOut:
        from odyssee.actions import accounts

        return enrolment_shape(accounts.renew_otp(desk(), caller))
