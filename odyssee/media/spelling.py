"""Spells sentences so that a voice can say them: abbreviations, names, odd characters."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from odyssee.domain.pronunciation import respell

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_ROMAN_ORDINAL = re.compile(r"\b(?!Le\b)([IVXL]+)(?:e|ᵉ|ème)\b")
"""The article "Le" is no fiftieth."""
_KING_THE_FOURTH = re.compile(r"(?<=[a-zà-ÿ] )IV\b")
_FRENCH = (
    (re.compile(r"\bSt[-\s](?=[A-ZÀ-Ý])"), "Saint-"),
    (re.compile(r"\bSte[-\s](?=[A-ZÀ-Ý])"), "Sainte-"),
    (re.compile(r"\bn[°º]\s*(?=\d)"), "numéro "),
    (re.compile(r"\bav\.\s*J\.?-?\s?C\.?"), "avant Jésus-Christ"),
    (re.compile(r"\bapr\.\s*J\.?-?\s?C\.?"), "après Jésus-Christ"),
    (re.compile(r"\b(?:Ier|1ᵉʳ)\b"), "premier"),
    (re.compile(r"\bIre\b"), "première"),
)
_SAYABLE = str.maketrans(
    {
        **dict.fromkeys("’‘\u02bc", "'"),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\t\n\r/_*#|~`^", " "),
        # the voice takes < and > for markup, and spells out what else stands here
        **dict.fromkeys("<>[]{}\\", " "),
        **dict.fromkeys('«»“”„"', " "),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("—–", ","),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
    }
)


NO_WORDS: Mapping[str, str] = MappingProxyType({})


def to_speech(sentence: str, lang: str, words: Mapping[str, str] = NO_WORDS) -> str:
    """The sentence in characters that every voice can say; captions keep the original.

    `words` are the respellings of that language, as `contenus/prononciation.yaml` has them.
    """
    text = respell(unicodedata.normalize("NFC", sentence), words)
    if lang == "fr":
        for pattern, spelt in _FRENCH:
            text = pattern.sub(spelt, text)
        text = _ROMAN_ORDINAL.sub(lambda found: f"{_arabic(found[1])}e", text)
        text = _KING_THE_FOURTH.sub("4", text)
    text = re.sub(r"\.{2,}", "…", text).translate(_SAYABLE)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*,(?:\s*,)*", ",", text)
    return text.strip(" ,")


def _arabic(roman: str) -> int:
    values = [_ROMAN[letter] for letter in roman]
    following = [*values[1:], 0]
    return sum(-v if v < f else v for v, f in zip(values, following, strict=True))
