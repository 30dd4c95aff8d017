"""Differences as JSON, under the keys of the contract; keys are only ever added."""

from typing import Any

from odyssee.domain.differences import Differences, GroundChange, TextChange


def differences_document(found: Differences) -> dict[str, Any]:
    """Metres to one decimal."""
    return {
        "texts": [_text(change) for change in found.texts],
        "geometry": [_ground(change) for change in found.geometry],
        "media": [
            {"where": change.where, "before": change.before, "after": change.after}
            for change in found.media
        ],
        "fields": [
            {"where": change.where, "before": change.before, "after": change.after}
            for change in found.fields
        ],
        "stops": {"added": list(found.stops_added), "removed": list(found.stops_removed)},
        "order": {"before": list(found.order_before), "after": list(found.order_after)}
        if found.is_reordered
        else None,
    }


def _text(change: TextChange) -> dict[str, Any]:
    return {
        "where": change.where,
        "lang": change.lang,
        "before": change.before,
        "after": change.after,
        "words": [{"change": piece.change, "text": piece.text} for piece in change.words],
    }


def _ground(change: GroundChange) -> dict[str, Any]:
    return {
        "where": change.where,
        "moved_m": _tenth(change.moved_m),
        "radius_before_m": _tenth(change.radius_before_m),
        "radius_after_m": _tenth(change.radius_after_m),
    }


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
