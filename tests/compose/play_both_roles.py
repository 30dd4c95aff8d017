"""Run inside a network of its own: start the storage of compose, then act as each of its users.

Prints one JSON object: what was tried, and "ok" or the code of the refusal.
Usage: play_both_roles.py START_SCRIPT S3_CONFIG DATA_FOLDER SECRETS_JSON
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import boto3
from botocore.exceptions import ClientError

_S3 = "http://127.0.0.1:8333"


def _client(secrets: dict[str, str], role: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=_S3,
        aws_access_key_id=secrets[f"{role}_ACCESS_KEY"],
        aws_secret_access_key=secrets[f"{role}_SECRET_KEY"],
        region_name="us-east-1",
    )


def _wait_for(happens: Callable[[], object]) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            happens()
        except (OSError, ClientError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return


def _outcome(deed: Callable[..., object], **words: Any) -> str:
    try:
        deed(**words)
    except ClientError as refusal:
        return str(refusal.response["Error"]["Code"])
    return "ok"


def _play(secrets: dict[str, str]) -> dict[str, str]:
    worker, reader = _client(secrets, "WORKER"), _client(secrets, "READER")
    stranger = _client(secrets | {"READER_SECRET_KEY": "guessed"}, "READER")
    for bucket in ("published", "private"):
        _wait_for(lambda bucket=bucket: worker.head_bucket(Bucket=bucket))
    here, there = {"Bucket": "published", "Key": "o"}, {"Bucket": "private", "Key": "o"}
    return {
        "worker puts published": _outcome(worker.put_object, **here, Body=b"a"),
        "worker puts private": _outcome(worker.put_object, **there, Body=b"a"),
        "worker deletes published": _outcome(worker.delete_object, Bucket="published", Key="p"),
        "reader reads published": _outcome(reader.get_object, **here),
        "reader lists published": _outcome(reader.list_objects_v2, Bucket="published"),
        "reader puts published": _outcome(reader.put_object, **here, Body=b"b"),
        "reader deletes published": _outcome(reader.delete_object, **here),
        "reader reads private": _outcome(reader.get_object, **there),
        "reader lists private": _outcome(reader.list_objects_v2, Bucket="private"),
        "stranger reads published": _outcome(stranger.get_object, **here),
    }


def main() -> None:
    """Bring the loopback up, start the storage, play, stop."""
    script, config, folder, secrets = sys.argv[1:]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    storage = subprocess.Popen(
        ["sh", script, config, folder, "published", "private"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(lambda: urlopen(f"{_S3}/healthz", timeout=2).close())  # noqa: S310 - our own address
        print(json.dumps(_play(json.loads(secrets))))  # noqa: T201 - what the test reads
    finally:
        storage.kill()  # asked to stop, it would first wait for its own connections
        storage.wait(10)


if __name__ == "__main__":
    main()
