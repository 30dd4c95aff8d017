"""Which media stay with a draft when somebody changes it, and which do not go with it any more."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace

from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, cover_ref, illustration_ref, narration_ref
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop

Spoken = Callable[[Legend, Stop, str], str | None]
"""What a voice says of a stop in a language, as a hash; null where there is nothing to say."""

_ID = re.compile(r"[a-z2-7]{20}")


def carry_media(before: Draft, after: Legend, spoken: Spoken) -> dict[str, MediaAsset]:
    """The media that the changed legend still uses, by their new places.

    Pictures and recordings go with their files; a synthetic voice with its words.
    """
    pictures = {file: before.media.get(ref) for ref, file in before.legend.pictures}
    carried = {ref: pictures.get(file) for ref, file in after.pictures}
    stops = {stop.slug: stop for stop in before.legend.stops}
    sounds = dict(_list_recordings(before))
    for stop in after.stops:
        for lang in {*stop.texts, *stop.narration}:
            ref = narration_ref(stop.slug, lang)
            if lang in stop.narration:
                carried[ref] = sounds.get(stop.narration[lang].file)
            elif stop.slug in stops and _says_the_same(
                spoken, (before.legend, stops[stop.slug]), (after, stop), lang
            ):
                carried[ref] = before.media.get(ref)
    return {ref: medium for ref, medium in carried.items() if medium is not None}


def _list_recordings(draft: Draft) -> Iterator[tuple[str, MediaAsset | None]]:
    for stop in draft.legend.stops:
        for lang, recording in stop.narration.items():
            yield recording.file, draft.media.get(narration_ref(stop.slug, lang))


def _says_the_same(
    spoken: Spoken, before: tuple[Legend, Stop], after: tuple[Legend, Stop], lang: str
) -> bool:
    if lang in before[1].narration:
        return False
    if before[0].rights == after[0].rights and before[1].texts.get(lang) == after[1].texts.get(
        lang
    ):
        return True  # most of them at every change: hashing reads their CommonMark
    return spoken(*before, lang) == spoken(*after, lang) is not None


def list_unspoken(
    legend: Legend, media: Container[str], spoken: Spoken
) -> Iterator[tuple[str, str, str]]:
    """The stops and languages whose words wait for a voice, and the hash of the words.

    Args:
        legend: The draft.
        media: The places that have a medium.
        spoken: Hashes the words.
    """
    for stop in legend.stops:
        for lang in stop.texts:
            if lang in stop.narration or narration_ref(stop.slug, lang) in media:
                continue
            words = spoken(legend, stop, lang)
            if words is not None:
                yield stop.slug, lang, words


def list_used_files(legend: Legend) -> Iterator[tuple[str, str, str]]:
    """Every file that a legend names: its pointer, its place, its name."""
    if legend.cover is not None:
        yield "cover/file", cover_ref(), legend.cover.file
    for s, stop in enumerate(legend.stops):
        for i, picture in enumerate(stop.illustrations):
            yield f"stops/{s}/illustrations/{i}/file", illustration_ref(stop.slug, i), picture.file
        for lang, recording in stop.narration.items():
            at = f"stops/{s}/narration/{lang}/file"
            yield at, narration_ref(stop.slug, lang), recording.file


def rename_files(legend: Legend, names: Mapping[str, str]) -> Legend:
    """The legend with other file names at these places.

    A recording that is replaced loses the captions that were timed on the one before.
    """
    cover = legend.cover
    if cover is not None and cover_ref() in names:
        cover = replace(cover, file=names[cover_ref()])
    return replace(legend, cover=cover, stops=tuple(_renamed(s, names) for s in legend.stops))


def _renamed(stop: Stop, names: Mapping[str, str]) -> Stop:
    pictures = tuple(
        replace(picture, file=names.get(illustration_ref(stop.slug, i), picture.file))
        for i, picture in enumerate(stop.illustrations)
    )
    sounds = {
        lang: replace(sound, file=names[narration_ref(stop.slug, lang)], captions=None)
        if narration_ref(stop.slug, lang) in names
        else sound
        for lang, sound in stop.narration.items()
    }
    return replace(stop, illustrations=pictures, narration=sounds)


def is_medium_id(name: str) -> bool:
    """Whether a file's name has the form of an asset's id."""
    return _ID.fullmatch(name) is not None


def names_media(asked: object) -> bool:
    """Whether somewhere in what was sent a `file` has the form of an asset's id."""
    if isinstance(asked, Mapping):
        file = asked.get("file")
        named = isinstance(file, str) and is_medium_id(file)
        return named or any(names_media(inner) for inner in asked.values())
    return isinstance(asked, list) and any(names_media(inner) for inner in asked)
