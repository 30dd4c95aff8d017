"""The commands that bring services in, list them and put them into the packs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import HERBAGE
from partner_builders import Shared, a_car_park, a_shared, partner_server

from odyssee.actions.publishing import publish
from odyssee.actions.reading import find_territory_document, read_manifest
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once

SLUG = "dame-de-riants"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def shared() -> Iterator[Shared]:
    with partner_server(a_shared()) as shared:
        yield shared


@pytest.fixture
def home(desk: Tools, tmp_path: Path) -> Path:
    """The home of a desk where a legend is published."""
    publish(desk, SLUG, by="test")
    assert work_once(desk) is not None
    return tmp_path / "var"


def run(home: Path, shared: Shared, *arguments: str, code: int = 0, private: str = "allow") -> Done:
    settings = {
        "ODYSSEE_HOME": str(home),
        "ODYSSEE_GEOTREK_SOURCES": f"rando={shared.url}",
        "ODYSSEE_TOURINSOFT_SOURCES": f"cdt28={shared.url}/api/syndications/cdt28?$format=json",
        "ODYSSEE_IMPORT_PRIVATE": private,
    }
    done = subprocess.run(
        [sys.executable, "-m", "odyssee", "services", *arguments],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_services_come_in_are_listed_and_reach_the_pack(
    home: Path, desk: Tools, shared: Shared
) -> None:
    here = {"type": "Point", "coordinates": list(HERBAGE)}
    shared.collections["poi"] = [a_car_park(40, geometry=here), a_car_park(41, name={})]
    tried = run(home, shared, "import", "geotrek", "rando", "--dry-run").stdout
    assert "poi/41/name: name_missing: le nom manque." in tried
    assert "4 nouveaux, 0 changés, 0 inchangés" in tried
    assert tried.endswith("rien n’a été écrit.\n")
    assert run(home, shared, "list").stdout == "0 service(s).\n"
    done = json.loads(run(home, shared, "import", "geotrek", "rando", "--json").stdout)
    assert done["created"] == ["trek/7/parking", "poi/40", "touristiccontent/3", "trek/7"]
    assert done["problems"] == [{"where": "poi/41/name", "code": "name_missing"}]
    run(home, shared, "import", "tourinsoft", "cdt28", "--bbox", "0.7,48.1,1.3,48.8")
    assert sum("%24format" in path or path.count("format=") > 1 for path in shared.asked) == 0
    listed = run(home, shared, "list", "--kind", "parking", "--q", "eglise").stdout
    assert "Parking : Place de l’Église" in listed
    assert listed.endswith("1 service(s).\n")
    assert run(home, shared, "publish").stdout == "1 paquet(s) refaits.\n"
    document = find_territory_document(desk.published)
    assert document is not None
    entry = document["legends"][SLUG]
    assert entry["revision"] == 1
    assert "services.json" in read_manifest(desk.published, entry["manifest"], SLUG)["files"]


def test_what_cannot_be_is_one_line_and_an_exit_code(home: Path, shared: Shared) -> None:
    unknown = run(home, shared, "import", "geotrek", "nulle-part", code=2)
    assert "connus : rando" in unknown.stderr
    refused = run(home, shared, "import", "geotrek", "rando", code=2, private="refuse")
    assert "réseau privé" in refused.stderr
    run(home, shared, "import", "geotrek", "rando", "--bbox", "1,2,3", code=2)
    assert shared.asked == []
