"""Captions as a curator writes them: read exactly, or refused with the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.api.sound_texts import SOUND
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue
from odyssee.domain.webvtt import (
    MAX_TOLD,
    MAX_WEBVTT_CHARACTERS,
    from_webvtt,
    read_webvtt,
    to_webvtt,
)

WRITTEN = """\
WEBVTT - L’Étang de l’Herbage-Œuvré

NOTE relu au bord de l’Huisne

1
00:00.250 --> 00:02.000
La Velue dormait
dans l’Huisne.

00:00:02.000 --> 00:00:04.500
« N’approchez pas\u202f! » &amp; silence.
"""
DURATION_MS = 90_000


@st.composite
def cues(draw: st.DrawFn) -> tuple[Cue, ...]:
    """Captions in order within a minute and a half, of any words that a text may hold."""
    words = st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=30,
    )
    spoken = words.map(lambda text: text.strip(" \t")).filter(str.strip)
    texts = draw(st.lists(spoken, min_size=1, max_size=6))
    count = 2 * len(texts)
    marks = sorted(
        draw(st.lists(st.integers(0, DURATION_MS), min_size=count, max_size=count, unique=True))
    )
    starts, ends = marks[::2], marks[1::2]
    return tuple(
        Cue(start / 1000, end / 1000, text)
        for start, end, text in zip(starts, ends, texts, strict=True)
    )


PIECES = st.sampled_from(
    [
        *("WEBVTT", "NOTE", "NOTE relu", "1", "00:01.000 --> 00:02.000", "Un.", " ", "\t", "\n"),
        *(
            "00:00:02.500 --> 00:00:09.9999",
            "99:59:59.999",
            " --> ",
            "<b>",
            "&amp;",
            "&lrm;",
            "-->",
        ),
        *(
            "\r\n",
            "\r",
            "\x0b",
            "\u2028",
            "\u00a0",
            "\x00",
            "\ud800",
            "\u0660\u0660:\u0660\u0661.\u0660\u0660\u0660",
            "0" * 5000,
            "é",
        ),
        *("00:03.000 --> 00:04.000\nDeux.\n\n", "STYLE", "\ufeff", "\n\n"),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES).map("".join),
    st.lists(PIECES).map(lambda pieces: "WEBVTT\n\n" + "".join(pieces)),
)


def refused(text: str, duration_s: float = 10.0) -> dict[str, str]:
    with pytest.raises(MediumRefused) as caught:
        from_webvtt(text, duration_s)
    return dict(caught.value.values)


def test_a_curator_s_captions_are_read_as_plain_text() -> None:
    assert from_webvtt(WRITTEN, 4.5) == (
        Cue(0.25, 2.0, "La Velue dormait dans l’Huisne."),
        Cue(2.0, 4.5, "« N’approchez pas\u202f! » & silence."),
    )


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert from_webvtt("\ufeff" + WRITTEN.replace("\n", "\r\n"), 4.5) == from_webvtt(WRITTEN, 4.5)


def test_a_last_caption_may_outlast_the_sound_a_little_and_is_cut() -> None:
    assert from_webvtt(WRITTEN, 4.3004)[-1].end_s == 4.3
    assert refused(WRITTEN, 4.2)["code"] == "captions_too_late"


@given(cues())
def test_what_we_write_is_read_back_as_it_was(written: tuple[Cue, ...]) -> None:
    assert from_webvtt(to_webvtt(written), DURATION_MS / 1000) == written


@given(TEXTS, st.floats(0.001, 100_000.0))
def test_any_text_is_ordered_captions_within_the_sound_or_is_refused_with_its_line(
    text: str, duration_s: float
) -> None:
    read = read_webvtt(text, duration_s)
    times = [time for cue in read.cues for time in (cue.start_s, cue.end_s)]
    assert times == sorted(times)
    assert all(0 <= cue.start_s < cue.end_s <= duration_s for cue in read.cues)
    assert all(cue.text.strip() for cue in read.cues)
    if read.problems:
        lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        told = [int(problem.where) for problem in read.problems]
        assert told == sorted(told)
        assert 1 <= told[0] <= told[-1] <= lines
        assert all(problem.code in SOUND for problem in read.problems)
        values = refused(text, duration_s)
        assert (values["code"], values["line"]) == (read.problems[0].code, str(told[0]))
    else:
        assert read.cues
        assert from_webvtt(to_webvtt(read.cues), duration_s) == read.cues


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "captions_not_webvtt", "1"),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", "captions_not_webvtt", "1"),
        ("WEBVTT\n", "captions_empty", "2"),
        ("WEBVTT\n\nNOTE rien\n", "captions_empty", "4"),
        ("WEBVTT\n\n00:01 --> 00:02\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 line:0\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\nSTYLE\n::cue { color: red }\n", "captions_bad_time", "4"),
        ("WEBVTT\n\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>Un.</b>\n", "captions_markup", "4"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nUn.\n&bogus; deux\n", "captions_markup", "5"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "captions_no_words", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n&lrm;\n", "captions_no_words", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nUn\x07.\n", "captions_bad_character", "4"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nUn.\n", "captions_blank_line", "2"),
        ("WEBVTT\n\nNOTE relu\n00:01.000 --> 00:02.000\nUn.\n", "captions_blank_line", "4"),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nUn.\n00:02.000 --> 00:03.000\nDeux.\n",
            "captions_blank_line",
            "5",
        ),
        ("WEBVTT\n\n00:09.000 --> 00:11.000\nUn.\n", "captions_too_late", "3"),
        (
            "WEBVTT\n\n00:01.000 --> 00:03.000\nUn.\n\n2\n00:02.000 --> 00:04.000\nDeux.\n",
            "captions_out_of_order",
            "7",
        ),
        ("WEBVTT\n" + " " * MAX_WEBVTT_CHARACTERS, "captions_too_large", "1"),
    ],
)
def test_captions_are_refused_with_their_line(text: str, code: str, line: str) -> None:
    values = refused(text)
    assert (values["code"], values["line"]) == (code, line)


def test_every_problem_of_a_text_is_told_up_to_a_number() -> None:
    text = "WEBVTT\n\n0:01 --> 0:02\nUn.\n\n00:02.000 --> 00:03.000\n<i>Deux</i>\n\n"
    told = [(problem.where, problem.code) for problem in read_webvtt(text, 10.0).problems]
    assert told == [("3", "captions_bad_time"), ("7", "captions_markup")]
    many = "WEBVTT\n\n" + "Un.\n\n" * 1000
    assert len(read_webvtt(many, 10.0).problems) == MAX_TOLD


def test_an_identifier_may_begin_like_a_note() -> None:
    text = "WEBVTT\n\nNOTES\n00:01.000 --> 00:02.000\nUn.\n"
    assert from_webvtt(text, 10.0) == (Cue(1.0, 2.0, "Un."),)
