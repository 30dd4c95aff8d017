"""Captions that are guessed from pauses."""

from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.captions import estimate_cues
from odyssee.domain.media import Cue, Pause


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
