"""The fleet: kiosks as an admin adds, watches, changes and revokes them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from odyssee.api.admin.bodies import (
    LIMIT,
    Cursor,
    Limit,
    Reading,
    check_cursor,
    check_id,
    check_match,
    etag_of,
    match_header,
)
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.schemas.fleet import (
    CodeIn,
    CodeOut,
    KioskChangesIn,
    KioskIn,
    KioskOut,
    KiosksOut,
    NewKioskOut,
    facts_of,
)
from odyssee.api.stating import problems
from odyssee.domain.people import Caller

_MATCH = {"parameters": [match_header("kiosk as it was read")]}


def add_fleet(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of kiosks; a token may read them, what changes them takes a session."""
    _add_readings(router, desk, Callers(desk, "admin", scope="all"))
    signed = Callers(desk, "admin", scope="all", by=("session",))
    _add_codes(router, desk, signed)
    _add_changes(router, desk, signed)


def _add_readings(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.get(
        "/kiosks",
        summary="Kiosks",
        description="All of them, the revoked too, in the order of their names: what each serves, "
        "how it is, and when it was last heard of.",
        responses=problems(401, 403, 422, 503),
    )
    def list_kiosks(
        caller: Annotated[Caller, Depends(admins)], limit: Limit = LIMIT, cursor: Cursor = None
    ) -> KiosksOut:
        from odyssee.actions import fleet

        page = fleet.list_kiosks(desk(), caller, limit, check_cursor(cursor))
        return KiosksOut(items=[KioskOut.from_domain(k) for k in page.items], next=page.next)

    @router.get(
        "/kiosks/{kiosk_id}",
        summary="A kiosk",
        description="The `ETag` is what a change sends back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_kiosk(
        caller: Annotated[Caller, Depends(admins)], kiosk_id: str, response: Response
    ) -> KioskOut:
        from odyssee.actions import fleet

        kiosk = fleet.show_kiosk(desk(), caller, check_id(kiosk_id))
        response.headers["ETag"] = etag_of(kiosk.version)
        return KioskOut.from_domain(kiosk)


def _add_codes(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.post(
        "/kiosks",
        summary="Add a kiosk",
        description="With a one-time code to type on it: for 15 minutes, or with `usb` for 30 "
        "days. The code is shown now and never again.",
        status_code=201,
        responses=problems(401, 403, 413, 415, 422, 503),
    )
    def add_kiosk(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[KioskIn, Depends(Reading(KioskIn))],
        response: Response,
    ) -> NewKioskOut:
        from odyssee.actions import fleet

        issued = fleet.add_kiosk(
            desk(), caller, asked.name, asked.office, asked.profile.to_domain(), asked.enrolment
        )
        response.headers["Location"] = f"/admin/v1/kiosks/{issued.kiosk.id}"
        response.headers["ETag"] = etag_of(issued.kiosk.version)
        return NewKioskOut(**facts_of(issued.kiosk), code=issued.code)

    @router.post(
        "/kiosks/{kiosk_id}/code",
        summary="Give a kiosk a new code",
        description="The code before counts no more. A kiosk that is enrolled stays so until the "
        "new code is used; its new key then takes the place of the old one. The body may be "
        "absent.",
        status_code=201,
        responses=problems(401, 403, 404, 409, 413, 415, 422, 503),
    )
    def issue_code(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[CodeIn, Depends(Reading(CodeIn, optional=True))],
        kiosk_id: str,
    ) -> CodeOut:
        from odyssee.actions import fleet

        issued = fleet.issue_code(desk(), caller, check_id(kiosk_id), asked.enrolment)
        return CodeOut(code=issued.code, expires_at=issued.expires_at)


def _add_changes(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.patch(
        "/kiosks/{kiosk_id}",
        summary="Change a kiosk",
        description="Name, office or profile, which is replaced as a whole; the kiosk learns of "
        "it with the answer to its next report.",
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra=_MATCH,
    )
    def change_kiosk(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[KioskChangesIn, Depends(Reading(KioskChangesIn))],
        kiosk_id: str,
        request: Request,
        response: Response,
    ) -> KioskOut:
        from odyssee.actions import fleet

        tools = desk()
        present = fleet.show_kiosk(tools, caller, check_id(kiosk_id))
        check_match(request, present.version)
        changes: dict[str, Any] = {name: getattr(asked, name) for name in asked.model_fields_set}
        if "profile" in changes:
            changes["profile"] = asked.profile.to_domain()
        kiosk = fleet.change_kiosk(tools, caller, kiosk_id, present.version, **changes)
        response.headers["ETag"] = etag_of(kiosk.version)
        return KioskOut.from_domain(kiosk)

    @router.delete(
        "/kiosks/{kiosk_id}",
        summary="Revoke a kiosk",
        description="For good: its next call is refused. It stays on the list, and what it "
        "counted stays counted.",
        status_code=204,
        responses=problems(401, 403, 404, 412, 428, 503),
        openapi_extra=_MATCH,
    )
    def revoke_kiosk(
        caller: Annotated[Caller, Depends(admins)], kiosk_id: str, request: Request
    ) -> None:
        from odyssee.actions import fleet

        tools = desk()
        present = fleet.show_kiosk(tools, caller, check_id(kiosk_id))
        check_match(request, present.version)
        fleet.revoke_kiosk(tools, caller, kiosk_id, present.version)
