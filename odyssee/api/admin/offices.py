"""Offices, and the audit: who belongs together, and who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends

from odyssee.api.admin.bodies import LIMIT, Cursor, Limit, Reading, check_cursor
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.shapes import entry_shape
from odyssee.api.schemas.admin import AuditOut, OfficeIn, OfficeOut, OfficesOut
from odyssee.api.stating import problems
from odyssee.domain.people import Caller


def add_offices(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of offices and of the audit."""
    _add_list(router, desk)
    _add_new(router, desk)
    _add_audit(router, desk)


def _add_list(router: APIRouter, desk: OpenDesk) -> None:
    known = Callers(desk, "contributor", scope="all")

    @router.get(
        "/offices",
        summary="Offices",
        description="In the order of their slugs.",
        responses=problems(401, 403, 422, 503),
    )
    def list_offices(
        _caller: Annotated[Caller, Depends(known)],
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> OfficesOut:
        from odyssee.actions import staffing

        page = staffing.list_offices(desk(), limit, check_cursor(cursor))
        items = [OfficeOut(slug=office.slug, name=office.name) for office in page.items]
        return OfficesOut(items=items, next=page.next)


def _add_new(router: APIRouter, desk: OpenDesk) -> None:
    admins = Callers(desk, "admin", scope="all", by=("session",))

    @router.post(
        "/offices",
        summary="Add an office",
        description="People belong to it by its slug, which never changes.",
        status_code=201,
        responses=problems(401, 403, 409, 413, 415, 422, 503),
    )
    def add_office(
        caller: Annotated[Caller, Depends(admins)],
        asked: Annotated[OfficeIn, Depends(Reading(OfficeIn))],
    ) -> OfficeOut:
        from odyssee.actions import staffing

        office = staffing.add_office(desk(), caller, asked.slug, asked.name)
        return OfficeOut(slug=office.slug, name=office.name)


def _add_audit(router: APIRouter, desk: OpenDesk) -> None:
    admins = Callers(desk, "admin", scope="all")

    @router.get(
        "/audit",
        summary="Who did what",
        description="The newest first. Entries are added and never changed; they hold no "
        "password, code or token.",
        responses=problems(401, 403, 422, 503),
    )
    def list_audit(
        _caller: Annotated[Caller, Depends(admins)],
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> AuditOut:
        from odyssee.actions import staffing

        page = staffing.list_audit(desk(), limit, check_cursor(cursor))
        return AuditOut(items=[entry_shape(entry) for entry in page.items], next=page.next)
