"""Narrations of our own legends, heard by ffmpeg itself and not by our code."""

import re
import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from odyssee.content.folder import read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.media.audio import synthesise_narration

CONTENTS = Path(__file__).resolve().parents[2] / "contenus"


def heard(data: bytes, folder: Path) -> tuple[float, float, float]:
    """Loudness (LUFS), true peak (dBTP) and length (s) as the program prints them."""
    source, pcm = folder / "published", folder / "pcm"
    source.write_bytes(data)
    program = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
    meter = ["-i", str(source), "-af", "ebur128=peak=true", "-ar", "48000", "-f", "s16le", str(pcm)]
    done = subprocess.run(
        [program, "-hide_banner", "-nostdin", "-y", *meter],
        capture_output=True,
        check=True,
        text=True,
    )
    summary = done.stderr.rpartition("Summary:")[2]
    lufs, peak = (
        float(re.findall(rf"\b{name}:\s+(-?[\d.]+) (?:LUFS|dBFS)", summary)[0])
        for name in ("I", "Peak")
    )
    return lufs, peak, pcm.stat().st_size / 96_000


@pytest.mark.parametrize(
    ("legend", "stop", "lang"),
    [("dame-de-riants", 0, "fr"), ("marcou", 3, "en"), ("roman-de-renart", 6, "fr")],
)
def test_a_published_narration_is_as_loud_as_promised_in_every_form(
    legend: str, stop: int, lang: str, tmp_path: Path
) -> None:
    legends = {found.slug: found for found in read_folder(CONTENTS).legends}
    text = legends[legend].stops[stop].texts[lang]
    medium = synthesise_narration(to_paragraphs(text.text), lang)
    for data in medium.blobs.values():
        lufs, peak_dbtp, length_s = heard(data, tmp_path)
        assert lufs == pytest.approx(-16.0, abs=0.5)
        assert peak_dbtp <= -1.5
        assert length_s == pytest.approx(medium.asset.duration_s, abs=0.02)
