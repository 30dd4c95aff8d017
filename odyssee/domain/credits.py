"""Credits: whose work a picture is, as one line."""

import unicodedata
from collections.abc import Sequence

MAX_CREDIT = 200
"""Characters, of a credit and of a licence."""


def to_credit(creators: Sequence[str], rights: Sequence[str]) -> str | None:
    """One clean line of what a picture says of itself, 200 characters at most; None of nothing.

    Creators come first; what another part says already is left out.
    """
    names = dict.fromkeys(filter(None, (clean_line(name) for name in creators)))
    told = [", ".join(names), *(clean_line(text) for text in rights)]
    parts: list[str] = []
    for part in filter(None, told):
        if not any(_says(other, part) for other in parts):
            parts = [other for other in parts if not _says(part, other)] + [part]
    line = " – ".join(parts)
    return f"{line[: MAX_CREDIT - 1].rstrip()}…" if len(line) > MAX_CREDIT else line or None


def clean_line(text: str) -> str:
    """The text on one line, with single blanks, without what cannot be seen."""
    seen = "".join(_shown(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(seen.split())


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf":  # marks of direction and the like, which would turn the line around
        return ""
    return " " if category[0] == "C" else letter


def _says(one: str, other: str) -> bool:
    return other.casefold() in one.casefold()
