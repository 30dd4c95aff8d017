"""The keys: three people hold the root, two of them change it, and a stranger follows."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner
from flow_builders import open_desk, short_legend, write_content
from trusting import Stranger
from tuf.api.metadata import Metadata, Root

from odyssee.actions.ingesting import import_folder
from odyssee.actions.publishing import publish
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf
from odyssee.actions.working import work_once
from odyssee.cli.keys import keys
from odyssee.domain.errors import OdysseeError
from odyssee.main import now
from odyssee.trust.keyring import read_keys
from odyssee.trust.roots import next_root, sign_root
from odyssee.trust.signer import Signer

PHRASES = ["une phrase bien longue", "deux phrases bien longues", "trois phrases bien longues"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ODYSSEE_HOME", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    return tmp_path / "var"


def run(*arguments: str | Path, typed: str = "") -> str:
    done = CliRunner().invoke(keys, [str(a) for a in arguments], input=typed)
    assert done.exit_code == 0, (done.output, done.exception)
    return str(done.output)


def refused(*arguments: str | Path) -> str:
    environment = {**os.environ}
    command = [sys.executable, "-m", "odyssee", "keys", *map(str, arguments)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


@pytest.fixture
def sticks(home: Path, tmp_path: Path) -> Path:
    """Real keys; those of the root lie on the sticks of their holders."""
    folder = tmp_path / "sticks"
    typed = "".join(f"{phrase}\n{phrase}\n" for phrase in PHRASES)
    told = run("init", "--root-keys", folder, typed=typed)
    assert "Portez chacune sur une clé USB" in told
    assert not list((home / "cles").glob("root*"))
    return folder


def publish_one(home: Path) -> None:
    tools = replace(open_desk(home.parent), clock=now)
    import_folder(tools, write_content(home.parent, short_legend()))
    publish(tools, "dame-de-riants", by="test")
    job = work_once(tools)
    assert job is not None
    assert job.state == "done"


def test_two_of_three_holders_exchange_a_key_and_who_knew_the_first_root_follows(
    home: Path, sticks: Path, tmp_path: Path
) -> None:
    publish_one(home)
    first = (home / "cles" / "metadata" / "1.root.json").read_bytes()
    stranger = Stranger(tmp_path / "stranger", home / "published", first)
    assert run("rotate", "timestamp").count("odyssee keys") == 2
    proposal = home / "cles" / "2.root.proposed.json"
    told = run("sign", proposal, "--key", sticks / "root-1.pem", typed=f"{PHRASES[0]}\n")
    assert "il en manque 1" in told
    assert "signatures" in refused("install", proposal)
    run("sign", proposal, "--key", sticks / "root-3.pem", typed=f"{PHRASES[2]}\n")
    assert "Racine 2 en vigueur" in run("install", proposal)
    assert stranger.look(now())
    signed = json.loads((home / "published" / "metadata" / "timestamp.json").read_text())
    root = Metadata[Root].from_file(str(home / "published" / "metadata" / "2.root.json")).signed
    assert [s["keyid"] for s in signed["signatures"]] == root.roles["timestamp"].keyids


def run_publish() -> str:
    command = [sys.executable, "-m", "odyssee", "publish", "--all"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_store_that_was_emptied_is_filled_again_under_new_keys(
    home: Path, tmp_path: Path
) -> None:
    tools = replace(open_desk(tmp_path), clock=now)
    legends = (short_legend(), short_legend("la-dame-blanche"))
    import_folder(tools, write_content(tmp_path, *legends))
    run_publish()
    reader = replace(tools, shelf=Shelf())
    refresh(reader)
    before = reader.shelf.current()
    (home / "cles").rename(home / "cles-d-essai")
    shutil.rmtree(home / "published")
    typed = "".join(f"{phrase}\n{phrase}\n" for phrase in PHRASES)
    run("init", "--root-keys", tmp_path / "sticks", typed=typed)
    assert run_publish().count("révision 1") == 2
    root = (home / "cles" / "metadata" / "1.root.json").read_bytes()
    vouched = Stranger(tmp_path / "stranger", home / "published", root).look(now())
    assert len(vouched) == 3
    assert refresh(reader)
    after = reader.shelf.current()
    assert after.revision > before.revision
    assert set(after.objects) == set(before.objects)
    assert all((home / "published" / "objects" / sha256).exists() for sha256 in after.objects)
    published = {path: path.read_bytes() for path in (home / "published").rglob("*.json")}
    assert run_publish().count("inchangée") == 2
    assert {path: path.read_bytes() for path in (home / "published").rglob("*.json")} == published


def test_a_manifest_that_was_lost_comes_back_with_the_publication_of_another_legend(
    home: Path, tmp_path: Path
) -> None:
    tools = replace(open_desk(tmp_path), clock=now)
    import_folder(tools, write_content(tmp_path, short_legend(), short_legend("la-dame-blanche")))
    run_publish()
    lost = next((home / "published" / "targets" / "packs").glob("*.la-dame-blanche.json"))
    lost.unlink()
    path = next((tmp_path / "contenus").glob("legendes/dame-de-riants/fr/legende.md"))
    path.write_text(path.read_text().replace("fière", "seule"))
    import_folder(tools, tmp_path / "contenus")
    publish(tools, "dame-de-riants", by="test")
    job = work_once(tools)
    assert job is not None
    assert job.state == "done"
    assert lost.exists()


def sign(proposal: Path, sticks: Path, *holders: int) -> None:
    for holder in holders:
        key = sticks / f"root-{holder}.pem"
        run("sign", proposal, "--key", key, typed=f"{PHRASES[holder - 1]}\n")


def test_three_stolen_keys_are_exchanged_in_one_proposal(
    home: Path, sticks: Path, tmp_path: Path
) -> None:
    publish_one(home)
    first = Metadata[Root].from_file(str(home / "cles" / "metadata" / "1.root.json")).signed
    stranger = Stranger(
        tmp_path / "stranger", home / "published", (home / "cles/metadata/1.root.json").read_bytes()
    )
    run("rotate", "targets", "snapshot", "timestamp")
    proposal = home / "cles" / "2.root.proposed.json"
    sign(proposal, sticks, 1, 2)
    run("install", proposal)
    second = Metadata[Root].from_file(str(home / "published" / "metadata" / "2.root.json")).signed
    for role in ("targets", "snapshot", "timestamp"):
        assert not set(first.roles[role].keyids) & set(second.roles[role].keyids)
    assert stranger.look(now())


def test_a_proposal_that_waits_is_gone_on_with_and_tells_who_signs_again(
    home: Path, sticks: Path
) -> None:
    publish_one(home)
    run("rotate", "timestamp")
    proposal = home / "cles" / "2.root.proposed.json"
    sign(proposal, sticks, 1)
    signed = proposal.read_bytes()
    assert "manque 1 signature" in run("rotate")
    assert proposal.read_bytes() == signed
    assert "1 signature(s) n’y comptent plus" in run("rotate", "targets")
    assert "comptent" not in run("rotate", "timestamp")
    sign(proposal, sticks, 1, 3)
    run("install", proposal)
    told = json.loads(run("status", "--json"))
    assert (told["root_version"], told["warnings"]) == (2, [])
    first = Metadata[Root].from_file(str(home / "cles" / "metadata" / "1.root.json")).signed
    for role, changed in {"targets": True, "snapshot": False, "timestamp": True}.items():
        assert (told["roles"][role]["keys"] != first.roles[role].keyids) == changed


@pytest.mark.usefixtures("sticks")
def test_a_proposal_that_is_no_root_is_told_of_and_left_alone(home: Path) -> None:
    proposal = home / "cles" / "2.root.proposed.json"
    proposal.write_text("{}")
    assert "remove it" in refused("rotate", "targets")
    assert proposal.read_text() == "{}"
    assert not (home / "cles" / "targets-v2.pem").exists()


def test_a_wrong_passphrase_signs_nothing(home: Path, sticks: Path) -> None:
    run("rotate")
    proposal = home / "cles" / "2.root.proposed.json"
    before = proposal.read_bytes()
    done = CliRunner().invoke(
        keys, ["sign", str(proposal), "--key", str(sticks / "root-1.pem")], input="autre chose\n"
    )
    assert done.exit_code != 0
    assert "passphrase is wrong" in str(done.exception)
    assert proposal.read_bytes() == before


@pytest.mark.usefixtures("sticks")
def test_the_status_tells_who_signs_and_what_is_left_to_do(home: Path) -> None:
    publish_one(home)
    told = json.loads(run("status", "--json"))
    assert told["development"] is False
    assert told["warnings"] == []
    assert {role: (r["threshold"], r["here"]) for role, r in told["roles"].items()} == {
        "root": (2, 0),
        "targets": (1, 1),
        "snapshot": (1, 1),
        "timestamp": (1, 1),
    }
    (home / "cles" / "targets.pem").unlink()
    done = CliRunner().invoke(keys, ["status"])
    assert done.exit_code == 1
    assert "la clé `targets` n’est pas ici" in done.output


def test_keys_for_development_change_their_root_by_themselves_and_say_what_they_are(
    home: Path, tmp_path: Path
) -> None:
    assert "ATTENTION" in CliRunner().invoke(keys, ["init", "--development"]).output
    publish_one(home)
    stranger = Stranger(
        tmp_path / "stranger", home / "published", (home / "cles/metadata/1.root.json").read_bytes()
    )
    gone = json.loads(run("status", "--json"))["roles"]["root"]["keys"][0]
    assert "Racine 2" in run("rotate", "root", "--key", gone[:6])
    assert "Racine 3" in run("rotate")
    assert stranger.look(now())
    run("root", "--output", tmp_path / "root.json")
    assert Metadata[Root].from_file(str(tmp_path / "root.json")).signed.version == 3


def test_keys_are_never_made_over_others(home: Path) -> None:
    run("init", "--development")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert "already" in refused("init", "--development")
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


MAKING = """
import sys
from pathlib import Path
from odyssee.main import now
from odyssee.trust.signer import Signer

signer = Signer(Path(sys.argv[1]), makes_keys=True)
print("ready", flush=True)
sys.stdin.readline()
sys.stdout.write(signer.roots(now())[0][1].hex())
"""


def test_processes_that_make_keys_for_development_at_once_have_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "cles"
    command = [sys.executable, "-c", MAKING, str(folder)]
    making = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for process in making:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in making:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    roots = {process.communicate(timeout=60)[0] for process in making}
    assert [process.returncode for process in making] == [0] * 6
    kept = (folder / "metadata" / "1.root.json").read_bytes()
    assert roots == {kept.hex()}
    named = {
        key for role in Metadata[Root].from_bytes(kept).signed.roles.values() for key in role.keyids
    }
    assert set(read_keys(folder)) == named


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes links fail")
def test_keys_are_made_on_a_stick_that_has_no_hard_links(home: Path) -> None:
    traced = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "inject=link,linkat:error=EPERM"]
    command = [sys.executable, "-m", "odyssee", "keys", "init", "--development"]
    made = subprocess.run(
        [*traced, *command], capture_output=True, text=True, timeout=120, check=False
    )
    assert made.returncode == 0, made.stderr
    files = sorted((home / "cles").iterdir())
    assert [path.name for path in files if path.suffix == ".pem"] == [
        "root-1.pem", "root-2.pem", "root-3.pem", "snapshot.pem", "targets.pem", "timestamp.pem",
    ]  # fmt: skip
    assert [path.name for path in files if path.name.startswith(".")] == [".lock"]
    assert len(read_keys(home / "cles")) == 6


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes writes fail")
def test_a_stick_without_hard_links_that_is_full_keeps_no_half_of_a_key(home: Path) -> None:
    new = home / "stick" / "root.pem"
    new.parent.mkdir()
    code = (
        "import sys, pathlib; from odyssee.trust.keyring import make_key;"
        "make_key(pathlib.Path(sys.argv[1]))"
    )
    inject = ["-e", "inject=link,linkat:error=EPERM", "-e", "inject=fsync:error=ENOSPC:when=2"]
    command = [
        "strace",
        "-f",
        "-qq",
        "-o",
        os.devnull,
        *inject,
        sys.executable,
        "-c",
        code,
        str(new),
    ]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Unavailable: root.pem: No space left on device" in made.stderr
    assert list(new.parent.iterdir()) == []


@pytest.mark.parametrize("number", range(5))
def test_of_two_roots_that_are_installed_at_once_one_is_in_force(
    tmp_path: Path, number: int
) -> None:
    folder = tmp_path / str(number)
    first = Signer(folder, makes_keys=True).root(now())
    both = Barrier(2)

    def install(days: int) -> bytes | None:
        root = next_root(first, now() + timedelta(days=days), {})
        sign_root(root, read_keys(folder).values())
        signer = Signer(folder, makes_keys=False)
        both.wait(timeout=10)
        try:
            signer.install(root, now())
        except OdysseeError:
            return None
        return root.to_bytes()

    with ThreadPoolExecutor(2) as threads:
        installed = [data for data in threads.map(install, (1, 2)) if data is not None]
    assert installed == [(folder / "metadata" / "2.root.json").read_bytes()]


@pytest.mark.usefixtures("home")
def test_what_is_no_root_is_refused_in_a_line(tmp_path: Path) -> None:
    run("init", "--development")
    bad = tmp_path / "bad.json"
    for content in (b"", b"{}", b"[1]", b"\xff", b"x" * 600_000, b'{"signed": {}}'):
        bad.write_bytes(content)
        assert "root metadata" in refused("install", bad)
    assert refused("rotate", "root", "--key", "zz")
