"""The keys: three people hold the root, two of them change it, and a stranger follows."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flow_builders import open_desk, short_legend, write_content
from trusting import Stranger
from tuf.api.metadata import Metadata, Root

from odyssee.actions.ingesting import import_folder
from odyssee.actions.publishing import publish
from odyssee.actions.working import work_once
from odyssee.cli.keys import keys
from odyssee.main import now

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


@pytest.mark.usefixtures("home")
def test_what_is_no_root_is_refused_in_a_line(tmp_path: Path) -> None:
    run("init", "--development")
    bad = tmp_path / "bad.json"
    for content in (b"", b"{}", b"[1]", b"\xff", b"x" * 600_000, b'{"signed": {}}'):
        bad.write_bytes(content)
        assert "root metadata" in refused("install", bad)
    assert refused("rotate", "root", "--key", "zz")
