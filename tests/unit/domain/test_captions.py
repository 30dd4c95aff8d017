"""Captions: guessed from pauses, or written by a curator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.captions import MAX_WEBVTT_CHARACTERS, Pause, estimate_cues, from_webvtt
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue, to_webvtt

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


def refused(text: str, duration_s: float = 10.0) -> dict[str, str]:
    with pytest.raises(MediumRefused) as caught:
        from_webvtt(text, duration_s)
    return dict(caught.value.values)


def test_no_sentences_make_no_captions() -> None:
    assert estimate_cues([], 0.0, 5.0, []) == ()


def test_without_pauses_the_sentences_share_the_time_by_their_letters() -> None:
    cues = estimate_cues(["Un.", "Quatre."], 1.0, 5.0, [])
    assert cues == (Cue(1.0, 2.0, "Un."), Cue(2.0, 5.0, "Quatre."))


def test_a_sentence_ends_at_the_pause_that_is_near_and_not_at_the_one_that_is_far() -> None:
    pauses = [Pause(0.5, 1.3), Pause(4.6, 5.1), Pause(9.0, 9.8)]
    cues = estimate_cues(["Une phrase assez longue.", "Une autre phrase, pareille."], 0, 10, pauses)
    assert [(cue.start_s, cue.end_s) for cue in cues] == [(0, 4.6), (5.1, 10)]


@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=12),
    st.lists(st.floats(0.0, 60.0), max_size=40, unique=True),
)
def test_captions_stand_in_order_within_the_sound(
    sentences: list[str], borders: list[float]
) -> None:
    marks = sorted(borders)
    pauses = [Pause(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    cues = estimate_cues(sentences, 0.0, 60.0, pauses)
    assert [cue.text for cue in cues] == sentences
    times = [time for cue in cues for time in (cue.start_s, cue.end_s)]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0.0, 60.0)


def test_a_curator_s_captions_are_read_as_plain_text() -> None:
    assert from_webvtt(WRITTEN, 4.5) == (
        Cue(0.25, 2.0, "La Velue dormait dans l’Huisne."),
        Cue(2.0, 4.5, "« N’approchez pas\u202f! » & silence."),
    )


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert from_webvtt("\ufeff" + WRITTEN.replace("\n", "\r\n"), 4.5) == from_webvtt(WRITTEN, 4.5)


@given(st.lists(st.text("aé&<> «’\u202f", min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_what_we_write_can_be_read_back(texts: list[str]) -> None:
    cues = tuple(Cue(n, n + 1, " ".join(t.split(" ")).strip()) for n, t in enumerate(texts))
    assert from_webvtt(to_webvtt(cues), 60.0) == cues


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "captions_not_webvtt", None),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", "captions_not_webvtt", None),
        ("WEBVTT\n", "captions_empty", None),
        ("WEBVTT\n\n00:01 --> 00:02\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 line:0\nUn.\n", "captions_bad_time", "3"),
        ("WEBVTT\n\nSTYLE\n::cue { color: red }\n", "captions_bad_time", "4"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>Un.</b>\n", "captions_markup", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n&bogus; un\n", "captions_markup", "3"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "captions_markup", "3"),
        ("WEBVTT\n\n00:09.000 --> 00:11.000\nUn.\n", "captions_too_late", "3"),
        (
            "WEBVTT\n\n00:01.000 --> 00:03.000\nUn.\n\n00:02.000 --> 00:04.000\nDeux.\n",
            "captions_out_of_order",
            "6",
        ),
        ("WEBVTT\n" + " " * MAX_WEBVTT_CHARACTERS, "captions_too_large", None),
    ],
)
def test_captions_are_refused_with_their_line(text: str, code: str, line: str | None) -> None:
    values = refused(text)
    assert (values["code"], values.get("line")) == (code, line)
