"""What every test shares: the shared data, and a last line that counts what was left out."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgis import run_on, running_server
from seaweedfs import running_s3
from sqlalchemy import make_url

_CI = os.environ.get("CI") == "true"
_LEFT_OUT = "left out: "
_NEEDS = {
    "needs_shared_data": "the shared data (ODYSSEE_SHARED_DATA names its folder)",
    "needs_root": "root",
}

# No deadline: two test processes on two busy cores are no fair clock. In continuous
# integration the examples are the same at each run; elsewhere new ones are looked for.
settings.register_profile("odyssee", deadline=None, derandomize=_CI, print_blob=True)
settings.load_profile("odyssee")


def _shared_data_folder() -> Path | None:
    named = os.environ.get("ODYSSEE_SHARED_DATA")
    return Path(named) if named and Path(named).is_dir() else None


def _needs(item: pytest.Item) -> list[str]:
    found = [marker for marker in _NEEDS if item.get_closest_marker(marker)]
    if "shared_data" in getattr(item, "fixturenames", ()) and "needs_shared_data" not in found:
        found.append("needs_shared_data")
    return found


def _has(need: str) -> bool:
    if need == "needs_root":
        return os.geteuid() == 0
    return _shared_data_folder() is not None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what cannot run here; where everything must run, fail instead."""
    for need in _needs(item):
        if _has(need):
            continue
        if _CI:
            pytest.fail(f"this test needs {_NEEDS[need]}", pytrace=False)
        pytest.skip(_LEFT_OUT + need)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was left out, by what it needs."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    counts = Counter(need for reason in reasons for need in _NEEDS if _LEFT_OUT + need in reason)
    for need, count in sorted(counts.items()):
        terminalreporter.write_line(f"Left out: {count} tests that need {_NEEDS[need]}.")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real contours, traces, schemas and samples."""
    folder = _shared_data_folder()
    assert folder is not None, "the hook above lets no test come here without it"
    return folder


@pytest.fixture(scope="session")
def root_folder() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def postgis_server_url() -> Iterator[str]:
    """An address on a PostGIS server where databases may be made."""
    given = os.environ.get("ODYSSEE_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with running_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def new_postgis_url(postgis_server_url: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database at each call; all are dropped at the end."""
    server = make_url(postgis_server_url)
    names: list[str] = []

    def make() -> str:
        names.append(f"odyssee_test_{os.getpid()}_{len(names)}")
        run_on(server.render_as_string(hide_password=False), f"CREATE DATABASE {names[-1]}")
        return server.set(database=names[-1]).render_as_string(hide_password=False)

    yield make
    for name in names:
        run_on(server.render_as_string(hide_password=False), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgis_url(new_postgis_url: Callable[[], str]) -> str:
    """One empty PostGIS database for the session."""
    return new_postgis_url()


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real S3 server, started for the session."""
    with running_s3(tmp_path_factory.mktemp("seaweedfs")) as endpoint:
        yield endpoint
