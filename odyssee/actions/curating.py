"""Curating: legends are begun, changed and put away; stops and their order have their own deeds."""

from dataclasses import replace

from odyssee.actions.drafting import Change, check_draft, lock_seen, save
from odyssee.actions.laying import lay, order_voices
from odyssee.actions.tools import Tools
from odyssee.content.draft_forms import read_legend
from odyssee.db import audit, legends, media, offices, revisions
from odyssee.db.session import Tx
from odyssee.domain.draft_forms import begin_legend, fill_texts, title_in
from odyssee.domain.draft_media import names_media
from odyssee.domain.drafts import (
    Json,
    Tags,
    check_tag,
    head_document,
    head_of,
    legend_etag,
    merge,
    round_places,
)
from odyssee.domain.errors import Problem, SlugTaken, StillPublished, refuse
from odyssee.domain.people import Caller, Office
from odyssee.domain.publication import Draft
from odyssee.domain.slugs import free_slug

_SERVED = frozenset({"published", "building", "scheduled"})


def begin_draft(tools: Tools, caller: Caller, asked: Json) -> Draft:
    """Begin a legend of the caller's office; a slug or a French title is enough.

    Raises:
        InputInvalid: something of it cannot be read or kept; all is told.
        SlugTaken: another legend has the slug that was asked for.
    """
    with tools.desk.db.transaction() as tx:
        if names_media(asked):
            media.lock_files(tx)
        document = begin_legend(asked, _find_office(tx, caller))
        if "slug" not in asked:
            document["slug"] = free_slug(title_in(asked), lambda slug: legends.has_slug(tx, slug))
            refuse([] if document["slug"] else [Problem("slug", "missing")])
        legend = round_places(read_legend(document))
        check_draft(legend)
        now, by = tools.clock(), caller.person.id
        laid = lay(tx, None, legend, caller, now)
        refuse(laid.problems)
        if not legends.add_draft(tx, laid.legend, laid.media, now, caller.person.office):
            raise SlugTaken(slug=legend.slug)
        audit.add_entry(tx, now, by, "created", legend.slug, {})
        order_voices(tx, laid.legend, laid.media, now)
        return legends.get_draft(tx, legend.slug)


def change_legend(tools: Tools, caller: Caller, slug: str, patch: Json, tags: Tags) -> Draft:
    """Change what a legend says beside its stops and their order, by a merge patch.

    Raises:
        NotFound: there is no such draft for the caller.
        Stale: that part is none of these tags any more.
        InputInvalid: something of it cannot be read or kept; all is told.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug, patch)
        check_tag(head_of(tags), legend_etag(draft))
        refuse(_check_patch(patch, slug))
        document = fill_texts(merge(head_document(draft.legend), patch))
        head = read_legend({**document, "stops": []})
        after = replace(round_places(head), stops=draft.legend.stops)
        return save(tx, Change(caller, tools.clock(), draft, "legend"), after)


def archive(tools: Tools, caller: Caller, slug: str, tags: Tags) -> None:
    """Put a draft away; its slug stays taken, its revisions and its history stay.

    Raises:
        NotFound: there is no such draft for the caller.
        Stale: the legend is none of these tags any more.
        StillPublished: visitors see it, or are about to.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        check_tag(head_of(tags), legend_etag(draft))
        if any(state in _SERVED for _number, state in revisions.list_states(tx, slug)):
            raise StillPublished(legend=slug)
        now = tools.clock()
        legends.archive_draft(tx, slug, now)
        audit.add_entry(tx, now, caller.person.id, "archived", slug, {})


def _check_patch(patch: Json, slug: str) -> list[Problem]:
    found = [Problem("stops", "stops_elsewhere")] if "stops" in patch else []
    if patch.get("slug", slug) != slug:
        found.append(Problem("slug", "slug_fixed"))
    return found


def _find_office(tx: Tx, caller: Caller) -> Office | None:
    slug = caller.person.office
    return None if slug is None else offices.get_office(tx, slug)
