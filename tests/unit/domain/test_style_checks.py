"""Advice on style: each fault is told where it stands, and good prose is left alone."""

from dataclasses import replace
from typing import Any

import pytest

from odyssee.domain.errors import Problem
from odyssee.domain.legends import LegendText
from odyssee.domain.stops import IllustrationText, NarrationFile, StopText
from odyssee.domain.style_checks import advise_style
from tests.builders import a_legend, a_stop

NB, NNB = "\u00a0", "\u202f"
GOOD = f"Approchez. «{NB}Qui va là{NNB}?{NB}» dit la pierre{NNB}; puis, plus rien{NB}: la nuit."


def told(text: StopText, lang: str = "fr", **changes: Any) -> list[Problem]:
    """The advice on one stop's words."""
    stop = a_stop(texts={lang: text}, **changes)
    texts = {"fr": LegendText(title="Titre", summary="Bref")}
    return list(advise_style(replace(a_legend(texts=texts), stops=(stop,))))


def a_text(**changes: Any) -> StopText:
    words: dict[str, Any] = {"title": "Le porche", "directions": "Montez.", "text": GOOD}
    return StopText(**(words | changes))


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_good_french_is_left_alone() -> None:
    assert told(a_text()) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Qui va là ?", "space_breaking"),
        ("Qui va là?", "space_breaking"),
        ("(oui) !", "space_breaking"),
        ("(oui)!", "space_breaking"),
        (f"« Oui{NB}»", "space_breaking"),
        (f"«{NB}Oui »", "space_breaking"),
        ("L'eau dort.", "quotes_straight"),
        ('Il dit "non".', "quotes_straight"),
        ("Deux  blancs.", "space_doubled"),
        ("En 1506, rien.", "figures_spoken"),
        ("La SNCF passait.", "figures_spoken"),
        ("The river was in the church and it had the books of the choir.", "language_wrong"),
        ("Un mot, " + "puis un autre, " * 13, "sentence_long"),
    ],
)
def test_a_fault_of_french_is_told_once_at_its_text(text: str, code: str) -> None:
    problems = told(a_text(text=text))
    assert [(p.where, p.code, p.severity) for p in problems] == [
        ("stops/0/texts/fr/text", code, "advice")
    ]


@pytest.mark.parametrize("text", ["Voir [la carte](https://vicheres.fr).", "**À savoir.** Rien."])
def test_markdown_is_no_fault(text: str) -> None:
    assert told(a_text(text=text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It's late.", "quotes_straight"),
        ("«\u00a0No\u00a0»", "quotes_straight"),
        ("Elle est dans la rivière et elle ne dort pas, mais on ne le dit pas.", "language_wrong"),
    ],
)
def test_english_has_rules_of_its_own(text: str, code: str) -> None:
    assert codes(told(a_text(text=text, directions="Walk on."), "en")) == [code]


def test_a_place_name_in_french_does_not_make_a_text_french() -> None:
    text = "The path to Saint-Jean-de-la-Forêt is a long one, and it is the one to take."
    assert told(a_text(text=text, directions="Walk on."), "en") == []


def test_a_recording_may_say_figures() -> None:
    recorded = {"fr": NarrationFile(file="porche.wav")}
    assert told(a_text(text="En 1506, rien."), narration=recorded) == []


def test_directions_that_lack_are_told() -> None:
    assert codes(told(a_text(directions=None))) == ["directions_missing"]


def test_a_description_that_only_repeats_the_title_is_told() -> None:
    pictures = (IllustrationText(alt="Le porche."), IllustrationText(alt="Un porche de bois."))
    problems = told(a_text(illustrations=pictures))
    assert [(p.where, p.code) for p in problems] == [
        ("stops/0/texts/fr/illustrations/0/alt", "alt_repeats_title")
    ]
