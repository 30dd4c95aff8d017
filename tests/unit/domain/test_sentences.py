"""Sentences: where a text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.sentences import MAX_SENTENCE, split_sentences


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        (
            "La Velue dormait. L’Huisne montait !\nQui l’arrêterait ?",
            ["La Velue dormait.", "L’Huisne montait !", "Qui l’arrêterait ?"],
        ),
        (
            "« N’approchez pas ! » criaient les mères… puis elles rentraient.",
            ["« N’approchez pas ! » criaient les mères… puis elles rentraient."],
        ),
        (
            "« Elle vient ! Elle est là… » Tous s’enfuirent.",
            ["« Elle vient !", "Elle est là… »", "Tous s’enfuirent."],
        ),
        (
            "M. Dupont et Mme. Œuvré, de St. Martin, partirent. J. Dupont revint.",
            ["M. Dupont et Mme. Œuvré, de St. Martin, partirent.", "J. Dupont revint."],
        ),
        (
            "Il fit 3.5 km et 12 000 pas. 300 hommes le suivaient.",
            ["Il fit 3.5 km et 12 000 pas.", "300 hommes le suivaient."],
        ),
        ("C’était sous Louis X. Il pleuvait.", ["C’était sous Louis X.", "Il pleuvait."]),
        ("Oui... enfin non. Vraiment ?! Oui.", ["Oui... enfin non.", "Vraiment ?!", "Oui."]),
        ("— Qui va là ? — Moi.", ["— Qui va là ?", "— Moi."]),
        ("Écoutez. … Plus rien. * * *", ["Écoutez. …", "Plus rien. * * *"]),
        ("Un titre sans point", ["Un titre sans point"]),
        ("* * *", []),
        (" \n ", []),
    ],
)
def test_a_french_text_is_cut_where_a_reader_breathes(paragraph: str, sentences: list[str]) -> None:
    assert split_sentences(paragraph, "fr") == sentences


def test_an_english_text_keeps_its_titles_and_quotations_whole() -> None:
    text = "Mr. Hall met St. John at No. 5. “Run!” he said. “Why?” asked J. R. R. Tolkien."
    assert split_sentences(text, "en") == [
        "Mr. Hall met St. John at No. 5.",
        "“Run!” he said.",
        "“Why?” asked J. R. R. Tolkien.",
    ]


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    clause = "et l’eau montait encore dans les prés de l’Huisne, "
    pieces = split_sentences(clause * 25 + "sans fin.", "fr")
    assert all(len(piece) <= MAX_SENTENCE for piece in pieces)
    assert all(piece.endswith((",", ".")) for piece in pieces)


def test_a_long_sentence_without_a_comma_is_cut_between_words() -> None:
    pieces = split_sentences("la Velue " * 120, "fr")
    assert all(len(piece) <= MAX_SENTENCE for piece in pieces)
    assert " ".join(pieces) == ("la Velue " * 120).strip()


@given(st.text(alphabet="aÉ1 .!?…«»,;“”'’-—\u00a0\n()MXpst", max_size=1500))
def test_nothing_is_lost_but_blanks_and_pieces_without_words(text: str) -> None:
    pieces = split_sentences(text, "fr")
    assert all(len(piece) <= MAX_SENTENCE for piece in pieces)
    assert all(any(c.isalnum() for c in piece) for piece in pieces)
    said = "".join(c for piece in pieces for c in piece if c.isalnum())
    assert said == "".join(c for c in text if c.isalnum())
