"""Kiosks: the bytes that they sign, the forms of their keys, what their software says."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.kiosk_calls import (
    call_bytes,
    carried_bytes,
    check_public_key,
    read_public_key,
    read_signature,
    to_base64,
)
from odyssee.domain.kiosks import (
    MAX_LINE,
    KioskProfile,
    check_kiosk,
    plain_line,
    profile_for,
)
from odyssee.domain.syncing import EVERYTHING


def test_the_bytes_of_a_call_are_five_lines() -> None:
    digest = hashlib.sha256(b"{}").hexdigest()
    signed = call_bytes("POST", "/kiosk/v1/health", "n-1", b"{}")
    told = f"odyssee-kiosk-call/1\nPOST\n/kiosk/v1/health\nn-1\n{digest}\n"
    assert signed == told.encode()


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_what_is_signed_for_a_stick_stands_for_no_call(body: bytes, other: bytes) -> None:
    carried = carried_bytes("counts", body)
    assert carried != carried_bytes("enrolment", body)
    assert (carried == carried_bytes("counts", other)) == (body == other)
    assert not carried.startswith(call_bytes("POST", "/", "", b"")[:20])


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_read_in_either_base64_padded_or_not(raw: bytes) -> None:
    ours = to_base64(raw)
    spellings = [ours, f"{ours}=", base64.b64encode(raw).decode()]
    assert {read_public_key(text) for text in spellings} == {ours}


@given(st.binary(max_size=80))
def test_a_key_has_32_bytes_and_a_signature_64(raw: bytes) -> None:
    text = to_base64(raw)
    assert (read_public_key(text) is None) == (len(raw) != 32)
    assert read_signature(text) == (raw if len(raw) == 64 else None)


@given(st.text(max_size=100))
def test_any_text_is_a_key_or_is_told_not_to_be(text: str) -> None:
    found = check_public_key(text)
    assert [problem.code for problem in found] == (
        [] if read_public_key(text) else ["bad_public_key"]
    )


@given(st.text(max_size=400))
def test_what_software_says_becomes_one_line_that_shows_what_it_holds(text: str) -> None:
    line = plain_line(text)
    assert len(line) <= MAX_LINE
    assert line == plain_line(line)
    assert line.isprintable()


@pytest.mark.parametrize(
    ("profile", "codes"),
    [
        (KioskProfile(), []),
        (KioskProfile(languages=("fr", "pt-BR"), layers=("core",), audio="low"), []),
        (KioskProfile(languages=()), ["bad_languages"]),
        (KioskProfile(languages=("fr",) * 2, layers=("map",)), ["bad_languages", "bad_layers"]),
        (KioskProfile(languages=("fr", "x" * 36, "")), ["bad_language"] * 2),
    ],
)
def test_a_profile_leaves_something_to_read(profile: KioskProfile, codes: list[str]) -> None:
    assert [problem.code for problem in check_kiosk("Hall", profile)] == codes


NOTHING: frozenset[str] = frozenset()


def test_a_kiosk_whose_settings_are_silent_keeps_what_the_office_says() -> None:
    told = KioskProfile(languages=("fr",), layers=("core", "audio"))
    kept = profile_for(NOTHING, NOTHING, told)
    assert kept.languages == {"fr"}
    assert kept.layers == {"audio"}
    assert profile_for(NOTHING, NOTHING, None) == EVERYTHING


def test_a_kiosks_own_settings_win_over_those_of_the_office() -> None:
    told = KioskProfile(languages=("fr",), layers=("core", "audio"))
    kept = profile_for(frozenset({"en"}), frozenset({"core"}), told)
    assert kept.languages == {"en"}
    assert kept.layers == NOTHING
