"""Clips and silences put together with pydub."""

import warnings
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

with warnings.catch_warnings():
    # pydub 0.25.1 warns at import: of audioop (audioop-lts follows it), of its own escapes in
    # regular expressions, and of a PATH without ffmpeg, which it is never asked to run here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

from odyssee.domain.media import Cue

Sound: TypeAlias = AudioSegment
"""The name under which other modules take it from here, after its warnings were silenced."""

HEAD_MS = 300
SENTENCE_PAUSE_MS = 350
PARAGRAPH_PAUSE_MS = 800
TAIL_MS = 600
_SILENCE_DBFS = -50.0
_KEPT_MS = 20  # of the clip's own silence, so that no consonant is cut


class Spoken(NamedTuple):
    """A sentence and its sound."""

    text: str
    """As the caption shows it."""
    pcm: bytes
    """Mono, signed 16 bits, little-endian."""


class Assembled(NamedTuple):
    """A whole narration, and when each of its sentences is heard."""

    sound: Sound
    cues: tuple[Cue, ...]


def to_segment(pcm: bytes, frame_rate_hz: int) -> Sound:
    """Mono PCM of 16 bits as pydub has it."""
    return Sound(data=pcm, sample_width=2, frame_rate=frame_rate_hz, channels=1)


def assemble(paragraphs: Sequence[Sequence[Spoken]], frame_rate_hz: int) -> Assembled:
    """Join the sentences with their pauses; each clip's own silences are cut first."""
    parts: list[Sound] = []
    cues: list[Cue] = []
    frames = 0

    def add(part: Sound) -> None:
        nonlocal frames
        parts.append(part)
        frames += int(part.frame_count())

    pause_ms = HEAD_MS
    for paragraph in paragraphs:
        for spoken in paragraph:
            add(Sound.silent(duration=pause_ms, frame_rate=frame_rate_hz))
            start_s = frames / frame_rate_hz
            add(_trimmed(to_segment(spoken.pcm, frame_rate_hz)))
            cues.append(Cue(round(start_s, 3), round(frames / frame_rate_hz, 3), spoken.text))
            pause_ms = SENTENCE_PAUSE_MS
        pause_ms = PARAGRAPH_PAUSE_MS
    add(Sound.silent(duration=TAIL_MS, frame_rate=frame_rate_hz))
    # pydub's own + would copy everything at each sentence
    sound = to_segment(b"".join(part.raw_data for part in parts), frame_rate_hz)
    return Assembled(sound, tuple(cues))


def _trimmed(clip: Sound) -> Sound:
    start_ms = detect_leading_silence(clip, _SILENCE_DBFS) - _KEPT_MS
    end_ms = detect_leading_silence(clip.reverse(), _SILENCE_DBFS) - _KEPT_MS
    return clip[max(0, start_ms) : len(clip) - max(0, end_ms)]
