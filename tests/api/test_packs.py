"""Packs as phones, kiosks and caches fetch them."""

import hashlib
import io
import json
import zipfile

import pytest
from builders import a_legend, publish_into, reading_tools
from starlette.testclient import TestClient

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.api.schemas.packs import PacksOut
from odyssee.files.memory import MemoryStore

PACK = "/v1/packs/dame-de-riants"
ZIP = f"{PACK}/pack.zip"


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_list_tells_what_a_download_costs_before_anything_is_fetched(
    client: TestClient,
) -> None:
    sent = client.get("/v1/packs")
    told = PacksOut.model_validate_json(sent.content)
    assert [pack.slug for pack in told.packs] == ["dame-de-riants", "pommier-de-misere"]
    for pack in told.packs:
        manifest = client.get(f"/v1/packs/{pack.slug}/manifest.json")
        assert sha256_of(manifest.content) == pack.manifest
        for lang, size in pack.languages.items():
            bundle = client.get(f"/v1/packs/{pack.slug}/pack.zip?lang={lang}").content
            with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
                inside = sum(
                    i.file_size for i in opened.infolist() if i.filename != "manifest.json"
                )
            assert inside == size
            parts = pack.layers.values()
            assert sum(p.shared_bytes + p.languages[lang] for p in parts) == size


def test_a_manifest_has_its_hash_as_etag_and_is_not_coded(client: TestClient) -> None:
    sent = client.get(f"{PACK}/manifest.json", headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in sent.headers
    assert sent.headers["etag"] == f'"{sha256_of(sent.content)}"'
    assert "max-age=60" in sent.headers["cache-control"]
    again = client.get(f"{PACK}/manifest.json", headers={"If-None-Match": sent.headers["etag"]})
    assert again.status_code == 304


def test_a_manifest_of_a_revision_never_changes_and_an_earlier_one_stays_readable() -> None:
    store = MemoryStore()
    tools = reading_tools(a_legend(), store=store)
    client = TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))
    first = client.get(f"{PACK}/1/manifest.json")
    publish_into(store, a_legend(duration_min=45), revision=2)
    refresh(tools)
    assert client.get(f"{PACK}/manifest.json").json()["revision"] == 2
    kept = client.get(f"{PACK}/1/manifest.json")
    assert kept.content == first.content
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PACK}/7/manifest.json", 404),
        (f"{PACK}/0/manifest.json", 422),
        (f"{PACK}/un/manifest.json", 422),
        (f"{PACK}/{'9' * 400}/manifest.json", 422),
        ("/v1/packs/inconnue/manifest.json", 404),
        ("/v1/packs/inconnue/pack.zip", 404),
        ("/v1/packs/%2e%2e/pack.zip", 404),
        ("/v1/tuf/current.json", 404),
        ("/v1/tuf/../metadata/current.json", 404),
        ("/v1/tuf/0.root.json", 404),
        ("/v1/tuf/1.root.json", 404),
        ("/v1/tuf/timestamp.json", 404),
        ("/v1/tuf/targets/..%2f..%2fmetadata%2fcurrent.json", 404),
        (f"/v1/tuf/targets/{'0' * 64}.territory.json", 404),
        (f"/v1/tuf/targets/packs/{'0' * 64}.dame-de-riants.json", 404),
    ],
)
def test_what_is_not_published_is_refused(client: TestClient, path: str, status: int) -> None:
    sent = client.get(path)
    assert sent.status_code == status
    assert sent.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"{PACK}/manifest.json", f"{PACK}/1/manifest.json", ZIP])
def test_a_legend_that_was_withdrawn_is_gone_on_every_address_of_its_pack(path: str) -> None:
    store = MemoryStore()
    publish_into(store, a_legend(), a_legend("autre"))
    publish_into(store, a_legend("autre"), revision=2, withdrawn=frozenset({"dame-de-riants"}))
    client = TestClient(build_app(reading_tools(store=store), lambda: "2026-06-01T12:00:00Z"))
    assert client.get(path).status_code == 410
    assert client.get("/v1/packs").json()["unpublished"] == ["dame-de-riants"]


def test_a_zip_holds_the_manifest_and_every_file_under_its_name(
    client: TestClient, tools: Tools
) -> None:
    sent = client.get(f"{ZIP}?lang=fr")
    assert sent.headers["etag"] == f'"{sha256_of(sent.content)}"'
    assert int(sent.headers["content-length"]) == len(sent.content)
    with zipfile.ZipFile(io.BytesIO(sent.content)) as opened:
        assert opened.testzip() is None
        manifest = json.loads(opened.read("manifest.json"))
        names = set(opened.namelist()) - {"manifest.json"}
        for name in names:
            assert sha256_of(opened.read(name)) == manifest["files"][name]["sha256"]
    assert {"trail.json", "content.fr.json"} <= names
    assert "content.en.json" not in names
    assert {manifest["files"][name].get("lang") for name in names} == {None, "fr"}
    kinds = [manifest["files"][name]["type"] for name in names]
    assert kinds.count("audio/mp4") == len(
        tools.shelf.current().legends[manifest["pack"]].trail["stops"]
    )
    assert "audio/ogg" not in kinds


def test_the_same_pack_is_the_same_bytes_on_every_server(client: TestClient) -> None:
    other = TestClient(build_app(reading_tools(a_legend()), lambda: "2026-06-01T12:00:00Z"))
    assert client.get(ZIP).content == other.get(ZIP).content


def test_a_zip_goes_on_where_it_was_cut(client: TestClient) -> None:
    whole = client.get(ZIP)
    etag = whole.headers["etag"]
    for start in (0, 1, 29, 30, 1000, len(whole.content) - 1):
        part = client.get(ZIP, headers={"Range": f"bytes={start}-", "If-Range": etag})
        assert part.status_code == 206
        assert part.content == whole.content[start:]
    middle = client.get(ZIP, headers={"Range": "bytes=100-163"})
    assert middle.content == whole.content[100:164]


def test_an_unknown_language_of_a_zip_is_french_and_no_error(client: TestClient) -> None:
    assert client.get(f"{ZIP}?lang=de").content == client.get(f"{ZIP}?lang=fr").content


def test_head_tells_the_size_of_a_zip_without_its_bytes(client: TestClient) -> None:
    head, whole = client.head(ZIP), client.get(ZIP)
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""
