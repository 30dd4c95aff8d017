"""Narrations: a text spoken by the machine, or a recording by a person, ready to publish."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import CaptionsStatus, Cue, MediaAsset, Rendition, Speech, VoiceKind
from odyssee.domain.sentences import split_sentences
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.cleaning import clean_spoken, trimmed
from odyssee.media.codecs import CODECS, FRAME_RATE_HZ, NO_TAGS, Tags
from odyssee.media.decoding import decode
from odyssee.media.encoded import EncodedMedium, narration_key, recording_key, sha256_of_file
from odyssee.media.envelope import Envelope, waveform
from odyssee.media.levelling import Levelled, level
from odyssee.media.scratch import private_folder
from odyssee.media.spelling import NO_WORDS, to_speech
from odyssee.media.voice import Voice, find_voice

MIN_VOICE_OVER_NOISE_DB = 15.0
"""Below it the listener hears the noise first; a quiet room gives 35 and more."""


class _Said(TypedDict, total=False):
    """What is known of the words of a sound, as `MediaAsset` has it."""

    voice: VoiceKind
    cues: tuple[Cue, ...]
    captions_status: CaptionsStatus
    speech: Speech


def synthesise_narration(
    paragraphs: Sequence[str],
    lang: str,
    words: Mapping[str, str] = NO_WORDS,
    voice: Voice | None = None,
    tags: Tags = NO_TAGS,
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
    key = narration_key(paragraphs, lang, voice.name, words, tags)
    with private_folder() as folder:
        pcm = folder / "spoken.pcm"
        pcm.write_bytes(sound.raw_data)
        levelled = level(clean_spoken(pcm, voice.frame_rate_hz, folder), folder, tags)
        return _published(key, levelled, voice="synthetic", cues=cues, captions_status="exact")


def encode_recording(source: Path, tags: Tags = NO_TAGS) -> EncodedMedium:
    """Trim, level and encode a recording (WAV, FLAC, MP3, m4a, AAC, Ogg).

    It gets its captions by `finishing.finish`.

    Args:
        source: the file; its name tells nothing.
        tags: what a player shows.

    Raises:
        MediumRefused: see `decoding.decode` and `levelling.level`; and with `code`
            `recording_noisy`.
        Unavailable: without ffmpeg, or when it takes too long.
    """
    key = recording_key(sha256_of_file(source), tags)
    with private_folder() as folder:
        decoded = decode(source, folder)
        envelope = Envelope(decoded.pcm, FRAME_RATE_HZ)
        start_s, end_s = envelope.edges_s()
        start, end = round(start_s * FRAME_RATE_HZ), round(end_s * FRAME_RATE_HZ)
        levelled = level(trimmed(decoded, start, end, folder), folder, tags)
        _check_noise(envelope)
        return _published(key, levelled, voice="human", speech=envelope.speech(start_s))


def _check_noise(envelope: Envelope) -> None:
    over_db = envelope.voice_dbfs - envelope.noise_dbfs
    if over_db < MIN_VOICE_OVER_NOISE_DB:
        raise MediumRefused(
            code="recording_noisy",
            over_db=f"{over_db:.0f}",
            min_over_db=f"{MIN_VOICE_OVER_NOISE_DB:.0f}",
        )


def _published(key: str, levelled: Levelled, **said: Unpack[_Said]) -> EncodedMedium:
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
        duration_s=round(levelled.frames / FRAME_RATE_HZ, 3),
        loudness_lufs=levelled.loudness[0].lufs,
        true_peak_dbtp=max(loudness.true_peak_dbtp for loudness in levelled.loudness),
        peaks=waveform(levelled.pcm),
        **said,
    )
    return EncodedMedium(asset, {sha256_of(data): data for data in levelled.coded})
