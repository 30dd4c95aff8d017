"""Previewing: show a draft as visitors would read it, to whoever has a signed address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from odyssee.actions.drafting import lock_seen
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import Tools
from odyssee.content.plain import to_paragraphs
from odyssee.db import audit, legends
from odyssee.domain.errors import InputInvalid, NotFound, Problem
from odyssee.domain.media import MediaAsset, Rendition
from odyssee.domain.people import Caller
from odyssee.domain.previews import DEFAULT_HOURS, MAX_HOURS, Preview, from_token, to_token
from odyssee.domain.publication import Draft
from odyssee.domain.review_errors import PreviewOver

_LABEL = "preview"


@dataclass(frozen=True, slots=True)
class Made:
    """A new preview, and the token that opens it."""

    preview: Preview
    token: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as a preview shows it."""

    preview: Preview
    draft: Draft
    paragraphs: Mapping[str, list[str]]
    """Plain paragraphs of stories and narrations, by `<language>` and `<stop>/<language>`."""


def make_preview(tools: Tools, caller: Caller, slug: str, hours: int = DEFAULT_HOURS) -> Made:
    """An address for the draft as it is now; an edit ends it, as its hours do.

    Raises:
        NotFound: there is no such draft.
        InputInvalid: it would last for less than an hour or for more than two weeks.
    """
    if not 1 <= hours <= MAX_HOURS:
        expected = {"expected": f"1–{MAX_HOURS}"}
        raise InputInvalid([Problem("hours", "out_of_range", values=expected)])
    now = tools.clock()
    ends_at = (now + timedelta(hours=hours)).replace(microsecond=0)
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        preview = Preview(slug, draft.etag, ends_at)
        told = {"draft": draft.etag, "hours": hours}
        audit.add_entry(tx, now, caller.person.id, "preview", slug, told)
    return Made(preview, to_token(preview, tools.desk.key.derive(_LABEL)))


def show_preview(tools: Tools, token: str) -> Shown:
    """The draft that the token opens.

    Raises:
        NotFound: it opens nothing.
        PreviewOver: its hours are over, or the draft was edited or put away.
    """
    preview, draft = _open(tools, token)
    paragraphs = {lang: to_paragraphs(text.story) for lang, text in draft.legend.texts.items()}
    for stop in draft.legend.stops:
        for lang, told in stop.texts.items():
            paragraphs[f"{stop.slug}/{lang}"] = to_paragraphs(told.text)
    return Shown(preview, draft, paragraphs)


def open_shown(tools: Tools, token: str, sha256: str) -> tuple[Rendition, Iterator[bytes]]:
    """The bytes of a medium of the draft, in pieces.

    Raises:
        NotFound: the token opens nothing, or the draft uses no such bytes.
        PreviewOver: as `show_preview`.
    """
    _preview, draft = _open(tools, token)
    found = _find(draft.media, sha256)
    if found is None:
        raise NotFound
    return found, tools.desk.files.open(rendition_key(sha256))


def _open(tools: Tools, token: str) -> tuple[Preview, Draft]:
    preview = from_token(token, tools.desk.key.derive(_LABEL), tools.clock())
    with tools.desk.db.reading() as tx:
        draft = legends.find_draft(tx, preview.legend)
    if draft is None or draft.etag != preview.draft_etag:
        raise PreviewOver(legend=preview.legend)
    return preview, draft


def _find(media: Mapping[str, MediaAsset], sha256: str) -> Rendition | None:
    for medium in media.values():
        for rendition in medium.renditions:
            if rendition.sha256 == sha256:
                return rendition
    return None
