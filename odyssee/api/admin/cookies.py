"""The desk's two cookies, and how a request is known to come from the desk's own page."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from odyssee.domain.errors import CrossSite

SESSION = "__Host-odyssee"
DEVICE = "__Host-odyssee-device"
"""The prefix binds them to this very host, over TLS (RFC 6265bis, section 4.1.3.2)."""
DEVICE_AGE_S = 365 * 24 * 3600


def hand_over(response: Response, session: str, age_s: int, device: str) -> None:
    """Give the browser a session, and what makes it known at the next sign-in.

    Args:
        response: gets the cookies.
        session: the secret of the session.
        age_s: how long the session lasts at most.
        device: the secret of the device.
    """
    _set_cookie(response, SESSION, session, age_s)
    _set_cookie(response, DEVICE, device, DEVICE_AGE_S)


def _set_cookie(response: Response, name: str, secret: str, age_s: int) -> None:
    """Keep a secret in the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        name, secret, max_age=age_s, path="/", secure=True, httponly=True, samesite="strict"
    )


def drop_session(response: Response) -> None:
    """Make the browser forget the session; the device stays known."""
    _set_cookie(response, SESSION, "", 0)


def check_own_page(request: Request, public_url: str) -> None:
    """Refuse what a page of another site may have sent.

    Browsers since 2023 say so themselves in `Sec-Fetch-Site`; for older ones the
    `Origin` must be the one that the request was sent to. A request that tells
    neither is refused as well.

    Raises:
        CrossSite: it does not come from a page of this very origin.
    """
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        if told != "same-origin":
            raise CrossSite
        return
    asked = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if request.headers.get("origin") not in {asked, _origin(public_url)}:
        raise CrossSite


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
