"""The progress token: small, strict, and never trusted with a decision when damaged."""

import base64
import hashlib
import math
import struct
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odyssee.domain.errors import ProgressUnreadable
from odyssee.domain.proximity import Trail, follow

SLUG = "dame-de-riants"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def forged(token: str, offset: int, value: bytes, slug: str = SLUG) -> str:
    """The token with other bytes at the offset and a right digest: who does this fools himself."""
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[offset : offset + len(value)] = value
    body = bytes(raw[:-8])
    whole = body + hashlib.sha256(body + slug.encode()).digest()[:8]
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def trail(tell: SimpleNamespace) -> Trail:
    trail: Trail = tell.a_trail(*tell.stops_in_a_row(3, narration_s=500))
    return trail


@pytest.fixture(scope="module")
def token(tell: SimpleNamespace, trail: Trail) -> str:
    return follow(trail, tell.fixes_at(tell.steps(-40, 105)), None).progress


@settings(derandomize=True, max_examples=300)
@given(data=st.data())
def test_a_token_altered_in_any_character_is_refused(
    trail: Trail, token: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([*ALPHABET, "+", "/", "=", " ", "é", "\x00"]))
    if other == token[place]:
        return
    with pytest.raises(ProgressUnreadable):
        follow(trail, [], token[:place] + other + token[place + 1 :])


def test_a_token_cut_anywhere_is_refused(trail: Trail, token: str) -> None:
    for end in range(len(token)):
        with pytest.raises(ProgressUnreadable):
            follow(trail, [], token[:end])


@pytest.mark.parametrize("tail", ["A", "=", "AAAA", "\n", "A" * 3000])
def test_a_token_with_a_tail_is_refused(trail: Trail, token: str, tail: str) -> None:
    with pytest.raises(ProgressUnreadable):
        follow(trail, [], token + tail)


def test_a_token_of_another_legend_is_refused(tell: SimpleNamespace, token: str) -> None:
    other = tell.a_trail(*tell.stops_in_a_row(3), slug="étang-de-l-herbage-œuvré")
    with pytest.raises(ProgressUnreadable):
        follow(other, [], token)


@settings(derandomize=True, max_examples=300)
@given(text=st.text(max_size=300) | st.text(ALPHABET, max_size=300))
def test_what_is_no_token_is_refused(trail: Trail, text: str) -> None:
    with pytest.raises(ProgressUnreadable):
        follow(trail, [], text)


@settings(derandomize=True, max_examples=500)
@given(offset=st.integers(0, 260), value=st.binary(min_size=1, max_size=8))
def test_a_forged_token_is_refused_or_followed_but_never_breaks(
    tell: SimpleNamespace, trail: Trail, token: str, offset: int, value: bytes
) -> None:
    size = len(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) - 8
    fake = forged(token, min(offset, size - len(value)), value)
    try:
        followed = follow(trail, tell.fixes_at([0.0] * 3, from_s=200), fake)
    except ProgressUnreadable:
        return
    follow(trail, [], followed.progress)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_a_forged_number_that_is_none_is_refused(trail: Trail, token: str, bad: float) -> None:
    clock = 22  # after the head
    with pytest.raises(ProgressUnreadable):
        follow(trail, [], forged(token, clock, struct.pack("<d", bad)))


NUMBERS = st.floats(-3.0, 3.0) | st.sampled_from([0.0, 1e3, -1e3, 1e6, 1e13, math.nan])


@settings(derandomize=True, max_examples=300)
@given(numbers=st.lists(NUMBERS, min_size=12, max_size=12), data=st.data())
def test_a_forged_estimate_is_refused_or_stays_finite(
    tell: SimpleNamespace, trail: Trail, token: str, numbers: list[float], data: st.DataObject
) -> None:
    near = data.draw(st.sampled_from([0.0, 105.0]))
    numbers[0] += near
    estimate = 22 + 8 + 6 * 8  # after head, clock, last mark and velocity
    fake = forged(token, estimate, struct.pack("<12d", *numbers))
    fixes = tell.fixes_at(tell.steps(105, 240), from_s=200, every_s=data.draw(st.floats(0.1, 59)))
    try:
        followed = follow(trail, fixes, fake)
    except ProgressUnreadable:
        return
    assert follow(trail, [], followed.progress).progress == followed.progress


@pytest.mark.parametrize("doubt", [0.0, -1.0, 0.06, 3.25, math.nan])
def test_a_doubt_that_no_phone_earns_is_refused(trail: Trail, token: str, doubt: float) -> None:
    with pytest.raises(ProgressUnreadable):
        follow(trail, [], forged(token, 22 + 8 + 18 * 8, struct.pack("<d", doubt)))


def test_the_doubt_of_a_phone_is_the_same_however_a_new_revision_is_met(
    tell: SimpleNamespace,
) -> None:
    wild = [((-1) ** n * 30.0) for n in range(60)]
    old = follow(tell.a_trail(), tell.fixes_at(wild, accuracy_m=10.0), None)
    new, more = tell.a_trail(revision=2), tell.fixes_at(wild, from_s=90, accuracy_m=10.0)
    at_once = follow(new, more, old.progress)
    _, in_two = tell.in_pieces(new, more, [1], follow(new, [], old.progress).progress)
    assert at_once.progress == in_two


def test_sixty_four_stops_with_everything_fit_into_2_kib(tell: SimpleNamespace) -> None:
    stops = [
        tell.a_stop(f"arrêt-{n}", radius_m=100, layer=f"couche-{n % 16}", narration_s=1)
        for n in range(64)
    ]
    trail = tell.a_trail(*stops, order="free", route=tell.a_route((-300, 0), (300, 0)))
    told = follow(trail, tell.fixes_at([130.0] * 3 + [0.0] * 60), None)
    assert len(tell.stops_of(told, "enter")) >= 16
    behind = follow(trail, [tell.a_fix(-4000, 0)], told.progress)
    jumped = follow(trail, [tell.a_fix(90, 9000)], behind.progress)
    assert 1500 < len(jumped.progress) <= 2048
    assert follow(trail, [], jumped.progress).progress == jumped.progress


def test_a_65th_stop_and_a_17th_layer_are_refused(tell: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="64 stops"):
        tell.a_trail(*tell.stops_in_a_row(65))
    with pytest.raises(ValueError, match="16 layers"):
        tell.a_trail(*[tell.a_stop(f"a{n}", layer=f"c{n}") for n in range(17)])
    with pytest.raises(ValueError, match="share a slug"):
        tell.a_trail(tell.a_stop("a"), tell.a_stop("a"))


def test_a_new_revision_keeps_what_was_heard_and_drops_evidence(tell: SimpleNamespace) -> None:
    old = tell.a_trail(*tell.stops_in_a_row(3))
    walked = follow(old, tell.fixes_at(tell.steps(-60, 88)), None)
    assert tell.stops_of(walked, "enter") == ["arrêt-1"]
    kept, _, third = tell.stops_in_a_row(3)
    new = tell.a_trail(tell.a_stop("nouveau", -300), third, kept, revision=2, order="free")
    told = follow(new, tell.fixes_at([0.0] * 30, from_s=200), walked.progress)
    assert "enter" not in tell.kinds(told)
    assert told.steps == 29  # the first fix finds no last one to reckon from
    assert told.next is not None
    assert told.next.stop == "arrêt-3"


def test_the_same_walk_has_another_id_in_another_revision(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 60))
    first, second = (follow(tell.a_trail(revision=n), fixes, None).events for n in (1, 2))
    assert {e.id for e in first}.isdisjoint(e.id for e in second)


def test_a_first_request_repeated_gives_the_same_walk(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 60))
    assert follow(tell.a_trail(), fixes, None) == follow(tell.a_trail(), fixes, None)


def test_event_ids_are_twenty_characters_of_base32(tell: SimpleNamespace) -> None:
    told = follow(tell.a_trail(), tell.fixes_at(tell.steps(-60, 60)), None)
    assert all(len(e.id) == 20 for e in told.events)
    assert set("".join(e.id for e in told.events)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
