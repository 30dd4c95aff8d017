"""Encoding: which media a legend needs, and the making of those that are not kept yet."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from odyssee.actions.tools import Progress
from odyssee.content.folder import media_path
from odyssee.content.media_files import place_problems, read_captions
from odyssee.content.plain import to_paragraphs
from odyssee.domain.errors import ContentInvalid, MediumRefused, Problem
from odyssee.domain.finishing import NO_EDIT, CaptionsFile, Edit, finish
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.sentences import split_sentences
from odyssee.domain.stops import NarrationFile, Stop
from odyssee.domain.webvtt import read_webvtt
from odyssee.media.audio import encode_recording, synthesise_narration
from odyssee.media.brought_voice import BroughtVoice
from odyssee.media.codecs import NO_TAGS, Tags
from odyssee.media.encoded import (
    EncodedMedium,
    image_key,
    narration_key,
    recording_key,
    sha256_of_file,
)
from odyssee.media.images import encode_image
from odyssee.media.voice import find_voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One medium to make: a picture, a recording, or a text to speak."""

    key: str
    """Of the encoding alone, as `finishing.bare` has it."""
    name: str
    """What people call it: `procession-du-dragon/paty.svg`."""
    picture: Path | None = None
    recording: Path | None = None
    paragraphs: tuple[str, ...] = ()
    lang: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    """Respellings of that language."""
    tags: Tags = NO_TAGS
    """Of a sound."""
    captions: CaptionsFile | None = None
    """A curator's, of a recording."""


def list_orders(
    legend: Legend,
    root: Path,
    voices: Mapping[str, str],
    pronunciations: Mapping[str, Mapping[str, str]],
) -> dict[str, Order]:
    """What the legend needs, by the place where it is used.

    Args:
        legend: the legend, checked: its files exist.
        root: the folder `contenus/`; the files lie beside it in `medias/<slug>/`.
        voices: the name of the synthetic voice by language; a language without
            one has no narration unless a recording is there.
        pronunciations: respellings by language, for the synthetic voice.

    Raises:
        ContentInvalid: captions are not what they were when the legend was checked.
    """
    orders = {ref: _picture(legend, root, file) for ref, file in legend.pictures}
    for stop in legend.stops:
        for lang in stop.texts:
            order = _narration(legend, stop, lang, root, voices, pronunciations.get(lang, {}))
            if order is not None:
                orders[narration_ref(stop.slug, lang)] = order
    return orders


def _narration(
    legend: Legend,
    stop: Stop,
    lang: str,
    root: Path,
    voices: Mapping[str, str],
    words: Mapping[str, str],
) -> Order | None:
    """The recording where there is one, else the text to speak where there is a voice."""
    if lang not in stop.narration:
        return order_voice(legend, stop, lang, voices, words)
    tags = _tags(legend, stop, lang)
    path = media_path(root, legend.slug, stop.narration[lang].file)
    return Order(
        key=recording_key(sha256_of_file(path), tags),
        name=f"{legend.slug}/{path.name}",
        recording=path,
        paragraphs=tuple(to_paragraphs(stop.texts[lang].text)),
        lang=lang,
        tags=tags,
        captions=_captions(legend, stop.narration[lang], root),
    )


def order_voice(
    legend: Legend,
    stop: Stop,
    lang: str,
    voices: Mapping[str, str],
    words: Mapping[str, str],
) -> Order | None:
    """The text to speak; None where there is no text, or no voice for it.

    Args:
        legend: Whose stop it is.
        stop: With a text in the language.
        lang: Of the text.
        voices: The name of the synthetic voice by language.
        words: Respellings of the language.
    """
    paragraphs = tuple(to_paragraphs(stop.texts[lang].text))
    if not paragraphs or lang not in voices:
        return None
    tags = _tags(legend, stop, lang)
    return Order(
        key=narration_key(paragraphs, lang, voices[lang], words, tags),
        name=f"{legend.slug}/{stop.slug} ({lang})",
        paragraphs=paragraphs,
        lang=lang,
        words=words,
        tags=tags,
    )


def _tags(legend: Legend, stop: Stop, lang: str) -> Tags:
    rights = legend.rights
    return Tags(stop.texts[lang].title, rights.text_author, rights.licence, lang)


def _captions(legend: Legend, recording: NarrationFile, root: Path) -> CaptionsFile | None:
    """Checked a moment ago; somebody may have written in it since."""
    if recording.captions is None:
        return None
    captions, problems = read_captions(media_path(root, legend.slug, ""), recording.captions)
    if captions is None:
        raise ContentInvalid(problems or [Problem(recording.captions, "media_missing")])
    return captions


def _picture(legend: Legend, root: Path, file: str) -> Order:
    path = media_path(root, legend.slug, file)
    key = image_key(path)
    return Order(key=key, name=f"{legend.slug}/{file}", picture=path)


def check_order(order: Order, encoded: MediaAsset) -> list[Problem]:
    """What is wrong with captions now that the length of their sound is known."""
    if order.captions is None:
        return []
    read = read_webvtt(order.captions.text, encoded.duration_s or 0.0)
    return place_problems(order.captions.shown, read.problems)


def finish_order(order: Order, encoded: MediaAsset, edit: Edit = NO_EDIT) -> MediaAsset:
    """The encoded medium with what belongs over it: checked captions, an office's words."""
    return finish(encoded, list_sentences(order.paragraphs, order.lang), order.captions, edit)


def list_sentences(paragraphs: Iterable[str], lang: str) -> list[str]:
    """What is said, sentence by sentence."""
    return [s for paragraph in paragraphs for s in split_sentences(paragraph, lang)]


def encode_all(
    orders: Sequence[Order],
    into: Path,
    encoders: int,
    progress: Progress,
    voice: BroughtVoice | None = None,
) -> tuple[dict[str, MediaAsset], list[Problem]]:
    """Make all of them, in processes of their own, and leave the bytes in the folder by hash.

    Returns:
        What was encoded by key, bare, and a problem for each medium that was refused.
    """
    made: dict[str, MediaAsset] = {}
    problems: list[Problem] = []
    progress.begin("media", len(orders))
    for order, outcome in _outcomes(orders, into, encoders, voice):
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            made[order.key] = outcome
        progress.step(order.name)
    progress.end()
    return made, sorted(problems, key=lambda problem: problem.where)


def _outcomes(
    orders: Sequence[Order], into: Path, encoders: int, voice: BroughtVoice | None
) -> Iterator[tuple[Order, MediaAsset | Problem]]:
    if encoders == 1 or len(orders) == 1:
        for order in orders:
            yield order, encode_one(order, into, voice)
        return
    # Spawned, not forked: the server may have threads when an import runs in it.
    with ProcessPoolExecutor(encoders, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(encode_one, order, into, voice): order for order in orders}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def encode_one(order: Order, into: Path, voice: BroughtVoice | None = None) -> MediaAsset | Problem:
    """Make one medium; its bytes go into the folder under their hashes."""
    try:
        medium, original = _encode(order, voice)
    except MediumRefused as refused:
        return Problem(
            order.name, refused.values.get("code", refused.code), "error", refused.values
        )
    for sha256, data in medium.blobs.items():
        (into / sha256).write_bytes(data)
    if original is None:
        return replace(medium.asset, key=order.key)
    original_sha256 = sha256_of_file(original)
    shutil.copyfile(original, into / f"original-{original_sha256}")
    return replace(medium.asset, key=order.key, original_sha256=original_sha256)


def _encode(order: Order, voice: BroughtVoice | None) -> tuple[EncodedMedium, Path | None]:
    if order.picture is not None:
        return encode_image(order.picture, order.picture.name), order.picture
    if order.recording is not None:
        return encode_recording(order.recording, order.tags), order.recording
    speaker = find_voice(order.lang, voice)
    made = synthesise_narration(order.paragraphs, order.lang, order.words, speaker, order.tags)
    return made, None
