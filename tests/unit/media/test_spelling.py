"""Spelling: how a sentence is written for a voice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.media.spelling import to_speech


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("« L’Étang »\u202f: l’eau\u00a0!", "L'Étang : l'eau !"),
        ("— Oui... dit-elle — enfin — non", "Oui… dit-elle, enfin, non"),
        ("Au XVe siècle et au XIXᵉ", "Au 15e siècle et au 19e"),
        ("Le loup. Le Ve siècle, le Xe.", "Le loup. Le 5e siècle, le 10e."),
        (
            "François Ier, Henri IV, St-Jean, Ste Anne",
            "François premier, Henri 4, Saint-Jean, Sainte-Anne",
        ),
        ("n° 5, en 52 av. J.-C.", "numéro 5, en 52 avant Jésus-Christ"),
        ("La Ferté\u2011Bernard <b>dort</b> *ici*", "La Ferté-Bernard b dort b ici"),
        ("e\u0301tang\u200b\u00ad\ud800", "étang"),
    ],
)
def test_a_french_sentence_is_spelt_as_the_voice_can_say_it(written: str, said: str) -> None:
    assert to_speech(written, "fr") == said


def test_english_keeps_its_abbreviations() -> None:
    assert to_speech("St John’s Road", "en") == "St John's Road"


@given(st.text(max_size=200))
def test_a_voice_never_sees_markup_or_control_characters(text: str) -> None:
    assert not set(to_speech(text, "fr")) & set('<>\\«»’\n\t\x00\u202f\u00a0"')


def test_a_name_is_said_as_the_lexicon_has_it() -> None:
    words = {"Riants": "rian", "Thiron-Gardais": "tiron gardé"}
    assert to_speech("La Dame de Riants, à Thiron-Gardais.", "fr", words) == (
        "La Dame de rian, à tiron gardé."
    )
