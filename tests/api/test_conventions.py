"""Conventions that hold for every public address: language, caching, coding, range, method."""

import gzip

import brotli
import pytest
import zstandard
from builders import a_legend, publish_into
from starlette.testclient import TestClient

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools

LEGEND = "/v1/legends/dame-de-riants"
READINGS = [
    "/v1/territory",
    "/v1/legends",
    "/v1/legends?q=dame",
    LEGEND,
    f"{LEGEND}/stops/etape-1",
    f"{LEGEND}/trail.geojson",
    f"{LEGEND}/trail.gpx",
    f"{LEGEND}/services",
    f"{LEGEND}/services?kind=food",
]


@pytest.mark.parametrize(
    ("query", "accept", "spoken"),
    [
        ("", None, "fr"),
        ("", "en", "en"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "de-CH, en;q=0.5, fr;q=0.4", "en"),
        ("", "de", "fr"),
        ("", "en;q=0", "fr"),
        ("", "en;q=zz, fr", "fr"),
        ("", "*", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=en-GB", "fr", "en"),
        ("?lang=xx", "en", "fr"),
        ("?lang=", "en", "fr"),
        ("?lang=%F0%9F%A6%8A", None, "fr"),
    ],
)
def test_the_language_is_looked_up(
    client: TestClient, query: str, accept: str | None, spoken: str
) -> None:
    headers = {} if accept is None else {"Accept-Language": accept}
    sent = client.get(LEGEND + query, headers=headers)
    assert sent.headers["content-language"] == spoken
    assert sent.json()["lang"] == spoken


def test_a_text_that_is_missing_comes_in_french_and_says_so(client: TestClient) -> None:
    sent = client.get("/v1/legends/pommier-de-misere?lang=en")
    assert sent.headers["content-language"] == "fr"
    assert sent.json()["lang"] == "fr"
    assert sent.json()["title"] == "Le Pommier de Misère"


def test_an_error_speaks_the_asked_language(client: TestClient) -> None:
    french, english = client.get("/v1/legends/x"), client.get("/v1/legends/x?lang=en")
    assert french.json()["code"] == english.json()["code"] == "not_found"
    assert french.json()["detail"].startswith("Cette adresse")
    assert english.json()["detail"].startswith("There is nothing")


@pytest.mark.parametrize("path", READINGS)
def test_a_second_reading_costs_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", READINGS)
def test_every_reading_may_be_kept_and_read_from_anywhere(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://ailleurs.example"}).headers
    assert headers["cache-control"] == (
        "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
    )
    assert headers["vary"] == "Accept-Language, Accept-Encoding"
    assert headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in headers


def test_an_answer_that_depends_on_a_position_is_never_kept(client: TestClient) -> None:
    assert client.get("/v1/legends?near=0.9,48.2").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*READINGS, "/healthz", "/v1/legends/nulle-part", "/openapi.json"])
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)


def test_each_coding_has_bytes_and_a_tag_of_its_own(client: TestClient) -> None:
    decoders = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "zstd": lambda raw: zstandard.ZstdDecompressor().decompressobj().decompress(raw),
        "identity": bytes,
    }
    plain = client.get(LEGEND, headers={"Accept-Encoding": "identity"}).content
    tags = set()
    for coding, decode in decoders.items():
        with client.stream("GET", LEGEND, headers={"Accept-Encoding": coding}) as sent:
            raw = b"".join(sent.iter_raw())
        assert sent.headers.get("content-encoding", "identity") == coding
        assert decode(raw) == plain
        tags.add(sent.headers["etag"])
    assert len(tags) == 4


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("deflate", "identity"),
        ("gzip, identity;q=0.5", "gzip"),
        ("", "identity"),
    ],
)
def test_the_client_chooses_the_coding(client: TestClient, accept: str, coding: str) -> None:
    sent = client.get(LEGEND, headers={"Accept-Encoding": accept})
    assert sent.headers.get("content-encoding", "identity") == coding


def sound_of(client: TestClient) -> dict[str, object]:
    return client.get(LEGEND).json()["stops"][0]["narration"]["renditions"][0]


def test_an_object_is_its_hash_for_ever(client: TestClient) -> None:
    sound = sound_of(client)
    sent = client.get(str(sound["src"]), headers={"Accept-Encoding": "br, gzip"})
    assert len(sent.content) == sound["size_bytes"]
    assert sent.headers["etag"] == f'"{sound["sha256"]}"'
    assert sent.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sent.headers["content-type"] == "audio/mp4"
    assert sent.headers["content-security-policy"] == "sandbox"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in sent.headers


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=0-999999999", slice(0, None)),
    ],
)
def test_a_part_of_an_object_is_sent(client: TestClient, asked: str, part: slice) -> None:
    address = str(sound_of(client)["src"])
    whole = client.get(address).content
    sent = client.get(address, headers={"Range": asked})
    assert sent.status_code == 206
    assert sent.content == whole[part]
    start, stop, _ = part.indices(len(whole))
    assert sent.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=a-b", "bytes=0-1,4-5", "lines=1-2", "bytes=-"]
)
def test_a_range_that_is_none_gets_the_whole(client: TestClient, asked: str) -> None:
    sent = client.get(str(sound_of(client)["src"]), headers={"Range": asked})
    assert sent.status_code == 200


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_outside_is_refused_with_the_size(client: TestClient, asked: str) -> None:
    sound = sound_of(client)
    sent = client.get(str(sound["src"]), headers={"Range": asked})
    assert sent.status_code == 416
    assert sent.headers["content-range"] == f"bytes */{sound['size_bytes']}"


def test_if_range_of_another_object_gets_the_whole(client: TestClient) -> None:
    sound = sound_of(client)
    headers = {"Range": "bytes=0-9", "If-Range": '"autre"'}
    assert client.get(str(sound["src"]), headers=headers).status_code == 200
    headers["If-Range"] = f'"{sound["sha256"]}"'
    assert client.get(str(sound["src"]), headers=headers).status_code == 206


def test_a_browser_elsewhere_may_ask_before_it_posts(client: TestClient) -> None:
    asked = {"Origin": "https://ailleurs.example", "Access-Control-Request-Method": "POST"}
    sent = client.options(f"{LEGEND}/proximity", headers=asked)
    assert sent.status_code == 204
    assert "POST" in sent.headers["access-control-allow-methods"]


def test_a_publication_is_served_at_once_and_old_objects_stay(
    client: TestClient, tools: Tools
) -> None:
    last_stop = client.get(LEGEND).json()["stops"][2]
    old = last_stop["narration"]["renditions"][0]["src"]
    before = client.get("/v1/legends").headers["etag"]
    for revision in (2, 3):
        publish_into(tools.published, a_legend(stops=3 - revision // 2), revision=revision)
        assert refresh(tools)
        assert client.get(LEGEND).json()["revision"] == revision
        assert old not in client.get(LEGEND).text
        assert client.get(old).status_code == 200
    assert client.get("/v1/legends").headers["etag"] != before
