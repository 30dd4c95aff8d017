"""A desk on real hands: a database file, two folders, a small content folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flow_builders import a_desk, open_desk, short_legend, write_content
from people_builders import SetClock, at_clock
from postgis import PostgresServer, running_server

from odyssee.actions.ingesting import import_folder
from odyssee.actions.tools import Tools
from odyssee.db.session import Database


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the content was imported once: encoding is what takes time."""
    root = tmp_path_factory.mktemp("imported")
    desk = open_desk(root)
    import_folder(desk, write_content(root, short_legend()))
    desk.desk.db.close()
    return root


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path, short_legend())


@pytest.fixture
def fresh_desk(tmp_path: Path) -> Iterator[Tools]:
    """A desk where nothing was imported yet."""
    desk = open_desk(tmp_path)
    yield desk
    desk.desk.db.close()


@pytest.fixture
def desk(tmp_path: Path, imported: Path) -> Iterator[Tools]:
    """A desk where `content` is imported."""
    shutil.copytree(imported / "var", tmp_path / "var")
    desk = open_desk(tmp_path)
    yield desk
    desk.desk.db.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def staff(fresh_desk: Tools, clock: SetClock) -> Tools:
    """A desk where nobody was added yet, by a clock that the test sets."""
    return at_clock(fresh_desk, clock)


@pytest.fixture
def staff_on_postgis(
    new_postgis_url: Callable[[], str], tmp_path: Path, clock: SetClock
) -> Iterator[Tools]:
    """As `staff`, on PostGIS."""
    with closing(Database(new_postgis_url())) as database:
        database.upgrade()
        yield at_clock(a_desk(tmp_path / "var", database), clock)


@pytest.fixture(params=["staff", "staff_on_postgis"], ids=["sqlite", "postgis"])
def staff_on_both(request: pytest.FixtureRequest) -> Tools:
    """As `staff`, on either database."""
    staff: Tools = request.getfixturevalue(request.param)
    return staff


@pytest.fixture
def needs_program(request: pytest.FixtureRequest) -> None:
    """The program that the test is about is installed."""
    program = request.getfixturevalue("program")
    if shutil.which(program) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is missing")
        pytest.skip(f"{program} is not installed")


@pytest.fixture
def stoppable_postgis() -> Iterator[PostgresServer]:
    """A database server that the test may stop."""
    with running_server() as server:
        yield server
