"""Which media stay with a draft when somebody changes it, and which do not go with it any more."""

from collections.abc import Callable, Iterator, Mapping

from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, cover_ref, illustration_ref, narration_ref
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop

Spoken = Callable[[Legend, Stop, str], str | None]
"""What a voice says of a stop in a language, as a hash; null where there is nothing to say."""


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
    return spoken(*before, lang) == spoken(*after, lang) is not None


def list_unspoken(
    legend: Legend, media: Mapping[str, MediaAsset], spoken: Spoken
) -> Iterator[tuple[str, str, str]]:
    """The stops and languages whose words wait for a voice, and the hash of the words."""
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
