"""Narrating: a synthetic voice says the words of a draft's stop, as soon as they stand."""

from dataclasses import dataclass, replace
from pathlib import Path

from odyssee.actions.encoding import Order, encode_one, order_voice
from odyssee.actions.laying import hash_spoken
from odyssee.actions.preparing import WORKER, is_whole
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import Progress, Tools
from odyssee.db import audit, legends, media, reviews, territories
from odyssee.db.session import Tx
from odyssee.domain.drafts import find_stop
from odyssee.domain.errors import MediumRefused, NotFound, Problem, Unavailable
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.publication import Draft
from odyssee.files.store import FileStore
from odyssee.media.scratch import private_folder
from odyssee.media.voice import list_voices


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that wait for a voice."""

    slug: str
    stop: str
    lang: str
    words: str
    """Their hash, by `laying.hash_spoken`."""

    @property
    def ref(self) -> str:
        """The place of the sound."""
        return narration_ref(self.stop, self.lang)

    def is_due(self, draft: Draft | None) -> bool:
        """Whether the draft still says these words, and has no sound for them."""
        index = None if draft is None else find_stop(draft.legend, self.stop)
        if draft is None or index is None or self.ref in draft.media:
            return False
        stop = draft.legend.stops[index]
        if self.lang in stop.narration:
            return False
        return hash_spoken(draft.legend, stop, self.lang) == self.words


def narrate(tools: Tools, wanted: Wanted, progress: Progress) -> None:
    """Let a voice speak, encode it, and lay it into the draft if that still says the same.

    Doing it twice is harmless; without a voice for the language nothing is done,
    and the check goes on saying that the narration is missing.

    Raises:
        MediumRefused: the words cannot be spoken.
        Unavailable: the store, the database or an encoder does not answer; try again.
    """
    order = _find_order(tools, wanted)
    if order is None:
        return
    progress.begin("media", 1)
    with tools.desk.db.reading() as tx:
        known = media.find_encoded(tx, [order.key])
    whole = [medium for medium in known if is_whole(tools.desk.files, medium)]
    _lay(tools, wanted, whole[0] if whole else _make(tools, order))
    progress.step(order.name)
    progress.end()


def _find_order(tools: Tools, wanted: Wanted) -> Order | None:
    with tools.desk.db.reading() as tx:
        draft = legends.find_draft(tx, wanted.slug)
        territory = territories.find_territory(tx)
    if draft is None or not wanted.is_due(draft):
        return None
    words = {} if territory is None else territory.pronunciations.get(wanted.lang, {})
    stop = draft.legend.get_stop(wanted.stop)
    return order_voice(draft.legend, stop, wanted.lang, list_voices(tools.desk.voice), words)


def _make(tools: Tools, order: Order) -> MediaAsset:
    with private_folder(tools.desk.scratch) as folder:
        into = folder / "made"  # beside what marks the folder as in use
        into.mkdir()
        made = encode_one(order, into, tools.desk.voice)
        if isinstance(made, Problem):
            raise MediumRefused(code=made.code, name=made.where)
        _put(tools.desk.files, into)
    return made


def _put(files: FileStore, folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        with path.open("rb") as stream:
            files.put(rendition_key(path.name), stream, sha256=path.name)


def _lay(tools: Tools, wanted: Wanted, made: MediaAsset) -> None:
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        media.lock_files(tx)
        draft = _lock(tx, wanted.slug)
        if draft is None or not wanted.is_due(draft):
            return  # changed while the voice spoke: the change asked anew
        if not is_whole(tools.desk.files, made):
            raise Unavailable("renditions were taken away meanwhile")
        media.save_asset(tx, made, now)
        keys = {ref: medium.key for ref, medium in draft.media.items()}
        legends.save_draft(tx, draft.legend, {**keys, wanted.ref: made.key}, now)
        _keep_review(tx, draft)
        told = {"stop": wanted.stop, "lang": wanted.lang}
        audit.add_entry(tx, now, WORKER, "narrated", wanted.slug, told)


def _keep_review(tx: Tx, before: Draft) -> None:
    """A voice says what stood there: a review of those words is of the draft with it as well."""
    last = reviews.find_review(tx, before.legend.slug)
    if last is not None and last.draft_etag == before.etag:
        present = legends.get_draft(tx, before.legend.slug)
        reviews.save_review(tx, replace(last, draft_etag=present.etag))


def _lock(tx: Tx, slug: str) -> Draft | None:
    try:
        return legends.lock_draft(tx, slug)
    except NotFound:
        return None
