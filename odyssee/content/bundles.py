"""A content folder as one zip: unpacked with care, and packed always to the same bytes."""

import stat
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from odyssee.content.folder import CONTENT_FOLDER, LEGENDS_FOLDER, TERRITORY_FILE
from odyssee.domain.errors import InputInvalid, Problem

MAX_ENTRIES = 5_000
MAX_FILE_BYTES = 300_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_NAME = 300
_DEEPEST = 10
_MAX_READ_BYTES = 8_000_000
"""At once: a list of entries is read whole, and each entry of it weighs half a kilobyte."""
_METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
_PIECE_BYTES = 256 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_LEFT_BEHIND = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What the programs that make zips put beside."""
_TEXTS = frozenset({".yaml", ".md", ".vtt", ".svg"})


class _Bounded(FileIO):
    """A zip whose list of entries is refused before it is read, where it is a bomb itself."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As `FileIO.read`."""
        if size is not None and size > _MAX_READ_BYTES:
            raise BadZipFile("the list of entries is too long")
        return super().read(size)


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a zip into an empty folder; sizes are counted as bytes come, never believed.

    Returns:
        The folder to import: `contenus/` itself.

    Raises:
        InputInvalid: it is no zip, a bomb, holds a name that leads elsewhere, or no content.
    """
    try:
        with _Bounded(archive) as file, ZipFile(file) as zipped:
            entries = _entries(zipped)
            room = MAX_UNPACKED_BYTES
            for entry in entries:
                room -= _unpack_one(zipped, entry, into, min(room, MAX_FILE_BYTES))
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as broken:
        raise _refusal("zip_broken") from broken
    found = _find_content(into)
    if found is None:
        raise _refusal("zip_no_content")
    return found


def _entries(zipped: ZipFile) -> list[ZipInfo]:
    """The files to unpack; every entry is looked at before the first is written."""
    entries = [
        entry
        for entry in zipped.infolist()
        if not entry.is_dir() and not any(left in entry.filename for left in _LEFT_BEHIND)
    ]
    if len(entries) > MAX_ENTRIES:
        raise _refusal("zip_too_many", max=str(MAX_ENTRIES))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise _too_large()
    names: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 1:
            raise _refusal("zip_encrypted")
        if entry.compress_type not in _METHODS:  # other ones fail in ways of their own
            raise _refusal("zip_broken")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            raise _refusal("zip_bad_name")
        _check_name(entry.filename)
        folded = entry.filename.casefold()
        if folded in names:
            raise _refusal("zip_bad_name")
        names.add(folded)
    return entries


def _check_name(name: str) -> None:
    steps = name.split("/")
    bad = (
        len(name) > MAX_NAME
        or len(steps) > _DEEPEST
        or "\\" in name
        or ":" in name
        or not name.isprintable()
        or any(step in {"", ".", ".."} for step in steps)
    )
    if bad:
        raise _refusal("zip_bad_name")


def _unpack_one(zipped: ZipFile, entry: ZipInfo, into: Path, room: int) -> int:
    target, size = into / entry.filename, 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(entry) as source, target.open("xb") as file:
        while piece := source.read(_PIECE_BYTES):
            size += len(piece)
            if size > room:
                raise _too_large()
            file.write(piece)
    return size


def _find_content(folder: Path) -> Path | None:
    """The content, at the top or in a folder that holds nothing else, as zips are often made.

    Not the folder of a single legend: its name is its slug, which a zip of what it holds has lost.
    """
    for _ in range(3):
        root = folder / CONTENT_FOLDER if (folder / CONTENT_FOLDER).is_dir() else folder
        if (root / LEGENDS_FOLDER).is_dir() or (root / TERRITORY_FILE).is_file():
            return root
        held = list(folder.iterdir())
        if len(held) != 1 or not held[0].is_dir():
            return None
        folder = held[0]
    return None


def pack(folder: Path, archive: Path) -> None:
    """Pack all files of a folder into a zip; the same files give the same bytes."""
    with ZipFile(archive, "w") as zipped:
        for path in _files(folder):
            info = ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            info.external_attr = _READABLE
            info.compress_type = ZIP_DEFLATED if path.suffix in _TEXTS else ZIP_STORED
            with zipped.open(info, "w", force_zip64=True) as entry, path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    entry.write(piece)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _too_large() -> InputInvalid:
    return _refusal("zip_too_large", max_mb=str(MAX_UNPACKED_BYTES // 1_000_000))


def _refusal(code: str, **values: str) -> InputInvalid:
    return InputInvalid([Problem("file", code, values=values)])
