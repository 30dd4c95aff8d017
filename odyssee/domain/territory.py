"""The territory: its name, its languages, its outline, its communes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    pronunciations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language, names as they are written and as the synthetic voice has to read them;
    the folder keeps them in a file of their own."""

    @property
    def bbox(self) -> BBox:
        """The box around the outline."""
        return bbox_of(_positions(self.outline))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon(Document):
    """How names are said, as `contenus/prononciation.yaml` has it."""

    format: Literal[1]
    words: Mapping[str, Mapping[str, str]]
    """By language, a name as it is written, and its respelling."""


def _positions(outline: Outline) -> list[LonLat]:
    if isinstance(outline, Polygon):
        return [place for ring in outline.coordinates for place in ring]
    return [place for polygon in outline.coordinates for ring in polygon for place in ring]
