"""Both databases for every test: SQLite in a file, PostGIS in a server started for the session."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from odyssee.db.session import Database
from odyssee.db.tables import Row
from odyssee.domain.geo import LonLat, Point
from odyssee.domain.legends import Commune, Legend, LegendText, Rights, Route, Source
from odyssee.domain.media import Cue, MediaAsset, Rendition
from odyssee.domain.stops import Site, Stop, StopText
from odyssee.domain.zones import Zone

NOON = datetime(2026, 6, 24, 12, 0, tzinfo=UTC)
"""Saint-Jean."""


# --- Databases, migrated by the real migrations and empty at each test's start.


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "curation.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgis(postgis_url: str) -> Iterator[Database]:
    database = Database(postgis_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def sqlite_db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    path = shutil.copy(migrated_sqlite, tmp_path / "curation.db")
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgis_db(migrated_postgis: Database) -> Database:
    tables = ", ".join(table.name for table in Row.metadata.sorted_tables)
    with migrated_postgis.transaction() as tx:
        tx.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return migrated_postgis


@pytest.fixture(params=["sqlite", "postgis"])
def db(request: pytest.FixtureRequest) -> Database:
    database = request.getfixturevalue(f"{request.param}_db")
    assert isinstance(database, Database)
    return database


@pytest.fixture(params=["sqlite", "postgis"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing was made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/l'été à Œuvré/vide.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgis_url")
    return make()


# --- Builders of nouns, with the accents and elisions of the Perche.


@pytest.fixture(scope="session")
def noon() -> datetime:
    return NOON


PORTE = LonLat(0.91361, 48.26944)


def _a_stop(slug: str = "porte-muree", place: LonLat = PORTE) -> Stop:
    zone = Zone(id="z1", shape=Point("Point", place), radius_m=35.0)
    words = StopText(title="La porte murée", text="Elle n'ouvre plus, *dit-on*, depuis l'an 1449.")
    return Stop(
        slug=slug,
        location=place,
        site=Site(status="provisional", precision_m=250.0, source="vicheres-fr"),
        zones=(zone,),
        texts={"fr": words, "en": StopText(title="The walled-up door")},
    )


def _a_legend(slug: str = "dame-de-riants", **changes: Any) -> Legend:
    line = (LonLat(0.91361, 48.26944), LonLat(0.91420, 48.26990), LonLat(0.9180, 48.2710))
    title = "La Dame de Riants et l'Étang de l'Herbage-Œuvré"
    whole: dict[str, Any] = {
        "format": 1,
        "slug": slug,
        "commune": Commune(name="Vichères", insee="28407"),
        "site_status": "confirmed",
        "text_status": "provisional",
        "duration_min": 120,
        "route": Route(status="sketch", line=line),
        "rights": Rights(
            text_author="Perche Odyssée",
            licence="CC-BY-SA-4.0",
            sources=(Source(key="vicheres-fr", title="vicheres.fr"),),
        ),
        "stops": (_a_stop(), _a_stop("etang", LonLat(0.9180, 48.2710))),
        "texts": {
            "fr": LegendText(title=title, summary="Où l'on entend pleurer, à la Saint-Jean.")
        },
    }
    return Legend(**{**whole, **changes})


def _an_asset(key: str = "a" * 64) -> MediaAsset:
    return MediaAsset(
        key=key,
        kind="audio",
        renditions=(Rendition(sha256="b" * 64, size_bytes=48_000, type="audio/mp4"),),
        duration_s=0.1 + 0.2,
        loudness_lufs=-16.0,
        voice="human",
        cues=(Cue(0.0, 1.5, "Il était une fois à Vichères…"),),
        peaks=(0, 50, 100),
    )


@pytest.fixture(scope="session")
def a_stop() -> Callable[..., Stop]:
    return _a_stop


@pytest.fixture(scope="session")
def a_legend() -> Callable[..., Legend]:
    return _a_legend


@pytest.fixture(scope="session")
def an_asset() -> Callable[..., MediaAsset]:
    return _an_asset
