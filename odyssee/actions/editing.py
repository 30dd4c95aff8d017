"""Editing: what an office says over a medium of its own is laid wherever that is used."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from odyssee.actions.encoding import list_sentences
from odyssee.content.plain import to_paragraphs
from odyssee.db import assets, audit, legends, media
from odyssee.db.session import Tx
from odyssee.domain.assets import Asset
from odyssee.domain.errors import NotFound, Problem
from odyssee.domain.finishing import NO_EDIT, Edit, finish
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.stops import Stop
from odyssee.domain.webvtt import read_webvtt, to_webvtt


def check_captions(asset: Asset, captions: str | None) -> list[Problem]:
    """What is wrong with these captions for that medium; null takes them back."""
    if asset.kind != "audio":
        return [Problem("captions", "sound_only")]
    if captions is None:
        return []
    if asset.medium is None:
        return [Problem("captions", "not_ready")]
    found = read_webvtt(captions, asset.medium.duration_s or 0.0).problems
    return [replace(problem, where="captions") for problem in found]


def check_focal(asset: Asset) -> list[Problem]:
    """What is wrong with any focal point for that medium."""
    return [] if asset.kind == "image" else [Problem("focal", "picture_only")]


def edit(tx: Tx, asset: Asset, now: datetime, said: Edit) -> Asset:
    """The asset with these words over its medium, which is kept; the caller keeps the asset.

    The caller holds the lock on files, and has checked the words.
    """
    medium = None if asset.medium is None else finish(asset.medium, edit=said)
    if medium is not None:
        media.save_asset(tx, medium, now)
    return replace(asset, edit=said, edited_at=now, medium=medium)


def lay_in_drafts(tx: Tx, asset: Asset, by: str, now: datetime) -> None:
    """Lay over every draft that uses the original what its offices say now; each is told."""
    said = assets.find_edits(tx, [asset.sha256]).get(asset.sha256, NO_EDIT)
    uses = assets.find_uses(tx, [asset])[asset.id]
    for slug in sorted({use.legend for use in uses if use.revision is None}):
        try:
            draft = legends.lock_draft(tx, slug)
        except NotFound:
            continue  # archived; an import that brings it back lays it anew
        laid = {
            ref: _finished(draft.legend, ref, medium, said)
            for ref, medium in draft.media.items()
            if medium.original_sha256 == asset.sha256
        }
        for medium in laid.values():
            media.save_asset(tx, medium, now)
        places = {ref: medium.key for ref, medium in {**draft.media, **laid}.items()}
        if legends.save_draft(tx, draft.legend, places, now) != "unchanged":
            audit.add_entry(tx, now, by, "changed", slug, {"medium": asset.id})


def _finished(legend: Legend, ref: str, medium: MediaAsset, said: Edit) -> MediaAsset:
    narrations = _narrations(legend)
    if ref not in narrations:
        return finish(medium, edit=said)
    stop, lang = narrations[ref]
    if lang in stop.narration and stop.narration[lang].captions is not None:
        return medium  # the legend brings its own
    text = stop.texts[lang].text if lang in stop.texts else ""
    return finish(medium, list_sentences(to_paragraphs(text), lang), edit=said)


def _narrations(legend: Legend) -> Mapping[str, tuple[Stop, str]]:
    return {
        narration_ref(stop.slug, lang): (stop, lang)
        for stop in legend.stops
        for lang in (*stop.texts, *stop.narration)
    }


def find_captions(tx: Tx, asset: Asset) -> str | None:
    """The present captions of a sound as WebVTT; None of what has none yet, or is no sound.

    Those that the office wrote, to the letter; else those of the first draft that uses
    it, where they are estimated from its text.
    """
    if asset.kind != "audio" or asset.medium is None:
        return None
    if asset.edit.captions is not None:
        return asset.edit.captions
    captioned = [medium for medium in assets.find_used_media(tx, asset.sha256) if medium.cues]
    return to_webvtt((*captioned, asset.medium)[0].cues)
