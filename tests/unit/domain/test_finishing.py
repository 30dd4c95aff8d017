"""What is laid over an encoded medium: its bytes stay, its key tells what it says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.captions import estimate_cues
from odyssee.domain.finishing import bare, finish
from odyssee.domain.media import Cue, MediaAsset, Pause, Rendition, Speech

SENTENCES = ["La Velue dormait.", "L’Huisne montait, et l’étang avec elle."]


def a_recording(**changes: Any) -> MediaAsset:
    made = Rendition(sha256="a" * 64, size_bytes=9, type="audio/mp4")
    known = {
        "key": "e" * 64,
        "kind": "audio",
        "renditions": (made,),
        "original_sha256": "b" * 64,
        "duration_s": 10.0,
        "voice": "human",
        "speech": Speech(0.25, 9.75, (Pause(3.0, 3.6), Pause(6.0, 6.3))),
    }
    return MediaAsset(**(known | changes))


def test_a_recording_is_captioned_from_its_text_by_its_pauses() -> None:
    encoded = a_recording()
    finished = finish(encoded, SENTENCES)
    assert finished.cues == estimate_cues(SENTENCES, 0.25, 9.75, [Pause(3.0, 3.6), Pause(6.0, 6.3)])
    assert finished.cues[0].end_s == 3.0
    assert finished.captions_status == "estimated"
    assert (finished.encoded_key, finished.renditions) == (encoded.key, encoded.renditions)


def test_pictures_and_synthetic_voices_stay_as_they_are() -> None:
    picture = MediaAsset(key="p", kind="image", renditions=())
    cues = (Cue(0.3, 1.0, "Un."),)
    spoken = a_recording(voice="synthetic", cues=cues, captions_status="exact", speech=None)
    assert finish(picture, SENTENCES) is picture
    assert finish(spoken, SENTENCES) is spoken


def test_a_recording_of_before_its_pauses_were_kept_is_captioned_by_its_length() -> None:
    finished = finish(a_recording(speech=None), SENTENCES)
    assert (finished.cues[0].start_s, finished.cues[-1].end_s) == (0.0, 10.0)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=9)), st.lists(st.just("Deux.")))
def test_what_is_laid_may_be_taken_off_and_laid_anew(some: list[str], others: list[str]) -> None:
    encoded = a_recording()
    first, second = finish(encoded, some), finish(encoded, others)
    assert bare(first) == bare(second) == bare(encoded) == encoded
    assert finish(first, others) == second
    assert (first.key == second.key) == (some == others)
    assert first.key != encoded.key
