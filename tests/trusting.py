"""A stranger who trusts signatures alone: python-tuf's own client over a folder of publications."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, TargetFile, Updater


class FolderFetcher(FetcherInterface):
    """Reads `file:///…` as a plain web server would serve the folder."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(unquote(urlsplit(url).path))
        if not path.is_file():
            raise DownloadHTTPError("not there", 404)
        return iter([path.read_bytes()])


class Stranger:
    """Keeps what it has seen in `cache`, and begins with the root that it was given."""

    def __init__(self, cache: Path, published: Path, root: bytes) -> None:
        self.cache = cache
        self._published = published
        self._root = root
        cache.mkdir(parents=True, exist_ok=True)

    def look(self, at: datetime) -> dict[str, TargetFile]:
        """Everything that is vouched for at an instant.

        Raises:
            RepositoryError, DownloadError: what is published is not to be trusted.
        """
        base = self._published.as_uri()
        updater = Updater(
            str(self.cache),
            f"{base}/metadata/",
            target_dir=str(self.cache),
            target_base_url=f"{base}/targets/",
            fetcher=FolderFetcher(),
            bootstrap=self._root,
        )
        updater._trusted_set.reference_time = at
        updater.refresh()
        vouched = dict(updater._trusted_set.targets.targets)
        for target in vouched.values():
            updater.download_target(target, str(self.cache / "target"))
        return vouched
