"""The territory and the media are kept once and exactly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text

from odyssee.db.legends import get_draft, save_draft
from odyssee.db.media import find_assets, find_encoded, save_asset
from odyssee.db.session import Database
from odyssee.db.territories import check_lock, find_territory, lock_territory, save_territory
from odyssee.domain.errors import Unavailable
from odyssee.domain.finishing import finish
from odyssee.domain.geo import LonLat, MultiPolygon, Outline, Polygon
from odyssee.domain.legends import Commune, Legend
from odyssee.domain.media import MediaAsset, cover_ref
from odyssee.domain.territory import Territory

RING = (LonLat(0.8, 48.1), LonLat(1.1, 48.1), LonLat(0.1 + 0.2, 48.5), LonLat(0.8, 48.1))
PERCHE = Territory(
    format=1,
    name={"fr": "Le Perche d'Eure-et-Loir", "en": "The Perche"},
    languages=("fr", "en"),
    default_language="fr",
    outline_status="schematic",
    outline=Polygon("Polygon", (RING,)),
    communes=(Commune(name="Vichères", insee="28407"), Commune(name="Œuvré", insee="28000")),
)


def test_before_the_first_import_there_is_no_territory(db: Database) -> None:
    with db.reading() as tx:
        assert find_territory(tx) is None


@pytest.mark.parametrize(
    "outline",
    [
        Polygon("Polygon", (RING,)),
        MultiPolygon("MultiPolygon", ((RING,), (RING, RING))),
        Polygon("Polygon", (RING[:3],)),
        MultiPolygon("MultiPolygon", ()),
    ],
)
def test_the_territory_comes_back_exactly(db: Database, noon: datetime, outline: Outline) -> None:
    territory = replace(PERCHE, outline=outline)
    with db.transaction() as tx:
        assert save_territory(tx, territory, noon)
        assert find_territory(tx) == territory


def test_the_territory_changes_only_when_it_changed(db: Database, noon: datetime) -> None:
    official = replace(PERCHE, outline_status="official")
    with db.transaction() as tx:
        assert save_territory(tx, PERCHE, noon)
        assert not save_territory(tx, PERCHE, noon)
        assert save_territory(tx, official, noon)
        assert not save_territory(tx, official, noon)
        assert find_territory(tx) == official


def test_assets_are_found_by_key_and_the_others_left_out(
    db: Database, noon: datetime, an_asset: Callable[..., MediaAsset]
) -> None:
    with db.transaction() as tx:
        save_asset(tx, an_asset("a"), noon)
        save_asset(tx, an_asset("b"), noon)
        assert find_assets(tx, ["a", "c"]) == {"a": an_asset("a")}
        assert find_assets(tx, []) == {}


def test_what_was_encoded_is_found_bare_whatever_was_laid_over_it(
    db: Database, noon: datetime, an_asset: Callable[..., MediaAsset]
) -> None:
    encoded = replace(an_asset("sound"), cues=())
    old = replace(encoded, renditions=())
    finished = [finish(encoded, ["Un."]), finish(old, ["Deux."])]
    with db.transaction() as tx:
        for asset in (*finished, an_asset("a")):
            save_asset(tx, asset, noon)
        found = find_encoded(tx, ["sound", "a", "c"])
        assert sorted(asset.key for asset in found) == ["a", "sound", "sound"]
        assert all(asset in found for asset in (an_asset("a"), encoded, old))
        assert find_assets(tx, [asset.key for asset in finished]) == {
            asset.key: asset for asset in finished
        }
        assert find_encoded(tx, []) == []


def test_an_asset_that_is_encoded_anew_takes_the_place_of_the_old(
    db: Database, noon: datetime, an_asset: Callable[..., MediaAsset]
) -> None:
    with db.transaction() as tx:
        save_asset(tx, an_asset(), noon)
        save_asset(tx, an_asset("autre"), noon)
        anew = replace(an_asset(), duration_s=99.0)
        save_asset(tx, anew, noon)
        save_asset(tx, anew, noon)
        assert find_assets(tx, [an_asset().key, "autre"]) == {
            an_asset().key: anew,
            "autre": an_asset("autre"),
        }


def test_a_draft_has_what_was_encoded_anew(
    db: Database,
    noon: datetime,
    an_asset: Callable[..., MediaAsset],
    a_legend: Callable[..., Legend],
) -> None:
    anew = replace(an_asset(), renditions=(replace(an_asset().renditions[0], sha256="d" * 64),))
    with db.transaction() as tx:
        save_asset(tx, an_asset(), noon)
        save_draft(tx, a_legend(), {cover_ref(): an_asset().key}, noon)
        save_asset(tx, anew, noon)
        assert save_draft(tx, a_legend(), {cover_ref(): anew.key}, noon) == "unchanged"
    with db.reading() as tx:
        assert get_draft(tx, a_legend().slug).media == {cover_ref(): anew}


def test_a_lock_whose_connection_is_gone_is_noticed(postgis_db: Database) -> None:
    def lose_the_connection() -> None:
        with postgis_db.transaction() as tx:
            lock_territory(tx)
            own = tx.scalar(text("SELECT pg_backend_pid()"))
            with postgis_db.transaction() as other:
                other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            check_lock(tx)

    with pytest.raises(Unavailable):
        lose_the_connection()
