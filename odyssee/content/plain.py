"""The texts' plain words: what is spoken, what a transcript shows, and what CommonMark hides."""

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend


def to_paragraphs(markdown: str) -> list[str]:
    """The spoken words, a paragraph each: marks of emphasis dropped, links as their text.

    Headings, list items and verses are paragraphs too; a line break within one is a space.
    """
    found = []
    for token in _parser(html=False).parse(markdown):
        if token.type == "inline":
            found.append(_words(token.children or ()))
        elif token.type in {"fence", "code_block"}:
            found.append(" ".join(token.content.split()))
    return [words for words in found if words]


def find_raw_html(markdown: str) -> list[int]:
    """Lines, counted from 0, on which raw HTML stands (CommonMark, sections 4.6 and 6.6)."""
    lines: list[int] = []
    for token in _parser(html=True).parse(markdown):
        first = token.map[0] if token.map else 0
        if token.type == "html_block":
            lines.append(first)
        elif token.type == "inline":
            lines.extend(first + line for line in _inline_html(token.children or ()))
    return lines


def check_markup(legend: Legend) -> list[Problem]:
    """Raw HTML in a draft's texts, by JSON pointer; a folder's reader knows the very line."""
    bodies = {f"texts/{lang}/story": text.story for lang, text in legend.texts.items()}
    for index, stop in enumerate(legend.stops):
        for lang, text in stop.texts.items():
            bodies[f"stops/{index}/texts/{lang}/text"] = text.text
    return [Problem(where, "raw_html") for where, body in bodies.items() if find_raw_html(body)]


@cache
def _parser(*, html: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html})


def _words(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(_words(token.children or ()))
        else:
            parts.append(token.content)
    return " ".join("".join(parts).split(" ")).strip()


def _inline_html(tokens: Sequence[Token]) -> list[int]:
    lines, line = [], 0
    for token in tokens:
        if token.type == "html_inline":
            lines.append(line)
        line += token.content.count("\n") + (token.type in {"softbreak", "hardbreak"})
    return lines
