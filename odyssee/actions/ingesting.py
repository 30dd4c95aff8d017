"""Ingesting: the content folder into the curation database, whole or not at all."""

import hashlib
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from odyssee.actions.captioning import check_lengths
from odyssee.actions.encoding import Order, check_order, encode_all, finish_order, list_orders
from odyssee.actions.stowing import original_key, rendition_key
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.content.folder import Folder, read_folder
from odyssee.content.writer import write_folder
from odyssee.db import assets, audit, draft_versions, legends, media, territories
from odyssee.db.session import Tx
from odyssee.domain.errors import ContentInvalid, Forbidden, NotFound, Problem, Unavailable
from odyssee.domain.finishing import NO_EDIT, Edit
from odyssee.domain.legends import Legend
from odyssee.domain.media import Lengths, MediaAsset, MediaByRef, lengths_of, narration_ref
from odyssee.domain.territory import Territory
from odyssee.domain.versions import WHOLE
from odyssee.files.store import FileStore
from odyssee.media.decoding import find_length_s
from odyssee.media.voice import list_voices

Orders = Mapping[str, Mapping[str, Order]]
"""By the slug of the legend, then by the place where it is used."""
Encoded = Mapping[str, MediaAsset]
"""By the key of the encoding."""


@dataclass(slots=True)
class ImportReport:
    """What an import did; `problems` are advice, since errors stop it."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    encoded: int = 0
    """How many media were made; the others were kept from before."""
    problems: tuple[Problem, ...] = ()
    territory: Literal["unchanged", "changed"] | None = None
    """Null where the folder has none."""

    @property
    def measured(self) -> list[Problem]:
        """What only an import can tell: advice from the length of the sounds that were made."""
        return [problem for problem in self.problems if problem.values.get("how") == "measured"]


def check_folder(path: Path) -> tuple[Problem, ...]:
    """Every problem of a content folder, advice included; recordings are as long as they say.

    Raises:
        NotFound: there is no such folder.
    """
    folder, length_of = read(path), cache(find_length_s)  # each recording is asked once

    def measure(_legend: Legend, recordings: Mapping[str, Path]) -> Lengths:
        told = {ref: length_of(recording) for ref, recording in recordings.items()}
        return {ref: length_s for ref, length_s in told.items() if length_s is not None}

    return (*folder.problems_with(measure), *check_lengths(folder, length_of))


def import_folder(
    tools: Tools,
    path: Path,
    progress: Progress | None = None,
    by: str = "import",
    *,
    may_change_territory: bool | None = None,
) -> ImportReport:
    """Take a content folder into the curation database, in one transaction.

    Media are made before it, so that a refused picture leaves everything as it
    was; those that an earlier import made are not made again.

    Args:
        tools: The hands.
        path: The folder.
        progress: Told of each medium.
        by: Who does it, for the audit.
        may_change_territory: Of somebody at the desk; null for a command, which may.

    Raises:
        Forbidden: the territory is another than is kept, and may not be.
        NotFound: there is no such folder.
        ContentInvalid: the folder has errors; nothing of it was taken.
    """
    folder = read(path)
    if folder.errors:
        raise ContentInvalid(folder.problems)
    _foresee_territory(tools, folder, may_change=may_change_territory)
    voices = list_voices(tools.desk.voice)
    said = _find_pronunciations(tools, folder)
    orders = {
        legend.slug: list_orders(legend, folder.root, voices, said) for legend in folder.legends
    }
    with tempfile.TemporaryDirectory(prefix="odyssee-import-") as scratch:
        encoded, made = _encode(tools, orders, Path(scratch), progress or NoProgress())
        _check_captions(orders, encoded)
        _keep(tools.desk.files, Path(scratch))
        _keep_captions(tools.desk.files, orders)
    report = ImportReport(encoded=made)
    may = may_change_territory
    lengths = _save(tools, folder, orders, encoded, report, by, may_change_territory=may)
    report.problems = folder.problems_with(lambda legend, _recordings: lengths[legend.slug])
    return report


def foresee(tools: Tools, path: Path, *, may_change_territory: bool | None = None) -> ImportReport:
    """What an import would do; nothing is made and nothing is written.

    A legend one of whose media has yet to be made counts as changed.

    Raises:
        NotFound, ContentInvalid, Forbidden: as `import_folder`.
    """
    folder = read(path)
    if folder.errors:
        raise ContentInvalid(folder.problems)
    voices, said = list_voices(tools.desk.voice), _find_pronunciations(tools, folder)
    report = ImportReport(problems=folder.problems)
    report.territory = _foresee_territory(tools, folder, may_change=may_change_territory)
    for legend in folder.legends:
        orders = list_orders(legend, folder.root, voices, said)
        with tools.desk.db.reading() as tx:
            draft = legends.find_draft(tx, legend.slug)
            encoded = {m.key: m for m in media.find_encoded(tx, [o.key for o in orders.values()])}
            originals = {medium.original_sha256 or "" for medium in encoded.values()}
            edits = assets.find_edits(tx, originals)
        if draft is None:
            report.created.append(legend.slug)
            continue
        made = {
            ref: _finish(order, encoded[order.key], edits)
            for ref, order in orders.items()
            if order.key in encoded
        }
        same = draft.legend == legend and made.keys() == orders.keys() and draft.media == made
        (report.unchanged if same else report.changed).append(legend.slug)
    return report


def read(path: Path) -> Folder:
    """A content folder as it stands, its problems included.

    Raises:
        NotFound: there is no such folder.
    """
    if not path.is_dir():
        raise NotFound(path=str(path))
    return read_folder(path)


def _find_pronunciations(tools: Tools, folder: Folder) -> Mapping[str, Mapping[str, str]]:
    """The folder's; one that says nothing of them, such as a single legend's, gets those kept."""
    if folder.pronunciations is not None:
        return folder.pronunciations
    with tools.desk.db.reading() as tx:
        kept = territories.find_territory(tx)
    return {} if kept is None else kept.pronunciations


def _encode(tools: Tools, orders: Orders, scratch: Path, progress: Progress) -> tuple[Encoded, int]:
    """What was encoded for all of them, and how many of that now: what is whole is kept."""
    wanted = {order.key: order for of_legend in orders.values() for order in of_legend.values()}
    kept = _list_kept(tools.desk.files)
    with tools.desk.db.reading() as tx:
        found = media.find_encoded(tx, list(wanted))
    known = {encoded.key: encoded for encoded in found if _needed_files(encoded) <= kept}
    missing = [order for key, order in wanted.items() if key not in known]
    if not missing:
        return known, 0
    desk = tools.desk
    made, problems = encode_all(missing, scratch, desk.encoders, progress, desk.voice)
    if problems:
        raise ContentInvalid(problems)
    return known | made, len(made)


def _list_kept(files: FileStore) -> set[str]:
    return {*files.list_keys(rendition_key("")), *files.list_keys(original_key(""))}


def _needed_files(medium: MediaAsset) -> set[str]:
    originals = (original_key(sha256) for sha256 in medium.brought_sha256)
    return {*originals, *(rendition_key(made.sha256) for made in medium.renditions)}


def _check_captions(orders: Orders, encoded: Encoded) -> None:
    """Hold a curator's captions against the sounds that they are for.

    Raises:
        ContentInvalid: some do not go with them; all problems are told.
    """
    problems = [
        problem
        for of_legend in orders.values()
        for order in of_legend.values()
        for problem in check_order(order, encoded[order.key])
    ]
    if problems:
        raise ContentInvalid(problems)


def _keep(store: FileStore, scratch: Path) -> None:
    for path in sorted(scratch.iterdir()):
        sha256 = path.name.removeprefix("original-")
        key = rendition_key(sha256) if path.name == sha256 else original_key(sha256)
        with path.open("rb") as stream:
            store.put(key, stream, sha256=sha256)


def _keep_captions(store: FileStore, orders: Orders) -> None:
    for of_legend in orders.values():
        for order in of_legend.values():
            if order.captions is not None:
                key = original_key(order.captions.sha256)
                store.put(key, order.captions.data, sha256=order.captions.sha256)


def _save(
    tools: Tools,
    folder: Folder,
    orders: Orders,
    encoded: Encoded,
    report: ImportReport,
    by: str,
    *,
    may_change_territory: bool | None,
) -> dict[str, Lengths]:
    """Everything in one transaction; how long the narrations of each legend last."""
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        media.lock_files(tx)
        if folder.territory is not None:
            report.territory = _save_territory(
                tx, folder.territory, now, by, may_change=may_change_territory
            )
        edits = assets.find_edits(tx, {medium.original_sha256 or "" for medium in encoded.values()})
        needed: list[MediaAsset] = []
        lengths: dict[str, Lengths] = {}
        for legend in folder.legends:
            finished = {
                ref: _finish(order, encoded[order.key], edits)
                for ref, order in orders[legend.slug].items()
            }
            needed += finished.values()
            lengths[legend.slug] = lengths_of(finished)
            _save_media(tx, finished.values(), now)
            places = {ref: medium.key for ref, medium in finished.items()}
            before = legends.hold_draft(tx, legend.slug)
            outcome = legends.save_draft(tx, legend, places, now)
            if before is not None and outcome == "changed":
                draft_versions.keep_version(tx, before, WHOLE, by, now)
            getattr(report, outcome).append(legend.slug)
            if outcome != "unchanged":
                audit.add_entry(tx, now, by, outcome, legend.slug, {"how": "import"})
        _check_kept(tools, needed)
    return lengths


def _finish(order: Order, encoded: MediaAsset, edits: Mapping[str, Edit]) -> MediaAsset:
    """With what an office says of the same original, if one brought it as well."""
    return finish_order(order, encoded, edits.get(encoded.original_sha256 or "", NO_EDIT))


def _save_media(tx: Tx, finished: Collection[MediaAsset], now: datetime) -> None:
    known = media.find_assets(tx, [medium.key for medium in finished])
    for medium in finished:
        if known.get(medium.key) != medium:
            media.save_asset(tx, medium, now)


def _check_kept(tools: Tools, needed: Collection[MediaAsset]) -> None:
    """What was kept a moment ago may have been removed as unneeded, until it is needed here.

    Raises:
        Unavailable: it was; another import makes it again.
    """
    kept = _list_kept(tools.desk.files)
    if any(not _needed_files(medium) <= kept for medium in needed):
        raise Unavailable("media were removed meanwhile; import again")


def _foresee_territory(
    tools: Tools, folder: Folder, *, may_change: bool | None
) -> Literal["unchanged", "changed"] | None:
    """Asked before anything is made; null where the folder has no territory."""
    if folder.territory is None:
        return None
    with tools.desk.db.reading() as tx:
        after = _with_outline(folder.territory, territories.find_territory(tx))
        if territories.is_kept(tx, after):
            return "unchanged"
    if may_change is False:
        raise Forbidden
    return "changed"


def _save_territory(
    tx: Tx, territory: Territory, now: datetime, by: str, *, may_change: bool | None
) -> Literal["unchanged", "changed"]:
    after = _with_outline(territory, territories.lock_territory(tx))
    if not territories.save_territory(tx, after, now):
        return "unchanged"
    if may_change is False:  # and the transaction is undone
        raise Forbidden
    if may_change:
        audit.add_entry(tx, now, by, "changed", "territory", {"how": "import"})
    return "changed"


def _with_outline(territory: Territory, known: Territory | None) -> Territory:
    """An official outline stays when the folder still holds the sketch it replaced."""
    kept = known if known is not None and known.outline_status == "official" else None
    if kept is not None and territory.outline_status == "schematic":
        return replace(territory, outline=kept.outline, outline_status="official")
    return territory


def export_folder(tools: Tools, path: Path) -> list[str]:
    """Write every draft into a content folder; what is there already and equal is not touched.

    Returns:
        The slugs that were written.
    """
    with tools.desk.db.reading() as tx:
        drafts = legends.list_drafts(tx)
        territory = territories.find_territory(tx)
    root = path if path.name == "contenus" else path / "contenus"
    write_folder(root, territory, [draft.legend for draft in drafts])
    for draft in drafts:
        _export_media(tools, root, draft.legend, draft.media)
    return [draft.legend.slug for draft in drafts]


def export_draft(tools: Tools, slug: str, path: Path) -> str:
    """Write one draft into an empty folder, as `contenus/` and `medias/`.

    Returns:
        The ETag of the draft that was written.

    Raises:
        NotFound: there is no such draft.
    """
    with tools.desk.db.reading() as tx:
        draft = legends.get_draft(tx, slug)
    write_folder(path / "contenus", None, [draft.legend])
    _export_media(tools, path / "contenus", draft.legend, draft.media)
    return draft.etag


def _export_media(tools: Tools, root: Path, legend: Legend, kept: MediaByRef) -> None:
    for sha256, file in _files_of(legend, kept):
        target = root.parent / "medias" / legend.slug / file
        if not _is_there(target, sha256):
            _copy_original(tools.desk.files, sha256, target)


def _is_there(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _copy_original(files: FileStore, sha256: str, target: Path) -> None:
    """Write it beside its place first: a recording is large, and a copy may be cut short."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("wb") as file:
            for piece in files.open(original_key(sha256)):
                file.write(piece)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _files_of(legend: Legend, kept: MediaByRef) -> Iterator[tuple[str, str]]:
    """Every file that was brought and is kept, by its hash: pictures, recordings, captions."""
    for ref, file in legend.pictures:
        picture = kept.get(ref)
        if picture is not None and picture.original_sha256 is not None:
            yield picture.original_sha256, file
    for stop in legend.stops:
        for lang, recording in stop.narration.items():
            medium = kept.get(narration_ref(stop.slug, lang))
            if medium is not None and medium.original_sha256 is not None:
                yield medium.original_sha256, recording.file
            if medium is not None and medium.captions_sha256 is not None and recording.captions:
                yield medium.captions_sha256, recording.captions
