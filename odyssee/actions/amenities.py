"""Amenities at the desk: look through them, hide one, put one where it really is."""

from dataclasses import dataclass, replace

from odyssee.actions.publishing import BUILD_PACK
from odyssee.actions.tools import Tools
from odyssee.db import amenities, audit, jobs, revisions
from odyssee.domain.amenities import AmenityKind, Listing, check_listing
from odyssee.domain.errors import Stale, refuse
from odyssee.domain.geo import LonLat
from odyssee.domain.paging import DEFAULT_LIMIT, Page, check_limit, page_of

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be said of an amenity; null leaves it as it is."""

    hidden: bool | None = None
    place: LonLat | None = None
    uncorrected: bool = False
    """Put it back where the partner has it."""


def page_listings(
    tools: Tools,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    kind: AmenityKind | None = None,
    called: str = "",
) -> Page[Listing]:
    """A page of them by their ids, hidden ones too; the cursor is the id of the last one seen.

    Raises:
        InputInvalid: the limit is not 1 to 200.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        found = amenities.list_listings(tx, limit + 1, cursor, kind, called)
    return page_of(found, limit, [one.id for one in found])


def list_every_listing(
    tools: Tools, kind: AmenityKind | None = None, called: str = ""
) -> list[Listing]:
    """All of them at once, by their ids."""
    with tools.desk.db.reading() as tx:
        return amenities.list_listings(tx, _ALL, None, kind, called)


def get_listing(tools: Tools, amenity_id: str) -> Listing:
    """The one of that id.

    Raises:
        NotFound: there is none.
    """
    with tools.desk.db.reading() as tx:
        return amenities.get_listing(tx, amenity_id)


def change_listing(
    tools: Tools, amenity_id: str, changes: Changes, *, by: str, version: int | None = None
) -> Listing:
    """Hide it or show it again, and correct its place; packs say so when they are built next.

    Args:
        tools: The desk.
        amenity_id: Which.
        changes: What to say of it.
        by: Who does it.
        version: The one that the caller has read; null for any.

    Raises:
        NotFound: there is none.
        Stale: it changed since.
        InputInvalid: the place is none.
    """
    refuse(check_listing(changes.place))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        kept = amenities.get_listing(tx, amenity_id, locked=True)
        if version not in {None, kept.version}:
            raise Stale
        wanted = _changed(kept, changes)
        if wanted == kept:
            return kept
        wanted = replace(wanted, version=kept.version + 1, updated_at=now)
        amenities.save_listing(tx, wanted)
        told = {
            "name": kept.amenity.name["fr"],
            "hidden": wanted.hidden,
            "place": list(wanted.place),
            "before": list(kept.place),
        }
        audit.add_entry(tx, now, by, "change_service", amenity_id, told)
        return wanted


def _changed(kept: Listing, changes: Changes) -> Listing:
    hidden = kept.hidden if changes.hidden is None else changes.hidden
    corrected = None if changes.uncorrected else changes.place or kept.corrected
    return replace(kept, hidden=hidden, corrected=corrected)


def publish_amenities(tools: Tools, *, by: str) -> dict[str, int]:
    """Order the packs of all that is served anew, under the same revisions, for their amenities.

    Returns:
        The job of each legend by its slug; a pack that would be the same stays as it is.
    """
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        served = revisions.list_served(tx)
        ordered = {
            one.slug: jobs.add_job(tx, BUILD_PACK, {"slug": one.slug, "revision": one.number}, now)
            for one in served
        }
        audit.add_entry(tx, now, by, "publish_services", "services", {"legends": len(ordered)})
    return ordered
