"""Settings that open doors: what they take, and what they refuse."""

import pytest
from pydantic import ValidationError

from odyssee.settings import Settings


@pytest.mark.parametrize(
    "origins", ["", "https://a.example", "https://a.example:8443 https://b.example"]
)
def test_other_sites_are_named_exactly(origins: str) -> None:
    assert Settings(admin_origins=origins).admin_origins == origins


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "null",
        "a.example",
        "http://a.example",
        "https://a.example/",
        "https://*.example",
        "https://A.example",
        "https://a.example,https://b.example",
        "https://a.example\nhttp://b.example",
    ],
)
def test_no_site_is_named_loosely(origins: str) -> None:
    with pytest.raises(ValidationError, match="https://host"):
        Settings(admin_origins=origins)


def test_front_servers_are_addresses_or_networks() -> None:
    told = "127.0.0.1 10.0.0.0/8 2001:db8::/32"
    assert Settings(trusted_proxies=told).trusted_proxies == told


@pytest.mark.parametrize("proxies", ["*", "caddy", "10.0.0.1/8", "127.0.0.1,::1"])
def test_a_front_server_that_is_no_address_is_refused_without_being_repeated(proxies: str) -> None:
    with pytest.raises(ValidationError, match="address or a network") as refused:
        Settings(trusted_proxies=proxies)
    assert proxies not in refused.value.errors()[0]["msg"]
