"""The admin routes together, and what the description says of them as a whole."""

from typing import Any

from fastapi import APIRouter

from odyssee.api.admin.amenities import add_amenities
from odyssee.api.admin.callers import DeskRoute, OpenDesk
from odyssee.api.admin.closures import add_closures
from odyssee.api.admin.cookies import SESSION
from odyssee.api.admin.drafts import add_drafts
from odyssee.api.admin.entering import add_entering
from odyssee.api.admin.exchange import add_exchange
from odyssee.api.admin.fleet import add_fleet
from odyssee.api.admin.history import add_history
from odyssee.api.admin.media import add_media
from odyssee.api.admin.offices import add_offices
from odyssee.api.admin.people import add_people
from odyssee.api.admin.previewing import add_previewing
from odyssee.api.admin.releasing import add_releasing
from odyssee.api.admin.reports import add_reports
from odyssee.api.admin.reviewing import add_reviewing
from odyssee.api.admin.revisions import add_revisions
from odyssee.api.admin.route import add_route
from odyssee.api.admin.statistics import add_statistics
from odyssee.api.admin.stops import add_stops
from odyssee.api.admin.surveys import add_surveys
from odyssee.api.admin.tokens import add_tokens
from odyssee.api.admin.trying import add_trying
from odyssee.api.admin.uploads import add_uploads
from odyssee.api.schemas.admin import (
    OfficeIn,
    PasswordIn,
    PersonChangesIn,
    PersonIn,
    ResetIn,
    SignInIn,
    TokenIn,
)
from odyssee.api.schemas.amenities import AmenityChangesIn, PartnerImportIn
from odyssee.api.schemas.closures import ClosureIn
from odyssee.api.schemas.drafts import OrderIn, SurveyIn, UndoIn
from odyssee.api.schemas.fleet import CodeIn, KioskChangesIn, KioskIn
from odyssee.api.schemas.media import AssetChangesIn
from odyssee.api.schemas.reports import ReportChangesIn
from odyssee.api.schemas.reviewing import (
    CommentChangesIn,
    CommentIn,
    PreviewIn,
    PublicationIn,
    ReviewIn,
    RollbackIn,
)
from odyssee.api.schemas.reviews import SimulationIn

SCHEMAS = (
    SignInIn,
    PasswordIn,
    TokenIn,
    PersonIn,
    PersonChangesIn,
    ResetIn,
    OfficeIn,
    AssetChangesIn,
    KioskIn,
    KioskChangesIn,
    CodeIn,
    ClosureIn,
    PartnerImportIn,
    AmenityChangesIn,
    OrderIn,
    SurveyIn,
    UndoIn,
    ReportChangesIn,
    SimulationIn,
    ReviewIn,
    CommentIn,
    CommentChangesIn,
    PublicationIn,
    RollbackIn,
    PreviewIn,
)
"""Bodies that routes name by reference, for the OpenAPI document."""

SECURITY: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `access_token` of `POST /admin/v1/session`, or a personal token.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION,
        "description": "For the desk's own pages.",
    },
}
"""How a caller is known."""


def build_admin(desk: OpenDesk) -> APIRouter:
    """The admin routes.

    Args:
        desk: gives the tools of curation; asked at each request, so that a server that reads
            only loads SQL when somebody comes to the desk.
    """
    router = APIRouter(prefix="/admin/v1", route_class=DeskRoute, tags=["desk"])
    add_entering(router, desk)
    add_tokens(router, desk)
    add_people(router, desk)
    add_offices(router, desk)
    add_uploads(router, desk)  # before the media: `uploads` is the id of none
    add_media(router, desk)
    add_fleet(router, desk)
    add_closures(router, desk)
    add_exchange(router, desk)
    add_amenities(router, desk)
    add_drafts(router, desk)
    add_stops(router, desk)
    add_surveys(router, desk)
    add_history(router, desk)
    add_route(router, desk)
    add_reports(router, desk)
    add_statistics(router, desk)
    add_trying(router, desk)
    add_revisions(router, desk)
    add_reviewing(router, desk)
    add_releasing(router, desk)
    add_previewing(router, desk)
    return router
