"""Slugs in addresses of the desk."""

from odyssee.domain.errors import NotFound
from odyssee.domain.slugs import is_slug


def check_slug(slug: str) -> str:
    """A slug as legends have them; anything else names none, and reaches no database.

    Raises:
        NotFound: it is none.
    """
    if not is_slug(slug):
        raise NotFound
    return slug
