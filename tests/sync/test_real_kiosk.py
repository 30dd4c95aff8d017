"""The commands of a kiosk against a real server, on real disks and lines."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from kiosk_builders import served
from kiosk_commands import Done, free_port, run_odyssee, serving
from kiosk_territory import SLUG, Territory, make_territory

from odyssee.files.kiosk_folder import KioskFolder


def run(home: Path, *arguments: str | Path) -> Done:
    return run_odyssee({"ODYSSEE_HOME": str(home)}, "kiosk", *arguments)


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    """Signed a moment ago: these commands look at the real clock."""
    folder = tmp_path_factory.mktemp("territory")
    return make_territory(folder, at=datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def folder(tmp_path: Path, territory: Territory) -> Path:
    """What the office has published; `publish` puts the second revision there."""
    shutil.copytree(territory.revisions[0], tmp_path / "office")
    return tmp_path / "office"


def publish(folder: Path, revision: Path) -> None:
    """As the signer does: what points comes last."""
    pointer = folder / "metadata" / "current.json"
    files = [path for path in revision.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda path: path.name in {"timestamp.json", "current.json"}):
        beside = folder / path.relative_to(revision)
        beside.parent.mkdir(parents=True, exist_ok=True)
        if path.name != "current.json":
            shutil.copyfile(path, beside)
    shutil.copyfile(revision / "metadata" / "current.json", pointer.with_suffix(".new"))
    pointer.with_suffix(".new").replace(pointer)


@pytest.fixture
def office(tmp_path: Path, folder: Path) -> Iterator[str]:
    """A real server over what the office has published."""
    settings = {
        "ODYSSEE_HOME": str(tmp_path / "server"),
        "ODYSSEE_STORE_URL": folder.as_uri(),
        "ODYSSEE_WORKER": "none",
        "ODYSSEE_ADMIN": "off",
    }
    with serving(tmp_path / "server.log", ["serve"], **settings) as url:
        yield url


@pytest.fixture
def root_file(tmp_path: Path, territory: Territory) -> Path:
    path = tmp_path / "racine.json"
    path.write_bytes(territory.root)
    return path


def proved(home: Path, territory: Territory, revision: int) -> None:
    pointer = served(KioskFolder(home / "borne"))
    assert pointer is not None
    assert pointer.territory == territory.pointers[revision - 1]


def test_a_kiosk_follows_a_real_server_and_tells_how_it_stands(
    office: str, folder: Path, tmp_path: Path, root_file: Path, territory: Territory
) -> None:
    home = tmp_path / "kiosk"
    first = run(home, "sync", "--server", office, "--root", root_file)
    assert first.returncode == 0, first.stderr
    assert "contenu nouveau en place" in first.stdout
    proved(home, territory, 1)
    assert "rien de nouveau" in run(home, "sync", "--server", office).stdout
    publish(folder, territory.revisions[1])
    assert run(home, "sync", "--server", office).returncode == 0
    proved(home, territory, 2)
    told = json.loads(run(home, "status", "--json").stdout)
    assert told["packs"] == {SLUG: 2}
    assert told["content"] == "fresh"
    assert told["last_sync"].keys() == {"at", "result", "detail"}
    assert told["last_sync"]["result"] == "done"
    assert told["free_bytes"] > 0
    assert told["clock_trusted"] is True
    assert "révision 2" in run(home, "status").stdout


def test_a_kiosk_serves_the_same_api_and_pages_with_no_network_at_all(
    folder: Path, tmp_path: Path, root_file: Path, territory: Territory
) -> None:
    home = tmp_path / "kiosk"
    assert run(home, "import-usb", folder, "--root", root_file).returncode == 0
    settings = {"ODYSSEE_HOME": str(home)}
    with serving(tmp_path / "kiosk.log", ["kiosk", "serve"], **settings) as url:
        legend = httpx2.get(f"{url}/v1/legends/{SLUG}").json()
        assert legend["revision"] == 1
        lon, lat = legend["start"]["coordinates"]
        fixes = [
            {"lon": lon, "lat": lat, "accuracy_m": 5, "at": f"2026-11-29T10:00:{second:02d}Z"}
            for second in range(40)
        ]
        walked = httpx2.post(f"{url}/v1/legends/{SLUG}/proximity", json={"fixes": fixes}).json()
        assert any(event["type"] == "play" for event in walked["events"])
        assert httpx2.get(f"{url}/").status_code == 200
        sound = legend["stops"][0]["narration"]["renditions"][0]["src"]
        assert httpx2.get(f"{url}{sound}").status_code == 200
        assert httpx2.get(f"{url}/admin/v1/me").status_code == 404
        publish(folder, territory.revisions[1])
        assert run(home, "import-usb", folder).returncode == 0
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            if httpx2.get(f"{url}/v1/legends/{SLUG}").json()["revision"] == 2:
                break
            time.sleep(0.02)
        else:
            pytest.fail("the kiosk's server did not see the switch")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sync",), "--server"),
        (("sync", "--server", "ftp://office"), "https://"),
        (("sync", "--server", "http://127.0.0.1:9"), "--root"),
        (("import-usb", "/nowhere"), "nowhere"),
    ],
)
def test_wrong_usage_is_told_in_a_line_or_two(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(tmp_path / "kiosk", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_nothing_to_go_back_to_at_first(tmp_path: Path) -> None:
    done = run(tmp_path / "kiosk", "rollback")
    assert (done.returncode, done.stderr) == (1, "rien d’avant à quoi revenir\n")


def test_a_server_that_is_away_is_told_and_nothing_changes(
    folder: Path, tmp_path: Path, root_file: Path, territory: Territory
) -> None:
    home = tmp_path / "kiosk"
    run(home, "import-usb", folder, "--root", root_file)
    done = run(home, "sync", "--server", f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "ne répond pas" in done.stderr
    proved(home, territory, 1)


def test_a_root_of_others_is_refused(folder: Path, tmp_path: Path, territory: Territory) -> None:
    other = make_territory(tmp_path / "other", objects=2, changed=1, at=datetime.now(UTC))
    strange = tmp_path / "strange.json"
    strange.write_bytes(other.root)
    home = tmp_path / "kiosk"
    assert run(home, "import-usb", folder, "--root", strange).returncode == 1
    assert json.loads(run(home, "status", "--json").stdout)["content"] == "none"
    right = tmp_path / "right.json"
    right.write_bytes(territory.root)
    assert run(home, "import-usb", folder, "--root", right).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Two megabytes in memory."""
    mount = tmp_path / "small"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(mount)], check=True)
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


@pytest.mark.needs_root
def test_a_full_disk_is_told_and_the_old_content_is_served(
    small_disk: Path, folder: Path, root_file: Path, territory: Territory
) -> None:
    home = small_disk / "kiosk"
    assert run(home, "import-usb", folder, "--root", root_file).returncode == 0
    filling = small_disk / "filling"
    with filling.open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(10_000))
            file.flush()
    publish(folder, territory.revisions[1])
    done = run(home, "import-usb", folder)
    assert done.returncode == 1
    assert "plus assez de place" in done.stderr
    proved(home, territory, 1)
    filling.unlink()
    assert run(home, "import-usb", folder).returncode == 0
    proved(home, territory, 2)


@pytest.mark.needs_root
def test_a_disk_that_cannot_be_written_is_told_and_the_old_content_is_served(
    small_disk: Path, folder: Path, root_file: Path, territory: Territory
) -> None:
    home = small_disk / "kiosk"
    run(home, "import-usb", folder, "--root", root_file)
    publish(folder, territory.revisions[1])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = run(home, "import-usb", folder)
    assert done.returncode == 1
    assert "ne peut pas être écrit" in done.stderr
    assert json.loads(run(home, "status", "--json").stdout)["packs"] == {SLUG: 1}
    proved(home, territory, 1)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert run(home, "import-usb", folder).returncode == 0
    proved(home, territory, 2)


_SLOW = """
ip link set lo mtu 1500 up
tc qdisc add dev lo root tbf rate 4mbit burst 32kbit latency 400ms
{python} -m odyssee serve --port {port} > {log} 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 200); do
    (: < /dev/tcp/127.0.0.1/{port}) 2>/dev/null && break
    sleep 0.1
done
ODYSSEE_HOME={home} ODYSSEE_KIOSK_RESERVE_MB=0 {python} -m odyssee kiosk sync \
    --server http://127.0.0.1:{port} --root {root}
"""


@pytest.mark.needs_root
def test_a_slow_line_brings_it_whole(
    folder: Path, tmp_path: Path, root_file: Path, territory: Territory
) -> None:
    home = tmp_path / "kiosk"
    script = _SLOW.format(
        python=sys.executable, port=free_port(), log=tmp_path / "log", home=home, root=root_file
    )
    settings = {
        "ODYSSEE_STORE_URL": folder.as_uri(),
        "ODYSSEE_HOME": str(tmp_path / "server"),
        "ODYSSEE_WORKER": "none",
        "ODYSSEE_ADMIN": "off",
    }
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", script],
        env=os.environ | settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    proved(home, territory, 1)
