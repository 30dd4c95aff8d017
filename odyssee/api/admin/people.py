"""People: who works here; only an admin sees and changes them, by a session."""

from typing import Annotated

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
from odyssee.api.admin.shapes import handed_shape, person_shape
from odyssee.api.schemas.admin import (
    HandedOut,
    NewPersonOut,
    PeopleOut,
    PersonChangesIn,
    PersonIn,
    PersonOut,
    ResetIn,
)
from odyssee.api.stating import problems
from odyssee.domain.people import Caller


def add_people(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of people."""
    admins = Callers(desk, "admin", scope="all", by=("session",))
    _add_readings(router, desk, admins)
    _add_hand_overs(router, desk, admins)
    _add_changes(router, desk, admins)


def _add_readings(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.get(
        "/people",
        summary="People",
        description="Everybody, the disabled too, in the order of their e-mails.",
        responses=problems(401, 403, 422, 503),
    )
    def list_people(
        caller: Annotated[Caller, Depends(admins)], limit: Limit = LIMIT, cursor: Cursor = None
    ) -> PeopleOut:
        from odyssee.actions import staffing

        page = staffing.list_people(desk(), caller, limit, check_cursor(cursor))
        return PeopleOut(items=[person_shape(person) for person in page.items], next=page.next)

    @router.get(
        "/people/{person_id}",
        summary="A person",
        description="The `ETag` is what a change sends back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_person(
        caller: Annotated[Caller, Depends(admins)], person_id: str, response: Response
    ) -> PersonOut:
        from odyssee.actions import staffing

        person = staffing.show_person(desk(), caller, check_id(person_id))
        response.headers["ETag"] = etag_of(person.version)
        return person_shape(person)


def _add_hand_overs(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.post(
        "/people",
        summary="Add somebody",
        description="With a one-time password to hand over, and one-time codes where the role "
        "needs them.",
        status_code=201,
        responses=problems(401, 403, 409, 413, 415, 422, 503),
    )
    def add_person(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[PersonIn, Depends(Reading(PersonIn))],
        response: Response,
    ) -> NewPersonOut:
        from odyssee.actions import staffing

        added = staffing.add_person(
            desk(), caller, asked.email, asked.role, asked.office, asked.name
        )
        response.headers["Location"] = f"/admin/v1/people/{added.person.id}"
        response.headers["ETag"] = etag_of(added.person.version)
        person, handed = person_shape(added.person), handed_shape(added)
        return NewPersonOut(**person.model_dump(), **handed.model_dump())

    @router.post(
        "/people/{person_id}/reset",
        summary="Hand over a new one-time password",
        description="Every session and token of the person ends. With `otp` the one-time codes "
        "of before end too: the phone was lost. The body may be absent.",
        responses=problems(401, 403, 404, 413, 415, 422, 503),
    )
    def reset_person(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[ResetIn, Depends(Reading(ResetIn, optional=True))],
        person_id: str,
    ) -> HandedOut:
        from odyssee.actions import staffing

        return handed_shape(
            staffing.reset_person(desk(), caller, check_id(person_id), otp=asked.otp)
        )


def _add_changes(router: APIRouter, desk: OpenDesk, admins: Callers) -> None:
    @router.patch(
        "/people/{person_id}",
        summary="Change somebody",
        description="Role, office, name, or whether they are disabled; who is disabled is out at "
        "once. Needs `If-Match`.",
        responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [match_header("person as they were read")]},
    )
    def change_person(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[PersonChangesIn, Depends(Reading(PersonChangesIn))],
        person_id: str,
        request: Request,
        response: Response,
    ) -> PersonOut:
        from odyssee.actions import staffing

        tools = desk()
        present = staffing.show_person(tools, caller, check_id(person_id))
        check_match(request, present.version)
        changes = {name: getattr(asked, name) for name in asked.model_fields_set}
        person = staffing.change_person(tools, caller, person_id, present.version, **changes)
        response.headers["ETag"] = etag_of(person.version)
        return person_shape(person)
