"""Publications whose jobs fail: what is served stays whole, the fault is seen, a rerun mends."""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import NOON
from flow_builders import a_desk, a_territory
from sqlalchemy import text
from starlette.testclient import TestClient

from odyssee.actions.ingesting import import_folder
from odyssee.actions.packing import build_pack, point_to
from odyssee.actions.publishing import publish
from odyssee.actions.reading import (
    POINTER_KEY,
    find_pointer,
    find_territory_document,
    object_key,
    refresh,
)
from odyssee.actions.tools import Shelf, Tools
from odyssee.actions.working import LEASE_S, work_once
from odyssee.api.app import build_app
from odyssee.db import jobs, revisions, territories
from odyssee.db.session import Database
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.jobs import MAX_ATTEMPTS
from odyssee.files.store import FileStore
from odyssee.worker import _work_safely

SLUG = "dame-de-riants"
LEGEND = f"/v1/legends/{SLUG}"


class Watched:
    """A store that calls somebody before and after each put."""

    def __init__(
        self,
        store: FileStore,
        before: Callable[[str], None] = lambda _key: None,
        after: Callable[[str], None] = lambda _key: None,
    ) -> None:
        self._store = store
        self._before = before
        self._after = after

    def put(self, key: str, *arguments: object, **named: object) -> None:
        self._before(key)
        self._store.put(key, *arguments, **named)  # type: ignore[arg-type]  # passed on as it came
        self._after(key)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class FailsAt:
    """Fails at the n-th call, as a disk that is full."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, _key: str) -> None:
        if self._left == 0:
            raise Unavailable("disk full")
        self._left -= 1


class Clock:
    """A clock that is put forward by hand, or by so much at each look."""

    def __init__(self, at: datetime = NOON, each_s: float = 0.0) -> None:
        self.at = at
        self._each_s = each_s

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=self._each_s)
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ticking(desk: Tools, clock: Clock) -> Tools:
    """A desk whose first revision is served, with a clock that is put forward by hand."""
    tools = replace(desk, clock=clock)
    publish(tools, SLUG, by="test")
    assert work_once(tools) is not None
    return tools


@pytest.fixture
def say_more(content: Path, ticking: Tools) -> Callable[[], int]:
    """Changes a word of the legend and orders its publication."""
    words = iter(["hautaine", "altière", "seule", "muette"])
    path = next(content.glob("legendes/*/fr/legende.md"))
    first = path.read_text()

    def say() -> int:
        path.write_text(first.replace("fière", next(words)))
        import_folder(ticking, content)
        return publish(ticking, SLUG, by="test").revision

    return say


def states(tools: Tools) -> dict[int, str]:
    with tools.desk.db.reading() as tx:
        return {**dict(revisions.list_states(tx, SLUG))}


def served(tools: Tools) -> int:
    """The revision that a server that starts now serves, once all of it was read."""
    fresh = replace(tools, shelf=Shelf())
    refresh(fresh)
    legend = fresh.shelf.current().get_legend(SLUG)
    for sha256 in legend.objects:
        assert tools.published.exists(object_key(sha256))
    return legend.revision


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_job_that_fails_at_any_put_leaves_one_revision_whole_and_the_next_run_mends(
    ticking: Tools, clock: Clock, say_more: Callable[[], int], moment: str
) -> None:
    ordered = [say_more()]
    for number in range(60):
        watched = Watched(ticking.published, **{moment: FailsAt(number)})
        job = work_once(replace(ticking, published=watched))
        assert job is not None
        if job.state == "done":
            break
        assert served(ticking) in {1, ordered[-1]}
        clock.forward(300)
        if job.state == "failed":
            assert states(ticking)[ordered[-1]] == "failed"
            ordered.append(say_more())
    assert number > MAX_ATTEMPTS
    assert served(ticking) == ordered[-1]
    assert states(ticking)[ordered[-1]] == "published"


def fails_after_the_pointer(key: str) -> None:
    if key == POINTER_KEY:
        raise Unavailable("the network is gone")


def test_between_pointer_and_commit_the_new_one_is_whole_and_a_later_run_agrees(
    ticking: Tools, clock: Clock, say_more: Callable[[], int]
) -> None:
    say_more()
    cut = replace(ticking, published=Watched(ticking.published, after=fails_after_the_pointer))
    job = work_once(cut)
    assert job is not None
    assert job.state == "queued"
    assert served(ticking) == 2
    assert states(ticking) == {1: "published", 2: "building"}
    clock.forward(2)
    pointer = find_pointer(ticking.published)
    again = work_once(ticking)
    assert again is not None
    assert again.state == "done"
    assert states(ticking) == {1: "superseded", 2: "published"}
    assert find_pointer(ticking.published) == pointer


def test_any_later_publication_says_what_the_database_says(
    ticking: Tools, say_more: Callable[[], int]
) -> None:
    say_more()
    work_once(replace(ticking, published=Watched(ticking.published, after=fails_after_the_pointer)))
    before = find_pointer(ticking.published)
    with ticking.desk.db.transaction() as tx:
        territories.lock_territory(tx)
        point_to(ticking, tx, replace(a_territory(), outline_status="official"))
    after = find_pointer(ticking.published)
    assert before is not None
    assert after is not None
    assert after.revision == before.revision + 1
    assert served(ticking) == 1
    document = find_territory_document(ticking.published)
    assert document is not None
    assert len(document["kept"][SLUG]) == 1  # who began on the second finishes on it


def test_a_legend_that_was_withdrawn_is_not_brought_back_by_a_late_job(ticking: Tools) -> None:
    with ticking.desk.db.transaction() as tx:
        revisions.set_state(tx, SLUG, 1, "unpublished")
        territories.lock_territory(tx)
        point_to(ticking, tx, a_territory())
    assert build_pack(ticking, SLUG, 1) is None
    document = find_territory_document(ticking.published)
    assert document is not None
    assert (document["legends"], document["kept"], document["unpublished"]) == ({}, {}, [SLUG])
    refresh(ticking)
    client = TestClient(build_app(ticking, lambda: "2026-06-01T12:00:00Z"))
    assert client.get(LEGEND).status_code == 410


def test_a_newer_revision_that_failed_does_not_stand_in_the_way(
    ticking: Tools, say_more: Callable[[], int]
) -> None:
    second, third = say_more(), say_more()
    with ticking.desk.db.transaction() as tx:
        revisions.set_state(tx, SLUG, third, "failed")
    assert build_pack(ticking, SLUG, second) is not None
    assert served(ticking) == second


@pytest.fixture
def on_postgis(
    tmp_path: Path, content: Path, imported: Path, new_postgis_url: Callable[[], str]
) -> Iterator[Tools]:
    database = Database(new_postgis_url())
    database.upgrade()
    tools = a_desk(tmp_path / "pg", database)
    shutil.copytree(imported / "var" / "files", tmp_path / "pg" / "files")
    import_folder(tools, content)
    yield tools
    database.close()


@pytest.mark.parametrize(
    ("killed_at", "is_pointed"),
    [("targets/", False), ("metadata/timestamp", False), (POINTER_KEY, True)],
)
def test_a_worker_whose_connection_drops_under_the_lock_points_at_most_to_a_whole_revision(
    on_postgis: Tools, killed_at: str, *, is_pointed: bool
) -> None:
    publish(on_postgis, SLUG, by="test")

    def kill(key: str) -> None:
        if not key.startswith(killed_at) or "packs" in key:
            return
        with on_postgis.desk.db.transaction() as tx:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
            tx.execute(text(f"{others} current_database() AND pid <> pg_backend_pid()"))

    job = work_once(replace(on_postgis, published=Watched(on_postgis.published, before=kill)))
    assert job is not None
    assert job.state == "queued"
    assert "unavailable" in (job.last_error or "")
    assert (find_pointer(on_postgis.published) is not None) == is_pointed
    assert states(on_postgis) == {1: "building"}
    later = replace(on_postgis, clock=Clock(NOON + timedelta(seconds=2)))
    assert work_once(later) is not None
    assert served(on_postgis) == 1
    assert states(on_postgis) == {1: "published"}


def test_a_failing_job_is_seen_until_it_is_given_up_and_its_revision_with_it(
    desk: Tools, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="odyssee.worker")
    publish(desk, SLUG, by="test")
    failing = replace(desk, clock=clock, published=Watched(desk.published, before=FailsAt(0)))
    for _ in range(MAX_ATTEMPTS):
        assert states(desk) == {1: "building"}
        _work_safely(failing)
        clock.forward(300)
    assert states(desk) == {1: "failed"}
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert {level for level, _ in told} == {"WARNING"}
    line = "build_pack dame-de-riants 1 attempt 1 of 5: unavailable: disk full, now queued"
    assert told[0][1].endswith(line)
    assert told[-2][1].endswith("attempt 5 of 5: given up: unavailable: disk full")
    assert told[-1][1].endswith("now failed")
    assert publish(desk, SLUG, by="test").revision == 2


def test_a_job_that_kills_its_workers_takes_its_revision_with_it(
    desk: Tools, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(desk, SLUG, by="test")
    for _ in range(MAX_ATTEMPTS):
        assert jobs.claim_job(desk.desk.db, clock(), LEASE_S) is not None
        clock.forward(LEASE_S)
    assert work_once(replace(desk, clock=clock)) is None
    assert states(desk) == {1: "failed"}
    assert "given up: no worker came back" in caplog.text


def test_a_fault_of_ours_is_logged_with_the_job(
    desk: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_key: str) -> None:
        raise ZeroDivisionError

    publish(desk, SLUG, by="test")
    _work_safely(replace(desk, published=Watched(desk.published, before=broken)))
    assert "ZeroDivisionError" in caplog.text
    assert "build_pack dame-de-riants 1 attempt 1 of 5" in caplog.text


def test_a_slow_build_keeps_its_job(desk: Tools) -> None:
    ordered = publish(desk, SLUG, by="test")
    assert ordered.job is not None
    slow = Clock(each_s=LEASE_S / 2)
    taken: list[object] = []

    def another_asks(key: str) -> None:
        if not key.startswith("objects/"):
            return  # the worker itself holds the database while it points
        taken.append(jobs.claim_job(desk.desk.db, slow.at, LEASE_S))

    watched = Watched(desk.published, before=another_asks)
    job = work_once(replace(desk, clock=slow, published=watched))
    assert job is not None
    assert job.state == "done"
    assert slow.at > NOON + timedelta(seconds=3 * LEASE_S)
    assert len(taken) > 10
    assert set(taken) == {None}


def test_a_worker_that_lost_its_job_stops_and_points_to_nothing(desk: Tools) -> None:
    publish(desk, SLUG, by="test")
    slow = Clock(each_s=70)
    puts: list[str] = []

    def another_takes_it(key: str) -> None:
        if not puts:
            later = slow.at + timedelta(seconds=2 * LEASE_S)
            assert jobs.claim_job(desk.desk.db, later, LEASE_S) is not None
        puts.append(key)

    watched = Watched(desk.published, before=another_takes_it)
    job = work_once(replace(desk, clock=slow, published=watched))
    assert job is not None
    assert job.state == "running"
    assert len(puts) == 1
    assert find_pointer(desk.published) is None


def test_a_medium_that_was_lost_is_told_and_an_import_brings_it_back(
    desk: Tools, clock: Clock, content: Path
) -> None:
    tools = replace(desk, clock=clock)
    publish(tools, SLUG, by="test")
    lost = next(iter(tools.desk.files.list_keys("renditions/")))
    tools.desk.files.delete(lost)
    with pytest.raises(Damaged, match="is missing; import the content again"):
        build_pack(tools, SLUG, 1)
    job = work_once(tools)
    assert job is not None
    assert job.last_error == f"damaged: {lost} is missing; import the content again"
    assert import_folder(tools, content).encoded == 1
    clock.forward(2)
    number = publish(tools, SLUG, by="test").revision
    assert build_pack(tools, SLUG, number) is not None
    assert served(tools) == number


def test_each_file_is_put_with_its_media_type(desk: Tools) -> None:
    told: dict[str, object] = {}

    class Noted(Watched):
        def put(self, key: str, *arguments: object, **named: object) -> None:
            told[key] = named.get("content_type")
            super().put(key, *arguments, **named)

    publish(desk, SLUG, by="test")
    assert work_once(replace(desk, published=Noted(desk.published))) is not None
    refresh(desk)
    objects = desk.shelf.current().objects
    types = {key: kind for key, kind in told.items() if key.startswith("objects/")}
    assert types == {object_key(sha256): kind for sha256, kind in objects.items()}
    assert {"audio/mp4", "image/avif", "text/vtt", "application/json"} <= set(types.values())
    assert {told[key] for key in told.keys() - types.keys()} == {"application/json"}
