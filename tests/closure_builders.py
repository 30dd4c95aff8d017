"""Builders for closures."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from odyssee.domain.closures import Closure

JUNE = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
"""Four hours before noon: whatever begins here holds in tests."""


def a_closure(**changes: Any) -> Closure:
    """The whole trail, flooded, for nobody knows how long."""
    closure = Closure(
        legend="dame-de-riants",
        starts_at=JUNE,
        ends_at=None,
        kind="flood",
        text={"fr": "L’Huisne déborde.", "en": "The Huisne is in flood."},
    )
    return replace(closure, **changes)
