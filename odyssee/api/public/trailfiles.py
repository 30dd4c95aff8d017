"""Trail files: a legend as GeoJSON (RFC 7946) and as GPX 1.1, for maps and hand-held devices."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET  # writes only; what strangers send is read by defusedxml

from odyssee.domain.packs import JsonDocument

GEOJSON = ("application/geo+json", "trail.geojson")
GPX = ("application/gpx+xml", "trail.gpx")

_GPX_NAMESPACE = "http://www.topografix.com/GPX/1/1"


def geojson_trail(legend: Mapping[str, Any]) -> JsonDocument:
    """The stops as a FeatureCollection, and the route unless it is a sketch.

    The member `legend` (a foreign one, RFC 7946, section 6.1) carries what concerns the
    whole: warnings and licence travel with it.
    """
    about = {
        "slug": legend["slug"],
        "title": legend["title"],
        "route_status": legend["route_status"],
        "length_m": legend["length_m"],
        "length_status": legend["length_status"],
        "duration_min": legend["duration_min"],
        "lang": legend["lang"],
        "licence": legend["rights"]["licence"],
        "warnings": legend["warnings"],
    }
    features = [_stop_feature(legend["slug"], stop) for stop in legend["stops"]]
    if legend["route_status"] != "sketch":
        walked = {"type": "Feature", "geometry": legend["route"], "properties": {"kind": "route"}}
        features.insert(0, walked)
    return {
        "type": "FeatureCollection",
        "bbox": legend["bbox"],
        "legend": about,
        "features": features,
    }


def _stop_feature(slug: str, stop: Mapping[str, Any]) -> JsonDocument:
    about = {
        "kind": "stop",
        "legend": slug,
        "slug": stop["slug"],
        "position": stop["position"],
        "title": stop["title"],
        "lang": stop["lang"],
        "directions": stop["directions"],
        "site_status": stop["site"]["status"],
        "precision_m": stop["site"]["precision_m"],
        "place_access": stop["place_access"],
        "radius_m": next((z["radius_m"] for z in stop["zones"] if "radius_m" in z), None),
    }
    return {
        "type": "Feature",
        "id": f"{slug}/{stop['slug']}",
        "geometry": stop["location"],
        "properties": about,
    }


def gpx_trail(legend: Mapping[str, Any], public_url: str) -> bytes:
    """The stops as waypoints; route and track too, unless the route is a sketch.

    Nobody has walked a sketch: a device must not lead along it (contract, legends).
    """
    root = ET.Element("gpx", {"version": "1.1", "creator": "Perche Odyssée"})
    root.set("xmlns", _GPX_NAMESPACE)
    _metadata(root, legend, public_url)
    for stop in legend["stops"]:
        _waypoint(root, "wpt", stop)
    if legend["route_status"] != "sketch":
        route = ET.SubElement(root, "rte")
        ET.SubElement(route, "name").text = xml_text(legend["title"])
        for stop in legend["stops"]:
            _waypoint(route, "rtept", stop)
        track = ET.SubElement(root, "trk")
        ET.SubElement(track, "name").text = xml_text(legend["title"])
        segment = ET.SubElement(track, "trkseg")
        for lon, lat in legend["route"]["coordinates"]:
            ET.SubElement(segment, "trkpt", _at(lon, lat))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _metadata(root: ET.Element, legend: Mapping[str, Any], public_url: str) -> None:
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "name").text = xml_text(legend["title"])
    warnings = " ".join(warning["text"] for warning in legend["warnings"])
    told = f"{warnings} {legend['summary']}".strip()
    ET.SubElement(metadata, "desc").text = xml_text(told)
    holder = ET.SubElement(metadata, "copyright", {"author": legend["rights"]["text_author"]})
    ET.SubElement(holder, "license").text = licence_url(legend["rights"]["licence"])
    link = ET.SubElement(metadata, "link", {"href": f"{public_url}/legends/{legend['slug']}"})
    ET.SubElement(link, "text").text = xml_text(legend["title"])
    west, south, east, north = legend["bbox"]
    box = {"minlat": south, "minlon": west, "maxlat": north, "maxlon": east}
    ET.SubElement(metadata, "bounds", {k: degrees(v) for k, v in box.items()})


def _waypoint(parent: ET.Element, tag: str, stop: Mapping[str, Any]) -> None:
    lon, lat = stop["location"]["coordinates"]
    point = ET.SubElement(parent, tag, _at(lon, lat))
    ET.SubElement(point, "name").text = xml_text(f"{stop['position']}. {stop['title']}")
    if stop["directions"]:
        ET.SubElement(point, "desc").text = xml_text(stop["directions"])
    ET.SubElement(point, "type").text = "stop"


def _at(lon: float, lat: float) -> dict[str, str]:
    return {"lat": degrees(lat), "lon": degrees(lon)}


def degrees(value: float) -> str:
    """Seven decimals at most."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def licence_url(spdx: str) -> str:
    """Where a licence is read, by its SPDX identifier."""
    return f"https://spdx.org/licenses/{spdx}.html"


def xml_text(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot carry."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 0x20)
