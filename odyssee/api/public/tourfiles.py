"""Trail files for others: KML 2.2, DATAtourisme in JSON-LD, the national schema of trails."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET  # writes only; what strangers send is read by defusedxml

from odyssee.api.public.trailfiles import degrees, licence_url, xml_text
from odyssee.domain.packs import JsonDocument

KML = ("application/vnd.google-earth.kml+xml", "trail.kml")
JSONLD = ("application/ld+json", "trail.jsonld")
ITINERARY = ("application/geo+json", "itinerary.geojson")

_KML_NAMESPACE = "http://www.opengis.net/kml/2.2"
_ONTOLOGY = "https://www.datatourisme.fr/ontology/core#"
_DIFFICULTIES = {"easy": "Facile", "moderate": "Intermédiaire", "hard": "Difficile"}
_WHEELS = {"yes": "oui", "partial": "en partie", "no": "non"}
_CONTEXT = {
    "@vocab": _ONTOLOGY,
    "kb": "https://www.datatourisme.fr/resource/core#",
    "schema": "http://schema.org/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "olo": "http://purl.org/ontology/olo/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ebucore": "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#",
    "rdfs:label": {"@id": "rdfs:label", "@container": "@language"},
    "shortDescription": {"@id": "shortDescription", "@container": "@language"},
    "dc:description": {"@id": "dc:description", "@container": "@language"},
    "ebucore:title": {"@id": "ebucore:title", "@container": "@language"},
    "lastUpdate": {"@type": "xsd:date"},
    "duration": {"@type": "xsd:positiveInteger"},
    "tourDistance": {"@type": "xsd:float"},
}
Shape = Mapping[str, Any]
"""A legend as `GET /v1/legends/{slug}` tells it."""


def kml_trail(legend: Shape, public_url: str) -> bytes:
    """The stops as placemarks; the line too, unless the route is a sketch."""
    root = ET.Element("kml", {"xmlns": _KML_NAMESPACE})
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = xml_text(legend["title"])
    warnings = " ".join(warning["text"] for warning in legend["warnings"])
    told = f"{warnings} {legend['summary']}\n{public_url}/legends/{legend['slug']}".strip()
    ET.SubElement(document, "description").text = xml_text(told)
    for stop in legend["stops"]:
        mark = ET.SubElement(document, "Placemark", {"id": stop["slug"]})
        ET.SubElement(mark, "name").text = xml_text(f"{stop['position']}. {stop['title']}")
        if stop["directions"]:
            ET.SubElement(mark, "description").text = xml_text(stop["directions"])
        point = ET.SubElement(mark, "Point")
        ET.SubElement(point, "coordinates").text = _tuple(stop["location"]["coordinates"])
    if legend["route_status"] != "sketch":
        mark = ET.SubElement(document, "Placemark")
        ET.SubElement(mark, "name").text = xml_text(legend["title"])
        line = ET.SubElement(mark, "LineString")
        ET.SubElement(line, "tessellate").text = "1"
        places = " ".join(map(_tuple, legend["route"]["coordinates"]))
        ET.SubElement(line, "coordinates").text = places
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _tuple(place: tuple[float, float]) -> str:
    lon, lat = place
    return f"{degrees(lon)},{degrees(lat)}"


def itinerary(legend: Shape, public_url: str) -> JsonDocument:
    """The trail by the national schema « Itinéraires de randonnée » 1.1.

    A sketch has no feature: the schema knows lines only, and nobody has walked that one.
    """
    features = []
    if legend["route_status"] != "sketch":
        told = _properties(legend, public_url)
        features = [{"type": "Feature", "properties": told, "geometry": legend["route"]}]
    return {
        "type": "FeatureCollection",
        "name": legend["slug"],
        "bbox": legend["bbox"],
        "warnings": legend["warnings"],
        "features": features,
    }


def _properties(legend: Shape, public_url: str) -> JsonDocument:
    stops, practical = legend["stops"], legend["practical"]
    ends_at = stops[0] if legend["loop"] else stops[-1]
    wheels = _WHEELS.get(legend["access"]["wheelchair"])
    notes = [f"Fauteuil roulant : {wheels}."] if wheels else []
    notes += [legend["access"]["notes"]] if legend["access"].get("notes") else []
    return {
        "id_local": legend["slug"],
        "producteur": legend["rights"]["text_author"],
        "url": f"{public_url}/legends/{legend['slug']}",
        "nom_itineraire": legend["title"],
        "pratique": "pédestre",
        "type_itineraire": "boucle" if legend["loop"] else "aller simple",
        "communes_nom": legend["commune"]["name"],
        "communes_code": legend["commune"]["insee"],
        "depart": stops[0]["title"],
        "arrivee": ends_at["title"],
        "duree": round(legend["duration_min"] / 60, 2),
        "longueur": legend["length_m"],
        "difficulte": _DIFFICULTIES[legend["difficulty"]],
        "denivele_positif": practical.get("ascent_m"),
        "instructions": "\n".join(
            f"{stop['position']}. {stop['title']}. {stop['directions'] or ''}".strip()
            for stop in stops
        ),
        "presentation": legend["story"],
        "presentation_courte": legend["summary"],
        "themes": ", ".join(legend["themes"]) or None,
        "recommandations": " ".join(warning["text"] for warning in legend["warnings"]) or None,
        "accessibilite": " ".join(notes) or None,
        "date_modification": legend["published_at"][:10],
        "medias": [*_pictures(legend, public_url), *_sounds(legend, public_url)],
    }


def _pictures(legend: Shape, public_url: str) -> list[JsonDocument]:
    shown = [legend["cover"]] if legend["cover"] else []
    shown += [image for stop in legend["stops"] for image in stop["illustrations"]]
    return [
        {
            "type_media": "image",
            "url": public_url + _largest(image)["src"],
            "titre": image["alt"],
            "auteur": image["credit"],
            "licence": image["licence"],
        }
        for image in shown
        if image["renditions"]
    ]


def _largest(image: Mapping[str, Any]) -> Mapping[str, Any]:
    widely_read = [one for one in image["renditions"] if one["type"] == "image/jpeg"]
    found: Mapping[str, Any] = max(widely_read or image["renditions"], key=lambda r: r["width"])
    return found


def _sounds(legend: Shape, public_url: str) -> list[JsonDocument]:
    return [
        {
            "type_media": "audio",
            "url": public_url + stop["narration"]["renditions"][0]["src"],
            "titre": stop["title"],
            "auteur": legend["rights"]["text_author"],
            "licence": legend["rights"]["licence"],
        }
        for stop in legend["stops"]
        if stop["narration"] and stop["narration"]["renditions"]
    ]


def jsonld_trail(legends: Mapping[str, Shape], public_url: str) -> JsonDocument:
    """The trail in the terms of DATAtourisme, with the words of every language.

    Args:
        legends: The same legend by language; French is among them.
        public_url: Where visitors find this server; names are made below it.
    """
    legend = legends["fr"]
    here = f"{public_url}/legends/{legend['slug']}"
    described = {
        "@type": ["Description"],
        "shortDescription": _words(legends, "summary"),
        "dc:description": {lang: [_with_warnings(one)] for lang, one in legends.items()},
    }
    told: JsonDocument = {
        "@context": _CONTEXT,
        "@id": here,
        "@type": ["WalkingTour", "Tour", "PointOfInterest"],
        "dc:identifier": legend["slug"],
        "rdfs:label": _words(legends, "title"),
        "lastUpdate": legend["published_at"][:10],
        "availableLanguage": legend["languages"],
        "hasDescription": [described],
        "duration": legend["duration_min"],
        "tourDistance": float(legend["length_m"]),
        "hasPracticeCondition": [_condition(legend)],
        "isLocatedAt": [_place(legend["start"], legend["commune"])],
        "hasBeenCreatedBy": {
            "@type": ["Agent", "schema:Organization"],
            "schema:legalName": legend["rights"]["text_author"],
        },
        "schema:license": licence_url(legend["rights"]["licence"]),
        "olo:length": len(legend["stops"]),
        "olo:slot": [_slot(legends, index, here) for index in range(len(legend["stops"]))],
    }
    if legend["loop"]:  # the ontology has no word that we know for a trail that ends elsewhere
        told["hasTourType"] = [{"@id": "kb:Loop", "@type": ["TourType"]}]
    if legend["cover"] and legend["cover"]["renditions"]:
        told["hasMainRepresentation"] = [_representation(legends, public_url)]
    return told


def _condition(legend: Shape) -> JsonDocument:
    told: JsonDocument = {"@type": ["PracticeCondition"], "duration": legend["duration_min"]}
    if legend["difficulty"] == "easy":
        told["hasDifficultyLevel"] = [{"@id": "kb:EasyTour"}]
    return told


def _slot(legends: Mapping[str, Shape], index: int, here: str) -> JsonDocument:
    stop = legends["fr"]["stops"][index]
    words = {lang: [legend["stops"][index]["title"]] for lang, legend in legends.items()}
    path = {
        "@id": f"{here}/stops/{stop['slug']}",
        "@type": ["TourPath"],
        "rdfs:label": words,
        "isLocatedAt": [_place(stop["location"], None)],
    }
    return {"@type": ["olo:Slot"], "olo:index": index + 1, "olo:item": path}


def _place(point: Mapping[str, Any], commune: Mapping[str, str] | None) -> JsonDocument:
    lon, lat = point["coordinates"]
    place: JsonDocument = {
        "@type": ["Place", "schema:Place"],
        "schema:geo": {
            "@type": ["schema:GeoCoordinates"],
            "schema:latitude": degrees(lat),
            "schema:longitude": degrees(lon),
        },
    }
    if commune is not None:
        city = {
            "@id": f"kb:{commune['insee']}",
            "@type": ["City"],
            "insee": commune["insee"],
            "rdfs:label": {"fr": [commune["name"]]},
        }
        place["schema:address"] = [
            {
                "@type": ["PostalAddress", "schema:PostalAddress"],
                "schema:addressLocality": commune["name"],
                "hasAddressCity": city,
            }
        ]
    return place


def _representation(legends: Mapping[str, Shape], public_url: str) -> JsonDocument:
    cover = legends["fr"]["cover"]
    titles = {lang: [legend["cover"]["alt"]] for lang, legend in legends.items() if legend["cover"]}
    about = {
        "@type": ["ebucore:Annotation"],
        "ebucore:title": titles,
        "ebucore:isCoveredBy": cover["licence"],
        "credits": [cover["credit"]] if cover["credit"] else [],
    }
    source = {
        "@type": ["ebucore:Resource"],
        "ebucore:locator": [public_url + _largest(cover)["src"]],
    }
    return {
        "@type": ["ebucore:EditorialObject"],
        "ebucore:hasAnnotation": [about],
        "ebucore:hasRelatedResource": [source],
    }


def _with_warnings(legend: Shape) -> str:
    """The story after what has to be known before one starts, as in every export."""
    return "\n\n".join([*(warning["text"] for warning in legend["warnings"]), legend["story"]])


def _words(legends: Mapping[str, Shape], key: str) -> dict[str, list[str]]:
    return {lang: [legend[key]] for lang, legend in legends.items()}
