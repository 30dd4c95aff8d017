"""Slugs as they stand in bodies."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from odyssee.domain.slugs import MAX_SLUG, SLUG, is_slug


def _to_slug(text: str) -> str:
    if not is_slug(text):
        raise PydanticCustomError("bad_slug", "not a slug", {"max": MAX_SLUG})
    return text


SlugIn = Annotated[
    str,
    AfterValidator(_to_slug),
    Field(json_schema_extra={"pattern": f"^{SLUG.pattern}$", "maxLength": MAX_SLUG}),
]
"""Lower-case letters, digits and hyphens."""
