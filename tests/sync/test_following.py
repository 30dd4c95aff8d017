"""A kiosk follows what is published, whole or not at all."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON
from kiosk_builders import AFTER, LATER, bring, pointer_of, served
from kiosk_published import SLUGS, Published

from odyssee.actions.kiosk_upkeep import export_packs, look_at_kiosk, roll_back, scrub
from odyssee.domain.errors import Misconfigured, NotFound
from odyssee.domain.syncing import EVERYTHING, Profile
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_first_synchronisation_brings_everything_and_the_second_nothing(
    kiosk: KioskFolder, published: Published
) -> None:
    first = bring(kiosk, published.first, published.root, now=NOON)
    assert (first.result, set(first.packs)) == ("done", set(SLUGS))
    assert served(kiosk) == pointer_of(published.first)
    before = tree(kiosk.store)
    again = bring(kiosk, published.first, now=NOON)
    assert (again.result, again.fetched_bytes) == ("unchanged", 0)
    assert tree(kiosk.store) == before


def test_without_a_root_nothing_is_believed(kiosk: KioskFolder, published: Published) -> None:
    with pytest.raises(Misconfigured, match="no root"):
        bring(kiosk, published.first)
    assert served(kiosk) is None


def test_a_changed_word_moves_what_changed_and_little_more(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    before = set(kiosk.list_objects())
    outcome = bring(kiosk, published.second)
    assert outcome.result == "done"
    assert served(kiosk) == pointer_of(published.second)
    fresh = set(kiosk.list_objects()) - before
    changed = sum((kiosk.store / "objects" / name).stat().st_size for name in fresh)
    assert outcome.fetched_bytes == changed
    assert 0 < changed < 30_000


def test_what_nothing_needs_any_more_goes_and_the_one_before_stays(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    bring(kiosk, published.second)
    names = {f"objects/{n}" for n in kiosk.list_objects()}
    both = {*tree(published.first), *tree(published.second)}
    assert names <= both
    assert kiosk.previous() is not None
    assert roll_back(kiosk, EVERYTHING)
    assert served(kiosk) == pointer_of(published.first)


def test_a_rollback_holds_until_something_newer_comes(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    bring(kiosk, published.second)
    roll_back(kiosk, EVERYTHING)
    assert bring(kiosk, published.second).result == "unchanged"
    assert served(kiosk) == pointer_of(published.first)


def test_there_is_nothing_to_roll_back_to_at_first(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    with pytest.raises(NotFound):
        roll_back(kiosk, EVERYTHING)


def test_an_older_state_is_refused_and_the_newer_stays(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.second, published.root)
    assert bring(kiosk, published.first).result == "not_trusted"
    assert served(kiosk) == pointer_of(published.second)


def test_an_older_state_is_refused_even_when_the_cache_was_lost(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.second, published.root)
    for path in kiosk.trust.glob("*.json"):
        if path.name not in {"floor.json", "first-root.json"}:
            path.unlink()
    outcome = bring(kiosk, published.first)
    assert outcome.result == "not_trusted"
    assert "older" in outcome.detail
    assert served(kiosk) == pointer_of(published.second)


@pytest.mark.parametrize(
    ("days", "content"), [(0, "fresh"), (5, "fresh"), (12, "old"), (40, "expired")]
)
def test_the_age_of_the_content_is_told_and_it_is_served_all_the_same(
    kiosk: KioskFolder, published: Published, days: int, content: str
) -> None:
    bring(kiosk, published.second, published.root)
    now = AFTER + timedelta(days=days)
    bring(kiosk, published.second, now=now)
    state = look_at_kiosk(kiosk, now)
    assert state.content == content
    assert set(state.packs) == set(SLUGS)
    assert served(kiosk) == pointer_of(published.second)


def test_a_clock_that_says_1970_is_not_believed_and_does_not_let_old_metadata_pass(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.second, published.root)
    at_1970 = NOON.replace(year=1970)
    assert bring(kiosk, published.second, now=at_1970).result == "unchanged"
    assert bring(kiosk, published.first, now=at_1970).result == "not_trusted"
    state = look_at_kiosk(kiosk, at_1970)
    assert not state.clock_trusted
    assert state.content == "fresh"


def test_a_clock_that_says_2040_refuses_what_is_new_and_recovers_when_it_is_set(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    assert bring(kiosk, published.second, now=NOON.replace(year=2040)).result == "expired"
    assert served(kiosk) == pointer_of(published.first)
    assert bring(kiosk, published.second).result == "done"


def test_a_profile_keeps_texts_and_trails_always_and_sounds_of_its_languages(
    kiosk: KioskFolder, published: Published
) -> None:
    profile = Profile(languages=frozenset({"fr"}), layers=frozenset({"audio"}))
    assert bring(kiosk, published.second, published.root, profile=profile).result == "done"
    some = set(kiosk.list_objects())
    everything = {path.name for path in (published.second / "objects").iterdir()}
    assert some < everything
    assert look_at_kiosk(kiosk, AFTER).packs.keys() == set(SLUGS)
    assert bring(kiosk, published.second).result == "done"  # the profile grew


def test_too_little_room_is_told_before_anything_is_fetched(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    outcome = bring(kiosk, published.second, reserve_bytes=10**15)
    assert outcome.result == "disk_full"
    assert served(kiosk) == pointer_of(published.first)
    assert bring(kiosk, published.second).result == "done"


def test_a_bad_object_is_found_by_hashing_and_brought_anew(
    kiosk: KioskFolder, published: Published
) -> None:
    bring(kiosk, published.second, published.root)
    name = kiosk.list_objects()[0]
    path = kiosk.store / "objects" / name
    path.write_bytes(b"x" * path.stat().st_size)
    assert scrub(kiosk, EVERYTHING, AFTER) == [name]
    assert look_at_kiosk(kiosk, AFTER).bad_objects == 1
    outcome = bring(kiosk, published.second)
    assert (outcome.result, outcome.fetched_bytes > 0) == ("done", True)
    assert served(kiosk) == pointer_of(published.second)
    assert scrub(kiosk, EVERYTHING, AFTER) == []


def test_everything_is_hashed_once_a_week(kiosk: KioskFolder, published: Published) -> None:
    bring(kiosk, published.second, published.root)
    path = kiosk.store / "objects" / kiosk.list_objects()[0]
    path.write_bytes(b"x" * path.stat().st_size)
    bring(kiosk, published.second, now=AFTER + timedelta(days=1))
    bring(kiosk, published.second, now=AFTER + timedelta(days=9))
    assert served(kiosk) == pointer_of(published.second)


def test_two_synchronisations_at_once_are_one(kiosk: KioskFolder, published: Published) -> None:
    with kiosk.held():
        assert bring(kiosk, published.first, published.root).result == "busy"


def test_a_stick_carries_what_is_published(
    kiosk: KioskFolder, published: Published, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    count = export_packs(LocalStore(published.second), stick)
    assert count == len(tree(stick))
    assert bring(kiosk, stick, published.root).result == "done"
    assert served(kiosk) == pointer_of(published.second)
    fat = '<>:"\\|?*'
    assert not [name for name in tree(stick) if set(name) & set(fat)]


def test_a_stick_is_brought_up_to_date_by_what_changed(
    published: Published, tmp_path: Path, kiosk: KioskFolder
) -> None:
    stick = tmp_path / "stick"
    export_packs(LocalStore(published.first), stick)
    export_packs(LocalStore(published.second), stick)
    assert bring(kiosk, stick, published.root).result == "done"
    assert served(kiosk) == pointer_of(published.second)


def test_a_stick_that_was_pulled_out_half_way_changes_nothing(
    kiosk: KioskFolder, published: Published, tmp_path: Path
) -> None:
    bring(kiosk, published.first, published.root, now=NOON)
    stick = tmp_path / "stick"
    shutil.copytree(published.second, stick)
    for path in sorted((stick / "objects").iterdir()):
        path.unlink()
    assert bring(kiosk, stick).result == "unreachable"
    assert served(kiosk) == pointer_of(published.first)
    assert bring(kiosk, published.second, now=LATER).result == "done"
