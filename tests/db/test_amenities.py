"""Amenities are kept as partners tell them, beside what an office says; on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from partner_builders import an_amenity
from postgis import wait_for_a_waiter
from sqlalchemy.exc import IntegrityError

from odyssee.db import amenities, seeds
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound
from odyssee.domain.geo import BBox, LonLat

HOUR = timedelta(hours=1)


def test_an_amenity_comes_back_exactly(db: Database, noon: datetime) -> None:
    with db.transaction() as tx:
        amenities.lock_imports(tx)
        amenities.add_amenities(tx, [("a", an_amenity())], noon)
    with db.reading() as tx:
        kept = amenities.get_listing(tx, "a")
        assert kept.amenity == an_amenity()
        assert (kept.version, kept.hidden, kept.corrected) == (1, False, None)
        assert kept.created_at == kept.updated_at == kept.last_seen_at == noon
        with pytest.raises(NotFound):
            amenities.get_listing(tx, "b")


def test_the_natural_key_is_kept_once(db: Database, noon: datetime) -> None:
    with pytest.raises(IntegrityError), db.transaction() as tx:
        amenities.add_amenities(tx, [("a", an_amenity()), ("b", an_amenity())], noon)


def test_what_an_office_says_outlives_what_the_partner_tells(db: Database, noon: datetime) -> None:
    right = LonLat(0.95, 48.3)
    with db.transaction() as tx:
        amenities.add_amenities(tx, [("a", an_amenity()), ("b", an_amenity(2))], noon)
        kept = amenities.get_listing(tx, "a", locked=True)
        amenities.save_listing(tx, replace(kept, corrected=right, hidden=True, version=2))
        moved = an_amenity(place=LonLat(0.8, 48.1), kind="food")
        other = an_amenity(2, place=LonLat(0.8, 48.1))
        amenities.change_amenities(tx, [("a", moved), ("b", other)], noon + HOUR)
        amenities.note_seen(tx, ["a"], noon + 2 * HOUR)
    with db.reading() as tx:
        kept = amenities.get_listing(tx, "a")
        assert (kept.place, kept.hidden, kept.version) == (right, True, 3)
        assert kept.amenity == moved
        assert (kept.updated_at, kept.last_seen_at) == (noon + HOUR, noon + 2 * HOUR)
        assert amenities.get_listing(tx, "b").place == (0.8, 48.1)


def test_a_place_that_is_corrected_while_an_import_waits_stays_corrected(
    postgis_db: Database, noon: datetime
) -> None:
    right, told = LonLat(0.95, 48.3), an_amenity(place=LonLat(0.8, 48.1), kind="food")
    with postgis_db.transaction() as tx:
        amenities.add_amenities(tx, [("a", an_amenity())], noon)

    def take_over() -> None:
        with postgis_db.transaction() as tx:
            amenities.change_amenities(tx, [("a", told)], noon + HOUR)

    importing = Thread(target=take_over)
    with postgis_db.transaction() as tx:
        kept = amenities.get_listing(tx, "a", locked=True)
        amenities.save_listing(tx, replace(kept, corrected=right, version=2))
        importing.start()
        wait_for_a_waiter(postgis_db)
    importing.join()
    with postgis_db.reading() as tx:
        kept = amenities.get_listing(tx, "a")
    assert (kept.place, kept.corrected, kept.amenity, kept.version) == (right, right, told, 3)


def test_lists_are_by_kind_by_name_and_by_place(db: Database, noon: datetime) -> None:
    far = an_amenity(3, place=LonLat(2.0, 47.0), name={"fr": "Au loin"}, kind="food")
    with db.transaction() as tx:
        new = [("a", an_amenity()), ("b", an_amenity(2)), ("c", far)]
        amenities.add_amenities(tx, new, noon)
        hidden = amenities.get_listing(tx, "b")
        amenities.save_listing(tx, replace(hidden, hidden=True))
    with db.reading() as tx:

        def ids(**asked: Any) -> list[str]:
            return [one.id for one in amenities.list_listings(tx, asked.pop("limit", 9), **asked)]

        assert ids() == ["a", "b", "c"]
        assert ids(limit=1, after="a") == ["b"]
        assert ids(kind="food") == ["c"]
        assert ids(called="ete a œuvre") == ["a", "b"]
        assert ids(called="ete", limit=1) == ["a"]
        near = amenities.list_within(tx, BBox(0.9, 48.2, 1.0, 48.3))
        assert [one.id for one in near] == ["a"]
        assert list(amenities.find_hashes(tx, "tourinsoft", "cdt28")) == ["HOT1", "HOT2", "HOT3"]
        assert amenities.find_hashes(tx, "geotrek", "cdt28") == {}


def test_a_trek_begins_one_draft(db: Database, noon: datetime) -> None:
    seed = seeds.Seed("trek/7", "le-chemin", "c" * 64)
    with db.transaction() as tx:
        seeds.add_seeds(tx, "rando", [seed], noon)
        seeds.note_seen(tx, "rando", ["trek/7"], noon + HOUR)
    with db.reading() as tx:
        assert seeds.find_seeds(tx, "rando") == {"trek/7": seed}
        assert seeds.find_seeds(tx, "other") == {}
        assert not seeds.is_slug_taken(tx, "le-chemin")
