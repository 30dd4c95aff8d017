"""Services near trails: brought in from partners, looked through, hidden, put where they are."""

from typing import TYPE_CHECKING, Annotated

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
from odyssee.api.answers import lang_of
from odyssee.api.content_texts import say_content
from odyssee.api.schemas.amenities import (
    AmenitiesOut,
    AmenitiesPublishedOut,
    AmenityChangesIn,
    AmenityOut,
    PartnerImportIn,
    PartnerImportOut,
)
from odyssee.api.schemas.exchange import ImportProblemOut
from odyssee.api.stating import problems
from odyssee.domain.amenities import AmenityKind
from odyssee.domain.partners import KINDS, PartnerKind, PartnerReport
from odyssee.domain.people import Caller

if TYPE_CHECKING:
    from odyssee.domain.amenities import Listing

_LANGUAGES = ("fr", "en")
_MATCH = {"parameters": [match_header("service as it was read")]}
_NAMES: dict[PartnerKind, str] = {"geotrek": "a Geotrek", "tourinsoft": "a Tourinsoft feed"}


def add_amenities(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of services and of their imports."""
    # They belong to the territory: whoever may edit one legend may look after them.
    editors = Callers(desk, "editor", scope="all")
    for kind in KINDS:
        _add_import(router, desk, editors, kind)
    _add_readings(router, desk, editors)
    _add_changes(router, desk, editors)
    _add_publication(router, desk)


def _add_import(router: APIRouter, desk: OpenDesk, editors: Callers, kind: PartnerKind) -> None:
    @router.post(
        f"/imports/{kind}",
        name=f"import_{kind}",
        summary=f"Import from {_NAMES[kind]}",
        description="Services near trails, and from treks drafts to start from. Nothing is removed "
        "because it is not sent any more, no draft that is there is touched, and a row that cannot "
        "be read stops no other. `source` is a name of the server's settings: no other address is "
        "ever asked.",
        responses=problems(401, 403, 413, 415, 422, 502, 503),
    )
    def import_from(
        caller: Annotated[Caller, Depends(editors)],
        asked: Annotated[PartnerImportIn, Depends(Reading(PartnerImportIn))],
        request: Request,
        dry_run: Annotated[bool, Query(description="Tell what would be done, do nothing.")] = False,  # noqa: FBT002  # a query parameter
    ) -> PartnerImportOut:
        from odyssee.actions import importing

        report = importing.import_from(
            desk(),
            kind,
            asked.source,
            by=caller.person.id,
            bbox=asked.to_bbox(),
            dry_run=dry_run,
        )
        return _report_shape(report, lang_of(request.scope, _LANGUAGES))


def _add_readings(router: APIRouter, desk: OpenDesk, editors: Callers) -> None:
    @router.get(
        "/services",
        summary="Services",
        description="All that partners ever told, hidden ones too, by their ids.",
        responses=problems(401, 403, 422, 503),
    )
    def list_services(
        _caller: Annotated[Caller, Depends(editors)],
        kind: Annotated[AmenityKind | None, Query(description="Only those of that kind.")] = None,
        q: Annotated[
            str, Query(max_length=200, description="Words of the name; accents and case ignored.")
        ] = "",
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> AmenitiesOut:
        from odyssee.actions import amenities

        page = amenities.page_listings(desk(), limit, check_cursor(cursor), kind, q)
        return AmenitiesOut(items=[_shape(one) for one in page.items], next=page.next)

    @router.get(
        "/services/{service_id}",
        summary="A service",
        description="The `ETag` is what a change sends back as `If-Match`.",
        responses=problems(401, 403, 404, 503),
    )
    def get_service(
        _caller: Annotated[Caller, Depends(editors)], service_id: str, response: Response
    ) -> AmenityOut:
        from odyssee.actions import amenities

        listing = amenities.get_listing(desk(), check_id(service_id))
        response.headers["ETag"] = etag_of(listing.version)
        return _shape(listing)


def _add_changes(router: APIRouter, desk: OpenDesk, editors: Callers) -> None:
    @router.patch(
        "/services/{service_id}",
        summary="Hide a service, or correct its place",
        description="Outlives every import. Packs say so when they are built next.",
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra=_MATCH,
    )
    def change_service(
        caller: Annotated[Caller, Depends(editors)],
        asked: Annotated[AmenityChangesIn, Depends(Reading(AmenityChangesIn))],
        service_id: str,
        request: Request,
        response: Response,
    ) -> AmenityOut:
        from odyssee.actions import amenities

        tools = desk()
        present = amenities.get_listing(tools, check_id(service_id))
        check_match(request, present.version)
        changes = amenities.Changes(
            hidden=asked.hidden,
            place=asked.to_place(),
            uncorrected="location" in asked.model_fields_set and asked.location is None,
        )
        changed = amenities.change_listing(
            tools, present.id, changes, by=caller.person.id, version=present.version
        )
        response.headers["ETag"] = etag_of(changed.version)
        return _shape(changed)


def _add_publication(router: APIRouter, desk: OpenDesk) -> None:
    publishers = Callers(desk, "publisher", scope="all")

    @router.post(
        "/packs",
        summary="Put the services into what is published",
        description="Builds the pack of each legend that is served anew, under the same revision; "
        "one whose services did not change stays as it is, byte for byte.",
        status_code=202,
        responses=problems(401, 403, 503),
    )
    def publish_services(caller: Annotated[Caller, Depends(publishers)]) -> AmenitiesPublishedOut:
        from odyssee.actions import amenities

        return AmenitiesPublishedOut(jobs=amenities.publish_amenities(desk(), by=caller.person.id))


def _report_shape(report: PartnerReport, lang: str) -> PartnerImportOut:
    return PartnerImportOut(
        dry_run=report.dry_run,
        created=report.created,
        changed=report.changed,
        unchanged=report.unchanged,
        not_seen=report.not_seen,
        problem_count=report.problem_count,
        problems=[
            ImportProblemOut(
                severity=problem.severity,
                where=problem.where,
                code=problem.code,
                text=say_content(problem, lang),
            )
            for problem in report.problems
        ],
    )


def _shape(listing: "Listing") -> AmenityOut:
    from odyssee.domain.amenities import amenity_to_document

    amenity = listing.amenity
    told = amenity_to_document(amenity)
    names = ("kind", "name", "text", "opening", "contact", "url", "licence")
    kept = ("id", "hidden", "created_at", "updated_at", "last_seen_at")
    partner = {"kind": amenity.partner_kind, "name": amenity.partner, "id": amenity.external_id}
    return AmenityOut.model_validate(
        {name: told[name] for name in names}
        | {name: getattr(listing, name) for name in kept}
        | {
            "location": {"type": "Point", "coordinates": listing.place},
            "corrected": listing.corrected is not None,
            "partner": partner,
        }
    )
