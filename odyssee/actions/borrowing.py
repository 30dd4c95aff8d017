"""Borrowing: read what a partner shares, page by page, as rows of our own."""

from collections.abc import Callable, Iterator
from typing import Any

from odyssee.content import geotrek, tourinsoft
from odyssee.domain.amenities import Amenity
from odyssee.domain.errors import NotFound, PartnerUnreadable, Problem
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.partners import Partner
from odyssee.files.partner_server import PartnerServer

PAGE_ROWS = 500
MAX_ROWS = 20_000
"""Of one collection; the whole of a département has fewer."""

Tell = Callable[[list[Problem]], None]


def borrow_geotrek(
    server: PartnerServer, partner: Partner, bbox: BBox | None, tell: Tell
) -> geotrek.Taken:
    """Everything of a Geotrek that is of use here; a collection that it has not is passed over.

    Raises:
        AddressRefused: it is, or leads to, a machine of our own network.
        PartnerUnreadable: it answers with something else.
        Unavailable: it does not answer.
    """
    taken = geotrek.Taken(partner)
    found_any = False
    for collection, fields in geotrek.COLLECTIONS.items():
        query = {"fields": fields, "page_size": str(PAGE_ROWS)}
        if bbox is not None and collection in geotrek.ON_THE_MAP:
            query["in_bbox"] = ",".join(f"{edge:.7f}" for edge in bbox)
        address = f"{server.url.removesuffix('/api/v2')}/api/v2/{collection}/"
        try:
            for document in _list_results(server, address, query, tell, collection):
                tell(geotrek.take(collection, document, taken))
        except NotFound:
            continue
        found_any = True
    if not found_any:
        raise PartnerUnreadable("there is no Geotrek at this address")
    return taken


def _list_results(
    server: PartnerServer, address: str, query: dict[str, str], tell: Tell, collection: str
) -> Iterator[Any]:
    """The rows of a collection; `next` is only asked whether there is one, and never followed."""
    read = 0
    for number in range(1, MAX_ROWS + 1):
        page = server.get_json(address, query | {"page": str(number)})
        rows = page.get("results") if isinstance(page, dict) else None
        if not isinstance(rows, list):
            raise PartnerUnreadable(f"a page of {collection} has no results")
        for row in rows:
            if read == MAX_ROWS:
                tell([_too_many(collection)])
                return
            read += 1
            yield row
        if not rows or not page.get("next"):
            return


def borrow_tourinsoft(
    server: PartnerServer, partner: Partner, bbox: BBox | None, tell: Tell
) -> list[Amenity]:
    """Everything of a Tourinsoft feed that is of use here, within the box where one is given.

    Raises:
        As `borrow_geotrek`.
    """
    taken: list[Amenity] = []
    for document in _list_offers(server, tell):
        tell(tourinsoft.take(document, partner, taken))
    if bbox is None:
        return taken
    return [amenity for amenity in taken if _lies_in(amenity.place, bbox)]


def _list_offers(server: PartnerServer, tell: Tell) -> Iterator[Any]:
    read, seen = 0, set[str]()
    asked = {"$format": "json", "$inlinecount": "allpages", "$top": str(PAGE_ROWS)}
    while True:
        try:
            page = server.get_json(server.url, asked | {"$skip": str(read)})
        except NotFound as missing:
            raise PartnerUnreadable("there is no feed at this address") from missing
        found = tourinsoft.list_rows(page)
        if found is None:
            raise PartnerUnreadable("a page of the feed has no rows")
        rows, count = found
        before = len(seen)
        yield from [row for row in rows if not _was_seen(row, seen)][: MAX_ROWS - read]
        read += len(rows)
        # A feed that does not know $skip sends the same page for ever.
        if len(seen) == before or (count is not None and read >= count):
            return
        if read >= MAX_ROWS:
            tell([_too_many(tourinsoft.COLLECTION)])
            return


def _was_seen(row: Any, seen: set[str]) -> bool:
    """Whether a row of that id came before; one without an id is told each time."""
    known = row.get("SyndicObjectID") if isinstance(row, dict) else None
    if not isinstance(known, str):
        return False
    if known in seen:
        return True
    seen.add(known)
    return False


def _too_many(collection: str) -> Problem:
    return Problem(collection, "too_many_rows", values={"max": str(MAX_ROWS)})


def _lies_in(place: LonLat, bbox: BBox) -> bool:
    return bbox.west <= place.lon <= bbox.east and bbox.south <= place.lat <= bbox.north
