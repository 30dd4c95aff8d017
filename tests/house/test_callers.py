"""Every route of the API states who may call it."""

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Route

from odyssee.api.stating import ANYONE
from odyssee.main import build_description
from odyssee.web.pages import build_pages

_WAY_IN = ("POST /admin/v1/session", "POST /kiosk/v1/enrolments", "GET /kiosk/v1/nonce")
"""Whoever signs in or enrols is nobody yet."""


def _routes() -> dict[str, APIRoute]:
    """Every route by method and path, those that the description leaves out too."""
    found = {}
    for context in iter_route_contexts(build_description().routes):
        route = context.original_route
        assert isinstance(route, APIRoute), f"{context.path} states nothing"
        for method in route.methods:
            found[f"{method} {context.path}"] = route
    return found


def test_every_route_states_its_callers() -> None:
    routes = _routes()
    assert "POST /v1/legends/{slug}/proximity" in routes
    assert "GET /openapi.json" in routes
    silent = [name for name, route in routes.items() if not _stated(route)]
    assert not silent


def test_what_anyone_may_call_is_public_by_its_address() -> None:
    opened = {name for name, route in _routes().items() if _stated(route) == [ANYONE]}
    public = (" /v1/", " /docs", " /healthz", " /readyz", " /openapi.json", *_WAY_IN)
    assert [name for name in opened if not any(known in name for known in public)] == []


def test_only_an_admin_sees_people_and_the_audit_and_makes_offices() -> None:
    """The contract's roles; the matrix test holds the routes to what they state."""
    kept = ("/admin/v1/people", "/admin/v1/audit", "POST /admin/v1/offices")
    stated = {
        name: _stated(route)
        for name, route in _routes().items()
        if any(known in name for known in kept)
    }
    assert len(stated) == 7
    assert all(callers == ["admin"] for callers in stated.values())


def test_only_an_admin_sees_kiosks_and_only_a_kiosk_speaks_for_itself() -> None:
    stated = {name: _stated(route) for name, route in _routes().items() if "/kiosk" in name}
    of_the_office = {name: told for name, told in stated.items() if "/admin/v1/kiosks" in name}
    assert len(of_the_office) == 6
    assert all(callers == ["admin"] for callers in of_the_office.values())
    signed = {name for name, callers in stated.items() if callers == ["kiosk"]}
    assert signed == {"POST /kiosk/v1/counts", "POST /kiosk/v1/health"}


def test_pages_only_show_a_frame() -> None:
    """They are for anyone and hold nothing of the desk: what they show, they ask of the API."""
    routes = build_pages(lambda _slug, _stop: 200, "https://odyssee.example")
    assert all(isinstance(route, Route) and route.methods == {"GET", "HEAD"} for route in routes)


def _stated(route: APIRoute) -> list[str]:
    callers = (route.openapi_extra or {}).get("x-callers", [])
    assert isinstance(callers, list)
    return callers
