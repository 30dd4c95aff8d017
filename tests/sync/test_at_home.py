"""A kiosk joins its office, brings what it counted, and says how it stands."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kiosk_commands import Done, run_odyssee, serving
from kiosk_territory import SLUG, Territory, make_territory

from odyssee.db.counter import open_counter
from odyssee.domain.statistics import Cell
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.kiosk_identity import KioskIdentity


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    folder = tmp_path_factory.mktemp("territory")
    return make_territory(folder, objects=5, changed=1, at=datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def settings(tmp_path: Path, territory: Territory) -> dict[str, str]:
    """Of the office's server."""
    shutil.copytree(territory.revisions[0], tmp_path / "office")
    return {
        "ODYSSEE_HOME": str(tmp_path / "server"),
        "ODYSSEE_STORE_URL": (tmp_path / "office").as_uri(),
        "ODYSSEE_WORKER": "none",
    }


def run(settings: dict[str, str], *arguments: str | Path) -> Done:
    done = run_odyssee(settings, *arguments)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def office(tmp_path: Path, settings: dict[str, str]) -> Iterator[str]:
    run(settings, "db", "upgrade")
    with serving(tmp_path / "server.log", ["serve"], **settings) as url:
        yield url


@pytest.fixture
def root_file(tmp_path: Path, territory: Territory) -> Path:
    (tmp_path / "racine.json").write_bytes(territory.root)
    return tmp_path / "racine.json"


def count_three(home: Path) -> None:
    counter = open_counter(KioskIdentity(home / "borne").counts)
    today = datetime.now(UTC).date()
    counter.add([(Cell(day=today, legend=SLUG, lang="fr", type="legend_opened"), 3)])
    counter.close()


def test_a_kiosk_is_enrolled_and_its_office_sees_how_it_stands(
    office: str, settings: dict[str, str], tmp_path: Path, root_file: Path
) -> None:
    kiosk = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    added = run(settings, "kiosks", "add", "Office de Nogent", "--json")
    assert added.returncode == 0, added.stderr
    code = json.loads(added.stdout)["code"]
    enrolled = run(kiosk, "kiosk", "enrol", "--server", office, "--code", code)
    assert enrolled.returncode == 0, enrolled.stderr
    count_three(tmp_path / "kiosk")
    synced = run(kiosk, "kiosk", "sync", "--server", office, "--root", root_file)
    assert (synced.returncode, synced.stderr) == (0, "")
    (seen,) = json.loads(run(settings, "kiosks", "list", "--json").stdout)
    assert seen["health"]["packs"] == {SLUG: 1}
    assert seen["health"]["content"] == "fresh"
    assert seen["health"]["last_sync"]["result"] == "done"
    assert open_counter(KioskIdentity(tmp_path / "kiosk" / "borne").counts).waiting() == []


def test_a_kiosk_keeps_what_its_office_says_from_the_next_sync_on(
    office: str, settings: dict[str, str], tmp_path: Path, root_file: Path, territory: Territory
) -> None:
    kiosk = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    run(kiosk, "kiosk", "sync", "--server", office, "--root", root_file)
    assert held_in(tmp_path) >= territory.objects[0].keys()
    added = run(settings, "kiosks", "add", "Gîte", "--language", "fr", "--layer", "audio", "--json")
    code = json.loads(added.stdout)["code"]
    assert run(kiosk, "kiosk", "enrol", "--server", office, "--code", code).returncode == 0
    assert run(kiosk, "kiosk", "sync", "--server", office).returncode == 0
    assert held_in(tmp_path).isdisjoint(pictures_of(territory))
    own = {**kiosk, "ODYSSEE_KIOSK_LAYERS": "pictures"}
    assert run(own, "kiosk", "sync", "--server", office).returncode == 0
    assert held_in(tmp_path) >= pictures_of(territory)


def pictures_of(territory: Territory) -> set[str]:
    """The objects of the first revision's layer of pictures."""
    (manifest,) = territory.revisions[0].glob("targets/packs/*.json")
    files = json.loads(manifest.read_bytes())["files"].values()
    return {file["sha256"] for file in files if file["layer"] == "pictures"}


def held_in(folder: Path) -> set[str]:
    """The objects that the kiosk has."""
    return set(KioskFolder(folder / "kiosk" / "borne").list_objects())


def test_a_wrong_code_is_told_in_a_line(office: str, tmp_path: Path) -> None:
    kiosk = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    done = run(kiosk, "kiosk", "enrol", "--server", office, "--code", "AAAA")
    assert done.returncode in {1, 2}
    assert done.stderr.startswith(("odyssee :", "code"))


def test_a_revoked_kiosk_goes_on_serving_and_is_told(
    office: str, settings: dict[str, str], tmp_path: Path, root_file: Path
) -> None:
    kiosk = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    added = json.loads(run(settings, "kiosks", "add", "Office de Nogent", "--json").stdout)
    run(kiosk, "kiosk", "enrol", "--server", office, "--code", added["code"])
    assert run(settings, "kiosks", "revoke", added["id"]).returncode == 0
    synced = run(kiosk, "kiosk", "sync", "--server", office, "--root", root_file)
    assert synced.returncode == 0
    assert "kiosk_revoked" in synced.stderr
    assert json.loads(run(kiosk, "kiosk", "status", "--json").stdout)["packs"] == {SLUG: 1}


def test_a_kiosk_without_a_network_joins_and_counts_by_stick(
    settings: dict[str, str], tmp_path: Path, root_file: Path
) -> None:
    kiosk = {"ODYSSEE_HOME": str(tmp_path / "kiosk")}
    stick = tmp_path / "stick"
    run(settings, "db", "upgrade")
    assert run(settings, "packs", "export-usb", stick).returncode == 0
    added = json.loads(run(settings, "kiosks", "add", "Gîte", "--usb", "--json").stdout)
    assert run(kiosk, "kiosk", "enrol", "--code", added["code"]).returncode == 0
    count_three(tmp_path / "kiosk")
    assert "message" in run(kiosk, "kiosk", "export-usb", stick).stdout
    assert run(settings, "kiosks", "import-usb", stick).returncode == 0
    taken = run(kiosk, "kiosk", "import-usb", stick, "--root", root_file)
    assert taken.returncode == 0, taken.stderr
    assert "Réponses de l’office reçues" in taken.stdout
    assert KioskIdentity(tmp_path / "kiosk" / "borne").membership() is not None
