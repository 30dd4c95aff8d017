"""How loud a sound is: ffmpeg's meter for its loudness, its samples for its true peak."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from odyssee.domain.errors import Unavailable
from odyssee.media.true_peak import true_peak_dbtp

METER = "ebur128=framelog=verbose"
"""A filter, without its line for each tenth of a second; sound passes through it at 48 kHz.

It tells no peaks: `true_peak` reads them from the file that the sound goes to, in a quarter of
the time (docs/adr/0015).
"""

_SILENT_LUFS = -70.0
_SUMMARY = re.compile(
    r"^\[Parsed_ebur128_(\d+) @ \w+\] Summary:.*?\bI:\s+(-?[\d.]+|-inf) LUFS"
    r"\s+Threshold:\s+(-?[\d.]+|-inf) LUFS.*?\bLRA:\s+(-?[\d.]+) LU",
    re.DOTALL | re.MULTILINE,
)


class Loudness(NamedTuple):
    """Measured by the rules of EBU R 128."""

    lufs: float
    """Integrated loudness; -70 for silence."""
    true_peak_dbtp: float
    """Minus infinity for digital silence."""
    threshold_lufs: float
    """What is softer does not count."""
    range_lu: float
    """Loudness range (LRA)."""


def is_in_pieces(log: str) -> bool:
    """Whether a lone meter was set up anew on the way, where a file changes its rate.

    Its last summary then tells of the last piece alone.
    """
    *before, _ = [float(m[2]) for m in _SUMMARY.finditer(log)] or [_SILENT_LUFS]
    return any(lufs > _SILENT_LUFS for lufs in before)


def read_loudness(log: str, sounds: Sequence[Path]) -> list[Loudness]:
    """What every `METER` of a filter graph measured.

    Args:
        log: what ffmpeg wrote to standard error.
        sounds: where the sound went after each meter, in their order in the graph:
            mono, 48 kHz, 16 bits.

    Raises:
        Unavailable: when it tells of fewer sounds.
    """
    # A graph that is set up anew at the first frame tells of its empty self before.
    last = {int(m[1]): m for m in _SUMMARY.finditer(log)}
    found = [last[index] for index in sorted(last)]
    if len(found) != len(sounds):
        raise Unavailable(log[-300:], what="ffmpeg")
    return [
        Loudness(float(m[2]), true_peak_dbtp(sound), float(m[3]), float(m[4]))
        for m, sound in zip(found, sounds, strict=True)
    ]
