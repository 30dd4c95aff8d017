"""The JSON Schema of `legende.yaml` and of the front matters, for editors and importers."""

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from odyssee.content.legend_folder import FORM
from odyssee.content.texts import LEGEND_FORM, STOP_FORM
from odyssee.domain.checks import INSEE, MAX_STOPS, MAX_ZONES, WARNING_CODES
from odyssee.domain.game_checks import MIN_CHOICES
from odyssee.domain.geo import Document
from odyssee.domain.slugs import MAX_SLUG, SLUG
from odyssee.domain.text_checks import MAX_SUMMARY
from odyssee.domain.zone_checks import MAX_RADIUS_M, MIN_RADIUS_M

SCHEMA_ID = "https://perche-odyssee.fr/openapi/legende.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_SLUG: Schema = {"pattern": f"^{SLUG.pattern}$", "maxLength": MAX_SLUG}
_URL: Schema = {"pattern": r"^https?://[^\s<>\"\\]+$"}
_FILLED: Schema = {"pattern": r"\S"}

BOUNDS: Mapping[str, Schema] = {
    "Legend/slug": _SLUG,
    "Legend/window": {"minimum": 1, "maximum": 10},
    "Legend/duration_min": {"minimum": 5, "maximum": 600},
    "Legend/themes": {"items": {"type": "string", **_SLUG}, "uniqueItems": True},
    "Legend/stops": {"minItems": 1, "maxItems": MAX_STOPS},
    "Commune/insee": {"pattern": f"^{INSEE.pattern}$"},
    "Audience/min_age": {"minimum": 0, "maximum": 18},
    "Route/line": {"minItems": 2},
    "TrailWarning/code": {"enum": sorted(WARNING_CODES)},
    "Practical/ascent_m": {"minimum": 0, "maximum": 5000},
    "Rights/text_author": _FILLED,
    "Rights/licence": _FILLED,
    "Source/key": _SLUG,
    "Source/title": _FILLED,
    "Source/url": _URL,
    "OpeningLink/url": _URL,
    "Stop/slug": _SLUG,
    "Stop/zones": {"minItems": 1, "maxItems": MAX_ZONES},
    "Site/precision_m": {"minimum": 0.1, "maximum": 50000},
    "Zone/id": _SLUG,
    "Zone/layer": _SLUG,
    "Zone/radius_m": {"minimum": MIN_RADIUS_M, "maximum": MAX_RADIUS_M},
    "Zone/dwell_s": {"minimum": 0, "maximum": 3600},
    "Zone/prefetch_m": {"minimum": 0, "maximum": 5000},
    "Zone/priority": {"minimum": -100, "maximum": 100},
    "Zone/cooldown_s": {"minimum": 0, "maximum": 86400},
    "LineString/coordinates": {"minItems": 2},
    "Polygon/coordinates": {"minItems": 1, "maxItems": 1},
    "Focal/x": {"minimum": 0, "maximum": 1},
    "Focal/y": {"minimum": 0, "maximum": 1},
    "RiddleKey/answer_ids": {"minItems": 1},
    "RiddleText/choices": {"minItems": MIN_CHOICES},
    "InvitationText/text": _FILLED,
    "InvitationChoice/text": _FILLED,
    "InvitationChoice/reply": _FILLED,
    "LegendFrontMatter/title": _FILLED,
    "LegendFrontMatter/summary": {**_FILLED, "maxLength": MAX_SUMMARY},
    "StopFrontMatter/title": _FILLED,
}
"""What the rules of `domain.checks` bound, by type and key."""

TITLES: Mapping[str, str] = {
    "Legend": "Légende",
    "Commune": "Commune",
    "Audience": "Public",
    "Access": "Accessibilité",
    "Route": "Tracé du parcours",
    "TrailWarning": "Avertissement",
    "Practical": "Renseignements pratiques",
    "Rights": "Droits et sources",
    "Source": "Source d’un fait",
    "Cover": "Couverture",
    "Focal": "Point de l’image qui reste visible quand elle est recadrée",
    "Stop": "Étape",
    "Site": "Connaissance du lieu",
    "OpeningLink": "Horaires d’ouverture",
    "Zone": "Zone qui éveille l’étape",
    "Point": "Point GeoJSON",
    "LineString": "Ligne GeoJSON",
    "Polygon": "Polygone GeoJSON",
    "LonLat": "Position : longitude, latitude",
    "IllustrationFile": "Fichier d’illustration",
    "NarrationFile": "Enregistrement",
    "RiddleKey": "Réponses de l’énigme",
    "IllustrationText": "Illustration décrite",
    "InvitationText": "Invitation",
    "InvitationChoice": "Manière d’écouter",
    "RiddleText": "Énigme",
    "RiddleChoice": "Réponse proposée",
    "LegendFrontMatter": "En-tête de <langue>/legende.md",
    "StopFrontMatter": "En-tête de <langue>/NN-<étape>.md",
}
"""French titles, which editors show."""


def legend_schema() -> Schema:
    """JSON Schema 2020-12 of `legende.yaml`.

    `$defs` also holds `LegendFrontMatter` and `StopFrontMatter`. The rules that
    a schema cannot say (sources that exist, rings that close, riddles that
    agree) are told by `odyssee check`.
    """
    root = _without_definitions(FORM.schema)
    definitions = {
        **FORM.schema["$defs"],
        **LEGEND_FORM.schema.get("$defs", {}),
        **STOP_FORM.schema.get("$defs", {}),
        "LegendFrontMatter": _without_definitions(LEGEND_FORM.schema),
        "StopFrontMatter": _without_definitions(STOP_FORM.schema),
    }
    root, definitions = json.loads(json.dumps([root, definitions]))
    for name in ("LegendText", "StopText"):  # their front matters stand for them
        definitions.pop(name)
    words = _words_by_type()
    for name, schema in {"Legend": root, **definitions}.items():
        _describe(schema, words.get(name.replace("FrontMatter", "Text"), {}))
        _refine(name, schema)
    definitions["Zone"].update(_radius_rule())
    definitions["LonLat"]["prefixItems"] = [
        {"title": "Longitude", "type": "number", "minimum": -180, "maximum": 180},
        {"title": "Latitude", "type": "number", "minimum": -90, "maximum": 90},
    ]
    return {
        "$schema": DIALECT,
        "$id": SCHEMA_ID,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The file `openapi/legende.schema.json`."""
    return json.dumps(legend_schema(), ensure_ascii=False, indent=2) + "\n"


def _without_definitions(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "$defs"}


def _refine(name: str, schema: Schema) -> None:
    """Put the title in French, drop those made from names, add the bounds."""
    schema["title"] = TITLES[name]
    for key, below in schema.get("properties", {}).items():
        below.pop("title", None)
        bounds = BOUNDS.get(f"{name}/{key}", {})
        branches = [b for b in below.get("anyOf", []) if b.get("type") != "null"]
        (branches[0] if branches else below).update(bounds)


def _words_by_type() -> dict[str, Mapping[str, str]]:
    """What stands under the attributes of each document, by the type's name.

    Read here and not by pydantic, which would read all the sources whenever a program starts.
    """
    return {kind.__name__: dict(_words_under(kind)) for kind in Document.__subclasses__()}


def _words_under(kind: type[Document]) -> Iterator[tuple[str, str]]:
    (described,) = ast.parse(inspect.getsource(kind)).body
    for named, words in pairwise(described.body if isinstance(described, ast.ClassDef) else []):
        match named, words:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)


def _describe(schema: Schema, words: Mapping[str, str]) -> None:
    properties = schema.get("properties", {})
    for key in words.keys() & properties.keys():
        described = {**properties[key], "description": words[key]}
        properties[key] = dict(sorted(described.items()))


def _radius_rule() -> Schema:
    polygon = {"properties": {"shape": {"properties": {"type": {"const": "Polygon"}}}}}
    forbidden = {"properties": {"radius_m": {"type": "null"}}}
    return {"if": polygon, "then": forbidden, "else": {"required": ["radius_m"]}}
