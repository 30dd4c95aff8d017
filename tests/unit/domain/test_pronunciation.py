"""Respellings: a name is replaced where it stands by itself, and nowhere else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.pronunciation import check_pronunciations, respell

WORDS = {
    "Riants": "rian",
    "Saint": "sain",
    "Saint-Lubin": "sain lubin",
    "L’Huisne": "luine",
    "Huisne": "uine",
    "La Velue": "la velu",
}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Riants, ou Riantz ?", "rian, ou Riantz ?"),
        ("d’Huisne et L'Huisne", "d’uine et luine"),
        ("Saint-Lubin, saint Lubin, un Saint", "sain lubin, saint Lubin, un sain"),
        ("Saint-Hilaire", "Saint-Hilaire"),
        ("Riantseries, sous-Riants", "Riantseries, sous-Riants"),
        ("La\u00a0Velue", "la velu"),
    ],
)
def test_whole_words_are_respelt_and_the_longer_name_wins(written: str, said: str) -> None:
    assert respell(written, WORDS) == said


@pytest.mark.parametrize("form_of_text", ["NFC", "NFD"])
@pytest.mark.parametrize("form_of_word", ["NFC", "NFD"])
def test_a_name_is_known_however_its_accents_are_composed(
    form_of_text: str, form_of_word: str
) -> None:
    text = unicodedata.normalize(form_of_text, "À Vichères, l’été.")
    words = {
        unicodedata.normalize(form_of_word, word): unicodedata.normalize(form_of_word, said)
        for word, said in {"Vichères": "vichère", "Vicher": "non"}.items()
    }
    assert respell(text, words) == "À vichère, l’été."


def test_a_respelling_may_compose_its_accents_as_it_likes() -> None:
    apart = unicodedata.normalize("NFD", "nô-jan")
    assert not list(check_pronunciations("words", {"fr": {"Nogent": apart}}))


@given(st.text())
def test_without_a_known_name_nothing_changes(text: str) -> None:
    assert respell(text, {}) == text


@given(st.text(max_size=300))
def test_no_known_name_is_left_by_itself(text: str) -> None:
    assert "Riants" not in respell(f"{text} Riants. {text}", {"Riants": "rian"}).split()


@pytest.mark.parametrize("said", ["rian", "saint hilaire", "nô-jan", "l'uine", "é"])
def test_letters_in_words_can_be_said(said: str) -> None:
    assert not list(check_pronunciations("words", {"fr": {"Riants": said}}))


@pytest.mark.parametrize(
    ("word", "said", "code"),
    [
        ("Riants", "", "respelling_unsayable"),
        ("Riants", "r1an", "respelling_unsayable"),
        ("Riants", "<b>", "respelling_unsayable"),
        ("Riants", "rian ", "respelling_unsayable"),
        ("Riants", "r" * 61, "respelling_length"),
        (" ", "rian", "respelling_length"),
    ],
)
def test_what_a_voice_cannot_say_is_told_at_its_word(word: str, said: str, code: str) -> None:
    problems = list(check_pronunciations("words", {"fr": {word: said}}))
    assert [(p.where, p.code) for p in problems] == [(f"words/fr/{word}", code)]


def test_two_spellings_of_one_name_are_told() -> None:
    twice = {"L’Huisne": "luine", "L'Huisne": "luisne"}
    assert [p.code for p in check_pronunciations("words", {"fr": twice})] == ["duplicate"]


def test_one_name_with_its_accents_composed_two_ways_is_told() -> None:
    twice = {unicodedata.normalize(form, "Vichères"): "vichère" for form in ("NFC", "NFD")}
    assert [p.code for p in check_pronunciations("words", {"fr": twice})] == ["duplicate"]


@pytest.mark.parametrize("lang", ["français", "FR", "", "fr_FR"])
def test_a_key_that_is_no_language_is_told_where_it_stands(lang: str) -> None:
    problems = list(check_pronunciations("words", {lang: {"Riants": "rian"}}))
    assert [(p.where, p.code) for p in problems] == [(f"words/{lang}", "language_invalid")]
