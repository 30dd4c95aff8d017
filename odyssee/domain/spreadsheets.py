"""Tables that a French spreadsheet opens by itself, and in which no text becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What no text may begin with: it would be reckoned, the full-width forms by some programs."""
_BOM = "\ufeff"


def to_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows in UTF-8 with a mark that says so, `;` between cells, a comma within numbers."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_write(cell) for cell in row])
    return (_BOM + written.getvalue()).encode()


def _write(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
    return str(cell).replace(".", ",")
