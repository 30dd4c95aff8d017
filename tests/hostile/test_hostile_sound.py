"""Sounds that somebody made to do harm, or that broke on their way: refused, or made safe."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odyssee.domain.errors import MediumRefused
from odyssee.media.audio import encode_recording
from odyssee.media.encoded import EncodedMedium

WavBuilder = Callable[..., bytes]
Converter = Callable[..., Path]
Refused = Callable[..., dict[str, str]]

MEASURE = """
import json, resource, sys
from pathlib import Path
from odyssee.domain.errors import MediumRefused
from odyssee.media.audio import encode_recording
own_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
code = ""
try:
    encode_recording(Path(sys.argv[1]))
except MediumRefused as refused:
    code = refused.values["code"]
grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own_kb
child_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"code": code, "grown_mb": grown_kb / 1024, "child_mb": child_kb / 1024}))
"""


@pytest.fixture(autouse=True)
def nothing_stays(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    yield
    assert not list(temporary.iterdir())


@pytest.fixture
def refused(refusal: Refused, tmp_path: Path) -> Callable[[bytes | Path], dict[str, str]]:
    """The values with which bytes or a file are refused as a recording."""

    def call(source: bytes | Path) -> dict[str, str]:
        path = source if isinstance(source, Path) else tmp_path / "file"
        if isinstance(source, bytes):
            path.write_bytes(source)
        return refusal(encode_recording, path)

    return call


def measured(path: Path) -> dict[str, float | str]:
    """In a process of its own: how it ended, and how much memory it and its children took."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, check=True, timeout=200
    )
    told: dict[str, float | str] = json.loads(done.stdout)
    return told


def silence(converted: Converter, seconds: int, name: str, *options: str) -> Path:
    source = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", str(seconds))
    return converted(None, name, *source, *options)


def test_two_hours_of_silence_are_refused_before_they_are_decoded(converted: Converter) -> None:
    opus = silence(
        converted, 7200, "silence.ogg", "-c:a", "libopus", "-b:a", "6k",
        "-compression_level", "0", "-frame_duration", "60",
    )  # fmt: skip
    assert opus.stat().st_size < 3_000_000
    started = time.monotonic()
    told = measured(opus)
    assert told["code"] == "recording_too_long"
    assert float(told["grown_mb"]) < 20
    assert float(told["child_mb"]) < 150
    assert time.monotonic() - started < 60


def test_a_long_sound_whose_header_tells_no_length_is_decoded_only_so_far(
    converted: Converter,
) -> None:
    options = ("-ar", "8000", "-write_xing", "0", "-id3v2_version", "0", "-b:a", "8k")
    told = measured(silence(converted, 7200, "longue.mp3", *options))
    assert told["code"] == "recording_too_long"
    assert float(told["grown_mb"]) < 20
    assert float(told["child_mb"]) < 150


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("#EXTM3U\n#EXTINF:4,\nfile://{secret}\n", "M3U"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{secret}\n#EXT-X-ENDLIST\n", "M3U"),
        ("ffconcat version 1.0\nfile '{secret}'\n", "ffconcat"),
        ("file '{secret}'\n", "?"),
        ("[playlist]\nFile1={secret}\n", "PLS"),
        ("<?xml version='1.0'?><MPD><BaseURL>file://{secret}</BaseURL></MPD>", "HTML/XML"),
    ],
)
@pytest.mark.parametrize("name", ["liste.m3u8", "son.wav", "son.mp3"])
def test_a_playlist_leads_to_no_other_file(
    a_wav: WavBuilder, refused: Refused, tmp_path: Path, script: str, found: str, name: str
) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(a_wav())
    playlist = tmp_path / name
    playlist.write_text(script.format(secret=secret))
    assert refused(playlist) == {"code": "not_a_recording", "found": found}


def test_a_playlist_behind_the_head_of_a_sound_leads_nowhere_either(
    a_wav: WavBuilder, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "secret.wav").write_bytes(a_wav())
    script = f"\n#EXTM3U\n#EXTINF:4,\n{tmp_path / 'secret.wav'}\n".encode()
    for head in (
        b"ID3\x04\0\0\0\0\0\0",
        b"OggS",
        b"fLaC",
        b"\0\0\0\x20ftypM4A ",
        b"RIFF\0\0\0\0WAVE",
    ):
        assert refused(head + script * 50)["code"] in {"not_a_recording", "recording_damaged"}


def test_an_m4a_that_names_another_file_as_its_data_is_refused(
    a_wav: WavBuilder, converted: Converter, refused: Refused, tmp_path: Path
) -> None:
    """The data reference of a track may be an address (ISO 14496-12, 8.7.2)."""
    fast = ("-c:a", "aac", "-movflags", "+faststart")  # so that what is cut off below is the data
    whole = converted(a_wav(), "tout.m4a", *fast).read_bytes()
    itself = b"\0\0\0\x0curl \0\0\0\x01"
    assert itself in whole
    address = b"file://" + str(tmp_path / "tout.m4a").encode() + b"\0"
    elsewhere = (12 + len(address)).to_bytes(4) + b"url \0\0\0\0" + address
    led = whole.replace(itself, elsewhere)
    for box in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        at = led.index(box) - 4
        size = int.from_bytes(led[at : at + 4]) + len(elsewhere) - len(itself)
        led = led[:at] + size.to_bytes(4) + led[at + 4 :]
    (tmp_path / "tout.m4a").write_bytes(whole)
    data = led.index(b"mdat") - 4
    assert led.index(b"moov") < data
    assert refused(led[:data])["code"] in {"not_a_recording", "recording_damaged"}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", ()),
        ("a.flac", ()),
        ("a.mp3", ("-b:a", "64k")),
        ("a.m4a", ("-c:a", "aac", "-movflags", "+faststart")),
        ("b.m4a", ("-c:a", "aac")),
    ],
)
def test_a_truncated_file_is_refused(
    a_wav: WavBuilder, converted: Converter, refused: Refused, name: str, options: tuple[str, ...]
) -> None:
    whole = converted(a_wav(seconds=8.0), name, *options).read_bytes()
    values = refused(whole[: len(whole) // 2])
    assert values["code"] in {"recording_truncated", "recording_damaged", "not_a_recording"}
    refused(whole[:100])


def test_a_truncated_ogg_is_whole_as_far_as_it_goes(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    whole = converted(a_wav(seconds=16.0), "a.ogg", "-c:a", "libopus").read_bytes()
    half = tmp_path / "moitie"
    half.write_bytes(whole[: len(whole) // 2])
    medium = encode_recording(half)
    assert 4.0 < (medium.asset.duration_s or 0.0) < 12.0


def test_a_wrong_extension_changes_nothing(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    flac = converted(a_wav(), "a.flac")
    named = tmp_path / "photo.jpg"
    named.write_bytes(flac.read_bytes())
    by_name = encode_recording(flac)
    assert encode_recording(named) == by_name


@pytest.mark.parametrize(
    "name",
    [
        "L’Étang de l’Herbage-Œuvré.flac",
        "🐉🔥 (copie 2).flac",
        "-i concat:secret|autre.flac",
        "http:exemple.flac",
        "%03d*?[a].flac",
        f"{'é' * 120}.flac",
        "deux\nlignes.flac",
    ],
)
def test_any_name_that_a_folder_takes_is_read_as_a_name(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path, name: str
) -> None:
    named = tmp_path / "medias" / name
    named.parent.mkdir()
    named.write_bytes(converted(a_wav(seconds=2.0), "a.flac").read_bytes())
    assert encode_recording(named).asset.kind == "audio"


def test_nothing_is_refused_as_empty(refused: Refused) -> None:
    assert refused(b"")["code"] == "empty"


def test_what_is_no_recording_is_told_by_its_kind(refused: Refused) -> None:
    for data, found in [
        (b"%PDF-1.7 rest", "PDF"),
        (b"\x1aE\xdf\xa3 webm", "WebM/Matroska"),
        (b"FORM\0\0\0\0AIFF", "AIFF"),
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"M", "?"),
    ]:
        assert refused(data) == {"code": "not_a_recording", "found": found}


def test_a_page_that_calls_itself_mp3_is_refused(refused: Refused) -> None:
    page = b"ID3\x03\0\0\0\0\0\x0a<html><script>alert(1)</script></html>" * 200
    assert refused(page)["code"] in {"not_a_recording", "recording_damaged"}


def test_a_page_inside_a_true_mp3_does_not_reach_a_visitor(
    a_wav: WavBuilder, converted: Converter
) -> None:
    script = "<html><script>alert(1)</script>"
    tagged = ("-metadata", f"title={script}", "-metadata", f"comment={script}", "-b:a", "64k")
    both = converted(a_wav(), "page.mp3", *tagged)
    assert script.encode("utf-16-le") in both.read_bytes() or script.encode() in both.read_bytes()
    medium: EncodedMedium = encode_recording(both)
    for data in medium.blobs.values():
        assert b"script" not in data
        assert script.encode("utf-16-le") not in data


def test_a_film_without_sound_is_no_recording_and_pictures_are_never_decoded(
    a_wav: WavBuilder, converted: Converter, refused: Refused
) -> None:
    video = ("-f", "lavfi", "-i", "color=size=64x64:duration=1", "-c:v", "mpeg4")
    assert refused(converted(None, "film.mp4", *video))["code"] == "not_a_recording"
    both = converted(a_wav(), "film2.mp4", *video, "-c:a", "aac", "-shortest")
    assert encode_recording(both).asset.kind == "audio"


def test_more_bytes_than_are_allowed_are_refused_unread(refused: Refused, tmp_path: Path) -> None:
    sparse = tmp_path / "grand.wav"
    with sparse.open("wb") as file:
        file.truncate(200_000_001)
    assert refused(sparse)["code"] == "too_large"


def test_the_gate_says_what_is_wrong_with_a_take(
    a_wav: WavBuilder, converted: Converter, refused: Refused
) -> None:
    voice = a_wav(seconds=6.0, volume=0.3)
    assert refused(a_wav(volume=0.0))["code"] == "recording_silent"
    assert (
        refused(converted(voice, "a.wav", "-af", "volume=-40dB"))["code"] == "recording_too_quiet"
    )
    clipped = converted(voice, "a.wav", "-af", "volume=18dB")
    assert refused(clipped)["code"] == "recording_clipped"
    turned_down = converted(clipped, "b.wav", "-af", "volume=-9dB")
    assert refused(turned_down)["code"] == "recording_clipped"
    phone = converted(voice, "a.m4a", "-af", "volume=18dB", "-c:a", "aac", "-b:a", "128k")
    assert refused(phone)["code"] == "recording_clipped"
    hiss = "anoisesrc=amplitude=0.1:duration=6:sample_rate=16000[n];[0:a][n]amix=normalize=0"
    assert refused(converted(voice, "a.wav", "-filter_complex", hiss))["code"] == "recording_noisy"


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.mp3", ()), ("a.m4a", ("-c:a", "aac")), ("a.ogg", ("-c:a", "libopus"))],
)
def test_a_file_with_one_byte_in_fifty_overwritten_is_refused_or_made_whole(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    data = bytearray(converted(a_wav(seconds=2.0), name, *options).read_bytes())
    data[200::50] = bytes(len(data[200::50]))
    broken = tmp_path / "file"
    broken.write_bytes(data)
    with contextlib.suppress(MediumRefused):
        assert encode_recording(broken).asset.kind == "audio"
