"""A trail is closed, opened again, or taken back: visitors and kiosks are told, no word is lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import HERBAGE, NOON
from closure_builders import a_closure
from cut_stores import CutAt
from starlette.testclient import TestClient
from trusting import Stranger

from odyssee.actions import closing, ingesting
from odyssee.actions.packing import build_pack
from odyssee.actions.publishing import publish, unpublish
from odyssee.actions.reading import find_pointer, find_territory_document, refresh
from odyssee.actions.signing import renew
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import audit, jobs, revisions
from odyssee.domain.closures import MAX_CLOSURES
from odyssee.domain.errors import InputInvalid, NotFound, NotPublished, TooManyClosures

SLUG = "dame-de-riants"
LEGEND = f"/v1/legends/{SLUG}"


def at(tools: Tools, now: datetime) -> Tools:
    return replace(tools, clock=lambda: now)


def work_all(tools: Tools) -> None:
    """Everything that is due, by a worker as the server has one."""
    while (job := work_once(tools)) is not None:
        assert job.state == "done", job


@pytest.fixture
def served(desk: Tools) -> Tools:
    """The desk with its legend published."""
    publish(desk, SLUG, by="test")
    work_all(desk)
    return desk


def reader(tools: Tools) -> TestClient:
    refresh(tools)
    return TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))


def fixes(at_minute: int = 0) -> list[dict[str, Any]]:
    """Half a minute at the first stop."""
    return [
        {
            "lon": HERBAGE.lon,
            "lat": HERBAGE.lat,
            "accuracy_m": 5,
            "at": f"2026-06-01T12:{at_minute:02d}:{second:02d}Z",
        }
        for second in range(30)
    ]


def played(client: TestClient, at_minute: int = 0) -> list[str]:
    sent = client.post(f"{LEGEND}/proximity", json={"fixes": fixes(at_minute)}).json()
    return [event["stop"] for event in sent["events"] if event["type"] == "play"]


def states(tools: Tools) -> dict[int, str]:
    with tools.desk.db.reading() as tx:
        return dict(revisions.list_states(tx, SLUG))


def test_a_closure_is_told_without_a_new_revision(served: Tools) -> None:
    before = reader(served).get(LEGEND)
    pointer = find_pointer(served.published)
    closing.close(served, a_closure(), by="zoé")
    work_all(served)
    after = reader(served).get(LEGEND)
    assert after.headers["etag"] != before.headers["etag"]
    assert after.json()["revision"] == before.json()["revision"] == 1
    assert (before.json()["open"], after.json()["open"]) == (True, False)
    assert after.json()["closures"][0]["text"] == "L’Huisne déborde."
    assert states(served) == {1: "published"}
    assert pointer is not None
    assert find_pointer(served.published) != pointer


def test_a_closed_stop_is_silent_until_it_is_opened_again(served: Tools) -> None:
    assert played(reader(served)) == ["etape-1"]
    closed = closing.close(served, a_closure(stop="etape-1"), by="zoé")
    work_all(served)
    client = reader(served)
    told = client.post(f"{LEGEND}/proximity", json={"fixes": fixes()}).json()
    assert [event["type"] for event in told["events"]] == []
    assert told["next"]["stop"] == "etape-2"
    ten_past = at(served, NOON + timedelta(minutes=10))
    closing.reopen(ten_past, closed.kept.id, by="zoé")
    work_all(ten_past)
    client = reader(ten_past)
    # What was walked while it was closed may come late, and is judged by its own time.
    assert (played(client, 0), played(client, 11)) == ([], ["etape-1"])


def test_an_opened_trail_is_open_at_once_and_leaves_nothing_behind(served: Tools) -> None:
    before = reader(served).get(LEGEND)
    closed = closing.close(served, a_closure(), by="zoé")
    work_all(served)
    soon = at(served, NOON + timedelta(minutes=1))
    closing.reopen(soon, closed.kept.id, by="zoé")
    work_all(soon)
    after = reader(soon).get(LEGEND)
    assert after.json()["open"] is True
    assert after.headers["etag"] == before.headers["etag"]
    assert closing.list_closures(soon, SLUG) == []
    with pytest.raises(NotFound):
        closing.reopen(soon, closed.kept.id, by="zoé")


def test_one_that_has_not_begun_is_removed(served: Tools) -> None:
    hunt = a_closure(kind="hunting", starts_at=NOON + timedelta(days=3))
    closed = closing.close(served, hunt, by="zoé")
    work_all(served)
    client = reader(served)
    assert client.get(f"{LEGEND}").json()["open"] is True
    assert not client.get("/v1/legends?open_on=2026-06-04").json()["legends"]
    closing.reopen(served, closed.kept.id, by="zoé")
    work_all(served)
    assert find_territory_document(served.published)["closures"] == []  # type: ignore[index]  # published above
    with served.desk.db.reading() as tx:
        told = [(e.who, e.deed, e.detail["kind"]) for e in audit.list_entries(tx, SLUG, limit=2)]
    assert told == [("zoé", "reopen", "hunting"), ("zoé", "close", "hunting")]


@pytest.mark.parametrize(("stop", "hours"), [(None, 6), ("etape-1", 30)])
def test_what_was_closed_until_a_time_leaves_by_itself(
    served: Tools, stop: str | None, hours: int
) -> None:
    until = NOON + timedelta(hours=6)
    closing.close(served, a_closure(stop=stop, ends_at=until), by="zoé")
    work_all(served)
    just_before = at(served, NOON + timedelta(hours=hours, seconds=-1))
    assert work_once(just_before) is None
    assert find_territory_document(served.published)["closures"]  # type: ignore[index]  # published above
    work_all(at(served, NOON + timedelta(hours=hours)))
    assert find_territory_document(served.published)["closures"] == []  # type: ignore[index]  # published above


def test_a_legend_that_is_not_published_may_be_closed_and_says_so_once_it_is(desk: Tools) -> None:
    closed = closing.close(desk, a_closure(), by="zoé")
    assert closed.job is None
    assert work_once(desk) is None
    publish(desk, SLUG, by="test")
    work_all(desk)
    assert reader(desk).get(LEGEND).json()["open"] is False


def test_a_closure_that_will_not_do_changes_nothing(served: Tools) -> None:
    pointer = find_pointer(served.published)
    wrong = a_closure(stop="nulle-part", stretch=((2.35, 48.85), (2.36, 48.85)), text={})
    with pytest.raises(InputInvalid) as refused:
        closing.close(served, wrong, by="zoé")
    assert {p.code for p in refused.value.problems} == {
        "missing", "unknown_stop", "stop_or_stretch", "off_territory",
    }  # fmt: skip
    with pytest.raises(NotFound):
        closing.close(served, a_closure(legend="nulle-part"), by="zoé")
    with pytest.raises(NotFound):
        closing.list_closures(served, "nulle-part")
    assert work_once(served) is None
    assert find_pointer(served.published) == pointer


def test_a_legend_has_fifty_closures_at_most_and_those_that_are_over_do_not_count(
    served: Tools,
) -> None:
    last = None
    for number in range(MAX_CLOSURES):
        begin = NOON + timedelta(days=number)
        last = closing.close(served, a_closure(starts_at=begin), by="zoé")
    with pytest.raises(TooManyClosures):
        closing.close(served, a_closure(), by="zoé")
    assert last is not None
    closing.reopen(served, last.kept.id, by="zoé")
    closing.close(served, a_closure(), by="zoé")
    assert len(closing.list_closures(served, SLUG)) == MAX_CLOSURES
    assert closing.list_closures(served, SLUG) == closing.list_every_closure(served)


def test_an_unpublished_legend_is_gone_from_every_address(served: Tools) -> None:
    client = reader(served)
    told = client.get(LEGEND).json()
    addresses = [
        LEGEND,
        f"{LEGEND}/stops/etape-1",
        f"{LEGEND}/trail.geojson",
        f"{LEGEND}/trail.gpx",
        f"/v1/packs/{SLUG}/manifest.json",
        f"/v1/packs/{SLUG}/1/manifest.json",
        f"/v1/packs/{SLUG}/pack.zip",
    ]
    picture = told["cover"]["renditions"][0]["src"]
    assert [client.get(address).status_code for address in [*addresses, picture]] == [200] * 8
    unpublish(served, SLUG, by="zoé", reason="Droits retirés")
    work_all(served)
    refresh(served)
    sent = [client.get(address) for address in addresses]
    sent.append(client.post(f"{LEGEND}/proximity", json={"fixes": fixes()}))
    assert {(answer.status_code, answer.json()["code"]) for answer in sent} == {
        (410, "unpublished")
    }
    assert client.get(picture).status_code == 404
    assert client.get("/v1/legends").json()["legends"] == []
    assert client.get("/v1/packs").json()["unpublished"] == [SLUG]
    assert states(served) == {1: "unpublished"}
    with served.desk.db.reading() as tx:
        entry = audit.list_entries(tx, SLUG)[0]
    assert (entry.who, entry.deed) == ("zoé", "unpublish")
    assert entry.detail == {"reason": "Droits retirés", "revisions": [1]}


def test_the_same_draft_is_published_again_under_the_next_number(served: Tools) -> None:
    unpublish(served, SLUG, by="zoé")
    work_all(served)
    again = publish(served, SLUG, by="zoé")
    assert again.revision == 2
    work_all(served)
    client = reader(served)
    assert client.get(LEGEND).json()["revision"] == 2
    assert client.get("/v1/packs").json()["unpublished"] == []
    assert states(served) == {2: "published", 1: "unpublished"}


def test_nothing_is_taken_back_twice_nor_before_it_was_there(desk: Tools) -> None:
    with pytest.raises(NotPublished):
        unpublish(desk, SLUG, by="zoé")
    with pytest.raises(NotFound):
        unpublish(desk, "nulle-part", by="zoé")
    publish(desk, SLUG, by="test")
    work_all(desk)
    unpublish(desk, SLUG, by="zoé")
    with pytest.raises(NotPublished):
        unpublish(desk, SLUG, by="zoé")


def test_a_revision_on_its_way_is_stopped_with_the_one_that_is_served(
    served: Tools, content: Path
) -> None:
    text = next(content.glob("legendes/*/fr/legende.md"))
    text.write_text(text.read_text().replace("fière", "hautaine"))
    ingesting.import_folder(served, content)
    ordered = publish(served, SLUG, by="test")
    assert unpublish(served, SLUG, by="zoé").revision == 1
    work_all(served)
    assert states(served) == {2: "superseded", 1: "unpublished"}
    assert build_pack(served, SLUG, ordered.revision) is None
    assert reader(served).get(LEGEND).status_code == 410


class Meanwhile:
    """A store at whose first write somebody does something else."""

    def __init__(self, store: object, deed: Callable[[], object]) -> None:
        self._store = store
        self._deed: Callable[[], object] | None = deed

    def __getattr__(self, name: str) -> object:
        if name == "put" and self._deed is not None:
            deed, self._deed = self._deed, None
            deed()
        return getattr(self._store, name)


def test_a_pack_that_is_being_built_does_not_come_out_after_all(desk: Tools) -> None:
    publish(desk, SLUG, by="test")
    slow = Meanwhile(desk.published, lambda: unpublish(desk, SLUG, by="zoé"))
    work_all(replace(desk, published=slow))  # type: ignore[arg-type]  # passes everything on
    assert find_pointer(desk.published) is None
    assert states(desk) == {1: "superseded"}
    assert reader(desk).get(LEGEND).status_code == 404  # nobody ever saw it


def test_a_first_revision_that_was_stopped_may_be_ordered_again(desk: Tools) -> None:
    publish(desk, SLUG, by="test")
    withdrawn = unpublish(desk, SLUG, by="zoé")
    assert (withdrawn.revision, withdrawn.job) == (1, None)
    assert publish(desk, SLUG, by="test").revision == 2
    work_all(desk)
    assert reader(desk).get(LEGEND).json()["revision"] == 2


def test_a_stranger_follows_a_closure_and_a_withdrawal(served: Tools, tmp_path: Path) -> None:
    assert served.desk.signer is not None
    root = served.desk.signer.roots(NOON)[0][1]
    stranger = Stranger(tmp_path / "stranger", tmp_path / "var" / "published", root)
    before = stranger.look(NOON)
    closing.close(served, a_closure(), by="zoé")
    work_all(served)
    closed = stranger.look(NOON)
    assert closed[f"packs/{SLUG}.json"] == before[f"packs/{SLUG}.json"]
    assert closed["territory.json"] != before["territory.json"]
    unpublish(served, SLUG, by="zoé")
    work_all(served)
    assert set(stranger.look(NOON)) == {"territory.json"}
    renew(at(served, NOON + timedelta(days=2)))
    assert set(stranger.look(NOON + timedelta(days=2))) == {"territory.json"}


def close_it(tools: Tools) -> None:
    closing.close(tools, a_closure(), by="zoé")


def unpublish_it(tools: Tools) -> None:
    unpublish(tools, SLUG, by="zoé")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("deed", [close_it, unpublish_it])
def test_a_worker_that_is_cut_at_any_write_never_leaves_what_a_stranger_refuses(
    served: Tools, tmp_path: Path, deed: Callable[[Tools], None], *, after: bool
) -> None:
    assert served.desk.signer is not None
    root = served.desk.signer.roots(NOON)[0][1]
    stranger = Stranger(tmp_path / "stranger", tmp_path / "var" / "published", root)
    stranger.look(NOON)
    before = find_pointer(served.published)
    deed(served)
    for number in range(5):  # territory, targets, snapshot, timestamp, pointer
        now = NOON + timedelta(hours=number)
        with served.desk.db.transaction() as tx:
            jobs.add_job(tx, "point", {}, now)
        cut = replace(at(served, now), published=CutAt(served.published, number, after=after))
        failed = work_once(cut)
        assert failed is not None
        assert failed.last_error is not None
        assert stranger.look(now)
        assert reader(served).get(LEGEND).status_code in {200, 410}
    work_all(at(served, NOON + timedelta(days=1)))
    assert stranger.look(NOON + timedelta(days=1))
    assert find_pointer(served.published) != before
    told = reader(served).get(LEGEND)
    assert told.status_code == 410 if deed is unpublish_it else told.json()["open"] is False


def test_a_worker_without_keys_leaves_closures_to_the_one_that_has_them(served: Tools) -> None:
    keyless = replace(served, curation=replace(served.desk, signer=None))
    closed = closing.close(keyless, a_closure(), by="zoé")
    assert work_once(keyless) is None
    assert closed.job is not None
    with served.desk.db.reading() as tx:
        assert jobs.get_job(tx, closed.job).state == "queued"
    work_all(served)
    assert json.dumps(find_territory_document(served.published)).count("Huisne d") == 1
