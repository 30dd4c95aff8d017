"""Bodies about services near a trail, and about imports from partners."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.closures import DECIMALS, PositionIn
from odyssee.api.schemas.exchange import ImportOut
from odyssee.api.schemas.legends import PointOut
from odyssee.domain.amenities import AmenityKind
from odyssee.domain.geo import BBox, LonLat

Degrees = Annotated[float, Field(ge=-180, le=180)]


class ContactOut(Body):
    """How a host is reached; what is not known is left out."""

    phone: str | None = None
    email: str | None = None
    website: str | None = None
    address: str | None = None


class CreditOut(Body):
    """Who tells this."""

    name: str
    url: str | None
    licence: str | None
    """SPDX identifier; null where the partner said nothing."""


class NearbyOut(Body):
    """A service near a trail."""

    id: str
    kind: AmenityKind
    name: str
    text: str | None
    """Plain words."""
    lang: str
    """Of the name."""
    location: PointOut
    along_m: int
    """From the start along the route, to where one leaves it."""
    off_m: int
    """From there, as the crow flies."""
    contact: ContactOut
    opening: str | None
    source: CreditOut


class NearbysOut(Body):
    """The services near a trail, in the order of its route."""

    services: list[NearbyOut]
    revision: int


class PartnerImportIn(Body):
    """Which partner is imported from."""

    source: str = Field(min_length=1, max_length=64)
    """Its name in the server's settings."""
    bbox: tuple[Degrees, Degrees, Degrees, Degrees] | None = None
    """West, south, east, north; absent or null: everything."""

    def to_bbox(self) -> BBox | None:
        """The box."""
        return None if self.bbox is None else BBox(*self.bbox)


class PartnerImportOut(ImportOut):
    """As of legends: natural keys such as `poi/12`, of treks as well, whose drafts are new.

    Of the problems, whose places are collection, id and field, the first 500.
    """

    not_seen: int
    """Known from before and not sent any more: they are kept."""
    problem_count: int
    """Of all."""


class AmenityPlaceIn(Body):
    """GeoJSON Point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: PositionIn


class AmenityChangesIn(Body):
    """What an office says of a service; what is absent stays."""

    hidden: bool | None = None
    """True: packs do not name it any more, from when they are built next."""
    location: AmenityPlaceIn | None = None
    """Where it really is; null: where the partner has it."""

    def to_place(self) -> LonLat | None:
        """The corrected place."""
        if self.location is None:
            return None
        lon, lat = self.location.coordinates
        return LonLat(round(lon, DECIMALS), round(lat, DECIMALS))


class AmenityOut(Body):
    """A service as the desk knows it."""

    id: str
    kind: AmenityKind
    name: dict[str, str]
    text: dict[str, str]
    opening: dict[str, str]
    location: PointOut
    corrected: bool
    """Whether an office put it there."""
    hidden: bool
    contact: ContactOut
    partner: dict[Literal["kind", "name", "id"], str]
    """Its natural key."""
    url: str | None
    licence: str | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    last_seen_at: AwareDatetime
    """When the partner sent it last."""


class AmenitiesOut(Body):
    """A page of services."""

    items: list[AmenityOut]
    next: str | None


class AmenitiesPublishedOut(Body):
    """Packs that are built anew."""

    jobs: dict[str, int]
    """The job of each legend that is served."""
