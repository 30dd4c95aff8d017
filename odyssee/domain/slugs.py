"""Slugs: the names that stand in addresses."""

import re
import unicodedata
from collections.abc import Callable

MAX_SLUG = 64
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Lower-case ASCII letters and digits in words joined by single hyphens, 64 at most."""
    return len(text) <= MAX_SLUG and bool(SLUG.fullmatch(text))


def to_slug(title: str) -> str:
    """A slug made of a title, accents dropped; empty where no letter and no digit is left."""
    spelled = title.lower().replace("œ", "oe").replace("æ", "ae")
    apart = unicodedata.normalize("NFKD", spelled)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_SLUG].strip("-")


def free_slug(title: str, is_taken: Callable[[str], bool]) -> str:
    """As `to_slug`, with the first number from 2 on that makes it free; empty as there."""
    slug, number = to_slug(title), 1
    free = slug
    while free and is_taken(free):
        number += 1
        ending = f"-{number}"
        free = slug[: MAX_SLUG - len(ending)].strip("-") + ending
    return free
