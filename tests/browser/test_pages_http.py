"""What the pages promise before a browser reads them: headers, languages, caching."""

import re
from collections.abc import Iterator

import httpx2 as httpx
import pytest


@pytest.fixture(scope="module")
def site(site_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site_url) as client:
        yield client


def test_the_language_is_the_one_asked_for_then_the_browsers_then_french(
    site: httpx.Client,
) -> None:
    cases = [
        ("/", "en-GB,en;q=0.9,fr;q=0.5", "en"),
        ("/", "de, fr-CA;q=0.8, en;q=0.2", "fr"),
        ("/", "de", "fr"),
        ("/", "en;q=0, *;q=0.1", "fr"),
        ("/?lang=en", "fr", "en"),
        ("/?lang=EN-us", "fr", "en"),
        ("/?lang=xx", "en", "fr"),  # what is asked wins, even where it falls back
        ("/", "fr;q=oops, en;q=0.1", "en"),
    ]
    for path, accepted, expected in cases:
        answer = site.get(path, headers={"accept-language": accepted})
        assert f'<html lang="{expected}">' in answer.text, (path, accepted)
        assert answer.headers["content-language"] == expected


@pytest.mark.parametrize("path", ["/", "/legends/dame-de-riants", "/legends/nulle-part"])
def test_every_page_forbids_what_it_does_not_need(site: httpx.Client, path: str) -> None:
    headers = site.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["permissions-policy"].startswith("geolocation=(self)")
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/legends/dame-de-riants", 200),
        ("/legends/dame-de-riants/stops/porche-clocher", 200),
        ("/legends/dame-de-riants/stops/oubliettes", 404),
        ("/legends/b%C3%AAte-de-l'herbage", 404),
    ],
)
def test_a_page_exists_only_where_its_legend_and_stop_do(
    site: httpx.Client, path: str, status: int
) -> None:
    assert site.get(path).status_code == status


def test_a_page_that_is_missing_says_so_in_the_visitors_language(site: httpx.Client) -> None:
    french = site.get("/legends/nulle-part", headers={"accept-language": "fr"})
    english = site.get("/legends/nulle-part?lang=en")
    assert "Ce sentier ne mène nulle part" in french.text
    assert "This path leads nowhere" in english.text
    assert 'href="/?lang=en"' in english.text
    assert french.headers["cache-control"] == "no-store"
    assert "nulle-part" not in french.text


def test_every_static_file_is_kept_for_ever_under_the_hash_of_the_content(
    site: httpx.Client,
) -> None:
    page = site.get("/").text
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert len(addresses) > 10
    for address in sorted(addresses):
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = site.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_file_under_an_older_hash_is_not_kept(site: httpx.Client) -> None:
    answer = site.get("/static/0123456789abcdef/app.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/static/", "/static/x/shell.html", "/static/a/../../pages.py"])
def test_nothing_but_the_static_files_is_served(site: httpx.Client, path: str) -> None:
    assert site.get(path).status_code == 404


def test_each_coding_has_its_own_strong_etag(site: httpx.Client) -> None:
    etags = {
        site.get("/", headers={"accept-encoding": coding}).headers["etag"]
        for coding in ("br", "gzip", "identity")
    }
    assert len(etags) == 3
    assert not any(etag.startswith("W/") for etag in etags)
    refused = site.get("/", headers={"accept-encoding": "br;q=0, gzip"})
    assert refused.headers["content-encoding"] == "gzip"


def test_head_answers_as_get_without_a_body(site: httpx.Client) -> None:
    answer = site.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"]
