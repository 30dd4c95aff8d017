"""Undoing: a draft becomes what it was, at a version of before or when it was published."""

from odyssee.actions.drafting import Change, keep, lock_seen, show_draft
from odyssee.actions.tools import Tools
from odyssee.db import draft_versions, media, revisions
from odyssee.db.session import Tx
from odyssee.domain.drafts import Tags, check_tag
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaByRef
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.versions import WHOLE, DraftVersion

_LONGEST_CURSOR = 10


def page_versions(
    tools: Tools, caller: Caller, slug: str, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[DraftVersion]:
    """The versions that a draft had, the newest first; the cursor is the last one seen.

    Raises:
        NotFound: there is no such draft for the caller.
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    if cursor is not None and not (cursor.isdecimal() and len(cursor) < _LONGEST_CURSOR):
        raise bad_cursor()
    before = None if cursor is None else int(cursor)
    show_draft(tools, caller, slug)
    with tools.desk.db.reading() as tx:
        found = draft_versions.list_versions(tx, slug, limit + 1, before)
    return page_of(found, limit, [str(kept.version) for kept in found])


def undo_to_version(tools: Tools, caller: Caller, slug: str, version: int, tags: Tags) -> Draft:
    """Make the draft what it was at a version, as its next one; nothing is lost.

    Media that nothing has used for longer than the time of grace are gone; voices
    speak anew, and the check names the others.

    Raises:
        NotFound: there is no such draft for the caller, or that version is not kept.
        Stale: the draft is none of these tags any more.
    """
    with tools.desk.db.transaction() as tx:
        change = _lock(tx, tools, caller, slug, tags)
        legend, keys = draft_versions.get_version(tx, slug, version)
        kept = media.find_assets(tx, keys.values())
        return keep(tx, change, legend, {ref: key for ref, key in keys.items() if key in kept})


def undo_to_revision(tools: Tools, caller: Caller, slug: str, number: int, tags: Tags) -> Draft:
    """As `undo_to_version`, what was frozen as a revision.

    Raises:
        NotFound: there is no such draft for the caller, or no such revision.
        Stale: the draft is none of these tags any more.
    """
    with tools.desk.db.transaction() as tx:
        change = _lock(tx, tools, caller, slug, tags)
        revision = revisions.get_revision(tx, slug, number)
        _bring_back(tx, change, revision.media)
        keys = {ref: medium.key for ref, medium in revision.media.items()}
        restored: Legend = revision.legend
        return keep(tx, change, restored, keys)


def _bring_back(tx: Tx, change: Change, frozen: MediaByRef) -> None:
    """The files of revisions are never removed; the rows that drafts refer to may have been."""
    known = media.find_assets(tx, [medium.key for medium in frozen.values()])
    for medium in frozen.values():
        if medium.key not in known:
            media.save_asset(tx, medium, change.now)


def _lock(tx: Tx, tools: Tools, caller: Caller, slug: str, tags: Tags) -> Change:
    media.lock_files(tx)  # before the draft, as everybody does
    draft = lock_seen(tx, caller, slug)
    check_tag(tags, draft.etag)
    return Change(caller, tools.clock(), draft, WHOLE)
