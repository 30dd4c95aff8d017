"""Cuts a text into its sentences, as they are spoken, captioned and counted."""

import re
from collections.abc import Iterator

MAX_SENTENCE = 480
"""Characters; the voice takes 500, and spelling out may lengthen a sentence a little."""

_ABBREVIATIONS = {
    "fr": (
        "|m|mm|mme|mmes|mlle|dr|pr|st|ste|me|mgr|cf|p|pp|vol|chap|art|fig|éd|av|apr|env|no|n|hab|ill|s|"
    ),
    "en": "|mr|mrs|ms|dr|st|prof|rev|sr|jr|cf|p|pp|vol|ch|fig|no|vs|eg|ie|ca|c|approx|",
}
_END = re.compile(r"[.!?…]+[\s»”’\"')\]]*(?<=\s)(?=\S)")
_OPENING = "«“‘\"'([—–- \u00a0\u202f"
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.[»”’\"')\]\s]*$")
_CLAUSE = re.compile(r"(?<=[;:,—–])\s+")


def split_sentences(paragraph: str, lang: str) -> list[str]:
    """The sentences in order, with single blanks; joined by blanks they are the paragraph.

    Quotations, ellipses, abbreviations, initials and numbers do not end a sentence
    by themselves. Longer ones than 480 characters are cut at the last clause that
    fits, else between words. Pieces without a letter or digit join a neighbour.
    """
    flat = re.sub(r"[ \t\r\n\f\v]+", " ", paragraph).strip()
    pieces = [part for sentence in _ended(flat, lang) for part in _shortened(sentence)]
    return list(_with_words(pieces))


def _ended(text: str, lang: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        if _is_end(text[start : end.end()], text[end.end() :], lang):
            yield text[start : end.end()].strip()
            start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def _is_end(before: str, after: str, lang: str) -> bool:
    following = after.lstrip(_OPENING)[:1]
    if not (following.isupper() or following.isdigit()):
        return False
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    if len(word[1]) == 1 and word[1].isupper():
        # "Louis X." ends a sentence, "J. Dupont" does not
        return word[1] in "IVX" and re.search(rf"[a-zà-ÿ] {word[1]}\.", before) is not None
    return f"|{word[1].replace('.', '').lower()}|" not in _ABBREVIATIONS.get(lang, "")


def _shortened(sentence: str) -> Iterator[str]:
    while len(sentence) > MAX_SENTENCE:
        cut = max(
            (found.start() for found in _CLAUSE.finditer(sentence) if found.start() < MAX_SENTENCE),
            default=sentence.rfind(" ", 1, MAX_SENTENCE),
        )
        cut = cut if cut > 0 else MAX_SENTENCE
        yield sentence[:cut].rstrip()
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence


def _with_words(pieces: list[str]) -> Iterator[str]:
    """Join what holds no word ("…", "* * *") to the sentence before, or to the one after."""
    waiting = ""
    for piece in pieces:
        joined = f"{waiting} {piece}".strip()
        if any(c.isalnum() for c in piece):
            if waiting and any(c.isalnum() for c in waiting):
                yield waiting
                joined = piece
            waiting = joined
        elif len(joined) <= MAX_SENTENCE:
            waiting = joined
    if any(c.isalnum() for c in waiting):
        yield waiting
