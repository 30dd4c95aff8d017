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
    find_revision,
    get_revision,
    list_current,
    list_current_numbers,
    list_revisions,
    list_states,
    next_number,
    set_state,
)
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, cover_ref
from odyssee.domain.publication import Revision, RevisionState

SLUG = "dame-de-riants"
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
        with pytest.raises(NotFound):
            get_revision(tx, SLUG, 1)
        with pytest.raises(NotFound):
            set_state(tx, SLUG, 1, "published")


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


@pytest.mark.parametrize(
    ("states", "served"),
    [
        (["building"], [1]),
        (["published"], [1]),
        (["superseded", "published"], [2]),
        (["published", "building"], [2]),
        (["published", "failed"], [1]),
        (["superseded", "unpublished"], []),
        (["failed"], []),
        (["superseded", "unpublished", "building"], [3]),
    ],
)
def test_the_latest_that_is_building_or_published_is_served(
    legend_db: Database, a_revision: Builder, states: list[RevisionState], served: list[int]
) -> None:
    with legend_db.transaction() as tx:
        for number, state in enumerate(states, start=1):
            add_revision(tx, a_revision(number, state))
        assert [one.number for one in list_current(tx)] == served
        assert list_current_numbers(tx) == [(SLUG, number) for number in served]


def test_what_is_served_is_listed_by_slug(
    legend_db: Database, a_revision: Builder, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        for slug in ("z-fin", "a-debut", "moulin-rouge", "moulin"):
            save_draft(tx, a_legend(slug), {}, noon)
            add_revision(tx, a_revision(1, "published", slug))
        slugs = ["a-debut", "moulin", "moulin-rouge", "z-fin"]
        assert [one.slug for one in list_current(tx)] == slugs
        assert [slug for slug, _ in list_current_numbers(tx)] == slugs


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
