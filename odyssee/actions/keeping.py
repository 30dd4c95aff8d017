"""Keeping: the media of an office are shown, described and deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict, Unpack

from odyssee.actions import editing
from odyssee.actions.receiving import ENCODE_MEDIUM
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import Tools
from odyssee.db import assets, audit, jobs, media
from odyssee.db.session import Tx
from odyssee.domain.assets import Asset, Use, check_alt, check_line, sees, told_uses
from odyssee.domain.errors import MediumInUse, NotFound, Problem, Stale, refuse
from odyssee.domain.finishing import Edit
from odyssee.domain.jobs import Job
from odyssee.domain.media import Focal, Rendition
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import Caller, includes

_EDITS = frozenset({"captions", "focal"})
"""The changes that lie over a medium, and reach the drafts that use it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An asset and where it is used."""

    asset: Asset
    uses: tuple[Use, ...]


class Changes(TypedDict, total=False):
    """What may be changed of an asset; what is not named stays."""

    alt: Mapping[str, str]
    credit: str
    licence: str
    captions: str | None
    """WebVTT of a sound; null takes it back."""
    focal: Focal | None
    """Of a picture; null is the centre."""


def list_media(
    tools: Tools,
    caller: Caller,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    **only: str,
) -> Page[Kept]:
    """The assets of the caller's office, the newest first; of all of them for an admin.

    `only` are values of `kind` and `state`.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        try:
            found = assets.list_assets(tx, _offices_of(caller), limit + 1, cursor, **only)
        except NotFound:
            raise bad_cursor() from None
        uses = assets.find_uses(tx, found)
    kept = [Kept(asset, tuple(uses[asset.id])) for asset in found]
    return page_of(kept, limit, [asset.id for asset in found])


def show_medium(tools: Tools, caller: Caller, asset_id: str) -> Kept:
    """One asset.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    with tools.desk.db.reading() as tx:
        return _kept(tx, _visible(caller, assets.get_asset(tx, asset_id)))


def change_medium(
    tools: Tools, caller: Caller, asset_id: str, version: int, **changes: Unpack[Changes]
) -> Kept:
    """Describe an asset: alternative texts, credit, licence, and what lies over its medium.

    Captions and focal point go to every draft that uses the same original.

    Raises:
        NotFound: there is none, or not for the caller.
        InputInvalid: something of it will not do; all is told at once.
        Stale: it is not at that version any more.
    """
    with tools.desk.db.transaction() as tx:
        if _EDITS & changes.keys():
            media.lock_files(tx)
        asset = _lock(tx, caller, asset_id, version)
        refuse(_check(asset, changes))
        changed = _changed(tx, asset, changes, tools.clock())
        if changed != asset:
            assets.change_asset(tx, changed)
            if _EDITS & changes.keys():
                editing.lay_in_drafts(tx, changed, caller.person.id, tools.clock())
            detail = {"changed": sorted(changes)}
            _tell(tools, tx, caller, "medium_changed", asset_id, detail)
        return _kept(tx, assets.get_asset(tx, asset_id))


def _check(asset: Asset, changes: Changes) -> list[Problem]:
    found = check_alt(changes.get("alt", {}))
    found += check_line("credit", changes.get("credit", ""))
    found += check_line("licence", changes.get("licence", ""))
    if "captions" in changes:
        found += editing.check_captions(asset, changes["captions"])
    if "focal" in changes:
        found += editing.check_focal(asset)
    return found


def _changed(tx: Tx, asset: Asset, changes: Changes, now: datetime) -> Asset:
    changed = replace(
        asset,
        alt=changes.get("alt", asset.alt),
        credit=changes.get("credit", asset.credit),
        licence=changes.get("licence", asset.licence),
    )
    said = Edit(
        captions=changes.get("captions", asset.edit.captions),
        focal=changes.get("focal", asset.edit.focal),
    )
    return changed if said == asset.edit else editing.edit(tx, changed, now, said)


def show_captions(tools: Tools, caller: Caller, asset_id: str) -> str:
    """The present captions of a sound as WebVTT, to be edited.

    Raises:
        NotFound: there is no such asset for the caller, or it has no captions.
    """
    with tools.desk.db.reading() as tx:
        captions = editing.find_captions(tx, _visible(caller, assets.get_asset(tx, asset_id)))
    if captions is None:
        raise NotFound(captions=asset_id)
    return captions


def delete_medium(tools: Tools, caller: Caller, asset_id: str, version: int) -> None:
    """Forget an asset; its files go once nothing has needed them for long enough.

    Raises:
        NotFound: there is none, or not for the caller.
        MediumInUse: a draft or what is served uses it; all the places are told.
        Stale: it is not at that version any more.
    """
    with tools.desk.db.transaction() as tx:
        asset = _lock(tx, caller, asset_id, version)
        uses = assets.find_uses(tx, [asset])[asset.id]
        if uses:
            raise MediumInUse(told_uses(uses), count=str(len(uses)))
        assets.remove_asset(tx, asset_id)
        _tell(tools, tx, caller, "medium_deleted", asset_id, {"sha256": asset.sha256})


def open_rendition(
    tools: Tools, caller: Caller, asset_id: str, sha256: str
) -> tuple[Rendition, Iterator[bytes]]:
    """The bytes of an encoded form, in pieces, for who may see the asset.

    Raises:
        NotFound: there is no such asset for the caller, or no such rendition of it.
    """
    asset = show_medium(tools, caller, asset_id).asset
    for rendition in asset.medium.renditions if asset.medium else ():
        if rendition.sha256 == sha256:
            return rendition, tools.desk.files.open(rendition_key(sha256))
    raise NotFound(rendition=sha256)


def show_job(tools: Tools, caller: Caller, job_id: int) -> Job:
    """A job that the caller may follow: one on what their office brought, or a publication.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    with tools.desk.db.reading() as tx:
        job = jobs.get_job(tx, job_id)
        if job.kind == ENCODE_MEDIUM:
            _visible(caller, assets.get_asset(tx, job.payload["asset"]))
    return job


def _offices_of(caller: Caller) -> str:
    if includes(caller.role, "admin"):
        return assets.EVERY
    return caller.person.office or ""


def _visible(caller: Caller, asset: Asset) -> Asset:
    if not sees(caller, asset.office):
        raise NotFound(asset=asset.id)
    return asset


def _lock(tx: Tx, caller: Caller, asset_id: str, version: int) -> Asset:
    asset = _visible(caller, assets.lock_asset(tx, asset_id))
    if asset.version != version:
        raise Stale(asset=asset_id)
    return asset


def _kept(tx: Tx, asset: Asset) -> Kept:
    return Kept(asset, tuple(assets.find_uses(tx, [asset])[asset.id]))


def _tell(
    tools: Tools, tx: Tx, caller: Caller, deed: str, asset_id: str, detail: Mapping[str, object]
) -> None:
    audit.add_entry(tx, tools.clock(), caller.person.id, deed, f"media/{asset_id}", detail)
