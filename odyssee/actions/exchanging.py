"""Exchanging: legends as files; what goes out as a zip and comes in again changes nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odyssee.actions import ingesting
from odyssee.actions.ingesting import ImportReport
from odyssee.actions.tools import Tools
from odyssee.content.bundles import pack, unpack
from odyssee.content.trail_files import MAX_TRAIL_BYTES, read_trail
from odyssee.db import audit, legends
from odyssee.domain.beginnings import begin_legend
from odyssee.domain.errors import InputInvalid, Problem

ZIP_BEGINS = b"PK"


def take_file(
    tools: Tools,
    path: Path,
    by: str,
    office: str | None = None,
    *,
    dry_run: bool,
    may_change_territory: bool = False,
) -> ImportReport:
    """Import a file, whole or not at all: a zip of the content folder, or a trail.

    Args:
        tools: The hands.
        path: The file; what it is, its first bytes tell.
        by: Who brings it, for the audit.
        office: Whose a draft is that a trail begins; null for every editor's.
        dry_run: Whether only to say what would be done.
        may_change_territory: Whether a zip may bring another one than is kept.

    Raises:
        Forbidden: a zip brings another territory, and may not; nothing was taken.
        InputInvalid: it is neither, or a draft of that name is there already.
        ContentInvalid: the content of a zip has errors.
    """
    with path.open("rb") as file:
        head = file.read(len(ZIP_BEGINS))
        if head != ZIP_BEGINS and head:
            raw = head + file.read(MAX_TRAIL_BYTES)
            return _take_trail(tools, raw, by, office, dry_run=dry_run)
    return take_bundle(tools, path, by, dry_run=dry_run, may_change_territory=may_change_territory)


def _take_trail(
    tools: Tools, raw: bytes, by: str, office: str | None, *, dry_run: bool
) -> ImportReport:
    """Begin a draft from a GPX, KML or GeoJSON file; one that is there already is left alone."""
    legend = begin_legend(read_trail("file", raw), "Parcours")
    slug, now = legend.slug, tools.clock()
    with tools.desk.db.transaction() as tx:
        draft = legends.find_draft(tx, slug)
        if draft is not None and draft.legend == legend:
            return ImportReport(unchanged=[slug])
        if draft is not None:
            raise InputInvalid([Problem("file", "draft_exists", values={"slug": slug})])
        if not dry_run:
            if not legends.add_draft(tx, legend, {}, now, office):
                raise InputInvalid([Problem("file", "draft_exists", values={"slug": slug})])
            audit.add_entry(tx, now, by, "created", slug, {"how": "trail file"})
    return ImportReport(created=[slug])


def take_bundle(
    tools: Tools, archive: Path, by: str, *, dry_run: bool, may_change_territory: bool = False
) -> ImportReport:
    """Import a zip of the content folder, whole or not at all.

    Args:
        tools: The hands.
        archive: The zip.
        by: Who brings it, for the audit.
        dry_run: Whether only to say what would be done.
        may_change_territory: Whether it may bring another one than is kept.

    Raises:
        Forbidden: it brings another territory, and may not; nothing was taken.
        InputInvalid: it is no such zip; nothing was taken.
        ContentInvalid: its content has errors; all are told, nothing was taken.
    """
    with tempfile.TemporaryDirectory(prefix="odyssee-zip-") as folder:
        inner = Path(folder) / "zip"  # so that what lies beside its top is nobody else’s
        inner.mkdir()
        content = unpack(archive, inner)
        if dry_run:
            return ingesting.foresee(tools, content, may_change_territory=may_change_territory)
        return ingesting.import_folder(
            tools, content, by=by, may_change_territory=may_change_territory
        )


@contextmanager
def give_bundle(tools: Tools, slug: str) -> Iterator[Path]:
    """A draft as a zip, for as long as it is read.

    Raises:
        NotFound: there is no such draft.
        Unavailable: a store does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="odyssee-zip-") as folder:
        content, archive = Path(folder) / "content", Path(folder) / f"{slug}.zip"
        content.mkdir()
        ingesting.export_draft(tools, slug, content)
        pack(content, archive)
        yield archive
