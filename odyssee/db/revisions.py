"""Frozen, numbered revisions of legends; the database refuses every change but of the state."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select, tuple_, update

from odyssee.db.legend_rows import LEGEND
from odyssee.db.session import Tx
from odyssee.db.tables import RevisionRow
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.media import MediaAsset
from odyssee.domain.publication import Revision, RevisionState

_MEDIA: TypeAdapter[Mapping[str, MediaAsset]] = TypeAdapter(dict[str, MediaAsset])
_SERVED: tuple[RevisionState, ...] = ("building", "published")


def next_number(tx: Tx, slug: str) -> int:
    """The number of the legend's next revision; ask for it under `lock_draft`."""
    last = tx.scalar(select(func.max(RevisionRow.number)).where(RevisionRow.slug == slug))
    return (last or 0) + 1


def add_revision(tx: Tx, revision: Revision) -> None:
    """Keep the revision for good.

    Raises:
        Stale: its number is not the next one.
    """
    if revision.number != next_number(tx, revision.slug):
        raise Stale(legend=revision.slug, revision=str(revision.number))
    row = {
        "slug": revision.slug,
        "number": revision.number,
        "legend": LEGEND.dump_python(revision.legend, mode="json"),
        "media": _MEDIA.dump_python(revision.media, mode="json"),
        "created_at": revision.created_at,
        "created_by": revision.by,
        "reason": revision.reason,
        "state": revision.state,
    }
    tx.execute(insert(RevisionRow).values(row))


def find_revision(tx: Tx, slug: str, number: int) -> Revision | None:
    """The legend's revision of that number."""
    one = (RevisionRow.slug == slug, RevisionRow.number == number)
    row = tx.execute(select(RevisionRow.__table__).where(*one)).first()
    return None if row is None else _revision(row)


def get_revision(tx: Tx, slug: str, number: int) -> Revision:
    """As `find_revision`.

    Raises:
        NotFound: the legend has no such revision.
    """
    revision = find_revision(tx, slug, number)
    if revision is None:
        raise NotFound(legend=slug, revision=str(number))
    return revision


def list_revisions(tx: Tx, slug: str) -> list[Revision]:
    """The legend's revisions, the newest first."""
    wanted = select(RevisionRow.__table__).where(RevisionRow.slug == slug)
    return [_revision(row) for row in tx.execute(wanted.order_by(RevisionRow.number.desc()))]


def list_states(tx: Tx, slug: str) -> list[tuple[int, RevisionState]]:
    """Number and state of the legend's revisions, the newest first, without their content."""
    wanted = select(RevisionRow.number, RevisionRow.state).where(RevisionRow.slug == slug)
    rows = tx.execute(wanted.order_by(RevisionRow.number.desc()))
    return [(row.number, row.state) for row in rows]


def set_state(tx: Tx, slug: str, number: int, state: RevisionState) -> None:
    """Say what became of the revision.

    Raises:
        NotFound: the legend has no such revision.
    """
    one = (RevisionRow.slug == slug, RevisionRow.number == number)
    changed = update(RevisionRow).where(*one).values(state=state)
    if tx.scalar(changed.returning(RevisionRow.number)) is None:
        raise NotFound(legend=slug, revision=str(number))


def list_current(tx: Tx) -> list[Revision]:
    """What should be served: each legend's latest revision that is building or published, by slug.

    A revision that failed leaves the one before it; one that was unpublished
    leaves none, for those before it were superseded.
    """
    latest = _latest_served()
    identity = tuple_(RevisionRow.slug, RevisionRow.number)
    rows = tx.execute(select(RevisionRow.__table__).where(identity.in_(latest)))
    return sorted((_revision(row) for row in rows), key=lambda revision: revision.slug)


def list_current_numbers(tx: Tx) -> list[tuple[str, int]]:
    """Slug and number of what `list_current` gives, without their content."""
    return sorted((row[0], row[1]) for row in tx.execute(_latest_served()))


def _latest_served() -> Any:
    served = select(RevisionRow.slug, func.max(RevisionRow.number))
    return served.where(RevisionRow.state.in_(_SERVED)).group_by(RevisionRow.slug)


def _revision(row: Any) -> Revision:
    return Revision(
        slug=row.slug,
        number=row.number,
        legend=LEGEND.validate_python(row.legend),
        media=_MEDIA.validate_python(row.media),
        created_at=row.created_at,
        by=row.created_by,
        reason=row.reason,
        state=row.state,
    )
