"""What S3 adds: prefixes, refusals, servers that are away."""

import socket
import time
from collections.abc import Callable

import pytest

from odyssee.domain.errors import Unavailable
from odyssee.files.s3 import PART_BYTES, S3Store

OpenS3 = Callable[[str], S3Store]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_prefixes_of_a_bucket_do_not_see_each_other(open_s3: OpenS3) -> None:
    drafts, published = open_s3("brouillons"), open_s3("publie")
    drafts.put("a", b"x")
    assert list(published.list_keys()) == []
    assert list(drafts.list_keys()) == ["a"]


def test_the_media_type_goes_with_the_object(open_s3: OpenS3) -> None:
    store = open_s3("types")
    store.put("a.json", b"{}", content_type="application/json")
    answer = store._client.head_object(**store._named("a.json"))
    assert answer["ContentType"] == "application/json"


def test_a_broken_upload_leaves_no_parts(open_s3: OpenS3) -> None:
    store = open_s3("parts")

    class Broken:
        left = 2

        def read(self, size: int) -> bytes:
            if not self.left:
                raise ConnectionResetError
            self.left -= 1
            return bytes(size)

    with pytest.raises(ConnectionResetError):
        store.put("long", Broken())  # type: ignore[arg-type] # reading is all that is asked of it
    assert not store.exists("long")
    waiting = store._client.list_multipart_uploads(Bucket=store._bucket).get("Uploads", [])
    assert [upload for upload in waiting if upload["Key"].endswith("long")] == []
    assert PART_BYTES >= 5 * 1024 * 1024


def test_a_server_that_is_away_is_unavailable_and_says_so_soon() -> None:
    endpoint = f"http://127.0.0.1:{closed_port()}"
    keys = {"access_key": "a", "secret_key": "b"}
    store = S3Store("odyssee", endpoint_url=endpoint, **keys)
    begun = time.monotonic()
    for deed in (
        lambda: store.get("a"),
        lambda: store.put("a", b"x"),
        lambda: store.exists("a"),
        lambda: list(store.list_keys()),
        lambda: store.delete("a"),
    ):
        with pytest.raises(Unavailable) as told:
            deed()
        assert "127.0.0.1" not in str(told.value)
    assert time.monotonic() - begun < 30
    store._client.close()


def test_wrong_keys_are_unavailable_not_absent(
    open_as: Callable[[str, str], S3Store],
) -> None:
    store = open_as("autre", "faux")
    with pytest.raises(Unavailable):
        store.get("ready")
    with pytest.raises(Unavailable):
        store.exists("ready")
