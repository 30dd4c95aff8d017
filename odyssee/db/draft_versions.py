"""The versions that drafts had before, so that a change can be undone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from odyssee.db.legend_rows import LEGEND
from odyssee.db.session import Tx
from odyssee.db.tables import DraftVersionRow
from odyssee.domain.errors import NotFound
from odyssee.domain.legends import Legend
from odyssee.domain.publication import Draft
from odyssee.domain.versions import MAX_VERSIONS, DraftVersion, is_one_change

_FACTS = (
    DraftVersionRow.version,
    DraftVersionRow.part,
    DraftVersionRow.changed_by,
    DraftVersionRow.changed_at,
)


def keep_version(
    tx: Tx, before: Draft, part: str, by: str, now: datetime, *, is_apart: bool = False
) -> None:
    """Keep a draft as it was before the present change; ask for it under the draft's lock.

    A change that goes on with the one before keeps nothing: what it began from is kept already.
    One that is apart never does: what it takes away was written meanwhile.
    """
    slug = before.legend.slug
    newest = next(iter(list_versions(tx, slug, 1)), None)
    if newest is not None and not is_apart and is_one_change(newest, part, by, now):
        return
    row = {
        "slug": slug,
        "version": before.version,
        "document": LEGEND.dump_python(before.legend, mode="json"),
        "media": {ref: medium.key for ref, medium in before.media.items()},
        "part": part,
        "changed_by": by,
        "changed_at": now,
    }
    tx.execute(insert(DraftVersionRow).values(row))
    _forget_old(tx, slug)


def list_versions(tx: Tx, slug: str, limit: int, before: int | None = None) -> list[DraftVersion]:
    """What is kept of a draft, the newest first.

    Args:
        tx: Any transaction.
        slug: Of the legend.
        limit: At most so many.
        before: Only older ones than this version.
    """
    wanted = select(*_FACTS).where(DraftVersionRow.slug == slug)
    if before is not None:
        wanted = wanted.where(DraftVersionRow.version < before)
    rows = tx.execute(wanted.order_by(DraftVersionRow.version.desc()).limit(limit))
    return [DraftVersion(row.version, row.part, row.changed_by, row.changed_at) for row in rows]


def get_version(tx: Tx, slug: str, version: int) -> tuple[Legend, Mapping[str, str]]:
    """A legend as it was at a version, and the keys of its media by place.

    Raises:
        NotFound: that version is not kept.
    """
    which = (DraftVersionRow.slug == slug, DraftVersionRow.version == version)
    row = tx.execute(select(DraftVersionRow.document, DraftVersionRow.media).where(*which)).first()
    if row is None:
        raise NotFound(version=str(version))
    return LEGEND.validate_python(row.document), row.media


def _forget_old(tx: Tx, slug: str) -> None:
    of_legend = DraftVersionRow.slug == slug
    oldest = (
        select(DraftVersionRow.version)
        .where(of_legend)
        .order_by(DraftVersionRow.version.desc())
        .offset(MAX_VERSIONS)
        .limit(1)
    )
    last = tx.scalar(oldest)
    if last is not None:
        tx.execute(delete(DraftVersionRow).where(of_legend, DraftVersionRow.version <= last))
