"""Closures are kept with their legend, and told for as long as they have to be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from odyssee.db import closures, jobs
from odyssee.db.legends import archive_draft, lock_legend, save_draft
from odyssee.db.session import Database
from odyssee.domain.closures import Closure, KeptClosure
from odyssee.domain.errors import NotFound
from odyssee.domain.legends import Legend

SLUG = "dame-de-riants"
HOUR = timedelta(hours=1)


@pytest.fixture
def legend_db(db: Database, a_legend: Callable[..., Legend], noon: datetime) -> Database:
    with db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
        save_draft(tx, a_legend("pommier"), {}, noon)
    return db


@pytest.fixture
def a_kept(noon: datetime) -> Callable[..., KeptClosure]:
    def build(closure_id: str = "gue", **changes: Any) -> KeptClosure:
        known: dict[str, Any] = {
            "legend": SLUG,
            "starts_at": noon,
            "ends_at": None,
            "kind": "hunting",
            "text": {"fr": "Battue à l'étang de l'Herbage-Œuvré."},
        }
        closure = Closure(**(known | changes))
        return KeptClosure(
            id=closure_id, closure=closure, created_by="zoé@perche.example", created_at=noon
        )

    return build


def test_a_closure_comes_back_exactly(
    legend_db: Database, a_kept: Callable[..., KeptClosure], noon: datetime
) -> None:
    stop = a_kept("a", stop="gue", ends_at=noon + HOUR)
    stretch = a_kept("b", stretch=((0.9136123, 48.2), (0.91, 48.2000001)))
    with legend_db.transaction() as tx:
        closures.add_closure(tx, stop)
        closures.add_closure(tx, stretch)
    with legend_db.transaction() as tx:
        assert closures.lock_closure(tx, "a") == stop
        assert closures.lock_closure(tx, "b") == stretch
        with pytest.raises(NotFound):
            closures.lock_closure(tx, "c")


def test_those_of_a_legend_come_earliest_first_without_those_that_are_over(
    legend_db: Database, a_kept: Callable[..., KeptClosure], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        for number, hours in enumerate([3, -5, 1]):
            closures.add_closure(tx, a_kept(f"c{number}", starts_at=noon + hours * HOUR))
        closures.add_closure(tx, a_kept("over", starts_at=noon - HOUR, ends_at=noon))
        closures.add_closure(tx, a_kept("other", legend="pommier"))
    with legend_db.reading() as tx:
        assert [k.id for k in closures.list_closures(tx, noon, SLUG)] == ["c1", "c2", "c0"]
        assert [k.id for k in closures.list_closures(tx, noon)] == ["c1", "other", "c2", "c0"]


def test_a_stop_is_told_for_a_day_longer_than_a_trail(
    legend_db: Database, a_kept: Callable[..., KeptClosure], noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        closures.add_closure(tx, a_kept("trail", ends_at=noon + HOUR))
        closures.add_closure(tx, a_kept("stop", stop="gue", ends_at=noon + HOUR))
    for hours, told in ((0, [None, "gue"]), (1, ["gue"]), (24.9, ["gue"]), (25, [])):
        with legend_db.reading() as tx:
            standing = closures.list_standing(tx, noon + hours * HOUR)
            assert sorted((c.stop for c in standing), key=str) == told


def test_it_ends_or_is_forgotten(
    legend_db: Database, a_kept: Callable[..., KeptClosure], noon: datetime
) -> None:
    kept = a_kept()
    with legend_db.transaction() as tx:
        closures.add_closure(tx, kept)
        closures.end_closure(tx, kept.id, noon + HOUR)
        ended = replace(kept, closure=replace(kept.closure, ends_at=noon + HOUR))
        assert closures.lock_closure(tx, kept.id) == ended
        closures.remove_closure(tx, kept.id)
        with pytest.raises(NotFound):
            closures.lock_closure(tx, kept.id)


def test_no_closure_is_of_no_legend(
    legend_db: Database, a_kept: Callable[..., KeptClosure]
) -> None:
    with pytest.raises(IntegrityError), legend_db.transaction() as tx:
        closures.add_closure(tx, a_kept(legend="nulle-part"))


def test_an_archived_legend_is_still_there_to_be_locked(
    legend_db: Database, noon: datetime
) -> None:
    with legend_db.transaction() as tx:
        archive_draft(tx, SLUG, noon)
        lock_legend(tx, SLUG)
        with pytest.raises(NotFound):
            lock_legend(tx, "nulle-part")


def test_a_job_for_later_waits_for_its_time(db: Database, noon: datetime) -> None:
    with db.transaction() as tx:
        later = jobs.add_job(tx, "point", {}, noon, run_at=noon + HOUR)
        assert jobs.get_job(tx, later).created_at == noon
    assert jobs.claim_job(db, noon + 0.9 * HOUR, 60) is None
    claimed = jobs.claim_job(db, noon + HOUR, 60)
    assert claimed is not None
    assert claimed.id == later
