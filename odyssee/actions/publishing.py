"""Publishing: freeze a revision of a legend and order its pack, in one deed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from odyssee.actions.reading import find_pointer, manifest_key
from odyssee.actions.tools import Tools
from odyssee.content.plain import check_markup
from odyssee.db import audit, jobs, legends, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.audit import check_reason
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import NotPublishable, NotPublished, Problem, refuse
from odyssee.domain.publication import Draft, Revision, RevisionState, Served, check
from odyssee.domain.territory import Territory

BUILD_PACK = "build_pack"
"""The kind of job that builds a revision's pack and points to it."""
POINT = "point"
"""The kind of job that publishes what the database says of the territory, without a revision."""

_LOST = f"{POINT}:lost"
_CALENDAR = "calendar"
"""Who takes a revision back at its end, as the audit says."""

WITHDRAW = "withdraw"
"""The kind of job that takes a revision back at its end."""

Ended = Literal["unpublished", "superseded", "cancelled"]
"""What becomes of a revision that is taken back: of one that was served, of one being built, of
one that waited for its day."""
_ENDS: Mapping[RevisionState, Ended] = {
    "published": "unpublished",
    "building": "superseded",
    "scheduled": "cancelled",
}
_LIVE: frozenset[RevisionState] = frozenset({"building", "published"})
"""States of revisions that are served, or will be when nobody stops them."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A publication on its way."""

    slug: str
    revision: int
    job: int | None
    """Null where the draft is what is published already."""
    state: RevisionState = "building"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Why something is published, and when it comes and goes."""

    by: str
    reason: str = ""
    publish_at: datetime | None = None
    """Null, or past: at once."""
    withdraw_at: datetime | None = None
    """Null: it stays."""
    deed: str = "publish"
    """What the audit calls it."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What else the audit keeps."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A legend on its way out."""

    slug: str
    revision: int
    """The one that was served; the newest that was about to be where none was."""
    state: Ended
    job: int | None
    """Null where nothing was ever published, or nothing that is served changes."""


def publish(tools: Tools, slug: str, *, by: str, reason: str = "") -> Ordered:
    """Freeze the draft as the next revision and order its pack.

    A draft that is what was published last is not published again; where the
    store has lost what is served, all of that is ordered anew.

    Raises:
        NotFound: there is no such draft.
        NotPublishable: the draft has errors; all of them are told, nothing was written.
        Unavailable: the store does not answer.
    """
    ordered = _freeze(tools, slug, by, reason)
    if ordered.job is not None or not lacks_served(tools):
        return ordered
    with tools.desk.db.transaction() as tx:
        if dict(revisions.list_states(tx, slug)).get(ordered.revision) != "published":
            return ordered  # its own job sees to all
        return replace(ordered, job=jobs.add_job(tx, POINT, {}, tools.clock(), key=_LOST))


def list_lost(tools: Tools) -> list[Served]:
    """What the database says is served, and whose manifest the store has not."""
    with tools.desk.db.reading() as tx:
        served = revisions.list_served(tx)
    return [
        one
        for one in served
        if not tools.published.exists(manifest_key(one.manifest_sha256, one.slug))
    ]


def lacks_served(tools: Tools) -> bool:
    """Whether the store was emptied or lost since what is served was published."""
    with tools.desk.db.reading() as tx:
        served = revisions.list_served(tx)
    return bool(served) and (find_pointer(tools.published) is None or bool(list_lost(tools)))


def _freeze(tools: Tools, slug: str, by: str, reason: str) -> Ordered:
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        draft = legends.lock_draft(tx, slug)
        found = find_problems(draft, territories.find_territory(tx))
        problems = [problem for problem in found if problem.severity == "error"]
        if problems:
            raise NotPublishable(problems, legend=slug)
        last = revisions.find_newest(tx, slug, (*_LIVE, "scheduled"))
        if last is not None and _same(last, draft):
            return Ordered(slug, last.number, None, last.state)
        return freeze(tx, now, draft, Plan(by=by, reason=reason))


def find_problems(draft: Draft, territory: Territory | None) -> list[Problem]:
    """Everything that stands in the way of publishing a draft, and all advice; raw HTML as well."""
    return [*check(draft, territory), *check_markup(draft.legend)]


def freeze(tx: Tx, now: datetime, said: Draft | Revision, plan: Plan) -> Ordered:
    """Make the next revision of a draft or an older revision; the caller holds the legend's lock.

    A revision that waits for its day is given up: its number would come too late.
    """
    slug = said.legend.slug
    is_later = plan.publish_at is not None and plan.publish_at > now
    given_up = [n for n, state in revisions.list_states(tx, slug) if state == "scheduled"]
    for number in given_up:
        revisions.set_state(tx, slug, number, "superseded")
    revision = Revision(
        slug=slug,
        number=revisions.next_number(tx, slug),
        legend=said.legend,
        media=said.media,
        created_at=now,
        by=plan.by,
        reason=plan.reason,
        state="scheduled" if is_later else "building",
        content=said.content,
        publish_at=plan.publish_at if is_later else None,
        withdraw_at=plan.withdraw_at,
    )
    revisions.add_revision(tx, revision)
    job = _order(tx, now, revision)
    detail = {"revision": revision.number, **plan.told}
    detail |= {"reason": plan.reason} if plan.reason else {}
    detail |= {"superseded": given_up} if given_up else {}
    for name, at in (("at", revision.publish_at), ("until", revision.withdraw_at)):
        detail |= {} if at is None else {name: to_rfc3339(at)}
    audit.add_entry(tx, now, plan.by, plan.deed, slug, detail)
    return Ordered(slug, revision.number, job, revision.state)


def _order(tx: Tx, now: datetime, revision: Revision) -> int:
    """The jobs of a revision: its pack, and its end where it has one; the first is told."""
    if revision.withdraw_at is not None:
        order_withdrawal(tx, now, revision.slug, revision.number, revision.withdraw_at)
    key = f"{BUILD_PACK}:{revision.slug}:{revision.number}"
    payload = {"slug": revision.slug, "revision": revision.number}
    return jobs.add_job(tx, BUILD_PACK, payload, now, key=key, run_at=revision.publish_at)


def order_withdrawal(tx: Tx, now: datetime, slug: str, number: int, at: datetime) -> int:
    """Ask for a revision to be taken back at that instant; returns the job."""
    payload = {"slug": slug, "revision": number}
    return jobs.add_job(tx, WITHDRAW, payload, now, run_at=at)


def begin_scheduled(tools: Tools, slug: str, number: int) -> None:
    """Let a revision be built whose day has come; one that was cancelled stays as it is."""
    with tools.desk.db.transaction() as tx:
        legends.lock_legend(tx, slug)
        if dict(revisions.list_states(tx, slug)).get(number) == "scheduled":
            revisions.set_state(tx, slug, number, "building")


def unpublish(tools: Tools, slug: str, *, by: str, reason: str = "") -> Withdrawn:
    """Take a legend back: its addresses answer 410 once the territory is pointed to anew.

    A revision that is still being built, or waits for its day, is given up, so that its
    job changes nothing.

    Raises:
        NotFound: there is no such legend.
        NotPublished: it is neither published nor about to be.
        InputInvalid: the reason is too long, or no line of text.
    """
    return _take_back(tools, slug, by, reason, _ENDS)


def cancel(tools: Tools, slug: str, *, by: str, reason: str = "") -> Withdrawn:
    """Give the revision up that waits for its day; what is served stays.

    Raises:
        NotFound, InputInvalid: as `unpublish`.
        NotPublished: none waits.
    """
    return _take_back(tools, slug, by, reason, {"scheduled": "cancelled"})


def _take_back(
    tools: Tools, slug: str, by: str, reason: str, ends: Mapping[RevisionState, Ended]
) -> Withdrawn:
    refuse(check_reason(reason))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        # Whoever points to one of its revisions ends first; an import locks in this order too.
        territories.lock_territory(tx)
        legends.lock_legend(tx, slug)
        live = [known for known in revisions.list_states(tx, slug) if known[1] in ends]
        if not live:
            raise NotPublished(legend=slug)
        return _end(tx, now, slug, {number: ends[state] for number, state in live}, by, reason)


def withdraw_due(tools: Tools, slug: str, number: int) -> Withdrawn | None:
    """Take a revision back whose end has come; null where a newer one is served or being built.

    Null as well where it was taken back before, or was given another end.
    """
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        territories.lock_territory(tx)
        legends.lock_legend(tx, slug)
        live = {n: state for n, state in revisions.list_states(tx, slug) if state in _LIVE}
        if number not in live or any(newer > number for newer in live):
            return None
        end = revisions.get_revision(tx, slug, number).withdraw_at
        if end is None or end > now:
            return None
        return _end(tx, now, slug, {n: _ENDS[live[n]] for n in live}, _CALENDAR, "")


def _end(
    tx: Tx, now: datetime, slug: str, ended: Mapping[int, Ended], by: str, reason: str
) -> Withdrawn:
    """Say what becomes of these, the newest first; and let the territory say it."""
    for number, state in ended.items():
        revisions.set_state(tx, slug, number, state)
    served = [number for number, state in ended.items() if state == "unpublished"]
    deed = "cancel" if set(ended.values()) == {"cancelled"} else "unpublish"
    audit.add_entry(tx, now, by, deed, slug, {"reason": reason, "revisions": sorted(ended)})
    number = (*served, *ended)[0]
    job = None if deed == "cancel" else order_pointing(tx, now)
    return Withdrawn(slug, number, ended[number], job)


def order_pointing(tx: Tx, now: datetime, run_at: datetime | None = None) -> int | None:
    """Ask for the territory to be published anew once this transaction is committed.

    Args:
        tx: the transaction of the deed.
        now: the present.
        run_at: not before then; null for at once.

    Returns:
        The job; null where nothing is published yet.
    """
    if not revisions.list_served(tx) and not revisions.list_withdrawn(tx):
        return None
    return jobs.add_job(tx, POINT, {}, now, run_at=run_at)


def list_publishable(tools: Tools) -> list[str]:
    """The slugs of all drafts, in their order."""
    with tools.desk.db.reading() as tx:
        return [draft.legend.slug for draft in legends.list_drafts(tx)]


def _same(revision: Revision, draft: Draft) -> bool:
    return revision.legend == draft.legend and revision.media == draft.media
