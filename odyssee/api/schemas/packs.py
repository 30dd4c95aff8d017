"""Packs as the public API lists them."""

from pydantic import AwareDatetime

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.legends import PackOut


class LayerOut(Body):
    """What one layer of a pack adds to a download."""

    shared_bytes: int
    """Once, whatever the languages."""
    languages: dict[str, int]
    """By language, beside what is shared."""


class PackedLegendOut(PackOut):
    """A legend's pack: where it stands, and what it costs."""

    slug: str
    revision: int
    published_at: AwareDatetime
    manifest: str
    """SHA-256 of the manifest."""
    min_reader: int
    """The oldest reader that understands it."""
    trigger: str
    """The version of the rules by which its zones fire."""
    layers: dict[str, LayerOut]
    """By `core`, `audio`, `pictures`, `map`."""


class PacksOut(Body):
    """Every pack that is published."""

    revision: int
    packs: list[PackedLegendOut]
    unpublished: list[str]
    """Slugs of legends whose packs are to be dropped."""
