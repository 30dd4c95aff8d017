"""Passwords, codes and secrets are what the standards say, and random."""

import base64
import threading
import time
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from builders import NOON
from hypothesis import given
from hypothesis import strategies as st

from odyssee.actions import credentials
from odyssee.domain.errors import Unavailable
from odyssee.files.server_key import ServerKey

KEY = ServerKey(lambda: b"the key of a server in a test...")
STANDARD = base64.b32encode(b"12345678901234567890").decode()
"""The secret of RFC 6238, appendix B."""
OTHER = ServerKey(lambda: b"another key of a server in tests")


def test_a_password_is_hashed_by_argon2id_with_our_cost() -> None:
    hashed = credentials.hash_password("l’Étang de l’Herbage")
    assert hashed.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert credentials.is_password(hashed, "l’Étang de l’Herbage")
    assert not credentials.is_password(hashed, "l’E\u0301tang de l’Herbage")  # taken as typed
    assert not credentials.is_password(hashed, "")


@pytest.mark.parametrize("password", ["\0", "\ud800", "é" * 100_000])
def test_whatever_is_typed_is_hashed(password: str) -> None:
    assert credentials.is_password(credentials.hash_password(password), password)


def test_nobodys_hash_costs_what_a_real_one_does_and_is_no_ones() -> None:
    cost = credentials.hash_password("x").split("$")[1:4]
    assert credentials.NOBODYS_HASH.split("$")[1:4] == cost
    assert not credentials.is_password(credentials.NOBODYS_HASH, "")


def test_passwords_wait_their_turn_and_a_flood_is_sent_away() -> None:
    answers: list[str] = []
    together = threading.Barrier(20)

    def knock() -> None:
        together.wait()
        try:
            credentials.is_password(credentials.NOBODYS_HASH, "x")
        except Unavailable:
            answers.append("away")
        else:
            answers.append("looked at")

    threads = [threading.Thread(target=knock) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "away" in answers
    assert answers.count("looked at") >= credentials.QUEUE
    assert not credentials.is_password(credentials.NOBODYS_HASH, "x")


def test_a_sign_in_takes_at_most_half_a_second_of_one_core() -> None:
    began = time.thread_time()
    credentials.is_password(credentials.NOBODYS_HASH, "x")
    assert time.thread_time() - began <= 0.5


@pytest.mark.parametrize("seconds_aside", [-30, 0, 30])
def test_a_code_counts_in_its_step_and_one_aside(seconds_aside: int) -> None:
    secret = credentials.new_otp_secret()
    shown = pyotp.TOTP(secret).at(NOON + timedelta(seconds=seconds_aside))
    step = credentials.find_step(secret, f" {shown[:3]} {shown[3:]} ", NOON)
    assert step == int(NOON.timestamp()) // 30 + seconds_aside // 30


def test_the_code_is_that_of_the_standard() -> None:
    # RFC 6238, appendix B, cut to six digits
    at = datetime.fromtimestamp(1_111_111_109, UTC)
    assert credentials.find_step(STANDARD, "081804", at) == 1_111_111_109 // 30


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_another_text_is_no_code(text: str) -> None:
    right = {pyotp.TOTP(STANDARD).at(NOON + timedelta(seconds=off)) for off in (-30, 0, 30)}
    expected = "".join(text.split()) in right
    assert (credentials.find_step(STANDARD, text, NOON) is not None) is expected


def test_a_code_of_long_ago_is_none() -> None:
    secret = credentials.new_otp_secret()
    code = pyotp.TOTP(secret).at(NOON - timedelta(seconds=61))
    assert credentials.find_step(secret, code, NOON) in {None, int(NOON.timestamp()) // 30}


def test_recovery_codes_are_ten_and_read_however_they_are_typed() -> None:
    codes = credentials.new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert credentials.recovery_code_of(code) == code
        assert credentials.recovery_code_of(f" {code.upper().replace('-', ' ')}\n") == code


@given(st.text(max_size=15))
def test_a_text_is_read_as_a_recovery_code_or_not_at_all(text: str) -> None:
    code = credentials.recovery_code_of(text)
    assert code is None or credentials.recovery_code_of(code) == code


def test_secrets_are_long_and_never_the_same() -> None:
    passwords = {credentials.new_start_password() for _ in range(100)}
    tokens = {credentials.new_secret("ody_s_") for _ in range(100)}
    ids = {credentials.new_id() for _ in range(100)}
    assert len(passwords) == len(tokens) == len(ids) == 100
    assert all(len(password) == 24 for password in passwords)
    assert all(len(token) == 6 + 43 for token in tokens)
    assert all(len(name) == 20 and name.islower() for name in ids)
    assert len(credentials.new_otp_secret()) == 32


def test_a_token_says_what_it_is() -> None:
    assert credentials.kind_of("ody_s_x") == "session"
    assert credentials.kind_of("ody_t_x") == "token"
    assert credentials.kind_of("ody_d_x") is None
    assert credentials.kind_of("") is None


@given(st.text())
def test_what_is_sealed_is_opened_with_its_key_only(text: str) -> None:
    if text.encode("utf-8", "replace").decode() != text:
        return
    sealed = credentials.seal(KEY, text)
    assert credentials.unseal(KEY, sealed) == text
    assert credentials.unseal(OTHER, sealed) is None
    assert credentials.unseal(KEY, sealed[:-2]) is None


def test_tags_tell_nothing_and_differ_by_key_and_label() -> None:
    tag = KEY.tag("attempts", "zoé@œuvré.example")
    assert tag == KEY.tag("attempts", "zoé@œuvré.example")
    assert len({tag, KEY.tag("other", "zoé@œuvré.example"), OTHER.tag("attempts", "zoé")}) == 3
    assert KEY.tag("attempts", "\ud800")


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("motdepasse123456", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("le cidre de l’herbage est frais", True),
    ],
)
def test_the_score_knows_common_words_and_ours(password: str, good: bool) -> None:  # noqa: FBT001 - a column
    score = credentials.score_password(password, ["zoé@œuvré.example", "zoé", "œuvré"])
    assert (score >= 3) is good


def test_no_password_holds_the_server_up_while_it_is_rated() -> None:
    substituted = "4@8({[<369!|1/0$5+7%2" * 6
    began = time.thread_time()
    assert credentials.score_password(substituted, ["zoé@œuvré.example"]) == 4
    assert time.thread_time() - began <= 0.4  # the whole of it takes twice as long and more


def test_the_link_for_the_phone_names_us_and_the_person() -> None:
    url = credentials.otpauth_url(STANDARD, "zoé@œuvré.example")
    assert url.startswith("otpauth://totp/Perche%20Odyss%C3%A9e:")
    assert pyotp.parse_uri(url).name == "zoé@œuvré.example"
