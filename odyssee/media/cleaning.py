"""A sound before it is levelled: mono at 48 kHz, freed of rumble, and measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from odyssee.domain.errors import Unavailable
from odyssee.media import ffmpeg
from odyssee.media.codecs import FRAME_RATE_HZ
from odyssee.media.metering import METER, Loudness, read_loudness

RAW_OUTPUT = ("-ar", str(FRAME_RATE_HZ), "-f", "s16le")
"""Options of an output of plain samples, the form of all that is made here."""
RUMBLE_FILTER = "highpass=f=70"
"""What wind and hands do to a microphone, and no voice reaches."""
_SECONDS = 240.0
_MAX_FILE_BYTES = 300_000_000
_AAC_FRAME = 1024


@dataclass(frozen=True, slots=True)
class CleanSound:
    """Samples in a file that was made here, and the part of them that counts.

    Mono, 48 kHz, 16 bits, little-endian.
    """

    pcm: Path
    start: int
    """First sample that counts."""
    end: int
    """The sample after the last one that counts."""
    loudness: Loudness
    """Of the part that counts, or of that and a second at most of silence around it."""
    source_rate_hz: int
    """Of the samples that it was made of: over half of it there is nothing to hear."""

    @property
    def frames(self) -> int:
        """What counts, and silence up to whole frames of AAC (21 ms).

        So every decoder gives back the same length.
        """
        return -(-(self.end - self.start) // _AAC_FRAME) * _AAC_FRAME

    @property
    def as_input(self) -> list[str]:
        """The options by which ffmpeg reads it."""
        return raw_input(self.pcm, FRAME_RATE_HZ)

    def treated(self, chain: Sequence[str]) -> list[str]:
        """These filters on what counts of it, between a trim and the padding."""
        trim = f"atrim=start_sample={self.start}:end_sample={self.end}"
        pad = [f"apad=whole_len={self.frames}", f"atrim=end_sample={self.frames}"]
        return [trim, "asetpts=PTS-STARTPTS", *chain, *pad]


def raw_input(pcm: Path, frame_rate_hz: int) -> list[str]:
    """The options by which ffmpeg reads mono samples of 16 bits that were made here."""
    form = ["-f", "s16le", "-ar", str(frame_rate_hz), "-ac", "1"]
    return [*ffmpeg.OWN_INPUT, *form, "-i", f"file:{pcm}"]


def clean_spoken(pcm: Path, frame_rate_hz: int, folder: Path) -> CleanSound:
    """Resample, take out rumble and measure, in one pass.

    Resampling is ffmpeg's: pydub's folds overtones into the voice.

    Args:
        pcm: mono samples of 16 bits, little-endian.
        frame_rate_hz: their rate.
        folder: where the clean sound goes.

    Raises:
        Unavailable: without ffmpeg, or when it fails or takes too long.
    """
    target = folder / "clean.pcm"
    chain = [f"aresample={FRAME_RATE_HZ}", RUMBLE_FILTER]
    loudness = filtered(raw_input(pcm, frame_rate_hz), chain, target)
    return CleanSound(target, 0, target.stat().st_size // 2, loudness, frame_rate_hz)


def trimmed(sound: CleanSound, start: int, end: int, folder: Path) -> CleanSound:
    """The part between two samples; measured anew where more than a second is cut away.

    What is cut is softer than the voice, yet a long one weighs in the loudness of a soft voice.
    """
    part = replace(sound, start=start, end=min(end, sound.end))
    if sound.end - sound.start - (part.end - part.start) <= FRAME_RATE_HZ:
        return part
    return replace(part, loudness=measure(part.as_input, part.treated([]), folder))


def filtered(source: Sequence[str], chain: Sequence[str], target: Path) -> Loudness:
    """A sound through filters and the meter, into a file of samples; Unavailable when it fails."""
    filters = ["-af", ",".join([*chain, METER])]
    log = run_ffmpeg([*source, *filters, *RAW_OUTPUT, f"file:{target}"], target.parent)
    return read_loudness(log, [target])[0]


def measure(source: Sequence[str], chain: Sequence[str], folder: Path) -> Loudness:
    """How loud a sound is after some filters; it leaves no file behind."""
    target = folder / "measured.pcm"
    loudness = filtered(source, chain, target)
    target.unlink()
    return loudness


def run_ffmpeg(arguments: Sequence[str], folder: Path) -> str:
    """Run it on what was made here, and hand back its log; Unavailable when it fails."""
    done = ffmpeg.run(arguments, folder=folder, seconds=_SECONDS, max_file_bytes=_MAX_FILE_BYTES)
    if not done.ok:
        raise Unavailable(done.log[-300:], what="ffmpeg")
    return done.log
