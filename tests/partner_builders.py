"""A real HTTP server that speaks as a Geotrek and as a Tourinsoft do, and their rows."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from odyssee.actions.tools import Tools
from odyssee.domain.amenities import Amenity, Contact
from odyssee.domain.geo import LonLat
from odyssee.domain.partners import Partner

PORTE = (0.91361, 48.26944)
"""The first stop of the legend of most tests."""
LICENCE = "etalab-2.0"
Rows = list[Any]


def a_poi(number: int = 12, **changes: Any) -> dict[str, Any]:
    """A sight, as a Geotrek tells it."""
    known = {
        "id": number,
        "name": {"fr": f"L’Étang de l’Herbage-Œuvré {number}", "en": f"Herbage pond {number}"},
        "description": {"fr": "<p>On y entend <b>pleurer</b>&nbsp;: * la Dame *.</p>", "en": None},
        "geometry": {"type": "Point", "coordinates": [*PORTE, 187.0]},
        "type_label": {"fr": "Patrimoine", "en": "Heritage"},
        "published": {"fr": True, "en": False},
        "url": f"https://rando.example/api/v2/poi/{number}/",
        "update_datetime": "2025-06-01T10:00:00Z",
    }
    return known | changes


def a_car_park(number: int = 40, **changes: Any) -> dict[str, Any]:
    """A practical one among the POIs."""
    known = {
        "name": {"fr": "Place de l’Église"},
        "description": {"fr": "<p>Dix places.</p>"},
        "type_label": {"fr": "Parking"},
    }
    return a_poi(number, **(known | changes))


def a_trek(number: int = 7, **changes: Any) -> dict[str, Any]:
    """A trek past the first stop of most tests."""
    lon, lat = PORTE
    line = [[lon + step / 1_000, lat + step / 4_000, 180.5] for step in range(-4, 9)]
    known = {
        "id": number,
        "name": {"fr": "Le chemin de la Dame", "en": "The Lady's way"},
        "description": {"fr": "<ol><li>Prendre à gauche.</li><li>Descendre.</li></ol>"},
        "description_teaser": {"fr": "<p>Par les étangs.</p>"},
        "ambiance": {"fr": ""},
        "geometry": {"type": "LineString", "coordinates": line},
        "duration": 2.5,
        "ascent": 120,
        "departure_city": 3,
        "departure_city_code": "28407",
        "advised_parking": {"fr": "Devant l’église"},
        "parking_location": [lon, lat],
        "published": {"fr": True, "en": True},
        "url": f"https://rando.example/api/v2/trek/{number}/",
        "update_datetime": "2025-06-01T10:00:00Z",
    }
    return known | changes


def a_content(number: int = 3, **changes: Any) -> dict[str, Any]:
    """A host, as a Geotrek tells it."""
    known = {
        "id": number,
        "name": {"fr": "Gîte du Perche"},
        "description": {"fr": "<p>Six chambres.</p>"},
        "description_teaser": {"fr": ""},
        "category": 1,
        "geometry": {"type": "Point", "coordinates": [0.915, 48.27]},
        "practical_info": {"fr": "<b>Ouvert</b> toute l’année"},
        "contact": "Le Bourg, 28480 Vichères",
        "email": "gite@perche.example",
        "website": "https://gite.perche.example",
        "published": {"fr": True},
        "url": f"https://rando.example/api/v2/touristiccontent/{number}/",
        "update_datetime": "2025-06-01T10:00:00Z",
    }
    return known | changes


def an_offer(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A hotel, as a Tourinsoft syndication tells it."""
    known = {
        "SyndicObjectID": f"HOTCEN028001{number:04d}",
        "SyndicObjectName": "Hôtel du Perche",
        "Updated": "/Date(1546457575113)/",
        "GmapLatitude": "48.2700000",
        "GmapLongitude": "0.9140000",
        "ObjectTypeName": "Hôtellerie",
        "AdresseComplete": "Rue de la Bruyère|||28400|NOGENT-LE-ROTROU|28280",
        "MoyenDeCom": "Téléphone filaire|02 37 00 00 00#Mél|hotel@perche.example"
        "#Site web (URL)|http://www.hotel.example",
        "PeriodeOuverture": "01/01/2025|21/07/2025|08:00|15:00|18:00|22:00|Mardi$Mercredi|Lundi",
        "DescriptionCommerciale": "Trente chambres <br>au calme.",
        "Classification": "Hôtels",
    }
    return known | changes


def an_amenity(number: int = 1, **changes: Any) -> Amenity:
    """A hotel, as it is kept."""
    known: dict[str, Any] = {
        "partner_kind": "tourinsoft",
        "partner": "cdt28",
        "external_id": f"HOT{number}",
        "kind": "lodging",
        "place": LonLat(0.9136123, 48.2694411),
        "name": {"fr": f"L’Été à Œuvré {number}", "en": "Summer"},
        "text": {"fr": "Sous l’église."},
        "contact": Contact(phone="02 37 00 00 00"),
        "told_at": "2025-01-01T00:00:00Z",
    }
    return Amenity(**(known | changes))


@dataclass
class Shared:
    """What the server tells, and what it was asked."""

    collections: dict[str, Rows] = field(default_factory=dict)
    """Of the Geotrek, by name; one that is not there is a 404."""
    offers: Rows = field(default_factory=list)
    raw: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    """Whole answers by path, before everything else."""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def partners(self) -> tuple[Partner, ...]:
        """The server under the names of both."""
        geotrek = Partner(kind="geotrek", name="rando", url=self.url, licence=LICENCE)
        feed = f"{self.url}/api/syndications/cdt28"
        return geotrek, Partner(kind="tourinsoft", name="cdt28", url=feed)


def a_shared(**changes: Any) -> Shared:
    """One row of each."""
    collections = {
        "touristiccontent_category": [{"id": 1, "label": {"fr": "Hébergements"}}],
        "trek": [a_trek()],
        "poi": [a_poi(), a_car_park()],
        "touristiccontent": [a_content()],
        "informationdesk": [],
    }
    return replace(Shared(collections=collections, offers=[an_offer()]), **changes)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: who asks may leave an answer that it does not want unread."""


@contextmanager
def partner_server(shared: Shared, certified: ssl.SSLContext | None = None) -> Iterator[Shared]:
    """The server on loopback for as long as the block lasts, over TLS where it is certified."""
    server = _Server(("127.0.0.1", 0), _answering(shared))
    shared.url = f"http://127.0.0.1:{server.server_port}"
    if certified is not None:
        server.socket = certified.wrap_socket(server.socket, server_side=True)
        shared.url = shared.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield shared
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_partners(tools: Tools, shared: Shared) -> Tools:
    """The desk, with the server in its settings."""
    desk = replace(tools.desk, partners=shared.partners, asks_private=True)
    return replace(tools, curation=desk)


def _answering(shared: Shared) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            shared.asked.append(self.path)
            parts = urlsplit(self.path)
            status, headers, body = _answer(shared, parts.path, parse_qs(parts.query))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    return Answering


def _answer(
    shared: Shared, path: str, query: Mapping[str, list[str]]
) -> tuple[int, Mapping[str, str], bytes]:
    if path in shared.raw:
        return shared.raw[path]
    kind = {"Content-Type": "application/json"}
    if path == "/api/syndications/cdt28":
        skip, top = int(query["$skip"][0]), int(query["$top"][0])
        page: dict[str, Any] = {
            "odata.count": str(len(shared.offers)),
            "value": shared.offers[skip : skip + top],
        }
        return 200, kind, json.dumps(page).encode()
    collection = path.removeprefix("/api/v2/").rstrip("/")
    rows = shared.collections.get(collection)
    if rows is None:
        return 404, kind, b"{}"
    size, number = int(query["page_size"][0]), int(query["page"][0])
    asked = [_cut(row, query["fields"][0].split(",")) for row in rows]
    following = (
        f"http://elsewhere.example/?page={number + 1}" if size * number < len(rows) else None
    )
    page = {
        "count": len(rows),
        "next": following,
        "previous": None,
        "results": asked[size * (number - 1) : size * number],
    }
    return 200, kind, json.dumps(page).encode()


def _cut(row: Any, fields: list[str]) -> Any:
    """Only what was asked for, as the real one does."""
    return {name: row[name] for name in fields if name in row} if isinstance(row, dict) else row
