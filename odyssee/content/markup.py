"""What other systems write as HTML, as plain words and as CommonMark that says just these words."""

import re
from html.parser import HTMLParser

_BREAKS = frozenset(
    (
        "address",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    )
) | {"li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
_SILENT = frozenset(("script", "style", "head", "title", "iframe", "object", "template", "svg"))
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_SPACE = re.compile(r"[^\S\n]+")
_MARKS = re.compile(r"([\\`*_{}\[\]<>#&|~!])")
_LIST = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])", re.MULTILINE)
MAX_MARKUP = 20_000
"""Characters of one field that are read at all: the parser takes their square in time."""


class _Words(HTMLParser):
    """Collects the words that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the signature of the parser
        """A block begins on a line of its own; what no browser shows is passed over."""
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """As `handle_starttag`."""
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._silent:
            self.words.append(data)


def to_readable(text: str) -> str:
    """A blank for each letter that no database keeps and nobody can read."""
    return _UNREADABLE.sub(" ", text)


def to_paragraphs(html: str) -> list[str]:
    """The words of HTML, or of a plain text, a paragraph each; a break of any kind ends one."""
    reader = _Words()
    html = html[:MAX_MARKUP]
    end = html.rfind(">") + 1
    reader.feed(html[:end] + html[end:].replace("<", " "))  # else each looks for an end in vain
    reader.close()
    text = to_readable("".join(reader.words).replace("\r", "\n"))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def to_line(html: str, max_chars: int) -> str:
    """The words on one line, cut at a word where there are too many."""
    return cut(" ".join(to_paragraphs(html)), max_chars)


def cut(text: str, max_chars: int) -> str:
    """The text, or as many whole words of it as there is room for, and an ellipsis."""
    if len(text) <= max_chars:
        return text
    kept = text[: max_chars - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:.") + "…"


def to_commonmark(html: str) -> str:
    """CommonMark whose plain words are those of the HTML; none of its letters is a mark."""
    return "\n\n".join(escape_commonmark(line) for line in to_paragraphs(html))


def escape_commonmark(words: str) -> str:
    """The words as CommonMark that says nothing else."""
    return _LIST.sub(_escape_list, _MARKS.sub(r"\\\1", words))


def _escape_list(found: re.Match[str]) -> str:
    if found[2] is not None:
        return f"{found[1]}{found[2]}\\{found[3]}"
    return f"{found[4]}\\{found[5]}"
