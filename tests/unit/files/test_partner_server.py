"""A partner is a machine of the open internet, read in bounds, and leads nowhere else."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from partner_builders import Shared, partner_server

from odyssee.domain.errors import AddressRefused, NotFound, PartnerUnreadable, Unavailable
from odyssee.files.partner_server import PartnerServer, is_public


@pytest.fixture
def shared() -> Iterator[Shared]:
    with partner_server(Shared()) as shared:
        yield shared


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "10.0.0.8",
        "172.16.5.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.8",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::a00:8",
        "2002:a00:8::1",
        "2001:0:a00:8::1",
    ],
)
def test_no_address_of_a_private_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "185.75.140.10", "2a01:cb00::1", "::ffff:1.1.1.1"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"])
def test_a_private_machine_is_not_even_called(url: str) -> None:
    with pytest.raises(AddressRefused):
        PartnerServer(url).get_json(url, {})


def test_one_private_address_of_a_name_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_asked: Any, **_how: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 80)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", 80)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(AddressRefused):
        PartnerServer("http://two.example").get_json("http://two.example/", {})


def test_a_name_is_looked_up_once_for_all_pages(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.raw["/a"] = (200, {}, b"{}")
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def counted(host: str, *rest: Any, **how: Any) -> Any:
        if host == "partner.localhost":
            asked.append(host)
            host = "127.0.0.1"
        return look_up(host, *rest, **how)

    monkeypatch.setattr(socket, "getaddrinfo", counted)
    url = shared.url.replace("127.0.0.1", "partner.localhost")
    server = PartnerServer(url, allows_private=True)
    for _ in range(3):
        assert server.get_json(f"{url}/a", {}) == {}
    server.close()
    assert asked == ["partner.localhost"], "who answers otherwise the second time leads nowhere"


def test_a_redirect_within_the_server_is_followed_and_no_other(shared: Shared) -> None:
    shared.raw["/b"] = (200, {}, b'{"b": 1}')
    shared.raw["/a"] = (301, {"Location": "/b"}, b"")
    shared.raw["/c"] = (301, {"Location": "//evil.example/b"}, b"")
    server = PartnerServer(shared.url, allows_private=True)
    assert server.get_json(f"{shared.url}/a", {}) == {"b": 1}
    with pytest.raises(AddressRefused):
        server.get_json(f"{shared.url}/c", {})
    with pytest.raises(AddressRefused):
        server.get_json("http://evil.example/b", {})
    with pytest.raises(NotFound):
        server.get_json(f"{shared.url}/d/?x=1", {})
    server.close()


def test_a_page_without_end_is_not_read_to_its_end(shared: Shared) -> None:
    shared.raw["/a"] = (200, {}, b"[" + b"1," * 11_000_000 + b"1]")
    server = PartnerServer(shared.url, allows_private=True)
    with pytest.raises(PartnerUnreadable):
        server.get_json(f"{shared.url}/a", {})
    server.close()


def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unavailable):
        PartnerServer(url, allows_private=True).get_json(url, {})


def a_certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate that a name signs for itself, and what serves with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, key_path = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return path, context


def test_a_certificate_is_held_to_the_name_and_not_to_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = a_certificate(tmp_path, "partner.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    look_up = socket.getaddrinfo

    def here(_host: str, *rest: Any, **how: Any) -> Any:
        return look_up("127.0.0.1", *rest, **how)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with partner_server(Shared(raw={"/a": (200, {}, b"{}")}), context) as shared:
        for name, is_its_own in (("partner.localhost", True), ("evil.localhost", False)):
            url = shared.url.replace("127.0.0.1", name)
            server = PartnerServer(url, allows_private=True)
            if is_its_own:
                assert server.get_json(f"{url}/a", {}) == {}
            else:
                with pytest.raises(Unavailable):
                    server.get_json(f"{url}/a", {})
            server.close()
