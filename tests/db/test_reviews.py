"""Reviews and remarks are kept with their legend, and every legend is told with where it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from odyssee.db import audit, reviews, revisions
from odyssee.db.legends import archive_draft, get_draft, save_draft
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound
from odyssee.domain.legends import Legend
from odyssee.domain.publication import Revision
from odyssee.domain.reviewing import Comment, Review

SLUG = "dame-de-riants"
HOUR = timedelta(hours=1)


@pytest.fixture
def legend_db(db: Database, a_legend: Callable[..., Legend], noon: datetime) -> Database:
    with db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
        save_draft(tx, a_legend("pommier"), {}, noon)
    return db


def a_review(noon: datetime) -> Review:
    return Review(
        legend=SLUG,
        state="submitted",
        draft_etag="1-aaaa",
        submitted_by="zoé",
        reviewed_by=None,
        at=noon,
    )


def a_comment(noon: datetime, comment_id: str = "a") -> Comment:
    return Comment(
        id=comment_id,
        legend=SLUG,
        draft_etag="1-aaaa",
        where="stops/0",
        text="L'Étang\nde l'Herbage-Œuvré ?",
        by="zoé",
        created_at=noon,
    )


def test_the_last_word_takes_the_place_of_the_one_before(
    legend_db: Database, noon: datetime
) -> None:
    first = a_review(noon)
    last = replace(first, state="approved", reviewed_by="léa", at=noon + HOUR)
    with legend_db.transaction() as tx:
        assert reviews.find_review(tx, SLUG) is None
        reviews.save_review(tx, first)
        assert reviews.find_review(tx, SLUG) == first
        reviews.save_review(tx, last)
        assert reviews.find_review(tx, SLUG) == last
        assert reviews.find_review(tx, "pommier") is None


def test_remarks_come_earliest_first_and_are_seen_to(legend_db: Database, noon: datetime) -> None:
    late, early = replace(a_comment(noon, "b"), created_at=noon + HOUR), a_comment(noon)
    with legend_db.transaction() as tx:
        for comment in (late, early):
            reviews.add_comment(tx, comment)
        assert reviews.list_comments(tx, SLUG) == [early, late]
        reviews.set_resolved(tx, "a", "léa", noon + HOUR)
        seen = reviews.get_comment(tx, SLUG, "a")
        assert seen == replace(early, resolved_by="léa", resolved_at=noon + HOUR)
        reviews.set_resolved(tx, "a", None, None)
        assert reviews.get_comment(tx, SLUG, "a") == early
        with pytest.raises(NotFound):
            reviews.get_comment(tx, "pommier", "a")


def test_nothing_is_reviewed_that_is_no_legend(legend_db: Database, noon: datetime) -> None:
    stray = replace(a_review(noon), legend="nulle-part")
    with pytest.raises(IntegrityError), legend_db.transaction() as tx:
        reviews.save_review(tx, stray)


def test_every_legend_stands_somewhere(
    legend_db: Database, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        revision = Revision(
            slug=SLUG,
            number=1,
            legend=a_legend(),
            media={},
            created_at=noon,
            by="zoé",
            reason="",
            state="published",
            publish_at=noon + HOUR,
            withdraw_at=noon + 2 * HOUR,
        )
        revisions.add_revision(tx, revision)
        revisions.add_revision(tx, replace(revision, number=2, state="superseded"))
        reviews.add_comment(tx, a_comment(noon))
        archive_draft(tx, "pommier", noon)
        etag = get_draft(tx, SLUG).etag
    with legend_db.reading() as tx:
        known = {standing.slug: standing for standing in reviews.list_standings(tx)}
    lady = known[SLUG]
    assert (lady.state, lady.etag, lady.open_comments) == ("published", etag, 1)
    assert [planned.number for planned in lady.revisions] == [1]
    assert lady.served is not None
    assert lady.served.withdraw_at == noon + 2 * HOUR
    assert lady.titles == {"fr": "La Dame de Riants et l'Étang de l'Herbage-Œuvré"}
    assert (known["pommier"].state, known["pommier"].revisions) == ("archived", [])


def test_a_revision_of_before_contents_were_named_is_compared_all_the_same(
    legend_db: Database, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        revision = Revision(
            slug=SLUG,
            number=1,
            legend=a_legend(),
            media={},
            created_at=noon,
            by="zoé",
            reason="",
            state="published",
        )
        revisions.add_revision(tx, revision)
        tx.execute(text("UPDATE revisions SET content = NULL"))
    with legend_db.reading() as tx:
        states = {standing.slug: standing.state for standing in reviews.list_standings(tx)}
    assert states == {SLUG: "published", "pommier": "draft"}


def test_who_changed_a_draft_last_is_told_by_the_audit(db: Database, noon: datetime) -> None:
    deeds = [
        ("zoé", "changed", SLUG),
        ("paul", "stop_changed", f"{SLUG}/stops/gue"),
        ("léa", "approve", SLUG),
        ("luc", "changed", "dame-de-riants-2"),
        ("luc", "changed", "dame_de_riants/x"),
    ]
    with db.transaction() as tx:
        assert audit.find_last_changer(tx, SLUG, {"approve"}) is None
        for who, deed, what in deeds:
            audit.add_entry(tx, noon, who, deed, what, {})
        assert audit.find_last_changer(tx, SLUG, {"approve"}) == "paul"
        audit.add_entry(tx, noon, "ana", "changed", f"legends/{SLUG}", {})
        assert audit.find_last_changer(tx, SLUG, {"approve"}) == "ana"
