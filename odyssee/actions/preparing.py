"""Preparing: what an office brought is encoded by a worker, and becomes ready or refused."""

import hashlib
from dataclasses import replace
from pathlib import Path

from odyssee.actions import encoders
from odyssee.actions.stowing import original_key, rendition_key
from odyssee.actions.tools import Progress, Tools
from odyssee.db import assets, audit, media
from odyssee.db.session import Tx
from odyssee.domain.assets import GAVE_UP, Asset, AssetState, Reason
from odyssee.domain.errors import Damaged, MediumRefused, NotFound, Unavailable
from odyssee.domain.finishing import finish
from odyssee.domain.jobs import Job
from odyssee.domain.media import MediaAsset
from odyssee.files.store import FileStore
from odyssee.media.scratch import private_folder

WORKER = "worker"
"""Who it is that says in the audit what became of a medium."""
_STEPS = 3


def encode_medium(tools: Tools, asset_id: str, progress: Progress) -> None:
    """Encode what was brought; doing it twice is harmless, and cut short it leaves nothing half.

    Renditions lie under their hashes before anything names them; an asset
    that was deleted meanwhile is left alone.

    Raises:
        Damaged: the original is not what came; only sending it again mends it.
        Unavailable: a store, the database or an encoder does not answer; try again.
    """
    asset = _find(tools, asset_id)
    if asset is None or asset.state != "processing":
        return
    progress.begin("media", _STEPS)
    with private_folder(tools.desk.scratch) as folder:
        path = folder / "original"
        _fetch(tools.desk.files, asset, path)
        progress.step(asset.id)
        try:
            made = _make(tools, asset, path)
        except MediumRefused as refused:
            _settle(tools, asset_id, "refused", (_reason(refused),), None)
            progress.end()
            return
        progress.step(asset.id)
    _settle(tools, asset_id, "ready", (), made)
    progress.step(asset.id)
    progress.end()


def give_up(tx: Tx, job: Job) -> None:
    """Say of the asset that no attempt succeeded; its original stays, and may be sent again."""
    try:
        asset = assets.lock_asset(tx, job.payload["asset"])
    except NotFound:
        return
    if asset.state == "processing":
        reasons = (Reason(GAVE_UP, {"attempts": str(job.attempts)}),)
        assets.change_asset(tx, replace(asset, state="refused", reasons=reasons))


def _find(tools: Tools, asset_id: str) -> Asset | None:
    with tools.desk.db.reading() as tx:
        try:
            return assets.get_asset(tx, asset_id)
        except NotFound:
            return None


def _fetch(files: FileStore, asset: Asset, path: Path) -> None:
    """Copy the original where a decoder may read it, and check that it is what came."""
    digest = hashlib.sha256()
    try:
        with path.open("xb") as file:
            for piece in files.open(original_key(asset.sha256)):
                digest.update(piece)
                file.write(piece)
    except NotFound as missing:
        raise Damaged("the original is missing", sha256=asset.sha256) from missing
    except OSError as fault:
        raise Unavailable("no room to work in", reason=str(fault.strerror)) from fault
    if digest.hexdigest() != asset.sha256:
        raise Damaged("the original is not what its name promises", sha256=asset.sha256)


def _make(tools: Tools, asset: Asset, path: Path) -> MediaAsset:
    """The encoded medium, its renditions in the private store; one that is kept is taken."""
    key, files = encoders.key_of(asset.kind, path), tools.desk.files
    with tools.desk.db.reading() as tx:
        known = media.find_encoded(tx, [key])
    for encoded in known:
        if is_whole(files, encoded):
            return encoded
    made = encoders.encode_original(asset.kind, path, asset.file_name)
    for sha256, data in made.blobs.items():
        files.put(rendition_key(sha256), data, sha256=sha256)
    return replace(made.asset, key=key, original_sha256=asset.sha256)


def is_whole(files: FileStore, medium: MediaAsset) -> bool:
    """Whether every rendition is in the private store."""
    return all(files.exists(rendition_key(made.sha256)) for made in medium.renditions)


def _settle(
    tools: Tools,
    asset_id: str,
    state: AssetState,
    reasons: tuple[Reason, ...],
    made: MediaAsset | None,
) -> None:
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        media.lock_files(tx)
        try:
            asset = assets.lock_asset(tx, asset_id)
        except NotFound:
            return  # deleted while it was encoded
        if asset.state != "processing":
            return
        medium = None if made is None else finish(made, edit=asset.edit)
        if medium is not None:
            if not is_whole(tools.desk.files, medium):
                raise Unavailable("renditions were taken away meanwhile")
            media.save_asset(tx, medium, now)
        assets.change_asset(tx, replace(asset, state=state, reasons=reasons, medium=medium))
        detail = {"reasons": [reason.code for reason in reasons]}
        audit.add_entry(tx, now, WORKER, f"medium_{state}", f"media/{asset_id}", detail)


def _reason(refused: MediumRefused) -> Reason:
    told = {name: value for name, value in refused.values.items() if name not in {"code", "name"}}
    return Reason(refused.values.get("code", refused.code), told)
