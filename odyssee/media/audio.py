"""Narrations: a text spoken by the machine, or a recording by a person, ready to publish."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue, MediaAsset, Rendition, VoiceKind
from odyssee.domain.sentences import split_sentences
from odyssee.media import ffmpeg
from odyssee.media.assembly import Sound, Spoken, assemble, spread_cues, to_segment, waveform
from odyssee.media.encoded import EncodedMedium, narration_key, recording_key
from odyssee.media.levelling import CODECS, FRAME_RATE_HZ, level, resample
from odyssee.media.spelling import NO_WORDS, to_speech
from odyssee.media.voice import Voice, find_voice

MAX_RECORDING_BYTES = 200_000_000
MAX_RECORDING_S = 1200.0
_DECODE_SECONDS = 120.0


def synthesise_narration(
    paragraphs: Sequence[str],
    lang: str,
    words: Mapping[str, str] = NO_WORDS,
    voice: Voice | None = None,
) -> EncodedMedium:
    """Speak plain text and encode it; the best voice of this machine unless one is given.

    `words` are the respellings of that language; captions show the text as it is written.

    Raises:
        MediumRefused: with `code` `nothing_to_say`.
        Unavailable: without ffmpeg, or without a voice for the language.
    """
    voice = voice or find_voice(lang)
    texts = [sentences for p in paragraphs if (sentences := split_sentences(p, lang))]
    clips = iter(voice.say([to_speech(s, lang, words) for sentences in texts for s in sentences]))
    spoken = [[Spoken(sentence, next(clips)) for sentence in sentences] for sentences in texts]
    if not spoken:
        raise MediumRefused(code="nothing_to_say", lang=lang)
    sound, cues = assemble(spoken, voice.frame_rate_hz)
    key = narration_key(paragraphs, lang, voice.name, words)
    return _published(key, resample(sound), cues, "synthetic")


def encode_recording(data: bytes, paragraphs: Sequence[str], lang: str) -> EncodedMedium:
    """Level and encode a recording (WAV, FLAC, MP3, M4A, Ogg); captions from its text.

    The captions share the time by the length of the sentences.

    Raises:
        MediumRefused: with `code` `too_large`, `not_a_recording`, `recording_too_long`,
            `recording_damaged`, `recording_silent` or `cannot_level`.
        Unavailable: without ffmpeg, or when it takes too long.
    """
    if len(data) > MAX_RECORDING_BYTES:
        raise MediumRefused(
            code="too_large", size_bytes=str(len(data)), max_bytes=str(MAX_RECORDING_BYTES)
        )
    sound = _decoded(data, _container(data))
    sentences = [s for paragraph in paragraphs for s in split_sentences(paragraph, lang)]
    cues = spread_cues(sentences, sound.frame_count() / FRAME_RATE_HZ)
    return _published(recording_key(data, paragraphs, lang), sound, cues, "human")


def _container(data: bytes) -> str:
    """The container by the name that ffmpeg gives it, told by the first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mov"
    if data[:4] in (b"fLaC", b"OggS"):
        return "flac" if data[:4] == b"fLaC" else "ogg"
    # eleven bits of synchronisation, then a layer, which ADTS has as zero
    if data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] >= b"\xe0" and data[1] & 6):
        return "mp3"
    raise MediumRefused(code="not_a_recording")


def _decoded(data: bytes, form: str) -> Sound:
    with tempfile.TemporaryDirectory(prefix="odyssee-") as folder:
        source, target = Path(folder, "in"), Path(folder, "out.pcm")
        source.write_bytes(data)
        length_s, has_audio = ffmpeg.probe(source, form)
        if not has_audio:
            raise MediumRefused(code="not_a_recording")
        _check_length(length_s or 0.0)
        # A header may lie: the decoder stops one second after the longest that is allowed.
        until = ["-t", str(MAX_RECORDING_S + 1), "-map", "0:a:0", "-ac", "1"]
        raw = ["-ar", str(FRAME_RATE_HZ), "-f", "s16le", str(target)]
        done = ffmpeg.run(
            [*ffmpeg.GUARDED_INPUT, "-f", form, "-i", str(source), *until, *raw],
            seconds=_DECODE_SECONDS,
            max_file_bytes=int(2 * FRAME_RATE_HZ * (MAX_RECORDING_S + 2)),
        )
        pcm = target.read_bytes() if done.ok and target.exists() else b""
    if not pcm:
        raise MediumRefused(code="recording_damaged")
    _check_length(len(pcm) / 2 / FRAME_RATE_HZ)
    return to_segment(pcm, FRAME_RATE_HZ)


def _check_length(duration_s: float) -> None:
    if duration_s > MAX_RECORDING_S:
        raise MediumRefused(
            code="recording_too_long",
            duration_s=f"{duration_s:.0f}",
            max_duration_s=f"{MAX_RECORDING_S:.0f}",
        )


def _published(key: str, sound: Sound, cues: tuple[Cue, ...], voice: VoiceKind) -> EncodedMedium:
    levelled = level(sound)
    renditions = tuple(
        Rendition(
            sha256=sha256_of(data),
            size_bytes=len(data),
            type=codec.type,
            codecs=codec.codecs,
            bitrate_bps=codec.bitrate_bps,
        )
        for codec, data in zip(CODECS, levelled.coded, strict=True)
    )
    asset = MediaAsset(
        key=key,
        kind="audio",
        renditions=renditions,
        duration_s=round(sound.frame_count() / FRAME_RATE_HZ, 3),
        loudness_lufs=levelled.loudness.lufs,
        true_peak_dbtp=levelled.loudness.true_peak_dbtp,
        voice=voice,
        cues=cues,
        peaks=waveform(levelled.sound),
    )
    return EncodedMedium(asset, {sha256_of(data): data for data in levelled.coded})
