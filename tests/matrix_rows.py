"""A valid request for every operation of the API, and what it gives to who may make it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desk_builders import PASSWORD, email_of
from media_builders import a_png

TUS = {"Tus-Resumable": "1.0.0"}
LEGEND = "/v1/legends/dame-de-riants"
DRAFT = "/admin/v1/legends/dame-de-riants"
PACK = "/v1/packs/dame-de-riants"
KIOSK_CODE = "00000-00000-00000-00000-00000"
"""The code of the number 0, of a kiosk that waits for it."""


@dataclass(frozen=True)
class Ids:
    """What rows name in their addresses."""

    person: str
    """Somebody of the first office, at version 1."""
    token: str
    """A token of whose things are asked for."""
    sha256: str
    """A published object."""
    territory: str
    """The territory document that is in force, by its SHA-256."""
    asset: str
    """A medium, at version 1."""
    rendition: str
    """An encoded form of it."""
    sound: str
    """Another medium, that is a sound."""
    job: int
    """The job that encoded it."""
    closure: str
    """A closure of the published legend."""
    service: str
    """A service near the published legend, at version 1."""
    comment: str
    """A remark on the draft."""
    upload: str
    """An upload by pieces that waits for its first byte."""
    kiosk: str
    """A kiosk that waits for its code, at version 1."""
    draft: str
    """A draft that is not published, with the stops `etape-1` and `etape-2`."""
    report: str
    """A report of the published legend, at version 1."""


@dataclass(frozen=True)
class Row:
    """How an operation is asked for."""

    status: int
    """The answer to who may."""
    path: Callable[[Ids], str]
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    """A body that is not JSON."""
    files: Mapping[str, tuple[str, bytes]] | None = None
    """The file of a form, instead of a JSON body."""
    code: str | None = None
    """Of the problem, where even who may is refused."""


ANY = {"If-Match": "*"}
A_TRAIL = b'<gpx><wpt lat="48.27" lon="0.91"/></gpx>'
"""Whatever stands there."""


def _of_draft(path: str = "") -> Callable[[Ids], str]:
    return lambda ids: f"/admin/v1/legends/{ids.draft}{path}"


def _at(path: str) -> Callable[[Ids], str]:
    return lambda _ids: path


ROWS: Mapping[str, Row] = {
    "GET /healthz": Row(200, _at("/healthz")),
    "GET /readyz": Row(200, _at("/readyz")),
    "GET /v1/territory": Row(200, _at("/v1/territory")),
    "GET /v1/legends": Row(200, _at("/v1/legends?near=0.9,48.2")),
    "GET /v1/legends/{slug}": Row(200, _at(LEGEND)),
    "GET /v1/legends/{slug}/stops/{stop}": Row(200, _at(f"{LEGEND}/stops/etape-1")),
    "GET /v1/legends/{slug}/trail.geojson": Row(200, _at(f"{LEGEND}/trail.geojson")),
    "GET /v1/legends/{slug}/trail.gpx": Row(200, _at(f"{LEGEND}/trail.gpx")),
    "GET /v1/legends/{slug}/trail.kml": Row(200, _at(f"{LEGEND}/trail.kml")),
    "GET /v1/legends/{slug}/trail.jsonld": Row(200, _at(f"{LEGEND}/trail.jsonld")),
    "GET /v1/legends/{slug}/itinerary.geojson": Row(200, _at(f"{LEGEND}/itinerary.geojson")),
    "GET /v1/packs": Row(200, _at("/v1/packs")),
    "GET /v1/packs/{slug}/manifest.json": Row(200, _at(f"{PACK}/manifest.json")),
    "GET /v1/packs/{slug}/{revision}/manifest.json": Row(200, _at(f"{PACK}/1/manifest.json")),
    "GET /v1/packs/{slug}/pack.zip": Row(200, _at(f"{PACK}/pack.zip")),
    "GET /v1/tuf/{path}": Row(200, lambda ids: f"/v1/tuf/targets/{ids.territory}.territory.json"),
    "GET /v1/objects/{sha256}": Row(200, lambda ids: f"/v1/objects/{ids.sha256}"),
    "POST /v1/legends/{slug}/proximity": Row(
        200, _at(f"{LEGEND}/proximity"), {"fixes": [], "here": "etape-1"}
    ),
    "POST /v1/geofences": Row(200, _at("/v1/geofences"), {"lon": 0.9, "lat": 48.2}),
    "POST /v1/visits": Row(
        202, _at("/v1/visits"), {"batch_id": "8d3c1c9e-65d2-4f0b-9a43-1f1b2f0f6a11", "events": []}
    ),
    "POST /v1/reports": Row(
        201,
        _at("/v1/reports"),
        {"legend": "dame-de-riants", "stop": "etape-1", "kind": "too_late", "lang": "fr"},
    ),
    "POST /admin/v1/session": Row(
        200,
        _at("/admin/v1/session"),
        {"email": email_of("contributor"), "password": PASSWORD},
    ),
    "DELETE /admin/v1/session": Row(204, _at("/admin/v1/session")),
    "GET /admin/v1/me": Row(200, _at("/admin/v1/me")),
    "POST /admin/v1/me/password": Row(
        204,
        _at("/admin/v1/me/password"),
        {"old": PASSWORD, "new": "la fontaine aux trois pucelles"},
    ),
    "POST /admin/v1/me/otp": Row(200, _at("/admin/v1/me/otp")),
    "GET /admin/v1/tokens": Row(200, _at("/admin/v1/tokens")),
    "POST /admin/v1/tokens": Row(201, _at("/admin/v1/tokens"), {"name": "export"}),
    "DELETE /admin/v1/tokens/{token_id}": Row(204, lambda ids: f"/admin/v1/tokens/{ids.token}"),
    "GET /admin/v1/people": Row(200, _at("/admin/v1/people")),
    "POST /admin/v1/people": Row(
        201,
        _at("/admin/v1/people"),
        {"email": "berthe@perche.example", "role": "editor", "office": "thiron"},
    ),
    "GET /admin/v1/people/{person_id}": Row(200, lambda ids: f"/admin/v1/people/{ids.person}"),
    "PATCH /admin/v1/people/{person_id}": Row(
        200,
        lambda ids: f"/admin/v1/people/{ids.person}",
        {"name": "Mathurin"},
        {"If-Match": '"1"'},
    ),
    "POST /admin/v1/people/{person_id}/reset": Row(
        200, lambda ids: f"/admin/v1/people/{ids.person}/reset"
    ),
    "GET /admin/v1/offices": Row(200, _at("/admin/v1/offices")),
    "POST /admin/v1/offices": Row(
        201, _at("/admin/v1/offices"), {"slug": "authon", "name": "Office d’Authon"}
    ),
    "POST /admin/v1/media": Row(
        202, _at("/admin/v1/media"), files={"file": ("porte.png", a_png())}
    ),
    "GET /admin/v1/media": Row(200, _at("/admin/v1/media")),
    "GET /admin/v1/media/{asset_id}": Row(200, lambda ids: f"/admin/v1/media/{ids.asset}"),
    "GET /admin/v1/media/{asset_id}/renditions/{sha256}": Row(
        200, lambda ids: f"/admin/v1/media/{ids.asset}/renditions/{ids.rendition}"
    ),
    "GET /admin/v1/media/{asset_id}/captions.vtt": Row(
        200, lambda ids: f"/admin/v1/media/{ids.sound}/captions.vtt"
    ),
    "PATCH /admin/v1/media/{asset_id}": Row(
        200,
        lambda ids: f"/admin/v1/media/{ids.asset}",
        {"alt": {"fr": "La porte murée"}},
        {"If-Match": '"1"'},
    ),
    "DELETE /admin/v1/media/{asset_id}": Row(
        204, lambda ids: f"/admin/v1/media/{ids.asset}", headers={"If-Match": '"1"'}
    ),
    "OPTIONS /admin/v1/media/uploads": Row(204, _at("/admin/v1/media/uploads")),
    "POST /admin/v1/media/uploads": Row(
        201, _at("/admin/v1/media/uploads"), headers={**TUS, "Upload-Length": "5"}
    ),
    "GET /admin/v1/media/uploads/{upload_id}": Row(
        200, lambda ids: f"/admin/v1/media/uploads/{ids.upload}"
    ),
    "PATCH /admin/v1/media/uploads/{upload_id}": Row(
        204,
        lambda ids: f"/admin/v1/media/uploads/{ids.upload}",
        headers={
            **TUS,
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        },
        content=b"\x89PN",
    ),
    "DELETE /admin/v1/media/uploads/{upload_id}": Row(
        204, lambda ids: f"/admin/v1/media/uploads/{ids.upload}", headers=TUS
    ),
    "GET /admin/v1/jobs/{job_id}": Row(200, lambda ids: f"/admin/v1/jobs/{ids.job}"),
    "POST /admin/v1/imports": Row(
        200, _at("/admin/v1/imports"), files={"file": ("chemin.gpx", A_TRAIL)}
    ),
    "GET /admin/v1/legends/{slug}/export.zip": Row(200, _at(f"{DRAFT}/export.zip")),
    "GET /admin/v1/kiosks": Row(200, _at("/admin/v1/kiosks")),
    "POST /admin/v1/kiosks": Row(201, _at("/admin/v1/kiosks"), {"name": "Hall de la gare"}),
    "GET /admin/v1/kiosks/{kiosk_id}": Row(200, lambda ids: f"/admin/v1/kiosks/{ids.kiosk}"),
    "PATCH /admin/v1/kiosks/{kiosk_id}": Row(
        200,
        lambda ids: f"/admin/v1/kiosks/{ids.kiosk}",
        {"name": "Hall de l’hôtel de ville"},
        {"If-Match": '"1"'},
    ),
    "DELETE /admin/v1/kiosks/{kiosk_id}": Row(
        204, lambda ids: f"/admin/v1/kiosks/{ids.kiosk}", headers={"If-Match": '"1"'}
    ),
    "POST /admin/v1/kiosks/{kiosk_id}/code": Row(
        201, lambda ids: f"/admin/v1/kiosks/{ids.kiosk}/code"
    ),
    "POST /kiosk/v1/enrolments": Row(
        201,
        _at("/kiosk/v1/enrolments"),
        {"code": KIOSK_CODE, "public_key": "A" * 43, "name": "borne-1"},
    ),
    "GET /kiosk/v1/nonce": Row(200, _at("/kiosk/v1/nonce")),
    # Nobody of the office has a kiosk's key: tests/api/kiosk asks with one.
    "POST /kiosk/v1/counts": Row(
        200, _at("/kiosk/v1/counts"), {"epoch": "e", "seq": 1, "counts": []}
    ),
    "POST /kiosk/v1/health": Row(200, _at("/kiosk/v1/health"), {"packs": {}, "content": "none"}),
    "GET /admin/v1/legends/{slug}/closures": Row(200, _at(f"{DRAFT}/closures")),
    "POST /admin/v1/legends/{slug}/closures": Row(
        201, _at(f"{DRAFT}/closures"), {"kind": "flood", "text": {"fr": "L’Huisne déborde."}}
    ),
    "DELETE /admin/v1/legends/{slug}/closures/{closure_id}": Row(
        204, lambda ids: f"{DRAFT}/closures/{ids.closure}"
    ),
    "GET /v1/legends/{slug}/services": Row(200, _at(f"{LEGEND}/services?kind=food")),
    "POST /admin/v1/imports/geotrek": Row(
        200, _at("/admin/v1/imports/geotrek"), {"source": "rando"}
    ),
    "POST /admin/v1/imports/tourinsoft": Row(
        200, _at("/admin/v1/imports/tourinsoft?dry_run=true"), {"source": "cdt28"}
    ),
    "GET /admin/v1/services": Row(200, _at("/admin/v1/services?kind=lodging")),
    "GET /admin/v1/services/{service_id}": Row(
        200, lambda ids: f"/admin/v1/services/{ids.service}"
    ),
    "PATCH /admin/v1/services/{service_id}": Row(
        200,
        lambda ids: f"/admin/v1/services/{ids.service}",
        {"hidden": True},
        {"If-Match": '"1"'},
    ),
    "POST /admin/v1/packs": Row(202, _at("/admin/v1/packs")),
    "DELETE /admin/v1/legends/{slug}/publication": Row(202, _at(f"{DRAFT}/publication")),
    "POST /admin/v1/legends": Row(201, _at("/admin/v1/legends"), {"slug": "la-mare-aux-fees"}),
    "GET /admin/v1/legends/{slug}": Row(200, _of_draft()),
    "PATCH /admin/v1/legends/{slug}": Row(200, _of_draft(), {"loop": True}, ANY),
    "DELETE /admin/v1/legends/{slug}": Row(204, _of_draft(), headers=ANY),
    "POST /admin/v1/legends/{slug}/stops": Row(
        201, _of_draft("/stops"), {"texts": {"fr": {"title": "Le gué"}}}
    ),
    "GET /admin/v1/legends/{slug}/stops/{stop}": Row(200, _of_draft("/stops/etape-1")),
    "PATCH /admin/v1/legends/{slug}/stops/{stop}": Row(
        200, _of_draft("/stops/etape-1"), {"place_access": "ticket"}, ANY
    ),
    "DELETE /admin/v1/legends/{slug}/stops/{stop}": Row(
        204, _of_draft("/stops/etape-1"), headers=ANY
    ),
    "GET /admin/v1/legends/{slug}/order": Row(200, _of_draft("/order")),
    "PUT /admin/v1/legends/{slug}/order": Row(
        200, _of_draft("/order"), {"stops": ["etape-2", "etape-1"]}, ANY
    ),
    "POST /admin/v1/legends/{slug}/stops/{stop}/survey": Row(
        200, _of_draft("/stops/etape-1/survey"), {"fixes": [{"lon": 0.91, "lat": 48.27}] * 20}
    ),
    "PUT /admin/v1/legends/{slug}/route": Row(
        200,
        _of_draft("/route"),
        {"type": "LineString", "coordinates": [[0.91, 48.27], [0.92, 48.27]]},
        ANY,
    ),
    "GET /admin/v1/legends/{slug}/history": Row(200, _of_draft("/history")),
    "POST /admin/v1/legends/{slug}/undo": Row(200, _of_draft("/undo"), {"version": 1}, ANY),
    "GET /admin/v1/reports": Row(200, _at("/admin/v1/reports")),
    "GET /admin/v1/reports/summary": Row(200, _at("/admin/v1/reports/summary")),
    "GET /admin/v1/reports/{report_id}": Row(200, lambda ids: f"/admin/v1/reports/{ids.report}"),
    "PATCH /admin/v1/reports/{report_id}": Row(
        200,
        lambda ids: f"/admin/v1/reports/{ids.report}",
        {"state": "triaged"},
    ),
    "GET /admin/v1/statistics": Row(200, _at("/admin/v1/statistics?by=stop")),
    "GET /admin/v1/legends/{slug}/check": Row(200, _of_draft("/check")),
    "POST /admin/v1/legends/{slug}/simulation": Row(
        200, _of_draft("/simulation"), {"synthetic": {"sigma_m": 0, "sampling_s": 30}}
    ),
    "GET /admin/v1/legends/{slug}/revisions": Row(200, _of_draft("/revisions")),
    "GET /admin/v1/legends/{slug}/revisions/{number}": Row(200, _of_draft("/revisions/1")),
    "GET /admin/v1/legends/{slug}/revisions/{number}/diff": Row(
        200, _of_draft("/revisions/1/diff?against=draft")
    ),
    "GET /admin/v1/legends": Row(200, _at("/admin/v1/legends?state=published&q=dame")),
    "POST /admin/v1/legends/{slug}/review": Row(200, _of_draft("/review"), {"action": "submit"}),
    "GET /admin/v1/legends/{slug}/comments": Row(200, _of_draft("/comments")),
    "POST /admin/v1/legends/{slug}/comments": Row(
        201, _of_draft("/comments"), {"where": "stops/0", "text": "Quelle porte ?"}
    ),
    "PATCH /admin/v1/legends/{slug}/comments/{comment_id}": Row(
        200, lambda ids: f"/admin/v1/legends/{ids.draft}/comments/{ids.comment}", {"resolved": True}
    ),
    # What a publication does to a draft that may be published, tests/flow/test_releasing.py shows.
    "POST /admin/v1/legends/{slug}/publication": Row(
        412, _at(f"{DRAFT}/publication"), {"draft_etag": "0-0"}, code="stale"
    ),
    "POST /admin/v1/legends/{slug}/preview": Row(201, _of_draft("/preview"), {"hours": 2}),
    "POST /admin/v1/legends/{slug}/rollback": Row(202, _at(f"{DRAFT}/rollback"), {"revision": 1}),
    "GET /admin/v1/audit": Row(200, _at("/admin/v1/audit")),
}
"""By method and path, as the description has them."""
