"""A file store in an S3 bucket; the only module that knows boto3."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from odyssee.domain.errors import NotFound, Unavailable
from odyssee.files.store import CHUNK_BYTES, Checked, Stat, check_key, is_key

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PART_BYTES = 8 * 1024 * 1024
"""Longer streams go up in parts of this size; S3 takes no part under 5 MiB but the last."""

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})
_PAST_THE_END = frozenset({"416", "InvalidRange"})


class S3Store:
    """Keeps each key as an object below a prefix of a bucket."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint_url: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        region: str | None = None,
        path_style: bool = True,
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client: S3Client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name=region or "us-east-1",
            config=_config(path_style=path_style),
        )

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,
    ) -> None:
        """Keep the bytes; a large stream goes up in parts, which are dropped when it fails."""
        self._write(key, Checked(data, sha256), _extra(content_type))

    def put_if_absent(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,
    ) -> bool:
        """As `put`, on the condition `If-None-Match: *`, which the server decides."""
        try:
            self._write(key, Checked(data, sha256), _extra(content_type), {"IfNoneMatch": "*"})
        except FileExistsError:
            return False
        return True

    def get(self, key: str) -> bytes:
        """All the bytes; see `FileStore.get`."""
        return b"".join(self.open(key))

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces; see `FileStore.open`."""
        if not is_key(key) or length == 0:
            if not self.exists(key):
                raise NotFound(key=key)
            return iter(())
        last = "" if length is None else str(start + length - 1)
        extra: Any = {} if start == 0 and length is None else {"Range": f"bytes={start}-{last}"}
        try:
            with _told(key):
                answer = self._client.get_object(**self._named(key), **extra)
        except EOFError:
            return iter(())
        return _pieces(key, answer["Body"])

    def stat(self, key: str) -> Stat | None:
        """Size and age; see `FileStore.stat`."""
        if not is_key(key):
            return None
        try:
            with _told(key):
                answer = self._client.head_object(**self._named(key))
        except NotFound:
            return None
        return Stat(answer["ContentLength"], answer["LastModified"])

    def exists(self, key: str) -> bool:
        """Whether the key is there."""
        return self.stat(key) is not None

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin so, sorted here: not every server sorts by whole keys."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix
        )
        with _told(prefix):
            found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return iter(sorted(key.removeprefix(self._prefix) for key in found))

    def delete(self, key: str) -> None:
        """Forget the key."""
        if is_key(key):
            with _told(key):
                self._client.delete_object(**self._named(key))

    def _named(self, key: str) -> Any:
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    def _write(
        self,
        key: str,
        data: Checked,
        extra: Any,
        condition: Any = None,
    ) -> None:
        check_key(key)
        pieces = data.pieces(PART_BYTES)
        first, second = next(pieces, b""), next(pieces, None)
        with _told(key):
            if second is None:
                self._client.put_object(
                    **self._named(key), **extra, **(condition or {}), **_with_hash(first)
                )
            else:
                parts = chain((first, second), pieces)
                self._write_parts(key, parts, extra, condition or {})

    def _write_parts(self, key: str, pieces: Iterator[bytes], extra: Any, condition: Any) -> None:
        begun = self._client.create_multipart_upload(**self._named(key), **extra)
        upload: Any = {**self._named(key), "UploadId": begun["UploadId"]}
        try:
            parts: list[Any] = []
            for number, piece in enumerate(pieces, start=1):
                kept = self._client.upload_part(**upload, PartNumber=number, Body=piece)
                parts.append({"PartNumber": number, "ETag": kept["ETag"]})
            self._client.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": parts}, **condition
            )
        except BaseException:
            self._client.abort_multipart_upload(**upload)
            raise


def _config(*, path_style: bool) -> Config:
    return Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path" if path_style else "auto"},
        # Not every S3 knows the newer trailing checksums; ours are sent where they are known.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def _extra(content_type: str | None) -> Any:
    return {"ContentType": content_type} if content_type else {}


def _with_hash(data: bytes) -> Any:
    """The body and its SHA-256, which the server checks before it keeps the object."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return {"Body": data, "ChecksumSHA256": digest}


def _pieces(key: str, body: Any) -> Iterator[bytes]:
    with _told(key):
        try:
            yield from body.iter_chunks(CHUNK_BYTES)
        finally:
            body.close()


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Botocore's errors in the words of the domain; addresses and keys stay out of them."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _ABSENT:
            raise NotFound(key=key) from None
        if code in _TAKEN:
            raise FileExistsError from None
        if code in _PAST_THE_END:
            raise EOFError from None
        raise Unavailable("the S3 store refuses", reason=code) from error
    except BotoCoreError as error:
        raise Unavailable("the S3 store does not answer", reason=type(error).__name__) from error
