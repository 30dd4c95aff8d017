"""The words and media of a legend in one language, as its pack carries them."""

from collections.abc import Callable
from typing import Any

from odyssee.domain.canonical import sha256_of
from odyssee.domain.legends import FALLBACK_LANG, Legend, LegendText
from odyssee.domain.media import (
    CENTRE,
    Focal,
    MediaAsset,
    MediaByRef,
    Rendition,
    cover_ref,
    illustration_ref,
    narration_ref,
)
from odyssee.domain.stops import Stop, StopText
from odyssee.domain.warnings import UNSURVEYED, warning_text
from odyssee.domain.webvtt import to_webvtt

JsonDocument = dict[str, Any]
ToParagraphs = Callable[[str], list[str]]

YES = {"fr": "Oui", "en": "Yes"}
NO = {"fr": "Non", "en": "No"}


def object_address(sha256: str) -> str:
    """The address of a published object: root-relative, the same on server, kiosk and CDN."""
    return f"/v1/objects/{sha256}"


def content_document(
    legend: Legend, media: MediaByRef, lang: str, to_paragraphs: ToParagraphs
) -> JsonDocument:
    """A legend in one language; a text that is missing stands in French and says so."""
    text = legend.texts.get(lang, legend.texts[FALLBACK_LANG])
    spoken = lang if lang in legend.texts else FALLBACK_LANG
    return {
        "format": 1,
        "lang": spoken,
        "title": text.title,
        "summary": text.summary,
        "story": text.story,
        "access_notes": text.access_notes,
        "audience_advice": text.audience_advice,
        "warnings": _warnings(legend, spoken),
        "practical": _practical(legend, text, spoken),
        "rights": _rights(legend),
        "cover": _cover(legend, text, media),
        "stops": [_stop(legend, stop, media, lang, to_paragraphs) for stop in legend.stops],
    }


def _warnings(legend: Legend, lang: str) -> list[JsonDocument]:
    codes = [warning.code for warning in legend.warnings]
    if not legend.is_surveyed and UNSURVEYED not in codes:
        codes.insert(0, UNSURVEYED)
    return [{"code": code, "text": warning_text(code, lang)} for code in codes]


def _practical(legend: Legend, text: LegendText, lang: str) -> JsonDocument:
    answers: JsonDocument = {}
    for key in ("parking", "toilets", "water", "way_back"):
        known = getattr(legend.practical, key)
        default = None if known is None else (YES if known else NO).get(lang, YES["fr"])
        answers[key] = text.practical.get(key, default)
    return answers | {"ascent_m": legend.practical.ascent_m}


def _rights(legend: Legend) -> JsonDocument:
    sources = [
        {"key": s.key, "title": s.title} | ({"url": s.url} if s.url else {})
        for s in legend.rights.sources
    ]
    return {
        "text_author": legend.rights.text_author,
        "licence": legend.rights.licence,
        "sources": sources,
    }


def _cover(legend: Legend, text: LegendText, media: MediaByRef) -> JsonDocument | None:
    asset = media.get(cover_ref())
    if legend.cover is None or asset is None:
        return None
    return _image(
        asset,
        alt=text.cover_alt or text.title,
        credit=legend.cover.credit or legend.rights.text_author,
        licence=legend.cover.licence or legend.rights.licence,
        focal=legend.cover.focal,
    )


def _stop(
    legend: Legend, stop: Stop, media: MediaByRef, lang: str, to_paragraphs: ToParagraphs
) -> JsonDocument:
    spoken = lang if lang in stop.texts else FALLBACK_LANG
    text = stop.texts[spoken]
    return {
        "slug": stop.slug,
        "lang": spoken,
        "title": text.title,
        "text": text.text,
        "directions": text.directions,
        "opening": _opening(stop, text),
        "invitation": _invitation(text),
        "narration": _narration(stop, text, spoken, media, to_paragraphs),
        "illustrations": _illustrations(legend, stop, text, media),
        "riddle": _riddle(stop, text),
    }


def _opening(stop: Stop, text: StopText) -> JsonDocument | None:
    if text.opening is None:
        return None
    return {"text": text.opening} | ({"url": stop.opening.url} if stop.opening else {})


def _invitation(text: StopText) -> JsonDocument | None:
    if text.invitation is None:
        return None
    choices = [{"id": c.id, "text": c.text, "reply": c.reply} for c in text.invitation.choices]
    return {"text": text.invitation.text, "choices": choices}


def _narration(
    stop: Stop, text: StopText, lang: str, media: MediaByRef, to_paragraphs: ToParagraphs
) -> JsonDocument | None:
    asset = media.get(narration_ref(stop.slug, lang))
    if asset is None:
        return None
    captions = to_webvtt(asset.cues)
    return {
        "lang": lang,
        "duration_s": asset.duration_s,
        "voice": "synthetic" if _brought_synthetic(stop, lang) else asset.voice,
        "transcript": "\n\n".join(to_paragraphs(text.text)),
        "captions": object_address(sha256_of(captions.encode())),
        "captions_vtt": captions,
        "captions_status": asset.captions_status,
        "peaks": list(asset.peaks),
        "renditions": [_sound(made) for made in asset.renditions],
    }


def _brought_synthetic(stop: Stop, lang: str) -> bool:
    """Whether a machine spoke what was brought as a recording: only who brings it can tell."""
    return lang in stop.narration and stop.narration[lang].voice == "synthetic"


def _illustrations(
    legend: Legend, stop: Stop, text: StopText, media: MediaByRef
) -> list[JsonDocument]:
    pictures = []
    for index, (file, words) in enumerate(zip(stop.illustrations, text.illustrations, strict=True)):
        asset = media.get(illustration_ref(stop.slug, index))
        if asset is not None:
            credit = words.credit or legend.rights.text_author
            licence = file.licence or legend.rights.licence
            shown = _image(asset, alt=words.alt, credit=credit, licence=licence, focal=file.focal)
            pictures.append(shown)
    return pictures


def _riddle(stop: Stop, text: StopText) -> JsonDocument | None:
    if stop.riddle is None or text.riddle is None:
        return None
    return {
        "question": text.riddle.question,
        "choices": [{"id": choice.id, "text": choice.text} for choice in text.riddle.choices],
        "answer_ids": list(stop.riddle.answer_ids),
        "hint": text.riddle.hint,
        "explanation": text.riddle.explanation,
    }


def _image(
    asset: MediaAsset, *, alt: str, credit: str, licence: str, focal: Focal | None
) -> JsonDocument:
    seen = focal or asset.focal or CENTRE
    return {
        "alt": alt,
        "credit": credit,
        "licence": licence,
        "width": asset.width,
        "height": asset.height,
        "focal": {"x": seen.x, "y": seen.y},
        "placeholder": asset.placeholder,
        "renditions": [_picture(made) for made in asset.renditions],
    }


def _picture(made: Rendition) -> JsonDocument:
    return {
        "src": object_address(made.sha256),
        "type": made.type,
        "width": made.width,
        "height": made.height,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
    }


def _sound(made: Rendition) -> JsonDocument:
    return {
        "src": object_address(made.sha256),
        "type": made.type,
        "codecs": made.codecs,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
        "bitrate_bps": made.bitrate_bps,
    }
