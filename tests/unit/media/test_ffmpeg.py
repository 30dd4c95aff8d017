"""ffmpeg as a limited process: found, guarded, asked for lengths."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest

from odyssee.domain.errors import Unavailable
from odyssee.media import ffmpeg
from odyssee.media.containers import OGG, WAV
from odyssee.media.decoding import probe

WavBuilder = Callable[..., bytes]


@pytest.fixture(params=["system", "wheel"])
def either_ffmpeg(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both programs that may be found, one after the other."""
    if request.param == "wheel":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif shutil.which("ffmpeg") is None:
        pytest.skip("this system has no ffmpeg of its own")


def test_the_system_s_ffmpeg_comes_first_and_the_wheel_s_second(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg.find_ffmpeg() == str(program)
    program.unlink()
    assert ffmpeg.find_ffmpeg() == imageio_ffmpeg.get_ffmpeg_exe()


@pytest.mark.usefixtures("either_ffmpeg")
def test_a_probe_tells_length_and_rate_without_decoding(a_wav: WavBuilder, tmp_path: Path) -> None:
    path = tmp_path / "son.wav"
    path.write_bytes(a_wav(seconds=4.0))
    assert probe(path, WAV, tmp_path) == (4.0, True, 16_000)
    assert probe(path, OGG, tmp_path) == (None, False, 48_000)


@pytest.mark.usefixtures("either_ffmpeg")
def test_a_playlist_cannot_lead_to_another_file(a_wav: WavBuilder, tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(a_wav())
    for script in ("#EXTM3U\n#EXTINF:1,\nsecret.wav\n", "ffconcat version 1.0\nfile secret.wav\n"):
        path = tmp_path / "list.m3u8"
        path.write_text(script)
        command = [*ffmpeg.OWN_INPUT, "-i", f"file:{path}", "-f", "null", "-"]
        assert not ffmpeg.run(command, folder=tmp_path, seconds=20, max_file_bytes=1000).ok


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    endless = ["-f", "lavfi", "-i", "anullsrc", "-f", "null", "-"]
    with pytest.raises(Unavailable) as caught:
        ffmpeg.run(["-re", *endless], folder=tmp_path, seconds=0.5, max_file_bytes=1000)
    assert caught.value.values == {"what": "ffmpeg", "limit": "0 s"}
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="file limits are set on Linux")
def test_a_file_that_grows_too_large_ends_the_run(tmp_path: Path) -> None:
    target = tmp_path / "grand.wav"
    noise = ["-f", "lavfi", "-i", "anoisesrc=duration=600", str(target)]
    assert not ffmpeg.run(noise, folder=tmp_path, seconds=60, max_file_bytes=100_000).ok
    assert target.stat().st_size <= 100_000


def test_the_process_knows_nothing_of_our_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ODYSSEE_S3_SECRET_KEY", "secret")
    monkeypatch.setenv("FFREPORT", f"file={tmp_path / 'report.log'}")
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nenv >&2; pwd >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    log = ffmpeg.run([], folder=tmp_path, seconds=10, max_file_bytes=1000).log
    assert "secret" not in log
    assert "FFREPORT" not in log
    assert str(tmp_path) in log.splitlines()
