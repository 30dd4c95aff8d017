"""Reports of trails: read, gathered by place, and dealt with."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

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
from odyssee.api.schemas.reports import (
    GatheredOut,
    GatheredsOut,
    ReportChangesIn,
    ReportOut,
    ReportsOut,
)
from odyssee.api.schemas.slugs import SlugIn
from odyssee.api.stating import problems
from odyssee.domain.people import Caller
from odyssee.domain.reports import ReportKind, ReportState, Wanted

States = Annotated[list[ReportState], Query(description="Repeat it for several; absent: all.")]
OpenStates = Annotated[
    list[ReportState], Query(description="Repeat it for several; absent: open and triaged.")
]
OfLegend = Annotated[SlugIn | None, Query(description="Of this legend only.")]
OfStop = Annotated[SlugIn | None, Query(description="Of stops of this name only.")]
OfKind = Annotated[ReportKind | None, Query(description="Of this kind only.")]


def add_reports(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of reports; a legend belongs to no office, and so they do not either."""
    readers = Callers(desk, "contributor", scope="all")
    _add_lists(router, desk, readers)
    _add_one(router, desk, readers)


def _add_lists(router: APIRouter, desk: OpenDesk, readers: Callers) -> None:
    @router.get(
        "/reports",
        summary="Reports of trails",
        description="The newest first. A contact is shown to editors and above.",
        responses=problems(401, 403, 422, 503),
    )
    def list_reports(
        caller: Annotated[Caller, Depends(readers)],
        state: States = [],  # noqa: B006 - FastAPI copies it
        legend: OfLegend = None,
        stop: OfStop = None,
        kind: OfKind = None,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> ReportsOut:
        from odyssee.actions import reporting

        wanted = _wanted(state, legend, stop, kind)
        page = reporting.list_reports(desk(), caller, wanted, limit, check_cursor(cursor))
        return ReportsOut(items=[ReportOut.from_domain(r) for r in page.items], next=page.next)

    @router.get(
        "/reports/summary",
        summary="Reports gathered by place",
        description="How many of each kind stand at each stop, the most first, so that the fifth "
        "“too late” at one stop is seen.",
        responses=problems(401, 403, 422, 503),
    )
    def gather_reports(
        _caller: Annotated[Caller, Depends(readers)],
        state: OpenStates = ["open", "triaged"],  # noqa: B006 - FastAPI copies it
        legend: OfLegend = None,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> GatheredsOut:
        from odyssee.actions import reporting

        wanted = _wanted(state, legend, None, None)
        page = reporting.gather_reports(desk(), wanted, limit, check_cursor(cursor))
        return GatheredsOut(items=[GatheredOut.from_domain(g) for g in page.items], next=page.next)


def _add_one(router: APIRouter, desk: OpenDesk, readers: Callers) -> None:
    editors = Callers(desk, "editor", scope="all")

    @router.get(
        "/reports/{report_id}",
        summary="A report",
        description="The `ETag` is what a change sends back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_report(
        caller: Annotated[Caller, Depends(readers)], report_id: str, response: Response
    ) -> ReportOut:
        from odyssee.actions import reporting

        kept = reporting.show_report(desk(), caller, check_id(report_id))
        response.headers["ETag"] = etag_of(kept.version)
        return ReportOut.from_domain(kept)

    @router.patch(
        "/reports/{report_id}",
        summary="Deal with a report",
        description="Its state, a note of the office, or both. Closed, its contact is erased after "
        "90 days; it may be opened again. With `If-Match` only as it was read.",
        responses=problems(401, 403, 404, 412, 413, 415, 422, 503),
        openapi_extra={"parameters": [match_header("report as it was read", required=False)]},
    )
    def change_report(
        caller: Annotated[Caller, Depends(editors)],
        asked: Annotated[ReportChangesIn, Depends(Reading(ReportChangesIn))],
        report_id: str,
        request: Request,
        response: Response,
    ) -> ReportOut:
        from odyssee.actions import reporting

        tools, known = desk(), check_id(report_id)
        version = None
        if "if-match" in request.headers:
            version = reporting.show_report(tools, caller, known).version
            check_match(request, version)
        changes: dict[str, Any] = {name: getattr(asked, name) for name in asked.model_fields_set}
        kept = reporting.change_report(tools, caller, known, version, **changes)
        response.headers["ETag"] = etag_of(kept.version)
        return ReportOut.from_domain(kept)


def _wanted(
    states: list[ReportState], legend: str | None, stop: str | None, kind: ReportKind | None
) -> Wanted:
    return Wanted(states=tuple(states), legend=legend, stop=stop, kind=kind)
