"""Importing: take over what a partner tells, whole or not at all; what an office wrote stays."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from odyssee.actions import credentials
from odyssee.actions.borrowing import borrow_geotrek, borrow_tourinsoft
from odyssee.actions.tools import Tools
from odyssee.db import amenities, audit, legends, seeds, territories
from odyssee.db.session import Tx
from odyssee.domain.amenities import Amenity, sha256_of_amenity
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.errors import Problem, refuse
from odyssee.domain.geo import BBox
from odyssee.domain.legends import Commune, Legend
from odyssee.domain.partners import Partner, PartnerKind, PartnerReport, check_bbox, get_partner
from odyssee.domain.seeds import Sight, Trek, plan_draft
from odyssee.files.partner_server import PartnerServer

Told = TypeVar("Told", Amenity, Trek, Sight)


class _Borrowed(NamedTuple):
    """What a partner shares."""

    amenities: Sequence[Amenity]
    treks: Sequence[Trek]
    sights: Sequence[Sight]


class _Begun(NamedTuple):
    """A draft to be kept, and the trek that it comes from."""

    seed: seeds.Seed
    legend: Legend


@dataclass(slots=True)
class _Plan:
    """What is to be written."""

    new: list[tuple[str, Amenity]] = field(default_factory=list)
    changed: list[tuple[str, Amenity]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    drafts: list[_Begun] = field(default_factory=list)
    seen_treks: list[str] = field(default_factory=list)


def import_from(
    tools: Tools,
    kind: PartnerKind,
    source: str,
    *,
    by: str,
    bbox: BBox | None = None,
    dry_run: bool = False,
) -> PartnerReport:
    """Take over amenities, and begin drafts from treks, in one transaction.

    Nothing is removed because a partner does not send it any more, no draft that
    is there is touched, and a row that cannot be read stops no other.

    Args:
        tools: The desk.
        kind: Of which system.
        source: The partner's name in the settings.
        by: Who does it.
        bbox: Only what lies in there.
        dry_run: Tell what would be done, and do nothing.

    Raises:
        InputInvalid: the settings name no such partner, or the box is none.
        AddressRefused: the partner is, or leads to, a machine of our own network.
        PartnerUnreadable: it answers with something else.
        Unavailable: it does not answer, or the database does not.
    """
    partner = get_partner(tools.desk.partners, kind, source)
    refuse(check_bbox(bbox))
    report = PartnerReport(dry_run=dry_run)
    borrowed = _borrow(tools, partner, bbox, report)
    if dry_run:
        with tools.desk.db.reading() as tx:
            _plan(tx, partner, borrowed, report, bbox)
        return report
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        amenities.lock_imports(tx)
        plan = _plan(tx, partner, borrowed, report, bbox)
        _write(tx, partner, plan, report, now, by)
        counts = {name: len(getattr(report, name)) for name in ("created", "changed", "unchanged")}
        told = {**counts, "not_seen": report.not_seen, "problems": report.problem_count}
        audit.add_entry(tx, now, by, "import", f"{kind}:{source}", told)
    return report


def _borrow(tools: Tools, partner: Partner, bbox: BBox | None, report: PartnerReport) -> _Borrowed:
    server = PartnerServer(partner.url, allows_private=tools.desk.asks_private)
    try:
        if partner.kind == "tourinsoft":
            offers = borrow_tourinsoft(server, partner, bbox, report.tell)
            return _Borrowed(_once(offers, report), (), ())
        taken = borrow_geotrek(server, partner, bbox, report.tell)
        treks = _once(taken.treks, report)
        return _Borrowed(_once(taken.amenities, report), treks, _once(taken.sights, report))
    finally:
        server.close()


def _once(rows: Iterable[Told], report: PartnerReport) -> list[Told]:
    """The last of each id, in the order of the first."""
    known: dict[str, Told] = {}
    for row in rows:
        if row.external_id in known:
            report.tell([Problem(row.external_id, "row_twice", "advice")])
        known[row.external_id] = row
    return list(known.values())


def _plan(
    tx: Tx, partner: Partner, borrowed: _Borrowed, report: PartnerReport, bbox: BBox | None
) -> _Plan:
    plan = _Plan()
    known = amenities.find_hashes(tx, partner.kind, partner.name)
    for amenity in borrowed.amenities:
        kept = known.pop(amenity.external_id, None)
        if kept is None:
            plan.new.append((credentials.new_id(), amenity))
            report.created.append(amenity.external_id)
            continue
        amenity_id, sha256 = kept
        plan.seen.append(amenity_id)
        if sha256 == sha256_of_amenity(amenity):
            report.unchanged.append(amenity.external_id)
        else:
            plan.changed.append((amenity_id, amenity))
            report.changed.append(amenity.external_id)
    if bbox is None:  # else nobody asked for the others
        report.not_seen = len(known)
    _plan_drafts(tx, partner, borrowed, report, plan)
    return plan


def _plan_drafts(
    tx: Tx, partner: Partner, borrowed: _Borrowed, report: PartnerReport, plan: _Plan
) -> None:
    if not borrowed.treks:
        return
    territory = territories.find_territory(tx)
    communes: Sequence[Commune] = () if territory is None else territory.communes
    known = seeds.find_seeds(tx, partner.name)
    taken: set[str] = set()
    for trek in borrowed.treks:
        legend = plan_draft(trek, borrowed.sights, partner, communes)
        sha256 = sha256_of(canonical(asdict(legend)))
        begun = known.get(trek.external_id)
        if begun is not None:
            plan.seen_treks.append(trek.external_id)
            report.unchanged.append(trek.external_id)
            if begun.content_sha256 != sha256:
                told = {"legend": begun.legend}
                report.tell([Problem(trek.external_id, "trek_changed", "advice", told)])
        elif legend.slug in taken or seeds.is_slug_taken(tx, legend.slug):
            told = {"legend": legend.slug}
            report.tell([Problem(trek.external_id, "slug_taken", values=told)])
        else:
            taken.add(legend.slug)
            seed = seeds.Seed(trek.external_id, legend.slug, sha256)
            plan.drafts.append(_Begun(seed, legend))
            report.created.append(trek.external_id)


def _write(
    tx: Tx, partner: Partner, plan: _Plan, report: PartnerReport, now: datetime, by: str
) -> None:
    amenities.add_amenities(tx, plan.new, now)
    amenities.change_amenities(tx, plan.changed, now)
    amenities.note_seen(tx, plan.seen, now)
    seeds.note_seen(tx, partner.name, plan.seen_treks, now)
    kept: list[seeds.Seed] = []
    for seed, legend in plan.drafts:
        if not legends.add_draft(tx, legend, {}, now):  # somebody was quicker by a moment
            report.created.remove(seed.external_id)
            told = {"legend": legend.slug}
            report.tell([Problem(seed.external_id, "slug_taken", values=told)])
            continue
        kept.append(seed)
        told = {"partner": partner.name, "trek": seed.external_id}
        audit.add_entry(tx, now, by, "import", legend.slug, told)
    seeds.add_seeds(tx, partner.name, kept, now)
