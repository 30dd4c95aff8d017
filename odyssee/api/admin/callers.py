"""Who may call a route of the desk: one dependency enforces it and states it in the description."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Literal

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.requests import cookie_parser

from odyssee.actions.tools import Tools
from odyssee.api.admin.bodies import Reading
from odyssee.api.admin.cookies import SESSION, check_own_page
from odyssee.api.stating import dependencies
from odyssee.domain.errors import NotSignedIn
from odyssee.domain.people import KINDS, ROLES, Caller, Duty, Kind, Role, admit

OpenDesk = Callable[[], Tools]
"""Gives the tools with the hands of curation, which a server that reads only builds at once."""
Scope = Literal["own", "office", "all"]
"""Whose things a route touches: the caller's own, those of their office, everybody's."""

SAFE = {"GET", "HEAD", "OPTIONS"}


class Callers:
    """Lets in who may call a route, as a dependency of FastAPI; refuses everybody else."""

    def __init__(
        self,
        desk: OpenDesk,
        needed: Role,
        *,
        scope: Scope,
        by: tuple[Kind, ...] = KINDS,
        before: tuple[Duty, ...] = (),
        wide: Role = "admin",
    ) -> None:
        """State the lowest role that may.

        Args:
            desk: where people are known.
            needed: the lowest role.
            scope: whose things the route touches.
            by: the kinds of credentials that may.
            before: the duties that may still be undone.
            wide: from this role on the things of every office are there.
        """
        self._desk = desk
        self.needed = needed
        self.scope = scope
        self.by = by
        self.before = before
        self.wide = wide

    def __call__(self, request: Request) -> Caller:
        """Who calls.

        Raises:
            NotSignedIn: nobody who is known.
            CrossSite: a page of another site made the browser send its cookie.
            Forbidden: somebody who may not, with the reason.
        """
        token, by_cookie = _credential(request)
        from odyssee.actions.entering import identify

        tools = self._desk()
        if by_cookie and request.method not in SAFE:
            check_own_page(request, tools.public_url)
        caller = identify(tools, token)
        if by_cookie and caller.kind != "session":
            raise NotSignedIn
        admit(caller, self.needed, by=self.by, before=self.before)
        return caller

    @property
    def stated(self) -> dict[str, Any]:
        """The same for the description."""
        return {
            "x-callers": list(ROLES[ROLES.index(self.needed) :]),
            "x-scope": self.scope,
            "x-credentials": list(self.by),
            "x-before": list(self.before),
            **({} if self.wide == "admin" else {"x-every-office": self._list_wide()}),
            "security": [{"bearer": []}, *([{"cookie": []}] if "session" in self.by else [])],
        }

    def _list_wide(self) -> list[Role]:
        return list(ROLES[ROLES.index(self.wide) :])


def _credential(request: Request) -> tuple[str, bool]:
    """The session or token that was sent, and whether it came as a cookie; a bearer wins."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), False
    kept = cookie_parser(request.headers.get("cookie", "")).get(SESSION)
    if not kept:
        raise NotSignedIn
    return kept, True


class DeskRoute(APIRoute):
    """A route whose description says what its dependencies enforce: callers and body."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        found = {
            name: one for name, one in dependencies(endpoint) if isinstance(one, Callers | Reading)
        }
        if not any(isinstance(one, Reading) for one in found.values()):
            # A body is read only for who may send it, so there the caller is known before.
            for name, one in found.items():
                endpoint = _in_one_thread(endpoint, name, one)
        super().__init__(path, endpoint, **options)
        told: dict[str, Any] = {**(self.openapi_extra or {})}
        for one in found.values():
            told |= one.stated
        if "x-callers" not in told:
            raise TypeError(f"{path} states no callers")
        self.openapi_extra = told


def _in_one_thread(
    endpoint: Callable[..., Any], name: str, callers: Callable[[Request], Any]
) -> Callable[..., Any]:
    """The endpoint, its caller let in by the very thread that serves it.

    FastAPI would take a thread for the dependency and another one for the endpoint: 0.1 ms more,
    which is most of what knowing the caller costs. An endpoint that takes the request as well
    stays as it is: FastAPI hands the request to one parameter only.
    """
    signed = signature(endpoint)
    if any(parameter.annotation is Request for parameter in signed.parameters.values()):
        return endpoint

    @wraps(endpoint)
    def served(**values: Any) -> Any:
        return endpoint(**values | {name: callers(values[name])})

    parameters = [
        parameter.replace(annotation=Request) if parameter.name == name else parameter
        for parameter in signed.parameters.values()
    ]
    served.__signature__ = signed.replace(parameters=parameters)  # type: ignore[attr-defined]  # PEP 362
    return served
