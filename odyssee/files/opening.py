"""The file store that an address names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from odyssee.files.local import LocalStore
from odyssee.files.memory import MemoryStore
from odyssee.files.store import FileStore


def open_store(
    url: str,
    *,
    endpoint_url: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    region: str | None = None,
    path_style: bool = True,
) -> FileStore:
    """Open `file:///folder`, `s3://bucket/prefix` or `memory://`; nothing is contacted yet.

    The keywords concern S3 alone; without keys boto3 looks for them where it always does.

    Raises:
        ValueError: the address names no store.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStore()
    if parts.scheme == "file" and parts.path and parts.netloc in {"", "localhost"}:
        return LocalStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        # boto3 takes 0.2 s and tens of megabytes: an installation without S3 does not pay.
        from odyssee.files.s3 import S3Store  # noqa: PLC0415 - only where S3 is configured

        return S3Store(
            parts.netloc,
            parts.path,
            endpoint_url=endpoint_url,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            path_style=path_style,
        )
    raise ValueError("a file store's address is file:///folder, s3://bucket/prefix or memory://")
