"""A territory that was published twice, and an empty kiosk."""

from pathlib import Path

import pytest
from kiosk_published import Published, publish_twice

from odyssee.files.kiosk_folder import KioskFolder


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish_twice(tmp_path_factory.mktemp("published"))


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskFolder:
    return KioskFolder(tmp_path / "borne")
