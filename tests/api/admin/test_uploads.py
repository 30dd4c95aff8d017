"""Uploads by pieces, as the tus protocol 1.0.0 has them: a line that breaks costs little."""

import base64
import hashlib
from typing import Any

import pytest
from desk_builders import bearer, session_of
from media_builders import MEDIA, a_png, a_wav, sha256
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions import receiving
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once

UPLOADS = f"{MEDIA}/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "contributor")) | TUS


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts that are small, so that a small file has many."""
    monkeypatch.setattr(receiving, "PART_BYTES", 4096)
    return 4096


def said(**labels: str) -> dict[str, str]:
    told = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in labels.items()]
    return {"Upload-Metadata": ",".join(told)}


def begin(client: TestClient, mine: dict[str, str], size: int, **labels: str) -> str:
    sent = client.post(UPLOADS, headers=mine | {"Upload-Length": str(size)} | said(**labels))
    assert sent.status_code == 201, sent.text
    assert sent.headers["tus-resumable"] == "1.0.0"
    assert "upload-expires" in sent.headers
    return str(sent.headers["location"])


def send(
    client: TestClient, mine: dict[str, str], at: str, data: bytes, offset: int, **more: str
) -> Any:
    headers = mine | STREAM | {"Upload-Offset": str(offset)} | more
    return client.patch(at, content=data, headers=headers)


def staged(tools: Tools) -> list[str]:
    return list(tools.desk.files.list_keys("staging/"))


def sum_of(data: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return {"Upload-Checksum": f"sha256 {digest}"}


def test_a_file_comes_by_pieces_and_becomes_a_medium(
    client: TestClient, tools: Tools, mine: dict[str, str], small_parts: int
) -> None:
    data = a_wav(0.5)
    at = begin(client, mine, len(data), filename="récit 😀.wav", lang="fr", filetype="audio/wav")
    offset = 0
    while offset < len(data):
        piece = data[offset : offset + small_parts * 2 + 17]
        sent = send(client, mine, at, piece, offset)
        assert sent.status_code == 204, sent.text
        offset += len(piece)
        assert sent.headers["upload-offset"] == str(offset)
        head = client.head(at, headers=mine)
        assert (head.status_code, head.headers["upload-offset"]) == (200, str(offset))
        assert head.headers["cache-control"] == "no-store"
    asset = client.get(sent.headers["content-location"], headers=mine).json()
    assert (asset["sha256"], asset["file_name"], asset["lang"]) == (
        sha256(data),
        "récit 😀.wav",
        "fr",
    )
    assert staged(tools) == []
    again = client.head(at, headers=mine)
    assert again.headers["content-location"] == sent.headers["content-location"]
    work_once(tools)
    assert client.get(sent.headers["content-location"], headers=mine).json()["state"] == "ready"


def test_what_the_server_can_is_told(client: TestClient, mine: dict[str, str]) -> None:
    told = client.options(UPLOADS, headers=mine)
    assert told.status_code == 204
    assert told.headers["tus-version"] == "1.0.0"
    assert told.headers["tus-extension"] == "creation,expiration,checksum,termination"
    assert told.headers["tus-max-size"] == "200000000"
    assert told.headers["tus-checksum-algorithm"] == "sha256"


def test_a_piece_at_another_offset_is_refused_and_told_where_it_goes_on(
    client: TestClient, mine: dict[str, str]
) -> None:
    data = a_png()
    at = begin(client, mine, len(data))
    assert send(client, mine, at, data[:100], 0).status_code == 204
    for offset in (0, 99, 101):
        wrong = send(client, mine, at, data[offset:], offset)
        assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_offset")
        assert "100" in wrong.json()["detail"]
    assert send(client, mine, at, data[100:], 100).status_code == 204


def test_a_piece_whose_sum_is_another_is_kept_not_at_all(
    client: TestClient, tools: Tools, mine: dict[str, str], small_parts: int
) -> None:
    data = a_wav(0.5)
    half = small_parts * 3 + 5
    at = begin(client, mine, len(data))
    wrong = send(client, mine, at, data[:half], 0, **sum_of(b"other bytes"))
    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum_mismatch")
    assert staged(tools) == []
    assert client.head(at, headers=mine).headers["upload-offset"] == "0"
    assert send(client, mine, at, data[:half], 0, **sum_of(data[:half])).status_code == 204
    assert send(client, mine, at, data[half:], half, **sum_of(data[half:])).status_code == 204
    assert staged(tools) == []


def test_a_first_piece_of_a_few_bytes_hides_nothing(
    client: TestClient, mine: dict[str, str]
) -> None:
    data = a_png()
    at = begin(client, mine, len(data))
    assert send(client, mine, at, data[:3], 0).status_code == 204
    assert send(client, mine, at, data[3:], 3).status_code == 204


def test_what_can_be_no_medium_is_refused_at_its_first_bytes(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    at = begin(client, mine, 1_000_000)
    refused = send(client, mine, at, b"%PDF-1.7" + b"\0" * 5000, 0)
    assert (refused.status_code, refused.json()["code"]) == (415, "unknown_medium")
    assert client.head(at, headers=mine).status_code == 404
    assert staged(tools) == []
    tiny = begin(client, mine, 8)
    last = send(client, mine, tiny, b"%PDF-1.7", 0)
    assert (last.status_code, last.json()["code"]) == (415, "unknown_medium")
    assert staged(tools) == []


def test_more_than_was_announced_is_refused(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    data = a_png()
    at = begin(client, mine, len(data) - 1)
    assert send(client, mine, at, data, 0).status_code == 400
    assert staged(tools) == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "bad_tus_header"),
        ({"Upload-Length": "beaucoup"}, 400, "bad_tus_header"),
        ({"Upload-Length": "-1"}, 400, "bad_tus_header"),
        ({"Upload-Length": "0"}, 422, "empty_file"),
        ({"Upload-Length": "200000001"}, 413, "file_too_large"),
        ({"Upload-Length": "9", "Upload-Metadata": "filename %%%"}, 400, "bad_tus_header"),
        ({"Upload-Length": "9", "Tus-Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Upload-Length": "9"} | said(lang="de"), 422, "invalid"),
        ({"Upload-Length": "9"} | said(legend="inconnue"), 422, "invalid"),
    ],
)
def test_an_upload_that_cannot_be_is_not_begun(
    client: TestClient, mine: dict[str, str], headers: dict[str, str], status: int, code: str
) -> None:
    sent = client.post(UPLOADS, headers=mine | headers)
    assert (sent.status_code, sent.json()["code"]) == (status, code), sent.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Upload-Offset": "x"}, 400),
        ({"Upload-Checksum": "md5 AAAA"}, 400),
        ({"Upload-Checksum": "sha256 AAAA"}, 400),
        ({"Tus-Resumable": "2.0.0"}, 412),
        ({"Tus-Resumable": ""}, 412),
    ],
)
def test_a_piece_that_is_sent_otherwise_is_refused(
    client: TestClient, mine: dict[str, str], headers: dict[str, str], status: int
) -> None:
    at = begin(client, mine, 100)
    told = mine | STREAM | {"Upload-Offset": "0"} | headers
    assert client.patch(at, content=a_png()[:50], headers=told).status_code == status


def test_the_sender_may_end_an_upload_and_one_that_is_left_alone_expires(
    client: TestClient, tools: Tools, clock: SetClock, mine: dict[str, str]
) -> None:
    at = begin(client, mine, 1000)
    assert send(client, mine, at, a_png()[:50], 0).status_code == 204
    assert len(staged(tools)) == 1
    assert client.delete(at, headers=mine).status_code == 204
    assert client.head(at, headers=mine).status_code == 404
    assert staged(tools) == []
    other = begin(client, mine, 1000)
    clock.go(hours=1)
    mine = bearer(session_of(tools, "contributor")) | TUS
    assert send(client, mine, other, a_png()[:50], 0).status_code == 204
    clock.go(hours=23.5)  # each piece begins the time anew
    mine = bearer(session_of(tools, "contributor")) | TUS
    assert client.head(other, headers=mine).status_code == 200
    clock.go(hours=1)
    assert client.head(other, headers=mine).status_code == 410
    assert send(client, mine, other, a_png()[50:], 50).status_code == 410


def test_an_upload_that_came_whole_and_was_cut_before_its_end_is_ended_when_it_is_asked_for(
    client: TestClient, tools: Tools, mine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = a_png()
    at = begin(client, mine, len(data))
    with monkeypatch.context() as cut:

        def fail(*_arguments: object, **_named: object) -> None:
            raise ConnectionError

        cut.setattr("odyssee.actions.resuming.receive", fail)
        assert send(client, mine, at, data, 0).status_code == 500
    head = client.head(at, headers=mine)
    assert head.headers["upload-offset"] == str(len(data))
    asset = client.get(head.headers["content-location"], headers=mine).json()
    assert asset["sha256"] == sha256(data)
    assert staged(tools) == []


def test_another_office_sees_nothing_of_it(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    at = begin(client, mine, 100)
    other = bearer(session_of(tools, "neighbour")) | TUS
    assert client.head(at, headers=other).status_code == 404
    assert send(client, other, at, a_png()[:50], 0).status_code == 404
    assert client.delete(at, headers=other).status_code == 404
