"""Letters: which characters may stand in words that people read."""

import unicodedata

_UNREADABLE = {"Cc", "Cs", "Co"}


def is_readable(text: str) -> bool:
    """One line, without control, half or private characters."""
    return not any(unicodedata.category(letter) in _UNREADABLE for letter in text)
