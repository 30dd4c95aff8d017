"""Reviewing: ask for a draft to be read, vouch for it or not, remark on it, see where all stand."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from odyssee.actions import credentials
from odyssee.actions.drafting import check_seen, lock_seen
from odyssee.actions.tools import Tools
from odyssee.db import audit, legends, people, reviews
from odyssee.db.session import Tx
from odyssee.domain.drafts import sees_draft
from odyssee.domain.errors import NotFound, Stale, refuse
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import Caller, admit
from odyssee.domain.publication import Draft
from odyssee.domain.review_errors import ChangedSinceSubmitted, OwnDraft, TooManyComments
from odyssee.domain.reviewing import (
    FOUR_EYES,
    MAX_COMMENTS,
    STATE_AFTER,
    UNCHANGING,
    Comment,
    LegendState,
    Review,
    ReviewAction,
    Standing,
    check_comment,
    is_own,
    list_asked,
)


def page_legends(
    tools: Tools,
    caller: Caller,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    *,
    states: Collection[LegendState] = (),
    words: str = "",
) -> Page[Standing]:
    """Where the legends stand, by slug; the cursor is the slug of the last one seen.

    Args:
        tools: The desk.
        caller: For whom: those that they do not see are left out.
        limit: At most so many.
        cursor: Only those after it.
        states: Only those in one of them; none: all but those that were archived.
        words: Found in title, slug or commune; accents and case are ignored.

    Raises:
        InputInvalid: the limit is not 1 to 200.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        standings = [one for one in reviews.list_standings(tx) if sees_draft(caller, one.office)]
    found = list_asked(standings, states, words)
    if cursor is not None:
        found = [standing for standing in found if standing.slug > cursor]
    return page_of(found, limit, [standing.slug for standing in found])


def review(
    tools: Tools,
    caller: Caller,
    slug: str,
    action: ReviewAction,
    *,
    comment: str = "",
    where: str | None = None,
    draft_etag: str | None = None,
) -> Review:
    """Ask for the draft to be read, approve it, or ask for changes, with a remark or without.

    Args:
        tools: The desk.
        caller: Who does it.
        slug: The draft.
        action: What.
        comment: A remark; needed where changes are asked for.
        where: Its place in the draft.
        draft_etag: The draft that was read; null for the present one.

    Raises:
        NotFound: there is no such draft.
        Forbidden: only a publisher answers.
        OwnDraft: the caller submitted or last changed it, and there are other publishers.
        Stale: the draft is another one than was read.
        ChangedSinceSubmitted: it changed since somebody asked for it to be read.
        InputInvalid: something of the remark will not do; all is told at once.
    """
    if action != "submit":
        admit(caller, "publisher")
    needed = action == "request_changes"
    refuse(check_comment(comment, where, is_needed=needed, name="comment"))
    now, who = tools.clock(), caller.person.id
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        last = reviews.find_review(tx, slug)
        _check_read(draft, last, action, draft_etag)
        if action == "approve":
            check_four_eyes(tx, who, draft, last)
        if comment.strip():
            _add_comment(tx, draft, _comment(slug, draft, comment, where, who, now))
        answered = action != "submit"
        made = Review(
            legend=slug,
            state=STATE_AFTER[action],
            draft_etag=draft.etag,
            submitted_by=_submitter(last, draft) if answered else who,
            reviewed_by=who if answered else None,
            at=now,
        )
        reviews.save_review(tx, made)
        audit.add_entry(tx, now, who, action, slug, {"draft": draft.etag})
    return made


def check_four_eyes(tx: Tx, who: str, draft: Draft, last: Review | None) -> None:
    """Let pass who may vouch for a draft; the caller holds the legend's lock.

    Raises:
        OwnDraft: there are several publishers, and the draft is this one's own.
    """
    if people.count_publishers(tx) < FOUR_EYES:
        return
    changer = audit.find_last_changer(tx, draft.legend.slug, UNCHANGING)
    if is_own(who, draft.etag, last, changer):
        raise OwnDraft


def show_standing(tools: Tools, slug: str) -> Standing:
    """Where one legend stands.

    Raises:
        NotFound: there is no such legend.
    """
    with tools.desk.db.reading() as tx:
        found = [one for one in reviews.list_standings(tx) if one.slug == slug]
    if not found:
        raise NotFound(legend=slug)
    return found[0]


def page_comments(
    tools: Tools,
    caller: Caller,
    slug: str,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    *,
    resolved: bool | None = None,
) -> Page[Comment]:
    """The remarks on a legend, the earliest first; the cursor is the id of the last one seen.

    Raises:
        NotFound: there is no such legend.
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        check_seen(tx, caller, slug)
        found = reviews.list_comments(tx, slug)
    if cursor is not None:
        ids = [comment.id for comment in found]
        if cursor not in ids:
            raise bad_cursor()
        found = found[ids.index(cursor) + 1 :]
    if resolved is not None:
        found = [one for one in found if (one.resolved_at is not None) == resolved]
    return page_of(found, limit, [comment.id for comment in found])


def comment_on(
    tools: Tools, caller: Caller, slug: str, text: str, where: str | None = None
) -> Comment:
    """Remark on a draft, or on a place in it.

    Raises:
        NotFound: there is no such draft.
        InputInvalid: something of the remark will not do; all is told at once.
        TooManyComments: the legend has as many as it may.
    """
    refuse(check_comment(text, where, is_needed=True, name="text"))
    now, who = tools.clock(), caller.person.id
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        made = _comment(slug, draft, text, where, who, now)
        _add_comment(tx, draft, made)
        audit.add_entry(tx, now, who, "comment", slug, {"comment": made.id, "where": where})
    return made


def resolve_comment(
    tools: Tools, caller: Caller, slug: str, comment_id: str, *, resolved: bool
) -> Comment:
    """Say that a remark was seen to, or open it again.

    Raises:
        NotFound: the legend has no such remark.
    """
    now, who = tools.clock(), caller.person.id
    with tools.desk.db.transaction() as tx:
        legends.lock_legend(tx, slug)
        check_seen(tx, caller, slug)
        known = reviews.get_comment(tx, slug, comment_id)
        if (known.resolved_at is not None) == resolved:
            return known
        by, at = (who, now) if resolved else (None, None)
        reviews.set_resolved(tx, comment_id, by, at)
        detail: dict[str, Any] = {"comment": comment_id, "resolved": resolved}
        audit.add_entry(tx, now, who, "resolve", slug, detail)
    return replace(known, resolved_by=by, resolved_at=at)


def _check_read(
    draft: Draft, last: Review | None, action: ReviewAction, draft_etag: str | None
) -> None:
    if draft_etag is not None and draft_etag != draft.etag:
        raise Stale(legend=draft.legend.slug)
    waits = last is not None and last.state == "submitted" and last.draft_etag != draft.etag
    if action != "submit" and draft_etag is None and waits:
        raise ChangedSinceSubmitted(legend=draft.legend.slug)


def _submitter(last: Review | None, draft: Draft) -> str | None:
    return last.submitted_by if last is not None and last.draft_etag == draft.etag else None


def _comment(
    slug: str, draft: Draft, text: str, where: str | None, who: str, now: datetime
) -> Comment:
    return Comment(
        id=credentials.new_id(),
        legend=slug,
        draft_etag=draft.etag,
        where=where,
        text=text.strip(),
        by=who,
        created_at=now,
    )


def _add_comment(tx: Tx, draft: Draft, comment: Comment) -> None:
    if len(reviews.list_comments(tx, draft.legend.slug)) >= MAX_COMMENTS:
        raise TooManyComments(legend=draft.legend.slug, max=str(MAX_COMMENTS))
    reviews.add_comment(tx, comment)
