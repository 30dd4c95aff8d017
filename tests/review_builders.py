"""Builders for reviews: a draft that may be published, remarks, people who read each other."""

from collections.abc import Mapping
from typing import Any

from builders import NOON, a_legend, media_of

from odyssee.actions import credentials
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import Tools
from odyssee.db import legends, media, reviews, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.legends import Legend
from odyssee.domain.publication import Draft, Revision, check
from odyssee.domain.reviewing import Comment

SLUG = "dame-de-riants"


def ready_draft(tools: Tools, legend: Legend | None = None, office: str | None = None) -> Draft:
    """A draft of an office with its media, which lie in the private store; it has no error."""
    legend = legend or a_legend()
    assets, blobs = media_of(legend)
    for sha256, data in blobs.items():
        tools.desk.files.put(rendition_key(sha256), data)
    with tools.desk.db.transaction() as tx:
        for asset in assets.values():
            media.save_asset(tx, asset, NOON)
        places: Mapping[str, str] = {ref: asset.key for ref, asset in assets.items()}
        if not legends.add_draft(tx, legend, places, NOON, office):
            legends.save_draft(tx, legend, places, NOON)
        return legends.get_draft(tx, legend.slug)


def advice_on(tools: Tools, draft: Draft) -> list[str]:
    """The codes of all advice; whoever publishes accepts them."""
    with tools.desk.db.reading() as tx:
        found = check(draft, territories.find_territory(tx))
    assert not [problem for problem in found if problem.severity == "error"]
    return sorted({problem.code for problem in found})


def add_past(tx: Tx, slug: str) -> Comment:
    """A revision of a draft that nobody reads any more, and a remark on it."""
    draft = legends.get_draft(tx, slug)
    revision = Revision(
        slug=slug,
        number=1,
        legend=draft.legend,
        media=draft.media,
        created_at=NOON,
        by="test",
        reason="",
        state="superseded",
    )
    revisions.add_revision(tx, revision)
    remark = a_remark(legend=slug)
    reviews.add_comment(tx, remark)
    return remark


def a_remark(**changes: Any) -> Comment:
    known: dict[str, Any] = {
        "id": credentials.new_id(),
        "legend": SLUG,
        "draft_etag": "1-0",
        "where": "stops/0/texts/fr/text",
        "text": "Quelle porte ?\nIl y en a deux.",
        "by": "zoé",
        "created_at": NOON,
    }
    return Comment(**(known | changes))
