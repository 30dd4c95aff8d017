"""Versions of drafts come back exactly, and the oldest are forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from odyssee.db.draft_versions import get_version, keep_version, list_versions
from odyssee.db.legends import add_draft, get_draft, has_slug, save_draft
from odyssee.db.media import save_asset
from odyssee.db.offices import add_office
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, cover_ref
from odyssee.domain.people import Office
from odyssee.domain.versions import MAX_VERSIONS, ONE_CHANGE, WHOLE

SLUG = "dame-de-riants"


@pytest.fixture
def legend_db(
    db: Database,
    a_legend: Callable[..., Legend],
    an_asset: Callable[..., MediaAsset],
    noon: datetime,
) -> Database:
    with db.transaction() as tx:
        save_asset(tx, an_asset(), noon)
        save_draft(tx, a_legend(), {cover_ref(): an_asset().key}, noon)
    return db


def test_a_version_comes_back_exactly(
    legend_db: Database,
    a_legend: Callable[..., Legend],
    an_asset: Callable[..., MediaAsset],
    noon: datetime,
) -> None:
    with legend_db.transaction() as tx:
        keep_version(tx, get_draft(tx, SLUG), "legend", "zoé", noon)
        save_draft(tx, a_legend(loop=True), {}, noon)
    with legend_db.reading() as tx:
        (kept,) = list_versions(tx, SLUG, 9)
        assert (kept.version, kept.part, kept.changed_by) == (1, "legend", "zoé")
        assert kept.changed_at == noon
        assert get_version(tx, SLUG, 1) == (a_legend(), {cover_ref(): an_asset().key})
        with pytest.raises(NotFound):
            get_version(tx, SLUG, 2)


def test_what_one_person_does_to_one_part_within_minutes_is_one_change(
    legend_db: Database, noon: datetime
) -> None:
    short = timedelta(minutes=1)
    changes = [
        ("legend", "zoé", noon),
        ("legend", "zoé", noon + ONE_CHANGE - short),
        ("legend", "zoé", noon + ONE_CHANGE),
        ("legend", "abel", noon + ONE_CHANGE),
        ("order", "abel", noon + ONE_CHANGE),
        (WHOLE, "abel", noon + ONE_CHANGE),
        (WHOLE, "abel", noon + ONE_CHANGE),
    ]
    with legend_db.transaction() as tx:
        draft = get_draft(tx, SLUG)
        for number, (part, by, at) in enumerate(changes, start=1):
            keep_version(tx, replace(draft, version=number), part, by, at)
        assert [kept.version for kept in list_versions(tx, SLUG, 9)] == [7, 6, 5, 4, 3, 1]
        assert [kept.version for kept in list_versions(tx, SLUG, 2, before=5)] == [4, 3]


def test_the_oldest_are_forgotten(legend_db: Database, noon: datetime) -> None:
    with legend_db.transaction() as tx:
        draft = get_draft(tx, SLUG)
        for number in range(1, MAX_VERSIONS + 3):
            keep_version(tx, replace(draft, version=number), WHOLE, "zoé", noon)
        kept = [known.version for known in list_versions(tx, SLUG, MAX_VERSIONS + 9)]
    assert kept == list(range(MAX_VERSIONS + 2, 2, -1))


def test_a_new_draft_belongs_to_its_office_and_takes_its_slug_once(
    db: Database, a_legend: Callable[..., Legend], noon: datetime
) -> None:
    with db.transaction() as tx:
        add_office(tx, Office("nogent", "Office de Nogent"), noon)
        assert not has_slug(tx, SLUG)
        assert add_draft(tx, a_legend(), {}, noon, "nogent")
        assert not add_draft(tx, a_legend(loop=True), {}, noon, None)
        save_draft(tx, a_legend(window=2), {}, noon)
    with db.reading() as tx:
        draft = get_draft(tx, SLUG)
        assert (draft.office, draft.legend.window, draft.legend.loop) == ("nogent", 2, False)
