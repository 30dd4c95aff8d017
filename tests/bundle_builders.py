"""Zips of content as people send them, whole and otherwise."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from flow_builders import a_territory

from odyssee.content.writer import write_folder


def a_zip(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of these files, compressed."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return sink.getvalue()


def zip_of(folder: Path, *, under: str = "") -> bytes:
    """A zip of a folder's `contenus` and `medias`."""
    names = [path for top in ("contenus", "medias") for path in (folder / top).rglob("*")]
    files = {under + p.relative_to(folder).as_posix(): p.read_bytes() for p in names if p.is_file()}
    return a_zip(files)


def a_territory_zip() -> bytes:
    """A content folder without any legend."""
    with TemporaryDirectory() as folder:
        write_folder(Path(folder) / "contenus", a_territory(), [])
        return zip_of(Path(folder))
