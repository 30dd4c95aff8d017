"""Drafting: what every change of a draft does, whatever part of it somebody changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from odyssee.actions import laying
from odyssee.actions.tools import Tools
from odyssee.content.plain import check_markup
from odyssee.db import audit, draft_versions, legends, media
from odyssee.db.session import Tx
from odyssee.domain.draft_media import names_media
from odyssee.domain.drafts import check_kept, problems_under, sees_draft
from odyssee.domain.errors import NotFound, refuse
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody is about to do to a draft, in the transaction that holds it."""

    caller: Caller
    now: datetime
    before: Draft
    part: str
    """`legend`, `order`, `stops/…`, `route` or `draft`, for the history and the audit."""
    pointer: str = ""
    """Of the part in the legend, such as `stops/3`: problems are told by pointers into it."""


def lock_seen(tx: Tx, caller: Caller, slug: str, asked: object = None) -> Draft:
    """The draft of that slug, held by this transaction.

    Args:
        tx: A transaction that has locked nothing yet.
        caller: For whom.
        slug: Of the legend.
        asked: What was sent: where it names media, their files are held as well.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    if names_media(asked):
        media.lock_files(tx)  # before the draft, as everybody does
    return _seen(caller, legends.lock_draft(tx, slug))


def check_seen(tx: Tx, caller: Caller, slug: str) -> None:
    """Let pass who may see the legend, archived or not.

    Raises:
        NotFound: there never was one, or it is not for the caller.
    """
    if not sees_draft(caller, legends.get_office(tx, slug)):
        raise NotFound(legend=slug)


def show_draft(tools: Tools, caller: Caller, slug: str) -> Draft:
    """The draft of that slug, as it is now.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    with tools.desk.db.reading() as tx:
        return _seen(caller, legends.get_draft(tx, slug))


def _seen(caller: Caller, draft: Draft) -> Draft:
    if not sees_draft(caller, draft.office):
        raise NotFound(legend=draft.legend.slug)
    return draft


def check_draft(legend: Legend, pointer: str = "") -> None:
    """Let pass what can be kept, with no raw HTML in it.

    Raises:
        InputInvalid: something of the part cannot be; all is told, by pointers into the part.
    """
    refuse(list(problems_under([*check_kept(legend), *check_markup(legend)], pointer)))


def save(tx: Tx, change: Change, after: Legend) -> Draft:
    """Keep the changed legend with the media that go with it, and the version before.

    Returns:
        The draft as it is kept now.

    Raises:
        InputInvalid: something of it cannot be kept; all is told.
    """
    check_draft(after, change.pointer)
    laid = laying.lay(tx, change.before, after, change.caller, change.now)
    refuse(list(problems_under(laid.problems, change.pointer)))
    return keep(tx, change, laid.legend, laid.media)


def keep(tx: Tx, change: Change, after: Legend, keys: Mapping[str, str]) -> Draft:
    """As `save`, with what was checked and laid out before."""
    slug, by = after.slug, change.caller.person.id
    if legends.save_draft(tx, after, keys, change.now) == "unchanged":
        return change.before
    is_taken_off = len(after.stops) < len(change.before.legend.stops)
    draft_versions.keep_version(
        tx, change.before, change.part, by, change.now, is_apart=is_taken_off
    )
    audit.add_entry(tx, change.now, by, "changed", slug, {"part": change.part})
    laying.order_voices(tx, after, keys, change.now)
    return legends.get_draft(tx, slug)
