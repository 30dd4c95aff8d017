"""Comparing: what was published, and what one state of a legend changes in another."""

from dataclasses import dataclass
from typing import Literal

from odyssee.actions.drafting import check_seen
from odyssee.actions.tools import Tools
from odyssee.db import legends, revisions
from odyssee.db.session import Tx
from odyssee.domain.differences import Content, Differences, compare
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import Caller
from odyssee.domain.publication import Revision, RevisionHead

DRAFT: Literal["draft"] = "draft"
Named = int | Literal["draft"]
"""A state of a legend: a revision by its number, or the draft as it is now."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What two states differ in."""

    before: Named
    after: Named
    found: Differences


def page_revisions(
    tools: Tools, caller: Caller, slug: str, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[RevisionHead]:
    """The revisions of a legend, the newest first; the cursor is the number of the last one seen.

    Raises:
        NotFound: there is no such legend for the caller.
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise bad_cursor()
    before = None if cursor is None else int(cursor)
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        found = revisions.list_heads(tx, slug, limit + 1, before)
    return page_of(found, limit, [str(head.number) for head in found])


def show_revision(tools: Tools, caller: Caller, slug: str, number: int) -> Revision:
    """A revision with all its content.

    Raises:
        NotFound: it is not for the caller, or has no such revision.
    """
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        return revisions.get_revision(tx, slug, number)


def compare_states(
    tools: Tools, caller: Caller, slug: str, state: Named, against: Named | None
) -> Compared:
    """What `state` says otherwise than `against`; the draft always comes after a revision.

    Args:
        tools: The desk.
        caller: For whom.
        slug: The legend.
        state: What is looked at.
        against: What it is held against; null for the revision before.

    Raises:
        NotFound: it is not for the caller, or has no such revision or no draft.
        InputInvalid: nothing comes before what is looked at.
    """
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        if against is None:
            against = _find_before(tx, slug, state)
        first, second = (state, against) if against == DRAFT else (against, state)
        before, after = _get(tx, slug, first), _get(tx, slug, second)
    return Compared(first, second, compare(before, after))


def _find_before(tx: Tx, slug: str, state: Named) -> int:
    """The revision that the draft came from, or the one before a revision."""
    _get(tx, slug, state)
    numbers = [number for number, _state in revisions.list_states(tx, slug)]
    earlier = [number for number in numbers if state == DRAFT or number < int(state)]
    if not earlier:
        raise InputInvalid([Problem("against", "missing")])
    return earlier[0]


def _get(tx: Tx, slug: str, state: Named) -> Content:
    if state == DRAFT:
        return legends.get_draft(tx, slug)
    return revisions.get_revision(tx, slug, int(state))
