"""The published forms of a narration, and the few words that stand in them."""

import unicodedata
from typing import NamedTuple

FRAME_RATE_HZ = 48_000
_MAX_TAG = 200
_BANDS_HZ = (8_000, 12_000)
"""Wideband and super-wideband, as Opus has them (RFC 6716, 2)."""
_ISO_639_2 = {"fr": "fra", "en": "eng", "de": "deu", "es": "spa", "it": "ita", "nl": "nld"}
"""Three letters, as MP4 has them (ISO 14496-12, 8.4.2); Ogg takes the two of our own."""


class Codec(NamedTuple):
    """One published form of a narration."""

    type: str
    codecs: str
    bitrate_bps: int
    """Of a voice; one that hisses takes a fifth more."""
    suffix: str
    options: tuple[str, ...]

    def options_for(self, source_rate_hz: int) -> list[str]:
        """As options of an output of ffmpeg, for a sound made of samples at that rate.

        Of a sound of 16 kHz nothing above 8 kHz is coded: there is nothing there, and the
        bits and the time are better spent below.
        """
        band_hz = next((band for band in _BANDS_HZ if source_rate_hz <= 2 * band), None)
        return [*self.options, *([] if band_hz is None else ["-cutoff", str(band_hz)])]


# A constant quality, which is 64 kbit/s for a voice (56 to 76 were measured): told a rate, the
# fast coder takes up to 112 of a bright voice, and looks for that rate for a third of its time.
_AAC = ("-c:a", "aac", "-profile:a", "aac_low", "-aac_coder", "fast", "-q:a", "1.1")
# At 48 kbit/s the general mode holds the whole band in two fifths of the time of the voice mode,
# with as many bytes when its variable rate is constrained. At 24 only the voice mode is clear.
# Frames of 60 ms cost a delay that nobody has who listens to a file, and a third less time.
_OPUS = ("-c:a", "libopus", "-compression_level", "5", "-frame_duration", "60")
_OPUS_48 = ("-application", "audio", "-vbr", "constrained", "-b:a", "48k")
_OPUS_24 = ("-application", "voip", "-vbr", "on", "-b:a", "24k")
CODECS = (
    # Ogg and not WebM or MP4 for Opus: every browser that plays Opus files plays it so, Safari
    # since 18.4; an older Safari takes the AAC, which is why that one is there.
    Codec(
        "audio/mp4",
        "mp4a.40.2",
        64_000,
        ".m4a",
        (*_AAC, "-movflags", "+faststart", "-f", "ipod"),
    ),
    Codec("audio/ogg", "opus", 48_000, ".48.ogg", (*_OPUS, *_OPUS_48, "-f", "ogg")),
    Codec("audio/ogg", "opus", 24_000, ".24.ogg", (*_OPUS, *_OPUS_24, "-f", "ogg")),
)


class Tags(NamedTuple):
    """What a player shows of a file that was saved; nothing else is written into it."""

    title: str = ""
    artist: str = ""
    """The credit: who wrote or spoke it."""
    copyright: str = ""
    """The licence, an SPDX identifier."""
    lang: str = ""

    def options(self, codec: Codec) -> list[str]:
        """As options of an output of ffmpeg; empty words write no tag."""
        named = {"title": self.title, "artist": self.artist, "copyright": self.copyright}
        if codec.type == "audio/ogg":
            named["language"] = self.lang
        elif self.lang in _ISO_639_2:
            # the language of an MP4 stands in the head of its track
            return [*_as_options("-metadata:s:a:0", {"language": _ISO_639_2[self.lang]}),
                    *_as_options("-metadata", named)]  # fmt: skip
        return _as_options("-metadata", named)

    def parts(self) -> tuple[str, ...]:
        """What they add to the key of a narration."""
        return tuple(_line(word) for word in self)


NO_TAGS = Tags()


def _as_options(option: str, named: dict[str, str]) -> list[str]:
    return [word for name, text in named.items() if (line := _line(text))
            for word in (option, f"{name}={line}")]  # fmt: skip


def _line(text: str) -> str:
    """One line without control characters, such as a NUL that no argument can hold."""
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(shown.split())[:_MAX_TAG]
