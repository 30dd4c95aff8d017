"""Drafting: what every change of a draft does, whatever part of it somebody changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odyssee.actions.tools import Tools
from odyssee.content.plain import check_markup, to_paragraphs
from odyssee.db import audit, draft_versions, legends
from odyssee.db.session import Tx
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.draft_media import carry_media, list_used_files
from odyssee.domain.drafts import check_kept, problems_under, sees_draft
from odyssee.domain.errors import NotFound, Problem, refuse
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop


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


def lock_seen(tx: Tx, caller: Caller, slug: str) -> Draft:
    """The draft of that slug, held by this transaction.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    return _seen(caller, legends.lock_draft(tx, slug))


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
    refuse(list(problems_under(_find_unknown_files(change.before, after), change.pointer)))
    carried = carry_media(change.before, after, hash_spoken)
    return keep(tx, change, after, {ref: medium.key for ref, medium in carried.items()})


def keep(tx: Tx, change: Change, after: Legend, media: Mapping[str, str]) -> Draft:
    """As `save`, with what was checked and laid out before."""
    slug, by = after.slug, change.caller.person.id
    if legends.save_draft(tx, after, media, change.now) == "unchanged":
        return change.before
    draft_versions.keep_version(tx, change.before, change.part, by, change.now)
    note(tx, change.now, by, "changed", slug, {"part": change.part})
    return legends.get_draft(tx, slug)


def note(tx: Tx, now: datetime, by: str, deed: str, slug: str, detail: Mapping[str, Any]) -> None:
    """Write the deed down."""
    audit.add_entry(tx, now, by, deed, slug, detail)


def hash_spoken(legend: Legend, stop: Stop, lang: str) -> str | None:
    """What a voice says of a stop, and what its sound is labelled with; null for no words."""
    text = stop.texts.get(lang)
    paragraphs = [] if text is None else to_paragraphs(text.text)
    if text is None or not paragraphs:
        return None
    rights = legend.rights
    return sha256_of(canonical([paragraphs, text.title, rights.text_author, rights.licence, lang]))


def _find_unknown_files(before: Draft, after: Legend) -> list[Problem]:
    known = {name for _where, _ref, name in list_used_files(before.legend)}
    return [
        Problem(where, "unknown_file")
        for where, _ref, name in list_used_files(after)
        if name not in known
    ]
