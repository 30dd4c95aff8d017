"""Releasing: put a reviewed draft before visitors, now or on a day, or bring an old state back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from odyssee.actions.publishing import Ordered, Plan, find_problems, freeze, order_withdrawal
from odyssee.actions.tools import Tools
from odyssee.db import audit, legends, people, reviews, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.audit import check_reason
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import NotPublishable, Problem, Stale, refuse
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft, Revision
from odyssee.domain.review_errors import ApprovalNeeded
from odyssee.domain.reviewing import FOUR_EYES, Review, is_approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a publisher asks for."""

    draft_etag: str
    """Of the draft that is meant."""
    at: datetime | None = None
    """Null, or past: at once."""
    until: datetime | None = None
    """Null: it stays."""
    reason: str = ""
    accept_advice: Collection[str] = ()
    """Codes."""


def release(tools: Tools, caller: Caller, slug: str, wish: Wish) -> Ordered:
    """Freeze an approved draft as the next revision, and order its pack for now or for a day.

    Where there is one publisher only, publishing is approving. A draft that is what visitors
    read is not published again; its end may be another one.

    Raises:
        NotFound: there is no such draft.
        Stale: it is another one than is meant.
        NotPublishable: it has errors, or advice whose code is not accepted; all is told.
        ApprovalNeeded: nobody vouches for it, and there are several publishers.
        InputInvalid: reason or times will not do; all is told at once.
    """
    now = tools.clock()
    refuse(check_reason(wish.reason) + _check_times(wish, now))
    with tools.desk.db.transaction() as tx:
        draft = legends.lock_draft(tx, slug)
        if draft.etag != wish.draft_etag:
            raise Stale(legend=slug)
        accepted = _check_draft(tx, draft, wish)
        served = revisions.find_newest(tx, slug, ("building", "published"))
        is_now = wish.at is None or wish.at <= now
        if is_now and served is not None and _says_the_same(served, draft):
            _end_anew(tx, now, served, wish, caller.person.id)
            return Ordered(slug, served.number, None, served.state)
        _approve(tx, now, caller, draft)
        plan = Plan(
            by=caller.person.id,
            reason=wish.reason,
            publish_at=wish.at,
            withdraw_at=wish.until,
            deed="publish" if is_now else "schedule",
            told={"draft": draft.etag, **({"accepted": accepted} if accepted else {})},
        )
        return freeze(tx, now, draft, plan)


def roll_back(tools: Tools, caller: Caller, slug: str, number: int, reason: str = "") -> Ordered:
    """Publish an older revision once more, under the next number; the draft stays as it is.

    Raises:
        NotFound: there is no such draft, or it has no such revision.
        InputInvalid: the reason is too long, or no line of text.
    """
    refuse(check_reason(reason))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        legends.lock_draft(tx, slug)
        old = revisions.get_revision(tx, slug, number)
        served = revisions.find_newest(tx, slug, ("building", "published"))
        if served is not None and _says_the_same(served, old):
            return Ordered(slug, served.number, None, served.state)
        told = {"from": number}
        plan = Plan(by=caller.person.id, reason=reason, deed="roll_back", told=told)
        return freeze(tx, now, old, plan)


def _check_times(wish: Wish, now: datetime) -> list[Problem]:
    if wish.until is None:
        return []
    if wish.until <= now:
        return [Problem("until", "over_already")]
    return [Problem("until", "ends_before")] if wish.at and wish.until <= wish.at else []


def _check_draft(tx: Tx, draft: Draft, wish: Wish) -> list[str]:
    """The codes of the advice that is accepted, in their order."""
    found = find_problems(draft, territories.find_territory(tx))
    advice = [problem for problem in found if problem.severity == "advice"]
    in_the_way = [
        problem
        for problem in found
        if problem.severity == "error" or problem.code not in wish.accept_advice
    ]
    if in_the_way:
        raise NotPublishable(in_the_way, legend=draft.legend.slug)
    if advice and not wish.reason.strip():
        refuse([Problem("reason", "reason_needed")])
    return sorted({problem.code for problem in advice})


def _approve(tx: Tx, now: datetime, caller: Caller, draft: Draft) -> None:
    """See that somebody vouches for the draft; who publishes alone does."""
    slug, who = draft.legend.slug, caller.person.id
    last = reviews.find_review(tx, slug)
    if is_approved(draft.etag, last):
        return
    if people.count_publishers(tx) >= FOUR_EYES:
        raise ApprovalNeeded(legend=slug)
    approved = Review(
        legend=slug,
        state="approved",
        draft_etag=draft.etag,
        submitted_by=last.submitted_by if last is not None else None,
        reviewed_by=who,
        at=now,
    )
    reviews.save_review(tx, approved)
    audit.add_entry(tx, now, who, "approve", slug, {"draft": draft.etag})


def _end_anew(tx: Tx, now: datetime, served: Revision, wish: Wish, who: str) -> None:
    """Give what is served the end that is asked for, or none."""
    if served.withdraw_at == wish.until:
        return
    revisions.set_withdrawal(tx, served.slug, served.number, wish.until)
    if wish.until is not None:
        order_withdrawal(tx, now, served.slug, served.number, wish.until)
    until = None if wish.until is None else to_rfc3339(wish.until)
    detail = {"revision": served.number, "until": until, "reason": wish.reason}
    audit.add_entry(tx, now, who, "publish", served.slug, detail)


def _says_the_same(one: Revision, other: Draft | Revision) -> bool:
    return one.legend == other.legend and one.media == other.media
