"""Short campaigns; `make torture` runs the long ones."""

import random
from pathlib import Path

import pytest
from kiosk_campaigns import CALLS, ERRNOS, cut_power, fuzz, inject, kill_at_random
from kiosk_faults import ROUGH
from kiosk_mutations import mutate
from kiosk_territory import Territory, make_territory


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return make_territory(tmp_path_factory.mktemp("territory"), revisions=4)


def test_killed_at_any_moment_it_serves_one_publication_whole(
    tmp_path: Path, territory: Territory
) -> None:
    tally = kill_at_random(tmp_path, territory, 30)
    assert (tally.hurt, tally.corrupt, tally.unrecovered) == (30, 0, 0)
    assert tally.ratio < 1.5


def test_killed_while_the_line_is_rough_it_serves_one_publication_whole(
    tmp_path: Path, territory: Territory
) -> None:
    tally = kill_at_random(tmp_path, territory, 20, ROUGH)
    assert (tally.hurt, tally.corrupt, tally.unrecovered) == (20, 0, 0)


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_a_system_call_it_recovers(
    tmp_path: Path, territory: Territory, call: str
) -> None:
    tally = inject(tmp_path, territory, [(call, n) for n in (1, 4)], "signal=KILL")
    assert (tally.corrupt, tally.unrecovered) == (0, 0)


@pytest.mark.parametrize("errno", ERRNOS)
def test_a_system_call_that_fails_leaves_one_publication_whole(
    tmp_path: Path, territory: Territory, errno: str
) -> None:
    chance = random.Random(errno)  # noqa: S311 - chance that can be repeated
    moments = [(chance.choice(CALLS), chance.randint(1, 30)) for _ in range(3)]
    tally = inject(tmp_path, territory, moments, f"error={errno}")
    assert (tally.corrupt, tally.unrecovered, tally.untold) == (0, 0, 0)


@pytest.mark.needs_root
def test_after_a_power_cut_what_was_promised_is_there(tmp_path: Path, territory: Territory) -> None:
    assert cut_power(tmp_path, territory, 20).corrupt == 0


@pytest.mark.needs_root
def test_the_same_without_a_word_to_the_disk_fails(tmp_path: Path, territory: Territory) -> None:
    assert cut_power(tmp_path, territory, 6, syncs=False).corrupt >= 3


def test_no_changed_metadata_is_believed(tmp_path: Path, territory: Territory) -> None:
    tally = fuzz(tmp_path, territory, 150, mutate)
    assert (tally.corrupt, tally.unrecovered) == (0, 0)
    assert tally.hurt > 100
