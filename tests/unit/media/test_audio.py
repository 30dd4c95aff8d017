"""Narrations and recordings as they are published: loudness, length, captions."""

import math
import pickle
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from sounds import hear

from odyssee.domain.canonical import sha256_of
from odyssee.domain.finishing import finish
from odyssee.domain.media import Cue
from odyssee.domain.webvtt import to_webvtt
from odyssee.media import ffmpeg
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.audio import encode_recording, synthesise_narration
from odyssee.media.codecs import Tags
from odyssee.media.decoding import decode
from odyssee.media.encoded import EncodedMedium, narration_key, recording_key
from odyssee.media.envelope import waveform
from odyssee.media.levelling import MIN_LUFS
from odyssee.media.voice import find_voice

WavBuilder = Callable[..., bytes]
Converter = Callable[..., Path]
Refusal = Callable[..., dict[str, str]]

PARAGRAPHS = [
    "Au XVe siècle, la Velue dormait dans l’Huisne. « N’approchez pas ! » criaient les mères…",
    "L’Étang de l’Herbage-Œuvré débordait.",
]


class Recorded(Protocol):
    path: Path
    cues: tuple[Cue, ...]


def decoded_s(data: bytes, folder: Path) -> float:
    """Length by decoding, in seconds."""
    source, target = folder / "coded", folder / "pcm"
    source.write_bytes(data)
    command = [ffmpeg.find_ffmpeg(), "-v", "error", "-y", "-i", str(source), "-ar", "48000"]
    subprocess.run([*command, "-f", "s16le", str(target)], check=True)
    return target.stat().st_size / 96_000


def assert_publishable(medium: EncodedMedium) -> None:
    for fact in medium.asset.renditions:
        measured = hear(medium.blobs[fact.sha256])
        assert measured.lufs == pytest.approx(-16.0, abs=0.5)
        assert measured.true_peak_dbtp <= -1.5


def test_a_narration_is_published_in_three_forms_at_one_loudness(narration: EncodedMedium) -> None:
    assert [(r.type, r.codecs, r.bitrate_bps) for r in narration.asset.renditions] == [
        ("audio/mp4", "mp4a.40.2", 64_000),
        ("audio/ogg", "opus", 48_000),
        ("audio/ogg", "opus", 24_000),
    ]
    assert_publishable(narration)
    assert narration.asset.loudness_lufs == pytest.approx(-16.0, abs=0.5)
    assert narration.asset.true_peak_dbtp <= -1.5
    assert narration.asset.voice == "synthetic"
    assert narration.asset.captions_status == "exact"
    for fact in narration.asset.renditions:
        data = narration.blobs[fact.sha256]
        assert (sha256_of(data), len(data)) == (fact.sha256, fact.size_bytes)


def test_the_length_is_that_of_the_decoded_forms(narration: EncodedMedium, tmp_path: Path) -> None:
    lengths = [decoded_s(data, tmp_path) for data in narration.blobs.values()]
    assert lengths == pytest.approx([narration.asset.duration_s] * 3, abs=0.001)


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
    assert 0.6 <= narration.asset.duration_s - cues[2].end_s <= 0.623
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
        ("a24.wav", ("-c:a", "pcm_s24le")),
        ("a.flac", ()),
        ("a.mp3", ("-metadata", "title=L’étang", "-b:a", "96k")),
        ("a.m4a", ("-c:a", "aac", "-b:a", "96k")),
        ("a.aac", ("-c:a", "aac", "-b:a", "96k")),
        ("a.ogg", ("-c:a", "libopus")),
    ],
)
def test_a_recording_of_each_kind_is_decoded_to_its_length(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    decoded = decode(converted(a_wav(seconds=3.0), name, *options), tmp_path)
    assert decoded.end / 48_000 == pytest.approx(3.0, abs=0.08)
    assert decoded.pcm.stat().st_size == 2 * decoded.end


def in_two_pieces(converted: Converter, first: bytes, second: bytes) -> tuple[Path, Path]:
    """An MP3, and one that goes on after it at another rate and in stereo."""
    before = converted(first, "a.mp3", "-ar", "44100", "-b:a", "128k")
    after = converted(second, "b.mp3", "-ar", "48000", "-ac", "2", "-b:a", "128k")
    both = before.with_name("both.mp3")
    both.write_bytes(before.read_bytes() + after.read_bytes())
    return before, both


def test_a_recording_that_changes_its_rate_on_the_way_is_measured_whole(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    loud, both = in_two_pieces(converted, a_wav(volume=0.2), a_wav(volume=0.02))
    measured = decode(both, tmp_path)
    alone = decode(loud, tmp_path).loudness
    assert measured.loudness.lufs == pytest.approx(alone.lufs, abs=0.5), "the gate leaves soft out"
    assert measured.loudness.true_peak_dbtp == pytest.approx(alone.true_peak_dbtp, abs=0.2)
    assert measured.source_rate_hz == 48_000


def test_a_last_piece_too_short_to_be_measured_does_not_silence_the_rest(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    _, both = in_two_pieces(converted, a_wav(volume=0.2), a_wav(seconds=0.3))
    assert decode(both, tmp_path).loudness.lufs > -30


@pytest.mark.parametrize("layout", ["stereo", "5.1"])
def test_channels_that_say_the_same_are_one_voice_and_cut_nothing_off(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path, layout: str
) -> None:
    voice = a_wav(volume=0.9)
    channels = {"stereo": 2, "5.1": 6}[layout]
    spread = "|".join([f"pan={layout}", *(f"c{n}=c0" for n in range(channels))])
    one = decode(converted(voice, "a.wav"), tmp_path)
    every = decode(converted(voice, "b.wav", "-af", spread), tmp_path)
    assert every.loudness.lufs == pytest.approx(one.loudness.lufs, abs=0.2)
    assert every.loudness.true_peak_dbtp == pytest.approx(one.loudness.true_peak_dbtp, abs=0.2)


def test_a_soft_voice_in_a_long_recording_is_measured_where_it_speaks(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    room = "anoisesrc=r=16000:d=100:a=0.0024:seed=3[room]"
    voice = "[0:a]volume=-16dB,adelay=40000[voice]"
    mix = "[room][voice]amix=duration=first:normalize=0"
    lost = converted(a_wav(seconds=26), "a.wav", "-filter_complex", f"{room};{voice};{mix}")
    assert decode(lost, tmp_path).loudness.lufs < MIN_LUFS
    assert_publishable(encode_recording(lost))


def test_the_words_in_a_file_are_not_taken_for_ffmpeg_s(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    summary = "Parsed_ebur128_9 @ x] Summary: I: -20.0 LUFS Threshold: -30.0 LUFS LRA: 1.0 LU"
    titles = [
        f"[{summary}",
        f"\n[{summary}",
        "Stream #0:0: Audio: x, 8000 Hz",
        "Duration: 09:00:00.00",
    ]
    for title in titles:
        path = converted(a_wav(), "a.flac", "-ar", "48000", "-metadata", f"title={title}")
        decoded = decode(path, tmp_path)
        assert decoded.loudness.lufs < -22
        assert decoded.source_rate_hz == 48_000


def test_a_recording_is_trimmed_levelled_and_marked_as_human(recorded: Recorded) -> None:
    medium = encode_recording(recorded.path)
    assert_publishable(medium)
    assert medium.asset.voice == "human"
    sha256 = sha256_of(recorded.path.read_bytes())
    assert medium.asset.key == recording_key(sha256)
    said_s = recorded.cues[-1].end_s - recorded.cues[0].start_s
    assert medium.asset.duration_s == pytest.approx(said_s + 0.5, abs=0.1)


def test_a_phone_s_recording_goes_the_same_way(recorded: Recorded, converted: Converter) -> None:
    phone = converted(
        recorded.path, "étang 🐉.m4a", "-ac", "2", "-ar", "44100", "-af", "volume=-14dB",
        "-c:a", "aac", "-b:a", "128k", "-metadata", "location=+48.3220+000.8220/",
    )  # fmt: skip
    medium = encode_recording(phone)
    assert_publishable(medium)
    assert all(b"48.32" not in data for data in medium.blobs.values())


def test_the_captions_of_a_recording_end_at_its_pauses(recorded: Recorded) -> None:
    encoded = encode_recording(recorded.path).asset
    assert (encoded.cues, encoded.captions_status) == ((), None)
    asset = finish(encoded, [cue.text for cue in recorded.cues])
    assert asset.captions_status == "estimated"
    assert asset.renditions == encoded.renditions
    assert [cue.text for cue in asset.cues] == [cue.text for cue in recorded.cues]
    trimmed_s = recorded.cues[0].start_s - 0.25
    for guessed, true in zip(asset.cues, recorded.cues, strict=True):
        assert guessed.start_s == pytest.approx(true.start_s - trimmed_s, abs=0.15)
        assert guessed.end_s == pytest.approx(true.end_s - trimmed_s, abs=0.25)


def over_dbfs(data: bytes, hertz: int, folder: Path) -> float:
    """The level of what is heard above a frequency."""
    source = folder / "coded"
    source.write_bytes(data)
    steep = ",".join([f"highpass=f={hertz}"] * 4)
    stats = f"{steep},astats=measure_perchannel=none:measure_overall=RMS_level"
    command = [ffmpeg.find_ffmpeg(), "-hide_banner", "-i", str(source), "-af", stats]
    done = subprocess.run([*command, "-f", "null", "-"], check=True, capture_output=True, text=True)
    found = re.search(r"RMS level dB: (\S+)", done.stderr)
    assert found
    return float(found[1])


def test_a_sound_is_coded_as_far_up_as_its_samples_reach(
    recorded: Recorded, converted: Converter, tmp_path: Path
) -> None:
    brighter = "aresample=48000,volume=-6dB,aexciter=amount=20:drive=10:freq=5000"
    low = encode_recording(recorded.path)
    high = encode_recording(converted(recorded.path, "a.wav", "-af", brighter))
    for narrow, wide in zip(low.asset.renditions, high.asset.renditions, strict=True):
        low_dbfs = over_dbfs(low.blobs[narrow.sha256], 10_000, tmp_path)
        high_dbfs = over_dbfs(high.blobs[wide.sha256], 10_000, tmp_path)
        assert low_dbfs < -75 < -70 < high_dbfs


def test_a_bright_voice_takes_no_more_bytes_than_a_voice_may(
    recorded: Recorded, converted: Converter
) -> None:
    bright = "aresample=48000,volume=-6dB,aexciter=amount=20:drive=10:freq=5000:ceil=16000"
    medium = encode_recording(converted(recorded.path, "vive.wav", "-af", bright))
    for rendition in medium.asset.renditions:
        spent_bps = 8 * rendition.size_bytes / medium.asset.duration_s
        assert spent_bps <= 1.25 * rendition.bitrate_bps


def test_clicks_louder_than_the_voice_are_held_down(
    a_wav: WavBuilder, converted: Converter
) -> None:
    clicks = converted(a_wav(volume=0.02, clicks=(1.0, 2.0, 2.5)), "clics.flac")
    assert_publishable(encode_recording(clicks))


def test_the_files_say_what_they_are_and_nothing_else(recorded: Recorded, tmp_path: Path) -> None:
    tags = Tags("L’étang\nde l’Herbage", "Perche Odyssée", "CC-BY-SA-4.0", "fr")
    medium = encode_recording(recorded.path, tags)
    expected = {
        "title": "L’étang de l’Herbage",
        "artist": "Perche Odyssée",
        "copyright": "CC-BY-SA-4.0",
    }
    for fact in medium.asset.renditions:
        told = tags_of(medium.blobs[fact.sha256], tmp_path)
        language = told.pop("language")
        assert language == ("fra" if fact.type == "audio/mp4" else "fr")
        for ours in ("major_brand", "minor_version", "compatible_brands"):
            told.pop(ours, None)
        assert told == expected


def tags_of(data: bytes, folder: Path) -> dict[str, str]:
    """As ffmpeg reads them back: those of an MP4 are of the file, those of an Ogg of its stream."""
    source, target = folder / "coded", folder / "tags"
    source.write_bytes(data)
    place = "0:s:0" if data[:4] == b"OggS" else "0"
    command = [ffmpeg.find_ffmpeg(), "-v", "error", "-y", "-i", str(source)]
    subprocess.run([*command, "-map_metadata", place, "-f", "ffmetadata", str(target)], check=True)
    lines = [line for line in target.read_text().splitlines() if "=" in line]
    told = {name.lower(): text for name, _, text in (line.partition("=") for line in lines)}
    told.pop("encoder", None)  # of the program that writes this list
    show = [command[0], "-i", str(source)]
    shown = subprocess.run(show, capture_output=True, check=False)
    language = re.search(r"Stream #0:0\S*\((\w+)\)", shown.stderr.decode())
    return {**told, "language": language[1]} if language else told


def test_clips_are_joined_with_even_pauses_whatever_silence_they_bring() -> None:
    loud = b"\x00\x20\x00\xe0" * 4000  # half a second at 16 kHz
    with_silence = bytes(16_000) + loud + bytes(32_000)
    sound, cues = assemble([[Spoken("Un.", loud), Spoken("Deux.", with_silence)]], 16_000)
    assert [(c.start_s, c.text) for c in cues] == [(0.3, "Un."), (1.15, "Deux.")]
    assert cues[1].end_s == pytest.approx(1.65, abs=0.06)
    assert sound.frame_count() / 16_000 == pytest.approx(cues[1].end_s + 0.6, abs=0.001)


def test_a_waveform_has_at_most_200_values(tmp_path: Path) -> None:
    for frames in (1, 199, 200, 201, 48_001):
        pcm = tmp_path / "pcm"
        pcm.write_bytes(b"\x00\x10" * frames)
        values = waveform(pcm)
        assert 1 <= len(values) <= 200
        assert set(values) == {100}
