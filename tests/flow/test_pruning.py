"""The published store gets room again, and no reader notices."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import NOON
from flow_builders import open_desk, short_legend, write_content
from kiosk_builders import bring, served
from trusting import Stranger

from odyssee.actions.ingesting import import_folder
from odyssee.actions.packing import build_pack
from odyssee.actions.pruning import prune
from odyssee.actions.publishing import publish
from odyssee.actions.reading import POINTER_KEY, find_pointer, refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.actions.working import work_once
from odyssee.db import revisions
from odyssee.domain.errors import Unavailable
from odyssee.files.kiosk_folder import KioskFolder

SLUG = "dame-de-riants"
GRACE = timedelta(days=30)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pruning")
    import_folder(open_desk(root), write_content(root, short_legend()))
    return root


@pytest.fixture
def desk(tmp_path: Path, imported: Path) -> Tools:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    tools = open_desk(tmp_path)
    publish(tools, SLUG, by="test")
    assert work_once(tools) is not None
    return tools


@pytest.fixture
def say(desk: Tools, tmp_path: Path) -> Callable[[str, datetime], None]:
    """Publishes a legend with another word in it."""
    path = next((tmp_path / "contenus").glob("legendes/*/fr/legende.md"))
    first = path.read_text()

    def publish_with(word: str, at: datetime) -> None:
        path.write_text(first.replace("fière", word))
        import_folder(desk, tmp_path / "contenus")
        publish(desk, SLUG, by="test")
        assert work_once(at_time(desk, at)) is not None

    return publish_with


def at_time(tools: Tools, at: datetime) -> Tools:
    return replace(tools, clock=lambda: at)


def many_publications(say: Callable[[str, datetime], None]) -> datetime:
    """Eight more: the first ones are named by nothing any more."""
    for number in range(8):
        say(f"hautaine {number}", NOON + timedelta(hours=number + 1))
    return NOON + timedelta(hours=9)


def test_what_is_named_stays_and_the_rest_waits_for_its_time(
    desk: Tools, say: Callable[[str, datetime], None]
) -> None:
    at = many_publications(say)
    first = prune(at_time(desk, at), dry_run=False)
    assert first.removed == []
    assert {key.partition("/")[0] for key in first.waiting} == {"objects", "targets", "metadata"}
    early = prune(at_time(desk, at + GRACE - timedelta(hours=1)), dry_run=False)
    assert early.removed == []
    due = prune(at_time(desk, at + GRACE), dry_run=True)
    assert set(due.removed) == set(first.waiting)
    done = prune(at_time(desk, at + GRACE), dry_run=False)
    assert (done.removed, done.removed_bytes > 0) == (due.removed, True)
    assert not any(key.endswith(".root.json") for key in done.removed)
    assert prune(at_time(desk, at + GRACE), dry_run=False).removed == []


def test_servers_kiosks_and_strangers_find_all_that_they_ask_for(
    desk: Tools, say: Callable[[str, datetime], None], tmp_path: Path
) -> None:
    assert desk.desk.signer is not None
    root = desk.desk.signer.roots(NOON)[0][1]
    published = tmp_path / "var" / "published"
    seen = Stranger(tmp_path / "seen", published, root)
    seen.look(NOON)
    kiosk = KioskFolder(tmp_path / "borne")
    bring(kiosk, published, root, now=NOON)
    at = many_publications(say)
    prune(at_time(desk, at), dry_run=False)
    prune(at_time(desk, at + GRACE), dry_run=False)
    assert seen.look(at)
    assert bring(kiosk, published, now=at).result == "done"
    assert served(kiosk) is not None
    fresh = replace(desk, shelf=Shelf())
    refresh(fresh)
    catalogue = fresh.shelf.current()
    assert len(catalogue.kept) == 5
    assert all(desk.published.exists(f"objects/{sha256}") for sha256 in catalogue.objects)


class WithoutPointer:
    """A store on a network that goes away before the pointer is put."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def put(self, key: str, *args: object, **options: object) -> None:
        if key == POINTER_KEY:
            raise Unavailable("the network is gone")
        getattr(self._store, "put")(key, *args, **options)  # noqa: B009 - the store's own


def test_what_is_signed_stays_though_a_cut_left_the_pointer_behind(
    desk: Tools, tmp_path: Path
) -> None:
    assert desk.desk.signer is not None
    root = desk.desk.signer.roots(NOON)[0][1]
    path = next((tmp_path / "contenus").glob("legendes/*/fr/legende.md"))
    path.write_text(path.read_text().replace("fière", "seule"))
    import_folder(desk, tmp_path / "contenus")
    number = publish(desk, SLUG, by="test").revision
    with pytest.raises(Unavailable):
        build_pack(replace(desk, published=WithoutPointer(desk.published)), SLUG, number)
    with desk.desk.db.transaction() as tx:
        revisions.set_state(tx, SLUG, number, "failed")
    kiosk = KioskFolder(tmp_path / "borne")
    prune(desk, dry_run=False)
    prune(at_time(desk, NOON + GRACE), dry_run=False)
    assert bring(kiosk, tmp_path / "var" / "published", root, now=NOON).result == "done"
    assert find_pointer(desk.published) is not None


def test_a_publication_under_way_is_waited_for(desk: Tools, tmp_path: Path) -> None:
    path = next((tmp_path / "contenus").glob("legendes/*/fr/legende.md"))
    path.write_text(path.read_text().replace("fière", "seule"))
    import_folder(desk, tmp_path / "contenus")
    publish(desk, SLUG, by="test")
    with pytest.raises(Unavailable, match="under way"):
        prune(desk, dry_run=False)


def test_an_object_that_was_pruned_while_its_pack_was_built_is_put_again(
    desk: Tools, tmp_path: Path
) -> None:
    path = next((tmp_path / "contenus").glob("legendes/*/fr/legende.md"))
    path.write_text(path.read_text().replace("fière", "seule"))
    import_folder(desk, tmp_path / "contenus")
    number = publish(desk, SLUG, by="test").revision
    sound = next(key for key in desk.published.list_keys("objects/"))

    class Pruned:
        """A store from which an object goes just before the manifest is put."""

        def __init__(self, store: object) -> None:
            self._store = store

        def __getattr__(self, name: str) -> object:
            return getattr(self._store, name)

        def put(self, key: str, *args: object, **options: object) -> None:
            if key.startswith("targets/packs/"):
                desk.published.delete(sound)
            getattr(self._store, "put")(key, *args, **options)  # noqa: B009 - the store's own

    cut = replace(desk, published=Pruned(desk.published))
    with pytest.raises(Unavailable, match="pruned"):
        build_pack(cut, SLUG, number)
    assert build_pack(desk, SLUG, number) is not None
    assert desk.published.exists(sound)
