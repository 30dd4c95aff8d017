"""What an attacker can put between a kiosk and its office: each is refused, and the kiosk serves
what it served; the next good synchronisation mends everything by itself.
"""

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOON
from kiosk_builders import AFTER, bring
from kiosk_campaigns import is_one_of
from kiosk_territory import Territory, make_territory
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from odyssee.actions.signing import find_release
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore
from odyssee.trust.keyring import make_key, read_keys
from odyssee.trust.release import Target, sign_release
from odyssee.trust.roots import next_root, sign_root

Attack = Callable[["Scene"], None]


class Scene:
    """A mirror that the attacker writes to: a copy of the second revision."""

    def __init__(self, folder: Path, territory: Territory) -> None:
        self.territory = territory
        self.mirror = folder / "mirror"
        shutil.copytree(territory.revisions[1], self.mirror)
        self.metadata = self.mirror / "metadata"
        self.folder = folder

    def newest(self, role: str) -> Path:
        """The newest numbered file of a role."""
        found = self.metadata.glob(f"*.{role}.json")
        return max(found, key=lambda path: int(path.name.partition(".")[0]))

    def edit(self, path: Path, change: Callable[[dict[str, Any]], None]) -> None:
        """Change a document without its key."""
        document = json.loads(path.read_bytes())
        change(document)
        path.write_text(json.dumps(document))

    def any_object(self) -> Path:
        """An object that the second revision needs and the first lacks."""
        first, second = self.territory.objects
        return self.mirror / "objects" / min(second.keys() - first.keys())


def replay(scene: Scene) -> None:
    shutil.rmtree(scene.mirror)
    shutil.copytree(scene.territory.revisions[0], scene.mirror)
    bring(KioskFolder(scene.folder / "borne"), scene.territory.revisions[1])


def mix_and_match(scene: Scene) -> None:
    """The new timestamp over the old snapshot's bytes."""
    old = min(scene.metadata.glob("*.snapshot.json"), key=lambda p: int(p.name.split(".")[0]))
    scene.newest("snapshot").write_bytes(old.read_bytes())


def edited_targets(scene: Scene) -> None:
    scene.edit(
        scene.newest("targets"),
        lambda document: document["signed"]["targets"].update(
            {"packs/x.json": {"length": 1, "hashes": {"sha256": "0" * 64}}}
        ),
    )


def edited_snapshot(scene: Scene) -> None:
    scene.edit(scene.newest("snapshot"), lambda document: document["signed"].update(version=9**9))


def edited_timestamp(scene: Scene) -> None:
    scene.edit(
        scene.metadata / "timestamp.json",
        lambda document: document["signed"].update(version=10**12),
    )


def without_signatures(scene: Scene) -> None:
    scene.edit(scene.metadata / "timestamp.json", lambda document: document.update(signatures=[]))


def endless_timestamp(scene: Scene) -> None:
    with (scene.metadata / "timestamp.json").open("ab") as file:
        file.truncate(4_000_000_000)  # a file of holes


def endless_manifest(scene: Scene) -> None:
    for path in scene.mirror.glob("targets/packs/*.json"):
        with path.open("ab") as file:
            file.truncate(4_000_000_000)


def deep_json(scene: Scene) -> None:
    (scene.metadata / "timestamp.json").write_text("[" * 15_000)


def a_page_instead(scene: Scene) -> None:
    """The portal of a hotel's network answers everything with its page."""
    page = b"<!doctype html><title>Bienvenue</title>"
    for path in scene.mirror.rglob("*"):
        if path.is_file():
            path.unlink()
            path.write_bytes(page)


def another_repository(scene: Scene) -> None:
    other = make_territory(scene.folder / "other", objects=3, changed=1, seed=9)
    shutil.rmtree(scene.mirror)
    shutil.copytree(other.revisions[1], scene.mirror)


def wrong_object(scene: Scene) -> None:
    path = scene.any_object()
    path.write_bytes(bytes(path.stat().st_size))


def longer_object(scene: Scene) -> None:
    path = scene.any_object()
    path.write_bytes(path.read_bytes() + b"x" * 1_000_000)


def missing_object(scene: Scene) -> None:
    scene.any_object().unlink()


def _resign(scene: Scene, signers: dict[str, CryptoSigner], root: Metadata[Root]) -> None:
    """Sign the mirror anew, with these keys."""
    store = LocalStore(scene.mirror)
    release = find_release(store)
    assert release is not None
    wanted = {**release.targets_by_path(), "packs/x.json": Target("0" * 64, 1)}
    for name, data in sign_release(root, signers, release, wanted, AFTER):
        (scene.metadata / name).write_bytes(data)


def _root_of(scene: Scene) -> Metadata[Root]:
    return Metadata[Root].from_bytes(scene.territory.root)


def strange_keys(scene: Scene) -> None:
    """Everything signed rightly, by keys that the root does not know."""
    root = next_root(_root_of(scene), NOON, {})
    strangers = {}
    for role in ("targets", "snapshot", "timestamp"):
        signer = make_key(scene.folder / f"{role}-stranger.pem")
        root.signed.revoke_key(root.signed.roles[role].keyids[0], role)
        root.signed.add_key(signer.public_key, role)
        strangers[signer.public_key.keyid] = signer
    _resign(scene, strangers, root)


def _with_next_root(scene: Scene, signatures: int, version: int = 2) -> None:
    """A next root that lets the attacker's timestamp key in, with so many of the two signatures."""
    stranger = make_key(scene.folder / "timestamp-stranger.pem")
    present = _root_of(scene)
    gone = present.signed.roles["timestamp"].keyids[0]
    root = next_root(present, NOON, {"timestamp": (gone, stranger.public_key)})
    root.signed.version = version
    held = read_keys(scene.territory.signer.folder)
    holders = [held[keyid] for keyid in present.signed.roles["root"].keyids]
    sign_root(root, holders[:signatures])
    (scene.metadata / f"{version}.root.json").write_bytes(root.to_bytes())
    keys = {**held, stranger.public_key.keyid: stranger}
    del keys[gone]
    _resign(scene, keys, root)


def one_root_signature_of_two(scene: Scene) -> None:
    _with_next_root(scene, 1)


def one_signature_twice(scene: Scene) -> None:
    _with_next_root(scene, 1)
    scene.edit(
        scene.metadata / "2.root.json",
        lambda document: document.update(signatures=document["signatures"] * 2),
    )


def a_root_that_leaps(scene: Scene) -> None:
    _with_next_root(scene, 2, version=7)
    (scene.metadata / "2.root.json").write_bytes((scene.metadata / "7.root.json").read_bytes())


def a_root_by_itself_alone(scene: Scene) -> None:
    """New root keys sign the new root; the old ones do not."""
    root, strangers = next_root(_root_of(scene), NOON, {}), []
    for number, keyid in enumerate(list(root.signed.roles["root"].keyids)):
        signer = make_key(scene.folder / f"root-stranger-{number}.pem")
        root.signed.revoke_key(keyid, "root")
        root.signed.add_key(signer.public_key, "root")
        strangers.append(signer)
    sign_root(root, strangers)
    (scene.metadata / "2.root.json").write_bytes(root.to_bytes())


def signed_for_another_territory(scene: Scene) -> None:
    """The keys of targets sign a manifest that the territory does not name."""
    store = LocalStore(scene.mirror)
    release = find_release(store)
    assert release is not None
    wanted = release.targets_by_path()
    wanted["packs/dame-de-riants.json"] = Target("0" * 64, 10)
    root, keys = _root_of(scene), read_keys(scene.territory.signer.folder)
    for name, data in sign_release(root, keys, release, wanted, AFTER):
        (scene.metadata / name).write_bytes(data)


def links_on_the_stick(scene: Scene) -> None:
    secret = scene.folder / "secret"
    secret.write_text("private")
    for path in [*scene.mirror.glob("objects/*"), *scene.mirror.glob("targets/packs/*")]:
        path.unlink()
        path.symlink_to(secret)


def a_folder_that_is_a_link(scene: Scene) -> None:
    moved = scene.folder / "moved"
    (scene.mirror / "objects").rename(moved)
    (scene.mirror / "objects").symlink_to(moved)


def pipes_on_the_stick(scene: Scene) -> None:
    for path in scene.mirror.glob("objects/*"):
        path.unlink()
        os.mkfifo(path)


ATTACKS: tuple[Attack, ...] = (
    replay, mix_and_match, edited_targets, edited_snapshot, edited_timestamp, without_signatures,
    endless_timestamp, endless_manifest, deep_json, a_page_instead, another_repository,
    wrong_object, longer_object, missing_object, strange_keys, one_root_signature_of_two,
    one_signature_twice, a_root_that_leaps, a_root_by_itself_alone,
    links_on_the_stick, a_folder_that_is_a_link, pipes_on_the_stick,
)  # fmt: skip


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return make_territory(tmp_path_factory.mktemp("territory"), objects=12, changed=5)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_changes_nothing_and_leaves_nothing(
    tmp_path: Path, territory: Territory, attack: Attack
) -> None:
    kiosk = KioskFolder(tmp_path / "borne")
    bring(kiosk, territory.revisions[0], territory.root)
    scene = Scene(tmp_path, territory)
    attack(scene)
    stays = {2} if attack is replay else {1}
    assert bring(kiosk, scene.mirror).result in {"not_trusted", "damaged", "unreachable"}
    assert is_one_of(kiosk, territory, stays)
    assert not any(
        b"private" in path.read_bytes() for path in kiosk.root.rglob("*") if path.is_file()
    )
    bring(kiosk, territory.revisions[1])
    assert is_one_of(kiosk, territory, {2})


def test_what_does_not_belong_together_is_refused_whoever_signed_it(
    tmp_path: Path, territory: Territory
) -> None:
    kiosk, scene = KioskFolder(tmp_path / "borne"), Scene(tmp_path, territory)
    bring(kiosk, territory.revisions[0], territory.root)
    signed_for_another_territory(scene)
    outcome = bring(kiosk, scene.mirror)
    assert outcome.result == "not_trusted"
    assert "belong together" in outcome.detail
    assert is_one_of(kiosk, territory, {1})


def test_a_mirror_that_is_frozen_is_told_when_its_last_signature_ends(
    tmp_path: Path, territory: Territory
) -> None:
    kiosk = KioskFolder(tmp_path / "borne")
    bring(kiosk, territory.revisions[0], territory.root)
    outcome = bring(kiosk, territory.revisions[0], now=AFTER + timedelta(days=36))
    assert outcome.result == "expired"
    assert is_one_of(kiosk, territory, {1})


def test_keys_that_were_exchanged_sign_nothing_any_more(
    tmp_path: Path, territory: Territory
) -> None:
    """The old timestamp key was stolen and revoked: what it signs is refused."""
    kiosk, scene = KioskFolder(tmp_path / "borne"), Scene(tmp_path, territory)
    bring(kiosk, territory.revisions[0], territory.root)
    _with_next_root(scene, 2)  # the office exchanges the key, with both signatures
    scene_keys = read_keys(territory.signer.folder)
    assert bring(kiosk, scene.mirror).result in {"damaged", "not_trusted", "done"}
    stolen = _root_of(scene).signed.roles["timestamp"].keyids[0]
    timestamp = Metadata[Timestamp].from_file(str(scene.metadata / "timestamp.json"))
    timestamp.signed.version += 1_000
    timestamp.signatures.clear()
    timestamp.sign(scene_keys[stolen])
    timestamp.to_file(str(scene.metadata / "timestamp.json"))
    before = kiosk.pointer()
    assert bring(kiosk, scene.mirror).result == "not_trusted"
    assert kiosk.pointer() == before


def test_the_roles_are_what_the_design_says(territory: Territory) -> None:
    folder = territory.revisions[1] / "metadata"
    root = Metadata[Root].from_bytes(territory.root).signed
    assert (len(root.roles["root"].keyids), root.roles["root"].threshold) == (3, 2)
    at = NOON + timedelta(minutes=2)
    newest = max(int(path.name.split(".")[0]) for path in folder.glob("*.targets.json"))
    targets = Metadata[Targets].from_file(str(folder / f"{newest}.targets.json")).signed
    snapshot = Metadata[Snapshot].from_file(str(folder / f"{newest}.snapshot.json")).signed
    timestamp = Metadata[Timestamp].from_file(str(folder / "timestamp.json")).signed
    lives = [(signed.expires - at).days for signed in (targets, snapshot, timestamp)]
    assert lives == [400, 400, 35]
