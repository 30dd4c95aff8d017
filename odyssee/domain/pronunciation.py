"""How names are said: respellings for the synthetic voice, never seen by a reader."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from odyssee.domain.errors import Problem
from odyssee.domain.languages import LANGUAGE

MAX_WORD = 60
"""Characters of a name, and of its respelling."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "\u02bc": "'"})
_SPACES = re.compile(r"[ \u00a0\u202f]+")
_SAYABLE = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’,-](?=[^\W\d_]))*")
"""Letters in words; a mark only between them, as everything else would be spelt out or lost."""


def respell(sentence: str, words: Mapping[str, str]) -> str:
    """The sentence with each known name written as it is said.

    Whole words in their very case; of two names that begin at one place the
    longer wins; apostrophes, kinds of blank and ways to compose
    an accent do not tell names apart. What is respelt comes in NFC.
    """
    if not words:
        return sentence
    known, pattern = _known(tuple(words.items()))
    return pattern.sub(lambda found: known[_plain(found[0])], to_nfc(sentence))


def to_nfc(text: str) -> str:
    """The text with its accents composed, as keyboards write it and voices read it."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=16)
def _known(words: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    """Respellings by plain names, and what finds these; made once for a thousand sentences."""
    known = {_plain(word): to_nfc(said) for word, said in words}
    return known, _pattern(known)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(sorted(words), key=len, reverse=True)
    branches = (
        re.escape(word).replace("'", "['’‘\u02bc]").replace(r"\ ", "[ \u00a0\u202f]+")
        for word in longest_first
    )
    # A hyphen holds a name together: Saint-Jean is not a Saint followed by a Jean.
    return re.compile(rf"(?<![\w-])(?:{'|'.join(branches)})(?![\w-])")


def _plain(word: str) -> str:
    return _SPACES.sub(" ", to_nfc(word).translate(_APOSTROPHES))


def check_pronunciations(where: str, by_lang: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Every problem of respellings by language; `where` is the pointer of the whole."""
    for lang, words in by_lang.items():
        if not LANGUAGE.fullmatch(lang):
            yield Problem(f"{where}/{_escaped(lang)}".removeprefix("/"), "language_invalid")
        seen: set[str] = set()
        for word, said in words.items():
            at = f"{where}/{lang}/{_escaped(word)}".removeprefix("/")
            if not word.strip() or len(word) > MAX_WORD or len(said) > MAX_WORD:
                yield Problem(at, "respelling_length", values={"max": str(MAX_WORD)})
            elif _plain(word) in seen:
                yield Problem(at, "duplicate", values={"value": word})
            elif not _SAYABLE.fullmatch(to_nfc(said)):
                yield Problem(at, "respelling_unsayable")
            seen.add(_plain(word))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
