"""A kiosk takes over the software that its office offers, tries it, and goes back when it falls."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from kiosk_commands import Done, free_port, run_odyssee, serving
from kiosk_territory import SLUG, Territory, make_territory
from wheel_builders import another_version, build_wheel

METADATA = "perche_odyssee-*.dist-info/METADATA"
STATUS = "odyssee/cli/following.py"
SERVE = "odyssee/cli/kiosk.py"
FRESH = ('"fresh": "frais"', '"fresh": "frais (nouveau logiciel)"')
SERVES = "    folder = build_kiosk(settings)\n"
FALLS = (SERVES, "    raise SystemExit(3)\n")
FALLS_LATER = (
    SERVES,
    """\
    if os.environ[BESIDE] != TRIAL:
        raise SystemExit(3)
    folder = build_kiosk(settings)
""",
)
LACKS = (
    "\nRequires-Dist: alembic",
    "\nRequires-Dist: nothing-of-that-name\nRequires-Dist: alembic",
)


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    folder = tmp_path_factory.mktemp("territory")
    at = datetime.now(UTC) - timedelta(hours=1)
    return make_territory(folder, revisions=1, objects=3, at=at)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheels"))


class Office:
    """An office's machine, and a kiosk that has its content."""

    def __init__(self, folder: Path, territory: Territory) -> None:
        shutil.copytree(territory.revisions[0], folder / "office")
        shutil.copytree(territory.signer.folder, folder / "server" / "cles")
        self.folder = folder
        self.settings = {
            "ODYSSEE_HOME": str(folder / "server"),
            "ODYSSEE_STORE_URL": (folder / "office").as_uri(),
            "ODYSSEE_WORKER": "none",
        }
        self.home = {"ODYSSEE_HOME": str(folder / "kiosk")}
        self.url = ""

    def run(self, *arguments: str | Path) -> Done:
        done = run_odyssee(self.settings, *arguments)
        assert "Traceback" not in done.stderr
        return done

    def kiosk(self, *arguments: str | Path) -> Done:
        done = run_odyssee(self.home, "kiosk", *arguments)
        assert "Traceback" not in done.stderr
        return done

    def offer(self, *wheels: Path) -> None:
        done = self.run("software", "offer", *wheels)
        assert done.returncode == 0, done.stderr

    def update(self, *arguments: str | Path) -> Done:
        return self.kiosk("update", "--server", self.url, *arguments)

    def runs_the_new(self) -> bool:
        """Whether the kiosk's commands are those of the changed version; it serves all the same."""
        done = self.kiosk("status")
        assert SLUG in done.stdout
        return "nouveau logiciel" in done.stdout


@pytest.fixture
def office(tmp_path: Path, territory: Territory) -> Iterator[Office]:
    made = Office(tmp_path, territory)
    made.run("db", "upgrade")
    (tmp_path / "racine.json").write_bytes(territory.root)
    with serving(tmp_path / "server.log", ["serve"], **made.settings) as made.url:
        done = made.kiosk("sync", "--server", made.url, "--root", tmp_path / "racine.json")
        assert done.returncode == 0, done.stderr
        yield made


def test_a_version_that_stands_runs_from_the_next_start_on(office: Office, wheel: Path) -> None:
    assert "ne propose aucun logiciel" in office.update().stdout
    office.offer(another_version(wheel, "9.1.0", {STATUS: FRESH}))
    assert "9.1.0" in office.run("software", "status").stdout
    assert not office.runs_the_new()
    updated = office.update()
    assert (updated.returncode, "9.1.0 en place" in updated.stdout) == (0, True), updated.stderr
    assert office.runs_the_new()
    assert "rien de nouveau : c’est la version 9.1.0" in office.update().stdout
    assert office.kiosk("sync", "--server", office.url).returncode == 0
    with serving(office.folder / "kiosk.log", ["kiosk", "serve"], **office.home) as url:
        assert httpx2.get(f"{url}/v1/legends").json()["legends"][0]["slug"] == SLUG


def test_a_version_that_does_not_stand_is_left_and_not_tried_again(
    office: Office, wheel: Path
) -> None:
    office.offer(another_version(wheel, "9.1.1", {STATUS: FRESH, SERVE: FALLS}))
    for _ in range(3):  # once may be the fault of a busy machine
        updated = office.update()
        assert (updated.returncode, "ne tient pas ici" in updated.stderr) == (1, True)
    assert not office.runs_the_new()
    again = office.update()
    assert (again.returncode, "n’a pas tenu" in again.stderr) == (1, True)
    assert "ne tient pas ici" in office.update("--again").stderr


def test_a_version_that_lacks_a_library_says_which(office: Office, wheel: Path) -> None:
    office.offer(another_version(wheel, "9.1.2", {METADATA: LACKS}))
    updated = office.update()
    assert (updated.returncode, "nothing-of-that-name" in updated.stderr) == (1, True)


def test_a_version_that_falls_three_times_is_left_for_the_one_before(
    office: Office, wheel: Path
) -> None:
    office.offer(another_version(wheel, "9.1.3", {STATUS: FRESH, SERVE: FALLS_LATER}))
    assert office.update().returncode == 0
    assert office.runs_the_new()
    for _ in range(3):
        assert office.kiosk("serve", "--port", str(free_port())).returncode == 3
    with serving(office.folder / "kiosk.log", ["kiosk", "serve"], **office.home) as url:
        assert httpx2.get(f"{url}/readyz").json()["ready"]
    assert not office.runs_the_new()
    assert "n’a pas tenu" in office.update().stderr


def test_a_wheel_that_was_changed_on_the_server_changes_nothing(
    office: Office, wheel: Path
) -> None:
    office.offer(another_version(wheel, "9.1.4", {STATUS: FRESH}))
    (kept,) = (office.folder / "office" / "targets" / "software").glob("*.whl")
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    kept.write_bytes(data)
    updated = office.update()
    assert (updated.returncode, "abîmé" in updated.stderr) == (1, True)
    assert not office.runs_the_new()


def test_a_stick_brings_software_too(office: Office, wheel: Path, tmp_path: Path) -> None:
    office.offer(another_version(wheel, "9.1.5", {STATUS: FRESH}))
    assert office.run("packs", "export-usb", tmp_path / "stick").returncode == 0
    updated = office.kiosk("update", "--from", tmp_path / "stick")
    assert (updated.returncode, office.runs_the_new()) == (0, True), updated.stderr


@pytest.mark.parametrize("after_s", [0.8, 2.0])
def test_a_kiosk_that_is_cut_while_it_updates_runs_what_it_had_and_ends_it_later(
    office: Office, wheel: Path, after_s: float
) -> None:
    office.offer(another_version(wheel, "9.1.6", {STATUS: FRESH}))
    command = [sys.executable, "-m", "odyssee", "kiosk", "update", "--server", office.url]
    environment = os.environ | office.home | {"ODYSSEE_KIOSK_RESERVE_MB": "0"}
    cut = subprocess.Popen(command, env=environment, start_new_session=True)
    time.sleep(after_s)
    os.killpg(cut.pid, signal.SIGKILL)
    cut.wait()
    office.runs_the_new()  # the old or the new: it serves
    assert office.update().returncode == 0
    assert office.runs_the_new()


def test_what_is_taken_back_is_not_offered_and_only_what_is_offered_is_kept(
    office: Office, wheel: Path
) -> None:
    office.offer(another_version(wheel, "9.1.7"))
    found = json.loads(office.run("packs", "gc", "--dry-run", "--json").stdout)
    assert not [key for key in found["waiting"] if "software" in key]
    assert office.run("software", "withdraw").returncode == 0
    assert "Rien" in office.run("software", "status").stdout
    found = json.loads(office.run("packs", "gc", "--dry-run", "--json").stdout)
    assert len([key for key in found["waiting"] if "software" in key]) == 2
    assert "ne propose aucun logiciel" in office.update().stdout


def test_wheels_that_are_not_ours_are_refused_in_a_line(
    office: Office, wheel: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other-1.0-py3-none-any.whl"
    other.write_bytes(b"x")
    for files in ([other], [wheel, another_version(wheel, "9.1.8")]):
        done = office.run("software", "offer", *files)
        assert (done.returncode, "roue" in done.stderr) == (2, True)
    assert "Rien" in office.run("software", "status").stdout


def test_nothing_of_the_software_is_handed_out_under_another_name(office: Office) -> None:
    for path in (
        f"software/{'0' * 64}.whl",
        "software/..%2f..%2fx.whl",
        f"{'0' * 64}.software.json",
    ):
        assert httpx2.get(f"{office.url}/v1/tuf/targets/{path}").status_code == 404
