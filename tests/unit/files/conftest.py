"""Each kind of file store, S3 on a real server."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from seaweedfs import BUCKET, KEYS

from odyssee.files.local import LocalStore
from odyssee.files.memory import MemoryStore
from odyssee.files.s3 import S3Store
from odyssee.files.store import FileStore

OpenS3 = Callable[[str], S3Store]


@pytest.fixture
def open_as(s3_endpoint: str) -> Iterator[Callable[[str, str], S3Store]]:
    """Opens the bucket with any keys."""
    opened: list[S3Store] = []

    def build(access: str, secret: str) -> S3Store:
        store = S3Store(BUCKET, endpoint_url=s3_endpoint, access_key=access, secret_key=secret)
        opened.append(store)
        return store

    yield build
    for store in opened:
        store._client.close()


@pytest.fixture
def open_s3(s3_endpoint: str) -> Iterator[OpenS3]:
    """Opens stores under a prefix of this test's own."""
    own = uuid.uuid4().hex
    opened: list[S3Store] = []

    def build(prefix: str) -> S3Store:
        access, secret = KEYS
        store = S3Store(
            BUCKET,
            f"{own}/{prefix}",
            endpoint_url=s3_endpoint,
            access_key=access,
            secret_key=secret,
        )
        opened.append(store)
        return store

    yield build
    for store in opened:
        store._client.close()


@pytest.fixture(params=["memory", "local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """Each kind of store in turn, empty."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "local":
        return LocalStore(tmp_path / "store")
    built: S3Store = request.getfixturevalue("open_s3")("contract")
    return built
