"""Narrations and recordings as they are published: loudness, length, captions."""

import math
import pickle
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from odyssee.domain.canonical import sha256_of
from odyssee.domain.media import to_webvtt
from odyssee.media import ffmpeg
from odyssee.media.assembly import Spoken, assemble, spread_cues, to_segment, waveform
from odyssee.media.audio import _container, _decoded, encode_recording, synthesise_narration
from odyssee.media.encoded import EncodedMedium, narration_key, recording_key
from odyssee.media.voice import find_voice

WavBuilder = Callable[..., bytes]
Refusal = Callable[..., dict[str, str]]

SENTENCES = ["La Velue dormait.", "L’Huisne montait, et l’étang avec elle."]


def decoded_s(data: bytes, folder: Path) -> float:
    """Length by decoding, in seconds."""
    source, target = folder / "coded", folder / "pcm"
    source.write_bytes(data)
    command = [ffmpeg.find_ffmpeg(), "-v", "error", "-y", "-i", str(source), "-ar", "48000"]
    subprocess.run([*command, "-f", "s16le", str(target)], check=True)
    return target.stat().st_size / 96_000


def assert_publishable(medium: EncodedMedium) -> None:
    for fact in medium.asset.renditions:
        measured = ffmpeg.measure_loudness(medium.blobs[fact.sha256])
        assert measured.lufs == pytest.approx(-16.0, abs=0.5)
        assert measured.true_peak_dbtp <= -1.0


def converted(data: bytes, folder: Path, name: str, *options: str) -> bytes:
    (folder / "in.wav").write_bytes(data)
    target = folder / name
    command = [ffmpeg.find_ffmpeg(), "-v", "error", "-y", "-i", str(folder / "in.wav")]
    subprocess.run([*command, *options, str(target)], check=True)
    return target.read_bytes()


def test_a_narration_is_published_in_three_forms_at_one_loudness(narration: EncodedMedium) -> None:
    assert [(r.type, r.codecs, r.bitrate_bps) for r in narration.asset.renditions] == [
        ("audio/mp4", "mp4a.40.2", 64_000),
        ("audio/ogg", "opus", 48_000),
        ("audio/ogg", "opus", 24_000),
    ]
    assert_publishable(narration)
    assert narration.asset.loudness_lufs == pytest.approx(-16.0, abs=0.2)
    assert narration.asset.true_peak_dbtp <= -1.5
    assert narration.asset.voice == "synthetic"
    for fact in narration.asset.renditions:
        data = narration.blobs[fact.sha256]
        assert (sha256_of(data), len(data)) == (fact.sha256, fact.size_bytes)


def test_the_length_is_that_of_the_decoded_forms_to_20_ms(
    narration: EncodedMedium, tmp_path: Path
) -> None:
    lengths = [decoded_s(data, tmp_path) for data in narration.blobs.values()]
    assert lengths == pytest.approx([narration.asset.duration_s] * 3, abs=0.02)


def test_captions_follow_the_sentences_with_their_own_typography(narration: EncodedMedium) -> None:
    cues = narration.asset.cues
    assert [cue.text for cue in cues] == [
        "Au XVe siècle, la Velue dormait dans l’Huisne.",
        "« N’approchez pas ! » criaient les mères…",
        "L’Étang de l’Herbage-Œuvré débordait.",
    ]
    assert cues[0].start_s == 0.3
    assert cues[1].start_s - cues[0].end_s == pytest.approx(0.35, abs=0.002)
    assert cues[2].start_s - cues[1].end_s == pytest.approx(0.8, abs=0.002)
    assert narration.asset.duration_s - cues[2].end_s == pytest.approx(0.6, abs=0.002)
    assert all(cue.end_s - cue.start_s > 1.0 for cue in cues)
    assert to_webvtt(cues).startswith("WEBVTT\n\n00:00:00.300 --> ")


def test_the_captions_stand_where_the_voice_is_heard(narration: EncodedMedium) -> None:
    peaks, duration_s = narration.asset.peaks, narration.asset.duration_s
    assert len(peaks) <= 200
    assert max(peaks) == 100
    assert min(peaks) == 0
    step_s = duration_s / len(peaks)
    for before, after in zip(narration.asset.cues, narration.asset.cues[1:], strict=False):
        pause = peaks[math.ceil(before.end_s / step_s) + 1 : int(after.start_s / step_s) - 1]
        assert all(value <= 3 for value in pause)


def test_the_same_text_gives_the_same_bytes(
    narration: EncodedMedium, paragraphs: Sequence[str]
) -> None:
    again = synthesise_narration(paragraphs, "fr")
    assert again == narration
    assert again.asset.key == narration_key(paragraphs, "fr", find_voice("fr").name)


def test_the_bytes_carry_no_date_and_no_program(narration: EncodedMedium) -> None:
    for data in narration.blobs.values():
        assert b"Lavf" not in data
        assert b"Lavc5" not in data
        assert b"Lavc6" not in data


def test_a_sound_for_the_web_starts_before_it_is_whole(narration: EncodedMedium) -> None:
    aac = narration.blobs[narration.asset.renditions[0].sha256]
    assert aac.index(b"moov") < aac.index(b"mdat")


def test_the_encoders_can_be_called_from_other_processes(narration: EncodedMedium) -> None:
    assert pickle.loads(pickle.dumps((synthesise_narration, encode_recording))) == (  # noqa: S301 - our own
        synthesise_narration,
        encode_recording,
    )
    assert pickle.loads(pickle.dumps(narration)) == narration  # noqa: S301 - our own


def test_a_text_without_words_has_nothing_to_say(refusal: Refusal) -> None:
    assert refusal(synthesise_narration, ["…", "* * *"], "fr")["code"] == "nothing_to_say"
    assert refusal(synthesise_narration, [], "fr")["code"] == "nothing_to_say"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", ("-ac", "2", "-ar", "44100")),
        ("a.flac", ()),
        ("a.mp3", ("-metadata", "title=L’étang", "-b:a", "96k")),
        ("a.m4a", ("-c:a", "aac", "-b:a", "96k")),
        (
            "a.ogg",
            (
                "-c:a",
                "libopus",
            ),
        ),
    ],
)
def test_a_recording_of_each_kind_is_decoded_to_its_length(
    a_wav: WavBuilder, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    data = converted(a_wav(seconds=3.0), tmp_path, name, *options)
    sound = _decoded(data, _container(data))
    assert (sound.frame_rate, sound.channels) == (48_000, 1)
    assert sound.frame_count() / 48_000 == pytest.approx(3.0, abs=0.08)


def test_a_recording_is_levelled_and_its_captions_share_the_time(a_wav: WavBuilder) -> None:
    data = a_wav(seconds=5.0, volume=0.02)
    medium = encode_recording(data, SENTENCES, "fr")
    assert_publishable(medium)
    assert medium.asset.voice == "human"
    assert medium.asset.key == recording_key(data, SENTENCES, "fr")
    assert medium.asset.duration_s == 5.0
    assert [cue.text for cue in medium.asset.cues] == SENTENCES
    assert medium.asset.cues[-1].end_s == 5.0


def test_clicks_louder_than_the_voice_are_held_down(a_wav: WavBuilder) -> None:
    medium = encode_recording(a_wav(volume=0.02, clicks=(1.0, 2.0, 2.5)), SENTENCES, "fr")
    assert_publishable(medium)
    assert medium.asset.true_peak_dbtp <= -1.5


def a_wav_that_claims(seconds: int) -> bytes:
    """A header for a long sound, and one second of it."""
    size = 2 * 8000 * seconds
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16
    )
    return head + struct.pack("<4sI", b"data", size) + bytes(16_000)


def test_what_is_not_a_usable_recording_is_refused(a_wav: WavBuilder, refusal: Refusal) -> None:
    def code(data: bytes) -> str:
        return refusal(encode_recording, data, SENTENCES, "fr")["code"]

    assert code(b"") == "not_a_recording"
    assert code(b"#EXTM3U\nfile:///etc/passwd\n") == "not_a_recording"
    assert code(b"\xff\xf1" + bytes(100)) == "not_a_recording"
    assert code(b"OggS" + bytes(500)) == "not_a_recording"
    assert code(b"RIFF\x24\0\0\0WAVE" + bytes(100)) == "not_a_recording"
    assert code(a_wav(volume=0.0)) == "recording_silent"
    assert code(bytes(200_000_001)) == "too_large"


def test_a_recording_over_twenty_minutes_is_refused_even_if_its_header_lies(
    a_wav: WavBuilder, refusal: Refusal, tmp_path: Path
) -> None:
    long = converted(a_wav(1.0), tmp_path, "a.flac", "-af", "apad=whole_dur=1203", "-ar", "8000")
    assert refusal(encode_recording, long, [], "fr")["code"] == "recording_too_long"
    streamed = converted(
        a_wav(1.0),
        tmp_path,
        "a.mp3",
        "-af",
        "apad=whole_dur=1203",
        "-ar",
        "8000",
        "-write_xing",
        "0",
    )
    assert refusal(encode_recording, streamed, [], "fr")["code"] == "recording_too_long"


def test_clips_are_joined_with_even_pauses_whatever_silence_they_bring() -> None:
    loud = b"\x00\x20\x00\xe0" * 4000  # half a second at 16 kHz
    with_silence = bytes(16_000) + loud + bytes(32_000)
    sound, cues = assemble([[Spoken("Un.", loud), Spoken("Deux.", with_silence)]], 16_000)
    assert [(c.start_s, c.text) for c in cues] == [(0.3, "Un."), (1.15, "Deux.")]
    assert cues[1].end_s == pytest.approx(1.65, abs=0.06)
    assert sound.frame_count() / 16_000 == pytest.approx(cues[1].end_s + 0.6, abs=0.001)


def test_no_sentences_make_no_captions() -> None:
    assert spread_cues([], 5.0) == ()


def test_a_waveform_has_at_most_200_values() -> None:
    for frames in (1, 199, 200, 201, 48_001):
        values = waveform(to_segment(b"\x00\x10" * frames, 48_000))
        assert 1 <= len(values) <= 200
        assert set(values) == {100}
