"""Publishing: freeze a revision of a legend and order its pack, in one deed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from odyssee.actions.reading import find_pointer, manifest_key
from odyssee.actions.tools import Tools
from odyssee.db import audit, jobs, legends, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.audit import check_reason
from odyssee.domain.errors import NotPublishable, NotPublished, refuse
from odyssee.domain.publication import Draft, Revision, Served, check

BUILD_PACK = "build_pack"
"""The kind of job that builds a revision's pack and points to it."""
POINT = "point"
"""The kind of job that publishes what the database says of the territory, without a revision."""

_LOST = f"{POINT}:lost"

Ended = Literal["unpublished", "superseded"]
"""What becomes of a revision that is taken back: of one that was served, of one being built."""
_LIVE = frozenset({"building", "published"})
"""States of revisions that are served, or will be when nobody stops them."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A publication on its way."""

    slug: str
    revision: int
    job: int | None
    """Null where the draft is what is published already."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A legend on its way out."""

    slug: str
    revision: int
    """The one that was served; the newest that was being built where none was."""
    state: Ended
    job: int | None
    """Null where nothing was ever published: then nothing is to be pointed to."""


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
        found = check(draft, territories.find_territory(tx))
        problems = [problem for problem in found if problem.severity == "error"]
        if problems:
            raise NotPublishable(problems, legend=slug)
        last = revisions.find_newest(tx, slug)
        if last is not None and last.state in _LIVE and _same(last, draft):
            return Ordered(slug, last.number, None)
        revision = Revision(
            slug=slug,
            number=revisions.next_number(tx, slug),
            legend=draft.legend,
            media=draft.media,
            created_at=now,
            by=by,
            reason=reason,
            state="building",
        )
        revisions.add_revision(tx, revision)
        payload = {"slug": slug, "revision": revision.number}
        job = jobs.add_job(
            tx, BUILD_PACK, payload, now, key=f"{BUILD_PACK}:{slug}:{revision.number}"
        )
        audit.add_entry(tx, now, by, "publish", slug, {"revision": revision.number})
    return Ordered(slug, revision.number, job)


def unpublish(tools: Tools, slug: str, *, by: str, reason: str = "") -> Withdrawn:
    """Take a legend back: its addresses answer 410 once the territory is pointed to anew.

    A revision that is still being built is given up, so that its job changes nothing.

    Raises:
        NotFound: there is no such legend.
        NotPublished: it is neither published nor about to be.
        InputInvalid: the reason is too long, or no line of text.
    """
    refuse(check_reason(reason))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        # Whoever points to one of its revisions ends first; an import locks in this order too.
        territories.lock_territory(tx)
        legends.lock_legend(tx, slug)
        live = [known for known in revisions.list_states(tx, slug) if known[1] in _LIVE]
        if not live:
            raise NotPublished(legend=slug)
        ended: dict[int, Ended] = {
            number: "unpublished" if state == "published" else "superseded"
            for number, state in live
        }
        for number, state in ended.items():
            revisions.set_state(tx, slug, number, state)
        told = {"reason": reason, "revisions": sorted(ended)}
        audit.add_entry(tx, now, by, "unpublish", slug, told)
        served = [number for number, state in ended.items() if state == "unpublished"]
        number = (*served, *ended)[0]
        return Withdrawn(slug, number, ended[number], order_pointing(tx, now))


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
