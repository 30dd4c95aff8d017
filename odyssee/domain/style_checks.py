"""Advice on how a legend is written: what `docs/charte-redaction.md` asks and a rule can see."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend
from odyssee.domain.sentences import split_sentences
from odyssee.domain.stops import Stop, StopText

MAX_WORDS = 35
"""Of a sentence that is spoken: a listener who walks cannot read it again."""
MIN_WORDS_OF_A_LANGUAGE = 6
"""Function words to be found before a text is said to be in another language."""

_EXCERPT = 28
_MARKUP = re.compile(r"[*_`#>]+|\]\([^)]*\)")
_NAMES = ("id", "credit")
"""Words that are nobody's prose."""

_FRENCH = {
    # a plain blank, or none, where a hard one keeps the sign on its line
    "space_breaking": re.compile(r"\S* [;:!?»]|« \w*|[\w)]+[;!?»]|«\w+"),
    "quotes_straight": re.compile(r"[\"']"),
    "space_doubled": re.compile(r"\S {2,}\S"),
}
_ENGLISH = {
    "quotes_straight": re.compile(r"[\"']|«|»"),
    "space_doubled": re.compile(r"\S {2,}\S"),
}
_TYPOGRAPHY: Mapping[str, Mapping[str, re.Pattern[str]]] = {"fr": _FRENCH, "en": _ENGLISH}

_FRENCH_WORDS = """
le la les un une des du de et est sont que qui dans pour par sur avec il elle on nous vous je ne
pas plus mais ou où ce cette ces au aux se sa son ses leur y en
"""
_ENGLISH_WORDS = """
the a an of and is are was were that which in for by on with he she it we you i not but or this
these to at his her its their there from as be have had
"""
_FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH_WORDS.split()),
    "en": frozenset(_ENGLISH_WORDS.split()),
}
"""Words of which every text is full and that the other language hardly has."""


def advise_style(legend: Legend) -> Iterator[Problem]:
    """Everything that is advice on words: one problem for each text and each kind of fault."""
    for lang, text in legend.texts.items():
        for where, words in _prose(f"texts/{lang}", text):
            yield from _advise_prose(where, words, lang)
    for index, stop in enumerate(legend.stops):
        for lang, words_of in stop.texts.items():
            at = f"stops/{index}/texts/{lang}"
            for where, words in _prose(at, words_of):
                yield from _advise_prose(where, words, lang)
            yield from _advise_stop(at, stop, words_of, lang)


def _prose(where: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text that people read, with its pointer."""
    if isinstance(value, str):
        yield where, value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in _NAMES:
                yield from _prose(f"{where}/{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _prose(f"{where}/{key}", below)
    elif isinstance(value, tuple):
        for index, below in enumerate(value):
            yield from _prose(f"{where}/{index}", below)


def _advise_prose(where: str, text: str, lang: str) -> Iterator[Problem]:
    for code, pattern in _TYPOGRAPHY.get(lang, {}).items():
        found = pattern.search(_MARKUP.sub("", text))
        if found:
            yield Problem(where, code, "advice", {"found": _around(text, found.group())})
    if _is_in_another_language(text, lang):
        yield Problem(where, "language_wrong", "advice", {"lang": lang})


def _advise_stop(where: str, stop: Stop, text: StopText, lang: str) -> Iterator[Problem]:
    if not (text.directions or "").strip():
        yield Problem(where, "directions_missing", "advice", {"lang": lang})
    for index, picture in enumerate(text.illustrations):
        if _bare(text.title) and _bare(picture.alt) in {_bare(text.title), _bare(stop.slug)}:
            yield Problem(f"{where}/illustrations/{index}/alt", "alt_repeats_title", "advice")
    if lang not in stop.narration:
        yield from _advise_voice(f"{where}/text", text.text)
    for sentence in _sentences(text.text, lang):
        count = len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", sentence))
        if count > MAX_WORDS:
            values = {"words": str(count), "max": str(MAX_WORDS), "found": _cut(sentence)}
            yield Problem(f"{where}/text", "sentence_long", "advice", values)


def _sentences(text: str, lang: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield from split_sentences(_MARKUP.sub("", paragraph), lang)


def _advise_voice(where: str, text: str) -> Iterator[Problem]:
    """What a synthetic voice reads badly: figures, and capitals that it spells out."""
    found = re.search(r"\d[\d\u202f\u00a0., ]*|\b[A-ZÀ-Ý]{2,}\b", text)
    if found:
        yield Problem(where, "figures_spoken", "advice", {"found": _around(text, found.group())})


def _is_in_another_language(text: str, lang: str) -> bool:
    if lang not in _FUNCTION_WORDS:
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    own = sum(word in _FUNCTION_WORDS[lang] for word in words)
    other = max(
        sum(word in known for word in words)
        for name, known in _FUNCTION_WORDS.items()
        if name != lang
    )
    return other >= MIN_WORDS_OF_A_LANGUAGE and other > 2 * own


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def _around(text: str, found: str) -> str:
    """The fault with a few characters before it, on one line."""
    at = max(text.find(found), 0)
    return _cut(text[max(0, at - 12) : at + len(found) + 6].strip(" "))


def _cut(text: str) -> str:
    flat = " ".join(text.split(" ")).replace("\n", " ")
    return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"
