"""Slugs: the names that stand in addresses."""

import re

MAX_SLUG = 64
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Lower-case ASCII letters and digits in words joined by single hyphens, 64 at most."""
    return len(text) <= MAX_SLUG and bool(SLUG.fullmatch(text))
