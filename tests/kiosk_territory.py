"""A signed territory of many objects, made fast: several revisions side by side."""

import os
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from builders import NOON, a_legend, plan_of

from odyssee.actions.reading import POINTER_KEY, manifest_key, object_key, territory_key
from odyssee.actions.signing import find_release
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.catalogue import EMPTY_TERRITORY, territory_document
from odyssee.files.local import LocalStore
from odyssee.trust.release import Target
from odyssee.trust.signer import Signer

SLUG = "dame-de-riants"


@dataclass(frozen=True)
class Territory:
    """Revisions of one territory; each folder is what a server would hand out."""

    root: bytes
    revisions: tuple[Path, ...]
    pointers: tuple[str, ...]
    """SHA-256 of the territory document of each."""
    objects: tuple[dict[str, int], ...]
    """Size by SHA-256 of what each needs."""
    signer: Signer


def make_territory(  # noqa: PLR0913 - each has a default that suits most
    folder: Path,
    *,
    revisions: int = 2,
    objects: int = 60,
    size_bytes: int = 20_000,
    changed: int = 20,
    seed: int = 1,
    at: datetime = NOON,
    min_reader: int = 1,
) -> Territory:
    """So many revisions; from one to the next so many of the objects are others."""
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated
    signer = Signer(folder / "cles", makes_keys=True)
    kept = [chance.randbytes(chance.randint(size_bytes // 2, size_bytes)) for _ in range(objects)]
    made: list[tuple[Path, str, dict[str, int]]] = []
    before: dict[str, Any] | None = None
    for number in range(1, revisions + 1):
        if number > 1:
            for index in chance.sample(range(objects), changed):
                kept[index] = chance.randbytes(len(kept[index]))
        path = folder / f"revision-{number}"
        if made:
            _link_tree(made[-1][0], path)
        pointer, before, needed = _publish(
            LocalStore(path),
            signer,
            kept,
            number,
            before,
            at + timedelta(minutes=number),
            min_reader,
        )
        made.append((path, pointer, needed))
    return Territory(
        signer.roots(at)[0][1],
        tuple(path for path, _, _ in made),
        tuple(pointer for _, pointer, _ in made),
        tuple(needed for _, _, needed in made),
        signer,
    )


def _publish(
    store: LocalStore,
    signer: Signer,
    extra: list[bytes],
    number: int,
    before: dict[str, Any] | None,
    at: datetime,
    min_reader: int,
) -> tuple[str, dict[str, Any], dict[str, int]]:
    plan, blobs = plan_of(a_legend(SLUG), number)
    manifest = dict(plan.manifest)
    files = dict(manifest["files"])
    for index, data in enumerate(extra):
        blobs[sha256_of(data)] = data
        files[f"pictures/more-{index}-1600.webp"] = {
            "sha256": sha256_of(data), "size_bytes": len(data), "type": "image/webp",
            "layer": "pictures", "width": 1600,
        }  # fmt: skip
    manifest |= {"files": files, "min_reader": min_reader}
    for sha256, data in blobs.items():
        store.put_if_absent(object_key(sha256), data)
    told = canonical(manifest)
    store.put(manifest_key(sha256_of(told), SLUG), told)
    entry = {
        "revision": number,
        "manifest": sha256_of(told),
        "published_at": "2026-06-01T12:00:00Z",
    }
    document = territory_document(before, EMPTY_TERRITORY, "2026-06-01T12:00:00Z", {SLUG: entry})
    data = canonical(document)
    pointer = sha256_of(data)
    store.put(territory_key(pointer), data)
    wanted = {
        "territory.json": Target(pointer, len(data)),
        f"packs/{SLUG}.json": Target(sha256_of(told), len(told)),
    }
    for version, root in signer.roots(at):
        store.put(f"metadata/{version}.root.json", root)
    for name, signed in signer.sign(find_release(store), wanted, at, store.exists):
        store.put(f"metadata/{name}", signed)
    pointed = {"format": 1, "territory": pointer, "revision": document["revision"]}
    store.put(POINTER_KEY, canonical(pointed))
    needed = {file["sha256"]: file["size_bytes"] for file in files.values()}
    return pointer, document, needed


def _link_tree(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            beside = target / path.relative_to(source)
            beside.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, beside)
