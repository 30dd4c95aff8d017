"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from odyssee.domain.errors import InputInvalid, Problem

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, in its order."""

    items: tuple[T, ...]
    next: str | None
    """The cursor that gives the page after this one; null on the last."""


def check_limit(limit: int) -> None:
    """Refuse a page of an impossible size.

    Raises:
        InputInvalid: fewer than 1 or more than 200 are asked for.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputInvalid(
            [Problem("limit", "out_of_range", values={"expected": f"1–{MAX_LIMIT}"})]
        )


def bad_cursor() -> InputInvalid:
    """The refusal of a cursor that is not of the list."""
    return InputInvalid([Problem("cursor", "bad_cursor")])


def page_of(found: Sequence[T], limit: int, cursors: Sequence[str]) -> Page[T]:
    """The page of what was read, one more than the limit.

    Args:
        found: At most `limit` + 1 of the list.
        limit: How many the page holds.
        cursors: The cursor of each found, which stands for "after this one".
    """
    following = cursors[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), following)
