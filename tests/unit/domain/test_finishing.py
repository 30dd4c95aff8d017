"""What is laid over an encoded medium: its bytes stay, its key tells what it says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.captions import estimate_cues
from odyssee.domain.finishing import CaptionsFile, Edit, bare, finish
from odyssee.domain.media import Cue, Focal, MediaAsset, Pause, Rendition, Speech

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


WRITTEN = "WEBVTT\n\n00:01.000 --> 00:04.000\nUn.\n\n00:06.000 --> 00:09.500\nDeux.\n"


def test_captions_come_from_the_legend_else_from_the_office_else_from_the_pauses() -> None:
    encoded, own = a_recording(), CaptionsFile(b"x", WRITTEN.replace("Un", "Trois"), "x.vtt")
    edit = Edit(captions=WRITTEN)
    legend_s = finish(encoded, SENTENCES, own, edit)
    office_s = finish(encoded, SENTENCES, edit=edit)
    guessed = finish(encoded, SENTENCES)
    told = [(m.cues[0].text, m.captions_status) for m in (legend_s, office_s, guessed)]
    assert told == [
        ("Trois.", "edited"),
        ("Un.", "edited"),
        ("La Velue dormait.", "estimated"),
    ]
    assert (legend_s.captions_sha256, office_s.captions_sha256) == (own.sha256, None)
    assert len({encoded.key, legend_s.key, office_s.key, guessed.key}) == 4
    assert bare(legend_s) == bare(office_s) == encoded


def test_captions_of_an_office_are_cut_where_the_sound_of_today_ends() -> None:
    edit = Edit(captions=WRITTEN)
    shorter = finish(a_recording(duration_s=7.0), SENTENCES, edit=edit)
    assert [(cue.start_s, cue.end_s) for cue in shorter.cues] == [(1.0, 4.0), (6.0, 7.0)]
    assert len(finish(a_recording(duration_s=5.0), SENTENCES, edit=edit).cues) == 1
    assert finish(a_recording(duration_s=0.5), [], edit=edit).captions_status == "estimated"


@given(st.builds(Focal, st.floats(0, 1), st.floats(0, 1)))
def test_a_focal_point_lies_over_a_picture_alone(focal: Focal) -> None:
    picture = MediaAsset(key="p", kind="image", renditions=())
    edit = Edit(captions=WRITTEN, focal=focal)
    seen = finish(picture, edit=edit)
    assert (seen.focal, seen.cues, bare(seen)) == (focal, (), picture)
    assert finish(seen) == picture
    assert finish(a_recording(), edit=edit).focal is None
