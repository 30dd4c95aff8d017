"""Software of kiosks: what an offer may say, and which version a kiosk runs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.software import (
    MOST_REFUSED,
    Chosen,
    Wheel,
    fall_back,
    is_refused,
    offered,
    read_chosen,
    read_offer,
    refuse_offer,
    take_offer,
    to_note,
    to_offer,
    version_of,
)

HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
OURS = Wheel("perche_odyssee-1.2.0-py3-none-any.whl", "a" * 64, 10)
OTHER = Wheel("tuf-7.0.0-py3-none-any.whl", "b" * 64, 10)


def test_an_offer_is_read_as_it_was_written() -> None:
    software = offered([OTHER, OURS])
    assert software.version == "1.2.0"
    assert read_offer(to_offer(software)) == software
    assert software.size_bytes == 20


@pytest.mark.parametrize(
    "wheels",
    [
        [],
        [OTHER],
        [OURS, OURS],
        [OURS, replace(OURS, name="perche_odyssee-1.3.0-py3-none-any.whl")],
        [replace(OURS, name="../perche_odyssee-1.2.0-py3-none-any.whl")],
        [OURS, replace(OTHER, name="tuf.tar.gz")],
        [replace(OURS, size_bytes=0)],
        [replace(OURS, sha256="A" * 64)],
    ],
)
def test_what_is_no_version_of_ours_is_no_offer(wheels: list[Wheel]) -> None:
    with pytest.raises(ValueError, match="wheel"):
        offered(wheels)


@given(st.text(max_size=200))
def test_no_name_of_a_wheel_leads_out_of_its_folder(name: str) -> None:
    if version_of(name) is not None:
        assert "/" not in name
        assert not name.startswith(".")


@given(st.lists(HASHES, min_size=1, max_size=30, unique=True), st.text(max_size=9))
def test_whatever_was_taken_over_a_kiosk_falls_back_to_what_ran_before(
    offers: list[str], by_hand: str
) -> None:
    chosen = Chosen()
    for offer in offers:
        chosen = take_offer(chosen, offer, by_hand)
    assert chosen.offer == offers[-1]
    back = fall_back(chosen)
    assert is_refused(back, offers[-1])
    assert back.offer == (offers[-2] if len(offers) > 1 else None)
    assert offers[-1] in back.refused
    assert fall_back(back).offer is None


@given(st.lists(HASHES, max_size=50, unique=True))
def test_what_was_refused_is_remembered_up_to_a_bound(offers: list[str]) -> None:
    chosen = Chosen()
    for offer in offers:
        chosen = refuse_offer(chosen, offer)
    assert chosen.refused == tuple(offers[-MOST_REFUSED:])
    assert not any(is_refused(chosen, offer) for offer in offers)
    assert read_chosen(to_note(chosen)) == chosen


def test_what_ran_beside_another_installation_is_not_gone_back_to() -> None:
    chosen = take_offer(take_offer(Chosen(), "a" * 64, "1.0"), "b" * 64, "1.1")
    assert chosen.before is None


ANYTHING = st.none() | st.integers() | st.text() | st.lists(st.integers() | HASHES)


@given(st.dictionaries(st.sampled_from(["offer", "before", "beside", "refused"]), ANYTHING))
def test_a_note_that_cannot_be_read_chooses_nothing(note: dict[str, object]) -> None:
    chosen = read_chosen(note)
    for told in (chosen.offer, chosen.before, *chosen.refused):
        assert told is None or len(told) == 64
