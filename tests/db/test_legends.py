"""Drafts are kept exactly, once, and are found again by name and by place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from odyssee.db.legends import (
    archive_draft,
    find_draft,
    get_draft,
    list_drafts,
    list_slugs_within,
    list_stops_near,
    lock_draft,
    save_draft,
)
from odyssee.db.media import save_asset
from odyssee.db.session import Database, Tx
from odyssee.db.spatial import to_geojson, to_ground
from odyssee.domain.errors import NotFound
from odyssee.domain.geo import BBox, LineString, LonLat, Point, Polygon
from odyssee.domain.legends import Commune, Legend, LegendText, Route
from odyssee.domain.media import Focal, MediaAsset, cover_ref, narration_ref
from odyssee.domain.stops import IllustrationFile, NarrationFile, Site, Stop, StopText, TextState
from odyssee.domain.zones import Zone

WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aàâbcçdeéèêëghiïîlmnoôœpqrstuùûüyÿ ÀÉŒÆ'’«»—…\n\t\"\\😀\0"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)
NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PICTURES = st.builds(IllustrationFile, focal=st.none() | st.builds(Focal, NUMBERS, NUMBERS))
PLACES = st.one_of(
    st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90)), st.builds(LonLat, NUMBERS, NUMBERS)
)
RINGS = st.one_of(
    st.lists(PLACES, min_size=3, max_size=5).map(lambda ring: (*ring, ring[0])),
    st.lists(PLACES, max_size=4).map(tuple),  # open, or too short to be a ring
)
LINES = st.lists(PLACES, max_size=4).map(tuple)
SHAPES = st.one_of(
    st.builds(Point, st.just("Point"), PLACES),
    st.builds(LineString, st.just("LineString"), LINES),
    st.builds(Polygon, st.just("Polygon"), st.lists(RINGS, max_size=2).map(tuple)),
)
LEGEND_TEXTS = st.builds(
    LegendText,
    title=WORDS,
    summary=WORDS,
    access_notes=st.none() | WORDS,
    practical=st.dictionaries(WORDS, WORDS, max_size=1),
    story=WORDS,
)
STATES = st.sampled_from(get_args(TextState))
STOP_TEXTS = st.builds(
    StopText, title=WORDS, directions=st.none() | WORDS, state=STATES, text=WORDS
)
STOPS = st.builds(
    Stop,
    slug=NAMES,
    location=PLACES,
    site=st.builds(Site, precision_m=NUMBERS, source=WORDS),
    zones=st.lists(
        st.builds(Zone, id=NAMES, shape=SHAPES, radius_m=st.none() | NUMBERS), max_size=2
    ).map(tuple),
    illustrations=st.lists(PICTURES, max_size=1).map(tuple),
    narration=st.dictionaries(NAMES, st.from_type(NarrationFile), max_size=1),
    texts=st.dictionaries(NAMES, STOP_TEXTS, max_size=2),
)
LEGENDS = st.builds(
    Legend,
    slug=NAMES,
    commune=st.builds(Commune, name=WORDS, insee=NAMES),
    themes=st.lists(WORDS, max_size=2).map(tuple),
    route=st.builds(Route, line=LINES),
    stops=st.lists(STOPS, max_size=3).map(tuple),
    texts=st.dictionaries(NAMES, LEGEND_TEXTS, max_size=2),
)


@settings(
    max_examples=30,
    deadline=None,  # two cores, shared
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=LEGENDS, second=LEGENDS)
def test_a_draft_gives_back_exactly_the_legend_that_was_saved(
    db: Database, noon: datetime, first: Legend, second: Legend
) -> None:
    second = replace(second, slug=first.slug)
    for legend in (first, second):
        with db.transaction() as tx:
            save_draft(tx, legend, {}, noon)
        with db.reading() as tx:
            assert get_draft(tx, legend.slug).legend == legend
        with db.transaction() as tx:
            assert save_draft(tx, legend, {}, noon) == "unchanged"


@settings(deadline=None)  # as above
@given(place=PLACES)
def test_a_shape_that_is_drawn_is_the_same_to_the_last_digit(place: LonLat) -> None:
    ground = to_ground({"type": "Point", "coordinates": place})
    assert (ground is not None) == place.is_on_earth
    assert ground is None or to_geojson(ground)["coordinates"] == place


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(
    db: Database, noon: datetime, a_legend: Callable[..., Legend], number: float
) -> None:
    astray = a_legend(route=Route(status="sketch", line=(LonLat(number, 48.0),)))
    with pytest.raises(ValueError, match="JSON"), db.transaction() as tx:
        save_draft(tx, astray, {}, noon)


def test_the_version_rises_with_each_change_and_only_then(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    later = noon + timedelta(hours=1)
    with db.transaction() as tx:
        assert save_draft(tx, a_legend(), {}, noon) == "created"
        first = get_draft(tx, "dame-de-riants")
        assert save_draft(tx, a_legend(), {}, later) == "unchanged"
        assert get_draft(tx, "dame-de-riants") == first
        assert save_draft(tx, a_legend(loop=True), {}, later) == "changed"
        second = get_draft(tx, "dame-de-riants")
        assert save_draft(tx, a_legend(), {}, later) == "changed"
        third = get_draft(tx, "dame-de-riants")
    assert [draft.version for draft in (first, second, third)] == [1, 2, 3]
    assert [draft.updated_at for draft in (first, second, third)] == [noon, later, later]
    assert len({draft.etag for draft in (first, second, third)}) == 3


def test_nothing_is_written_when_nothing_changed(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    with db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
    with db.transaction() as tx, statements_of(tx) as sent:
        save_draft(tx, a_legend(), {}, noon)
    assert not [sql for sql, _ in sent if not sql.startswith(("SELECT", "BEGIN", "PRAGMA"))]


def test_a_draft_tells_the_media_of_its_places(
    db: Database,
    noon: datetime,
    a_legend: Callable[..., Legend],
    an_asset: Callable[..., MediaAsset],
) -> None:
    heard, seen = an_asset("a" * 64), an_asset("c" * 64)
    media = {narration_ref("etang", "fr"): heard.key, cover_ref(): seen.key}
    with db.transaction() as tx:
        save_asset(tx, heard, noon)
        save_asset(tx, seen, noon)
        save_draft(tx, a_legend(), {cover_ref(): heard.key}, noon)
        assert save_draft(tx, a_legend(), media, noon) == "changed"
        assert save_draft(tx, a_legend(), media, noon) == "unchanged"
        draft = get_draft(tx, "dame-de-riants")
    assert draft.media == {narration_ref("etang", "fr"): heard, cover_ref(): seen}


@pytest.mark.parametrize("known", [False, True])
def test_a_medium_that_is_not_kept_is_refused(
    db: Database, noon: datetime, a_legend: Callable[..., Legend], *, known: bool
) -> None:
    if known:
        with db.transaction() as tx:
            save_draft(tx, a_legend(), {}, noon)
    with pytest.raises(NotFound) as refused, db.transaction() as tx:
        save_draft(tx, a_legend(), {cover_ref(): "f" * 64}, noon)
    assert refused.value.values == {"asset": "f" * 64}
    with db.reading() as tx:
        assert (find_draft(tx, "dame-de-riants") is not None) == known


def test_an_unknown_draft_is_not_found(db: Database, noon: datetime) -> None:
    with db.transaction() as tx:
        assert find_draft(tx, "croquemitaine") is None
        for ask in (get_draft, lock_draft, lambda tx, slug: archive_draft(tx, slug, noon)):
            with pytest.raises(NotFound):
                ask(tx, "croquemitaine")


def test_an_archived_draft_is_in_no_list_until_it_is_saved_again(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    everywhere = BBox(-10, 40, 10, 60)
    with db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
        archive_draft(tx, "dame-de-riants", noon)
        assert find_draft(tx, "dame-de-riants") is None
        assert list_drafts(tx) == []
        assert list_slugs_within(tx, everywhere) == []
        assert list_stops_near(tx, LonLat(0.9, 48.2), 100_000) == []
        assert save_draft(tx, a_legend(), {}, noon) == "changed"
        assert [draft.version for draft in list_drafts(tx)] == [3]


def test_drafts_are_listed_by_slug_in_five_statements_however_many(
    db: Database,
    noon: datetime,
    a_legend: Callable[..., Legend],
    an_asset: Callable[..., MediaAsset],
) -> None:
    legends = [a_legend(slug) for slug in ("z-fin", "a-debut", "moulin-rouge", "moulin")]
    with db.transaction() as tx:
        save_asset(tx, an_asset(), noon)
        for legend in legends:
            save_draft(tx, legend, {cover_ref(): an_asset().key}, noon)
    with db.reading() as tx, statements_of(tx) as sent:
        drafts = list_drafts(tx)
    assert [draft.legend for draft in drafts] == sorted(legends, key=lambda one: one.slug)
    assert all(draft.media == {cover_ref(): an_asset()} for draft in drafts)
    assert len([sql for sql, _ in sent if sql.startswith("SELECT")]) == 5


def test_two_transactions_that_save_one_draft_come_one_after_the_other(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    together = threading.Barrier(6)

    def save(minutes: int) -> None:
        together.wait()
        with db.transaction() as tx:
            saved.append(save_draft(tx, a_legend(duration_min=minutes), {}, noon))

    saved: list[str] = []
    run_all([threading.Thread(target=save, args=(minutes,)) for minutes in range(6)])
    assert sorted(saved) == ["changed"] * 5 + ["created"]
    with db.reading() as tx:
        draft = get_draft(tx, "dame-de-riants")
    assert draft.version == 6
    assert len(draft.legend.stops) == 2


def test_a_locked_draft_waits_and_then_sees_what_was_written(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    def lengthen() -> None:
        for _ in range(5):
            with db.transaction() as tx:
                legend = lock_draft(tx, "dame-de-riants").legend
                save_draft(tx, replace(legend, duration_min=legend.duration_min + 1), {}, noon)

    with db.transaction() as tx:
        save_draft(tx, a_legend(duration_min=0), {}, noon)
    run_all([threading.Thread(target=lengthen) for _ in range(4)])
    with db.reading() as tx:
        assert get_draft(tx, "dame-de-riants").legend.duration_min == 20


def test_drafts_are_found_by_the_box_that_their_route_meets(
    db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    far = Route(status="walked", line=(LonLat(1.20, 48.30), LonLat(1.30, 48.40)))
    undrawn = Route(status="sketch", line=(LonLat(0.914, 48.27),))
    with db.transaction() as tx:
        save_draft(tx, a_legend("pres"), {}, noon)
        save_draft(tx, a_legend("loin", route=far), {}, noon)
        save_draft(tx, a_legend("a-tracer", route=undrawn, stops=()), {}, noon)
        assert list_slugs_within(tx, BBox(0.9, 48.2, 0.95, 48.3)) == ["pres"]
        assert list_slugs_within(tx, BBox(0.0, 48.0, 2.0, 49.0)) == ["loin", "pres"]
        # The box of the line is met, the line itself is not.
        assert list_slugs_within(tx, BBox(1.20, 48.38, 1.21, 48.40)) == []


def test_stops_are_found_by_distance_the_nearest_first(
    db: Database,
    noon: datetime,
    a_legend: Callable[..., Legend],
    a_stop: Callable[..., Stop],
) -> None:
    here = LonLat(0.9, 48.3)
    stops = tuple(
        a_stop(slug, LonLat(0.9 + metres / 74_000, 48.3))
        for slug, metres in (("hêtre", 900), ("gué", 5), ("château", 1100), ("croix", 450))
    )
    with db.transaction() as tx:
        save_draft(tx, a_legend(stops=stops), {}, noon)
        near = list_stops_near(tx, here, 1000)
    assert [stop.stop for stop in near] == ["gué", "croix", "hêtre"]
    assert [stop.distance_m for stop in near] == pytest.approx([5, 450, 900], rel=0.01)
    assert {stop.legend for stop in near} == {"dame-de-riants"}


def test_stops_are_found_near_the_pole(
    db: Database,
    noon: datetime,
    a_legend: Callable[..., Legend],
    a_stop: Callable[..., Stop],
) -> None:
    with db.transaction() as tx:
        save_draft(tx, a_legend(stops=(a_stop("ours", LonLat(170.0, 89.9999)),)), {}, noon)
        assert len(list_stops_near(tx, LonLat(-10.0, 89.9999), 100)) == 1


def test_the_spatial_indexes_are_used(
    postgis_db: Database, noon: datetime, a_legend: Callable[..., Legend]
) -> None:
    with postgis_db.transaction() as tx:
        save_draft(tx, a_legend(), {}, noon)
        tx.execute(text(MANY_LEGENDS))
        tx.execute(text(MANY_STOPS))
        tx.execute(text("ANALYZE legends, stops"))
    with postgis_db.reading() as tx, statements_of(tx) as sent:
        assert "dame-de-riants" in list_slugs_within(tx, BBox(0.91, 48.26, 0.92, 48.28))
        assert list_stops_near(tx, LonLat(0.91361, 48.26944), 50)[0].stop == "porte-muree"
        plans = [
            "\n".join(tx.connection().exec_driver_sql(f"EXPLAIN {sql}", values).scalars())
            for sql, values in list(sent)
            if "ST_Intersects" in sql
        ]
    assert "legends_route_gist" in plans[0]
    assert "stops_location_gist" in plans[1]


MANY_LEGENDS = """
INSERT INTO legends (slug, commune_insee, route, document, version, content_sha256,
                     created_at, updated_at)
SELECT 'l-' || n, commune_insee, ST_Translate(route, (n % 60) / 10.0, n / 600.0), document, 1,
       '', now(), now()
FROM legends, generate_series(1, 3000) AS n
"""
MANY_STOPS = """
INSERT INTO stops (legend_id, position, slug, location, document)
SELECT id, 0, 's', ST_StartPoint(route), '{}' FROM legends WHERE slug LIKE 'l-%'
"""


@contextmanager
def statements_of(tx: Tx) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database, with its values."""
    sent: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        sent.append((sql, values))

    engine = tx.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
