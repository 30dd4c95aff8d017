"""What a server takes from the store: whole, never backwards, nothing in use is lost."""

from dataclasses import replace
from typing import Any

import pytest
from builders import a_legend, publish_into, reading_tools

from odyssee.actions.reading import (
    POINTER_KEY,
    find_pointer,
    find_territory_document,
    manifest_key,
    object_key,
    refresh,
    territory_key,
)
from odyssee.actions.tools import Shelf, Tools
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.errors import Damaged, Unavailable
from odyssee.domain.legends import Legend
from odyssee.files.memory import MemoryStore

SLUG = "dame-de-riants"


class Counting(MemoryStore):
    """A store in memory that notes what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.away: str | None = None

    def get(self, key: str) -> bytes:
        self.read.append(key)
        if key == self.away:
            raise Unavailable("the store does not answer")
        return super().get(key)


@pytest.fixture
def store() -> Counting:
    return Counting()


@pytest.fixture
def tools(store: Counting) -> Tools:
    return reading_tools(a_legend(), store=store)


def revised(number: int) -> Legend:
    return a_legend(duration_min=100 + number)


def publish_on(tools: Tools, *revisions: int) -> list[frozenset[str]]:
    """Publish these revisions one after the other; the objects of each."""
    objects = []
    for revision in revisions:
        publish_into(tools.published, revised(revision), revision=revision)
        assert refresh(tools)
        objects.append(frozenset(tools.shelf.current().legends[SLUG].objects))
    return objects


def replace_pointer(store: MemoryStore, raw: object) -> None:
    store.put(POINTER_KEY, raw if isinstance(raw, bytes) else canonical(raw))


def replace_document(store: MemoryStore, document: object, revision: int) -> None:
    data = document if isinstance(document, bytes) else canonical(document)
    store.put(territory_key(sha256_of(data)), data)
    replace_pointer(store, {"format": 1, "territory": sha256_of(data), "revision": revision})


def restarted(tools: Tools) -> Tools:
    fresh = replace(tools, shelf=Shelf())
    refresh(fresh)
    return fresh


def test_the_objects_of_five_revisions_before_stay_readable(tools: Tools) -> None:
    objects = publish_on(tools, 2, 3, 4, 5, 6, 7, 8)
    for server in (tools, restarted(tools)):
        catalogue = server.shelf.current()
        assert len(catalogue.kept) == 5
        assert frozenset().union(*objects[1:]) <= catalogue.objects.keys()
        assert not objects[0] <= catalogue.objects.keys()


def test_what_is_kept_is_not_read_again(tools: Tools, store: Counting) -> None:
    publish_on(tools, 2, 3, 4)
    store.read.clear()
    publish_on(tools, 5)
    assert len([key for key in store.read if key.startswith("targets/packs/")]) == 1
    assert len(tools.shelf.current().kept) == 4


def test_a_kept_manifest_that_is_gone_or_broken_is_left_out(tools: Tools, store: Counting) -> None:
    objects = publish_on(tools, 2, 3, 4)
    document = find_territory_document(store)
    assert document is not None
    newest, next_one, _ = document["kept"][SLUG]
    store.delete(manifest_key(newest, SLUG))
    store.put(manifest_key(next_one, SLUG), b"{}")
    catalogue = restarted(tools).shelf.current()
    assert len(catalogue.kept) == 1
    assert objects[2] <= catalogue.objects.keys()


def test_a_store_that_is_away_loses_nothing_that_is_kept(tools: Tools, store: Counting) -> None:
    publish_on(tools, 2)
    document = find_territory_document(store)
    assert document is not None
    store.away = manifest_key(document["kept"][SLUG][0], SLUG)
    with pytest.raises(Unavailable):
        restarted(tools)


def test_a_withdrawn_legend_leaves_no_object(tools: Tools, store: Counting) -> None:
    publish_on(tools, 2)
    publish_into(store, a_legend("marcou"), revision=3, withdrawn=frozenset({SLUG}))
    assert refresh(tools)
    catalogue = tools.shelf.current()
    assert catalogue.kept == {}
    assert catalogue.objects == catalogue.legends["marcou"].objects


def test_a_store_that_goes_back_is_refused_unread_and_told_once(
    tools: Tools, store: Counting
) -> None:
    first = store.get(POINTER_KEY)
    publish_on(tools, 2)
    second = store.get(POINTER_KEY)
    replace_pointer(store, first)
    store.read.clear()
    with pytest.raises(Damaged, match="the store went back to revision 1"):
        refresh(tools)
    assert [refresh(tools) for _ in range(3)] == [False, False, False]
    assert set(store.read) == {POINTER_KEY}
    replace_pointer(store, second)
    assert not refresh(tools)
    publish_on(tools, 3)
    assert tools.shelf.current().revision == 3


def test_a_document_of_another_revision_than_the_pointer_says_is_refused(
    tools: Tools, store: Counting
) -> None:
    pointer = find_pointer(store)
    assert pointer is not None
    replace_pointer(store, {"territory": pointer.territory, "revision": 9})
    with pytest.raises(Damaged, match="of another revision"):
        restarted(tools)
    assert tools.shelf.current().revision == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b'"x"',
        b"{}",
        b"[" * 100_000,
        {"territory": 5, "revision": 2},
        {"territory": "../current", "revision": 2},
        {"territory": "0" * 64},
        {"territory": "0" * 64, "revision": "2"},
        {"territory": "0" * 64, "revision": True},
        {"territory": "0" * 64, "revision": 0},
        {"territory": "0" * 64, "revision": 2},
    ],
)
def test_a_pointer_of_another_form_is_damaged_and_what_is_served_stays(
    tools: Tools, store: Counting, raw: object
) -> None:
    replace_pointer(store, raw)
    for _ in range(2):
        with pytest.raises(Damaged):
            refresh(tools)
    assert tools.shelf.current().revision == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"legends": []},
        {"legends": {SLUG: []}},
        {"legends": {SLUG: {"manifest": 5}}},
        {"legends": {SLUG: {"manifest": "../../metadata/current"}}},
        {"territory": "Perche"},
        {"unpublished": "dame"},
        {"unpublished": [{}]},
        {"closures": [1]},
        {"closures": {}},
        {"closures": [{"legend": SLUG, "from": "demain", "to": None, "kind": "flood"}]},
        {"kept": []},
        {"kept": {SLUG: 5}},
    ],
)
def test_a_document_of_another_form_is_damaged_and_what_is_served_stays(
    tools: Tools, store: Counting, changes: dict[str, Any]
) -> None:
    document = find_territory_document(store)
    assert document is not None
    replace_document(store, {**document, "revision": 2, **changes}, 2)
    with pytest.raises(Damaged):
        refresh(tools)
    assert tools.shelf.current().revision == 1
    assert restarted_in_vain(tools)


def restarted_in_vain(tools: Tools) -> bool:
    with pytest.raises(Damaged):
        restarted(tools)
    return True


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"files":5}'])
def test_a_pack_of_another_form_is_damaged(tools: Tools, store: Counting, raw: bytes) -> None:
    document = find_territory_document(store)
    assert document is not None
    store.put(manifest_key(sha256_of(raw), SLUG), raw)
    entry = {**document["legends"][SLUG], "manifest": sha256_of(raw)}
    replace_document(store, {**document, "revision": 2, "legends": {SLUG: entry}}, 2)
    with pytest.raises(Damaged):
        refresh(tools)
    assert tools.shelf.current().revision == 1


def test_an_object_that_was_altered_is_damaged(tools: Tools, store: Counting) -> None:
    trail = tools.shelf.current().legends[SLUG].manifest["files"]["trail.json"]["sha256"]
    store.put(object_key(trail), b"{}")
    with pytest.raises(Damaged, match="not what its name promises"):
        restarted(tools)
