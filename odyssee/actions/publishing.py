"""Publishing: freeze a revision of a legend and order its pack, in one deed."""

from dataclasses import dataclass
from datetime import datetime

from odyssee.actions.tools import Tools
from odyssee.db import audit, jobs, legends, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.errors import NotPublishable
from odyssee.domain.publication import Draft, Revision, check

BUILD_PACK = "build_pack"
"""The kind of job that builds a revision's pack and points to it."""
POINT = "point"
"""The kind of job that publishes what the database says of the territory, without a revision."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A publication on its way."""

    slug: str
    revision: int
    job: int | None
    """Null where the draft is what is published already."""


def publish(tools: Tools, slug: str, *, by: str, reason: str = "") -> Ordered:
    """Freeze the draft as the next revision and order its pack.

    A draft that is what was published last is not published again.

    Raises:
        NotFound: there is no such draft.
        NotPublishable: the draft has errors; all of them are told, nothing was written.
    """
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        draft = legends.lock_draft(tx, slug)
        found = check(draft, territories.find_territory(tx))
        problems = [problem for problem in found if problem.severity == "error"]
        if problems:
            raise NotPublishable(problems, legend=slug)
        last = revisions.find_newest(tx, slug)
        if last is not None and last.state in {"building", "published"} and _same(last, draft):
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


def order_pointing(tx: Tx, now: datetime) -> int | None:
    """Ask for the territory to be published anew once this transaction is committed.

    Returns:
        The job; null where nothing is published yet.
    """
    if not revisions.list_served(tx) and not revisions.list_withdrawn(tx):
        return None
    return jobs.add_job(tx, POINT, {}, now)


def list_publishable(tools: Tools) -> list[str]:
    """The slugs of all drafts, in their order."""
    with tools.desk.db.reading() as tx:
        return [draft.legend.slug for draft in legends.list_drafts(tx)]


def _same(revision: Revision, draft: Draft) -> bool:
    return revision.legend == draft.legend and revision.media == draft.media
