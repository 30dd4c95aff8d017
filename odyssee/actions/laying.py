"""Laying: which media a changed draft has, which are made for it, and which it has lost."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from odyssee.actions.encoding import list_sentences
from odyssee.content.plain import to_paragraphs
from odyssee.db import assets, jobs, media
from odyssee.db.session import Tx
from odyssee.domain.assets import Asset, sees
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.draft_media import (
    carry_media,
    is_medium_id,
    list_unspoken,
    list_used_files,
    rename_files,
)
from odyssee.domain.errors import Problem
from odyssee.domain.file_names import to_file_name
from odyssee.domain.finishing import NO_EDIT, finish
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop

NARRATE = "narrate"
"""The kind of job that lets a synthetic voice say the words of a stop."""
NARRATE_AFTER = timedelta(seconds=5)
"""A page saves while somebody writes: no voice speaks what is changed before that."""


@dataclass(slots=True)
class Laid:
    """A changed legend with its media."""

    legend: Legend
    """Each medium that was named by its id has the name of a file instead."""
    media: dict[str, str] = field(default_factory=dict)
    """Keys by place."""
    problems: list[Problem] = field(default_factory=list)
    """Media that cannot be used, by pointers into the legend."""


class _Use(NamedTuple):
    where: str
    ref: str
    name: str

    @property
    def kind(self) -> str:
        return "audio" if "/narration/" in self.ref else "image"


def lay(tx: Tx, before: Draft | None, after: Legend, caller: Caller, now: datetime) -> Laid:
    """Find the media of a changed legend: those it had, and those that are named by their ids.

    Whoever names some holds the lock on files. Recordings are captioned anew where
    their words changed.

    Args:
        tx: The transaction of the change.
        before: The draft as it was; null for a new one.
        after: The legend that is to be kept.
        caller: Whose media may be used.
        now: The present.
    """
    known = {} if before is None else _known_files(before)
    new = [use for use in map(_Use._make, list_used_files(after)) if use.name not in known]
    named = assets.find_by_id(tx, [use.name for use in new if is_medium_id(use.name)])
    problems = [p for use in new for p in _check_use(use, named.get(use.name), caller)]
    if problems:
        return Laid(after, problems=problems)
    names = _list_names(new, named, known, after)
    legend = rename_files(after, {use.ref: names[use.name] for use in new})
    found = {} if before is None else carry_media(before, legend, hash_spoken)
    picked = {use.ref: medium for use in new if (medium := named[use.name].medium) is not None}
    found |= picked
    recaptioned = _caption(tx, before, legend, found, picked.keys())
    for medium in recaptioned.values():
        media.save_asset(tx, medium, now)
    keys = {ref: medium.key for ref, medium in (found | recaptioned).items()}
    return Laid(legend, keys)


def order_voices(tx: Tx, legend: Legend, keys: Mapping[str, str], now: datetime) -> None:
    """Ask for a synthetic voice wherever words have no sound, once nobody has changed them."""
    for stop, lang, words in list_unspoken(legend, keys, hash_spoken):
        payload = {"slug": legend.slug, "stop": stop, "lang": lang, "words": words}
        # The words are part of the key: a job under way may be at those of before.
        key = f"{NARRATE}:{legend.slug}:{stop}:{lang}:{words[:16]}"
        jobs.add_job(tx, NARRATE, payload, now, key=key, run_at=now + NARRATE_AFTER)


def hash_spoken(legend: Legend, stop: Stop, lang: str) -> str | None:
    """What a voice says of a stop, and what its sound is labelled with; null for no words."""
    text = stop.texts.get(lang)
    paragraphs = [] if text is None else to_paragraphs(text.text)
    if text is None or not paragraphs:
        return None
    rights = legend.rights
    return sha256_of(canonical([paragraphs, text.title, rights.text_author, rights.licence, lang]))


def _known_files(before: Draft) -> dict[str, str | None]:
    """The files of a draft, and the originals that they are, where that is known."""
    originals: dict[str, str | None] = {}
    for _where, ref, name in list_used_files(before.legend):
        medium = before.media.get(ref)
        originals[name] = None if medium is None else medium.original_sha256
    return originals


def _check_use(use: _Use, asset: Asset | None, caller: Caller) -> Iterator[Problem]:
    if asset is None or not sees(caller, asset.office):
        yield Problem(use.where, "unknown_file")
    elif asset.kind != use.kind:
        yield Problem(use.where, "medium_wrong_kind")
    elif asset.state != "ready" or asset.medium is None:
        yield Problem(use.where, "medium_not_ready")


def _list_names(
    new: list[_Use], named: Mapping[str, Asset], known: Mapping[str, str | None], after: Legend
) -> dict[str, str]:
    """A file name for each medium by its id: that of the same original, else one of its own."""
    by_original = {sha256: name for name, sha256 in known.items() if sha256 is not None}
    taken = {*known, *(name for _where, _ref, name in list_used_files(after))}
    names: dict[str, str] = {}
    for asset_id in dict.fromkeys(use.name for use in new):
        asset = named[asset_id]
        name = by_original.get(asset.sha256) or to_file_name(asset.file_name, taken)
        by_original[asset.sha256] = names[asset_id] = name
        taken.add(name)
    return names


def _caption(
    tx: Tx,
    before: Draft | None,
    legend: Legend,
    found: Mapping[str, MediaAsset],
    picked: Collection[str],
) -> dict[str, MediaAsset]:
    """The recordings whose words are others than they were captioned with, captioned anew."""
    spoken = {} if before is None else _list_spoken(before.legend)
    due = {
        ref: (stop, lang)
        for stop in legend.stops
        for lang, recording in stop.narration.items()
        if recording.captions is None  # else the legend brings its own
        and (ref := narration_ref(stop.slug, lang)) in found
        and (ref in picked or spoken.get(ref) != hash_spoken(legend, stop, lang))
    }
    if not due:
        return {}
    edits = assets.find_edits(tx, {found[ref].original_sha256 or "" for ref in due})
    return {
        ref: finish(
            found[ref],
            _list_sentences(stop, lang),
            edit=edits.get(found[ref].original_sha256 or "", NO_EDIT),
        )
        for ref, (stop, lang) in due.items()
    }


def _list_spoken(legend: Legend) -> dict[str, str | None]:
    return {
        narration_ref(stop.slug, lang): hash_spoken(legend, stop, lang)
        for stop in legend.stops
        for lang in stop.narration
    }


def _list_sentences(stop: Stop, lang: str) -> list[str]:
    text = stop.texts[lang].text if lang in stop.texts else ""
    return list_sentences(to_paragraphs(text), lang)
