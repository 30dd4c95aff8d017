"""Exchanging: legends as one zip, in and out; what goes out and comes in again changes nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odyssee.actions import ingesting
from odyssee.actions.ingesting import ImportReport
from odyssee.actions.tools import Tools
from odyssee.content.bundles import pack, unpack


def take_bundle(tools: Tools, archive: Path, by: str, *, dry_run: bool) -> ImportReport:
    """Import a zip of the content folder, whole or not at all.

    Args:
        tools: The hands.
        archive: The zip.
        by: Who brings it, for the audit.
        dry_run: Whether only to say what would be done.

    Raises:
        InputInvalid: it is no such zip; nothing was taken.
        ContentInvalid: its content has errors; all are told, nothing was taken.
    """
    with tempfile.TemporaryDirectory(prefix="odyssee-zip-") as folder:
        content = unpack(archive, Path(folder))
        if dry_run:
            return ingesting.foresee(tools, content)
        return ingesting.import_folder(tools, content, by=by)


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
