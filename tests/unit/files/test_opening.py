"""Which store an address names."""

import subprocess
import sys
from pathlib import Path

import pytest

from odyssee.files.local import LocalStore
from odyssee.files.memory import MemoryStore
from odyssee.files.opening import open_store
from odyssee.files.s3 import S3Store


def test_each_address_opens_its_kind(tmp_path: Path) -> None:
    folder = tmp_path / "été à Vichères"
    store = open_store(folder.as_uri())
    assert isinstance(store, LocalStore)
    store.put("a", b"x")
    assert (folder / "a").read_bytes() == b"x"
    assert isinstance(open_store("memory://"), MemoryStore)
    keys = {"access_key": "a", "secret_key": "b"}
    s3 = open_store("s3://seau/publie", endpoint_url="http://127.0.0.1:9", **keys)
    assert isinstance(s3, S3Store)
    assert s3._named("k") == {"Bucket": "seau", "Key": "publie/k"}
    s3._client.close()


@pytest.mark.parametrize("url", ["", "file://", "file://ailleurs/x", "s3://", "http://x/y", "var"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a file store's address"):
        open_store(url)


def test_without_s3_boto3_is_not_imported() -> None:
    code = (
        "import sys, odyssee.files.opening as o; o.open_store('memory://'); "
        "print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
