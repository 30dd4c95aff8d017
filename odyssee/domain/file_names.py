"""Names for media under a legend, from what their owners call them."""

import re
from collections.abc import Container

from odyssee.domain.checks import is_file_name

_REFUSED = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|/\ufffd]+")
_LONGEST = 100
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def to_file_name(shown: str, taken: Container[str]) -> str:
    """A name that every file system takes and that is not taken, as near to the shown as may be."""
    ending = _ENDING.search(shown)
    last = ending[0].lower() if ending else ""
    stem = _REFUSED.sub("-", shown[: ending.start()] if ending else shown)
    stem = stem.encode(errors="ignore").decode()[:_LONGEST].strip(" .-") or "media"
    while not is_file_name(stem + last):
        stem = stem[:-1].strip(" .-") or "media"
    name, number = stem + last, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}{last}"
    return name
