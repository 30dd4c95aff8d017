"""The server of a partner: read in bounds of time and size, and never a machine of our own network.

Its address comes from the settings alone. The name is looked up here, every
answer is checked, and the connection goes to the address that was checked: a
name that answers otherwise the next time leads nowhere.
"""

import ipaddress
import json
import socket
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from odyssee.domain.errors import AddressRefused, NotFound, PartnerUnreadable, Unavailable

MAX_PAGE_BYTES = 20_000_000
MAX_BYTES = 400_000_000
"""Of all pages of one import."""
MAX_S = 300.0
"""All of one import, waiting included."""
_TIMEOUT = urllib3.Timeout(connect=10.0, read=30.0)
_PIECE = 256 * 1024
_MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 307, 308})
_CARRIERS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
"""IPv6 that carries an IPv4 address, in whose name a private one could be reached."""


def is_public(told: str) -> bool:
    """Whether an address is one of the open internet, and of no machine or network of ours."""
    address = ipaddress.ip_address(told.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in _CARRIERS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class PartnerServer:
    """Reads JSON from one server."""

    def __init__(self, url: str, *, allows_private: bool = False) -> None:
        """Take its address as the settings have it; nothing is asked yet.

        Args:
            url: http or https.
            allows_private: let it be a machine of our own network, as in a test.
        """
        self.url = url
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._netloc = parts.netloc
        self._allows_private = allows_private
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._bytes = 0
        self._ends = time.monotonic() + MAX_S

    def close(self) -> None:
        """End the connections."""
        if self._pool is not None:
            self._pool.close()

    def get_json(self, url: str, query: dict[str, str]) -> Any:
        """A document at an address of this server, the query added to what is there.

        Raises:
            AddressRefused: the name is that of a machine of our own network, or the server
                leads elsewhere.
            NotFound: it has no such address.
            PartnerUnreadable: the answer is no JSON, or is too large.
            Unavailable: it does not answer, or not as it should.
        """
        target = _with_query(url, query)
        for _ in range(_MAX_REDIRECTS + 1):
            self._check_own(target)
            response = self._ask(target)
            try:
                if response.status not in _REDIRECTS:
                    return self._read(response)
                target = urljoin(target, response.headers.get("Location", ""))
            finally:
                response.close()
        raise Unavailable("the partner leads from one address to the next")

    def _check_own(self, url: str) -> None:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != (self._scheme, self._netloc):
            raise AddressRefused("the partner leads to another server: set its new address")

    def _ask(self, url: str) -> urllib3.BaseHTTPResponse:
        if self._pool is None:
            self._pool = self._connect()
        parts = urlsplit(url)
        headers = {
            "Host": self._netloc,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "perche-odyssee",
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if time.monotonic() > self._ends:
            raise Unavailable("the partner is too slow")
        try:
            return self._pool.urlopen(
                "GET",
                path,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
        except (HTTPError, ValueError, OSError) as fault:
            raise Unavailable(f"the partner does not answer: {type(fault).__name__}") from fault

    def _connect(self) -> urllib3.HTTPConnectionPool:
        address = self._resolve()
        if self._scheme == "https":
            return urllib3.HTTPSConnectionPool(
                address,
                self._port,
                timeout=_TIMEOUT,
                server_hostname=self._host,
                assert_hostname=self._host,
            )
        return urllib3.HTTPConnectionPool(address, self._port, timeout=_TIMEOUT)

    def _resolve(self) -> str:
        """One address of the name, all of which may be asked."""
        try:
            told = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as fault:
            raise Unavailable("the partner's name is not known") from fault
        addresses = [str(one[4][0]) for one in told]
        if not self._allows_private and not all(map(is_public, addresses)):
            raise AddressRefused("the partner's name leads into a private network")
        return addresses[0]

    def _read(self, response: urllib3.BaseHTTPResponse) -> Any:
        if response.status in {404, 410}:
            raise NotFound
        if response.status != 200:
            raise Unavailable(f"the partner answers {response.status}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise PartnerUnreadable("the answer is compressed, which was not asked for")
        raw = self._read_bounded(response)
        try:
            return json.loads(raw, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as fault:
            raise PartnerUnreadable("the answer is no JSON") from fault

    def _read_bounded(self, response: urllib3.BaseHTTPResponse) -> bytes:
        kept = bytearray()
        try:
            # What is there, not so much and no less: who drips is seen by the clock below.
            while piece := response.read1(_PIECE, decode_content=False):
                kept += piece
                self._bytes += len(piece)
                if len(kept) > MAX_PAGE_BYTES or self._bytes > MAX_BYTES:
                    raise PartnerUnreadable("the answer is too large")
                if time.monotonic() > self._ends:
                    raise Unavailable("the partner is too slow")
        except (HTTPError, OSError) as fault:
            raise Unavailable(f"the connection broke: {type(fault).__name__}") from fault
        return bytes(kept)


def _with_query(url: str, query: dict[str, str]) -> str:
    """What stands in the address already is not asked a second time."""
    known = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    # OData names its options with a dollar, and some servers know no other spelling.
    told = urlencode({k: v for k, v in query.items() if k not in known}, safe="$,")
    return f"{url}{'&' if '?' in url else '?'}{told}" if told else url


def _refuse_constant(_name: str) -> float:
    raise ValueError("a number that is not finite")
