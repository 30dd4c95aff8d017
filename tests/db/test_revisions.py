"""Revisions are numbered without gaps, frozen, and the right ones are served."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from odyssee.db.legends import lock_draft, save_draft
from odyssee.db.revisions import (
    add_revision,
    find_newest,
    find_revision,
    get_revision,
    list_revisions,
    list_served,
    list_states,
    list_withdrawn,
    next_number,
    set_published,
    set_state,
)
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, cover_ref
from odyssee.domain.publication import Revision, RevisionState

SLUG = "dame-de-riants"
MANIFEST = "c" * 64
Builder = Callable[..., Revision]


@pytest.fixture
def a_revision(
    a_legend: Callable[..., Legend], an_asset: Callable[..., MediaAsset], noon: datetime
) -> Builder:
    def build(number: int = 1, state: RevisionState = "building", slug: str = SLUG) -> Revision:
        return Revision(
            slug=slug,
            number=number,
            legend=a_legend(slug, duration_min=number),
            media={cover_ref(): an_asset()},
            created_at=noon,
            by="zoé@perche.example",
            reason="Relecture de l'été",
            state=state,
        )

    return build


@pytest.fixture
def legend_db(db: Database, a_legend: Callable[..., Legend], noon: datetime) -> Database:
    with db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
    return db


def test_a_revision_comes_back_exactly(legend_db: Database, a_revision: Builder) -> None:
    with legend_db.transaction() as tx:
        assert next_number(tx, SLUG) == 1
        add_revision(tx, a_revision())
        assert next_number(tx, SLUG) == 2
        assert get_revision(tx, SLUG, 1) == a_revision()


def test_an_unknown_revision_is_not_found(legend_db: Database) -> None:
    with legend_db.transaction() as tx:
        assert find_revision(tx, SLUG, 1) is None
        assert list_revisions(tx, SLUG) == []
        assert find_newest(tx, SLUG) is None
        with pytest.raises(NotFound):
            get_revision(tx, SLUG, 1)
        with pytest.raises(NotFound):
            set_state(tx, SLUG, 1, "published")
        with pytest.raises(NotFound):
            set_published(tx, SLUG, 1, MANIFEST)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_that_is_not_the_next_is_stale(
    legend_db: Database, a_revision: Builder, number: int
) -> None:
    with legend_db.transaction() as tx:
        add_revision(tx, a_revision(1))
        with pytest.raises(Stale):
            add_revision(tx, a_revision(number))


def test_only_the_state_of_a_revision_changes(legend_db: Database, a_revision: Builder) -> None:
    with legend_db.transaction() as tx:
        add_revision(tx, a_revision())
        set_state(tx, SLUG, 1, "published")
        assert get_revision(tx, SLUG, 1) == a_revision(state="published")
    for deed in ("UPDATE revisions SET reason = 'autre'", "DELETE FROM revisions"):
        with pytest.raises(DBAPIError, match="revisions is frozen"), legend_db.transaction() as tx:
            tx.execute(text(deed))


def test_the_newest_revision_is_listed_first(legend_db: Database, a_revision: Builder) -> None:
    with legend_db.transaction() as tx:
        for number in range(1, 12):
            add_revision(tx, a_revision(number))
        set_state(tx, SLUG, 11, "failed")
        assert [one.number for one in list_revisions(tx, SLUG)] == [*range(11, 0, -1)]
        assert list_states(tx, SLUG)[:2] == [(11, "failed"), (10, "building")]
        assert find_newest(tx, SLUG) == a_revision(11, "failed")


@pytest.mark.parametrize(
    ("states", "served", "withdrawn"),
    [
        (["building"], [], False),
        (["published"], [1], False),
        (["superseded", "published"], [2], False),
        (["published", "building"], [1], False),
        (["published", "failed"], [1], False),
        (["superseded", "unpublished"], [], True),
        (["failed"], [], False),
        (["unpublished", "building"], [], True),
        (["unpublished", "failed"], [], True),
        (["superseded", "unpublished", "published"], [3], False),
    ],
)
def test_what_is_published_is_served_and_what_was_is_gone(
    legend_db: Database,
    a_revision: Builder,
    states: list[RevisionState],
    served: list[int],
    *,
    withdrawn: bool,
) -> None:
    with legend_db.transaction() as tx:
        for number, state in enumerate(states, start=1):
            add_revision(tx, a_revision(number))
            if state == "published":
                set_published(tx, SLUG, number, MANIFEST)
            else:
                set_state(tx, SLUG, number, state)
        assert [(one.number, one.manifest_sha256) for one in list_served(tx)] == [
            (number, MANIFEST) for number in served
        ]
        assert list_withdrawn(tx) == ([SLUG] if withdrawn else [])


def test_publishing_a_revision_replaces_the_one_before_and_no_other(
    legend_db: Database, a_revision: Builder, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        save_draft(tx, a_legend("marcou"), {}, noon)
        add_revision(tx, a_revision(slug="marcou"))
        set_published(tx, "marcou", 1, MANIFEST)
        for number in (1, 2, 3, 4):
            add_revision(tx, a_revision(number))
        set_state(tx, SLUG, 2, "failed")
        set_published(tx, SLUG, 1, MANIFEST)
        set_published(tx, SLUG, 3, "d" * 64)
        set_published(tx, SLUG, 3, "d" * 64)
        states = {1: "superseded", 2: "failed", 3: "published", 4: "building"}
        assert dict(list_states(tx, SLUG)) == states
        assert [(one.slug, one.manifest_sha256) for one in list_served(tx)] == [
            (SLUG, "d" * 64),
            ("marcou", MANIFEST),
        ]
        assert list_served(tx)[0].published_at == noon


def test_curators_who_publish_at_once_get_numbers_without_gap_or_double(
    legend_db: Database, a_revision: Builder
) -> None:
    def publish() -> None:
        for _ in range(3):
            with legend_db.transaction() as tx:
                lock_draft(tx, SLUG)
                add_revision(tx, replace(a_revision(), number=next_number(tx, SLUG)))

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with legend_db.reading() as tx:
        assert [number for number, _ in list_states(tx, SLUG)] == [*range(12, 0, -1)]
