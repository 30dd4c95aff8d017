"""The territory: its name, its languages, its outline, its communes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from odyssee.domain.geo import BBox, Document, LonLat, Outline, Polygon, bbox_of
from odyssee.domain.legends import Commune

OutlineStatus = Literal["schematic", "official"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory(Document):
    """The country of the legends, as `contenus/territoire.yaml` says it."""

    format: Literal[1]
    name: Mapping[str, str]
    """By language."""
    languages: tuple[str, ...]
    default_language: str
    outline_status: OutlineStatus
    outline: Outline
    communes: tuple[Commune, ...]

    @property
    def bbox(self) -> BBox:
        """The box around the outline."""
        return bbox_of(_positions(self.outline))


def _positions(outline: Outline) -> list[LonLat]:
    if isinstance(outline, Polygon):
        return [place for ring in outline.coordinates for place in ring]
    return [place for polygon in outline.coordinates for ring in polygon for place in ring]
