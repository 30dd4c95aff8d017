"""Packs: the same revision is the same bytes, and every address it tells is in its manifest."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from builders import NOON, a_legend, a_legend_text, a_stop, media_of, plan_of

from odyssee.content.folder import read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.legends import Legend, Practical, Route, RouteStatus
from odyssee.domain.media import CaptionsStatus, Cue, MediaByRef, Rendition, narration_ref
from odyssee.domain.packs import (
    content_files,
    content_from_files,
    plan_pack,
    sizes_of,
    trail_document,
)
from odyssee.domain.stops import Site
from odyssee.domain.words import content_document


def test_the_same_revision_is_the_same_bytes() -> None:
    first, again = plan_of(a_legend())[0], plan_of(a_legend())[0]
    assert canonical(first.manifest) == canonical(again.manifest)
    assert first.documents == again.documents


def test_a_manifest_names_every_object_that_its_texts_address() -> None:
    plan, blobs = plan_of(a_legend())
    named = {file["sha256"]: file for file in plan.manifest["files"].values()}
    told = b"".join(plan.documents.values()).decode()
    assert set(re.findall(r"/v1/objects/([0-9a-f]{64})", told)) <= set(named)
    for sha256, file in named.items():
        assert sha256_of(blobs[sha256]) == sha256
        assert len(blobs[sha256]) == file["size_bytes"]


def test_a_manifest_says_what_a_client_chooses_by() -> None:
    files = plan_of(a_legend())[0].manifest["files"]
    assert files["content.en.json"]["lang"] == "en"
    assert files["pictures/cover-800.webp"]["width"] == 800
    assert files["audio/etape-1.fr.64k.m4a"]["codec"] == "mp4a.40.2"
    assert {file["layer"] for file in files.values()} == {"core", "audio", "pictures"}


def test_a_download_in_one_language_is_smaller_than_all() -> None:
    sizes = sizes_of(plan_of(a_legend())[0].manifest)
    assert max(sizes["languages"].values()) < sizes["size_bytes"]
    assert sizes["size_bytes"] < sum(sizes["languages"].values())


def test_a_legend_without_media_is_still_a_whole_pack() -> None:
    plan = plan_pack(a_legend(stops=1), {}, 1, NOON, to_paragraphs)
    assert plan.renditions == frozenset()
    words = {
        f"{name}.{lang}.json" for name in ("content", "stops/etape-1") for lang in ("fr", "en")
    }
    assert set(plan.manifest["files"]) == words | {"trail.json"}


def test_another_sentence_at_a_stop_is_one_other_object() -> None:
    legend = a_legend()
    stop = legend.stops[1]
    words = {"fr": replace(stop.texts["fr"], directions="Prenez à gauche, sous l’if.")}
    changed = replace(stop, texts=stop.texts | words)
    after = replace(legend, stops=(legend.stops[0], changed, *legend.stops[2:]))
    before, now = (plan_of(each)[0].manifest["files"] for each in (legend, after))
    other = {name for name in now if now[name] != before[name]}
    assert other == {"stops/etape-2.fr.json"}


LONG_HEADERS_BYTES = 1_000
"""Of one answer; ours have half of it."""


def as_encoded(legend: Legend) -> MediaByRef:
    """Media with as many forms, captions and peaks as ours have."""
    media, _ = media_of(legend)
    forms = [(kind, width) for kind in ("avif", "webp") for width in (400, 800, 1600)]
    pictures = [
        Rendition(sha256=f"{width:064d}", size_bytes=99_999, type=f"image/{kind}", width=width)
        for kind, width in [*forms, ("jpeg", 800)]
    ]
    sounds = [
        Rendition(sha256=f"{rate:064d}", size_bytes=999_999, type="audio/ogg", bitrate_bps=rate)
        for rate in (24_000, 48_000, 64_000)
    ]
    told = " ".join(["une phrase de dix mots comme on en dit"] * 2)
    cues = tuple(Cue(float(n), n + 0.9, told) for n in range(40))
    return {
        ref: replace(asset, renditions=tuple(pictures), placeholder="A" * 900)
        if asset.kind == "image"
        else replace(asset, renditions=tuple(sounds), cues=cues, peaks=(100,) * 200)
        for ref, asset in media.items()
    }


def test_another_sentence_of_any_legend_moves_at_most_60_kilobytes(root_folder: Path) -> None:
    legends = read_folder(root_folder / "contenus").legends
    assert len(legends) >= 6
    for legend in legends:
        plan = plan_pack(legend, as_encoded(legend), 1, NOON, to_paragraphs)
        words = [
            file["size_bytes"]
            for file in plan.manifest["files"].values()
            if file["layer"] == "core"
        ]
        moved = len(canonical(plan.manifest)) + max(words) + 2 * LONG_HEADERS_BYTES
        assert moved <= 60_000, legend.slug


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_words_of_a_pack_are_put_together_as_they_were(lang: str) -> None:
    media, _ = media_of(a_legend())
    content = content_document(a_legend(), media, lang, to_paragraphs)
    files = content_files(content, lang)
    assert content_from_files(files.__getitem__, lang) == content
    assert content_from_files({f"content.{lang}.json": content}.__getitem__, lang) == content


def test_a_stop_that_is_not_translated_stands_in_french() -> None:
    only_french = a_stop("etape-1", 0, texts={"fr": a_stop("x").texts["fr"]})
    legend = a_legend(stops=1)

    legend = replace(legend, stops=(only_french,))
    media, _ = media_of(legend)
    english = content_document(legend, media, "en", to_paragraphs)
    assert (english["lang"], english["stops"][0]["lang"]) == ("en", "fr")
    assert english["stops"][0]["narration"]["lang"] == "fr"


@pytest.mark.parametrize("status", ["exact", "estimated", "edited", None])
def test_a_pack_says_where_the_times_of_captions_come_from(status: CaptionsStatus | None) -> None:
    legend = a_legend(stops=1)
    media, _ = media_of(legend)
    ref = narration_ref("etape-1", "fr")
    media[ref] = replace(media[ref], captions_status=status)
    content = content_document(legend, media, "fr", to_paragraphs)
    assert content["stops"][0]["narration"]["captions_status"] == status


@pytest.mark.parametrize(("status", "factor"), [("sketch", 1.3), ("traced", 1), ("walked", 1)])
def test_only_a_sketch_has_an_estimated_length(status: RouteStatus, factor: float) -> None:
    line = a_legend().route.line
    trail = trail_document(a_legend(route=Route(status=status, line=line)))
    assert trail["length_m"] == pytest.approx(400.4 * factor, abs=2)
    assert trail["length_status"] == ("estimated" if status == "sketch" else "measured")


def test_a_surveyed_trail_no_longer_warns() -> None:

    site = Site(status="surveyed", precision_m=5, source="vicheres-fr")
    legend = a_legend(stops=1)
    legend = replace(legend, stops=(replace(legend.stops[0], site=site),))
    warnings = content_document(legend, {}, "fr", to_paragraphs)["warnings"]
    assert [warning["code"] for warning in warnings] == ["road"]


def test_practical_words_win_over_yes_and_no() -> None:

    text = a_legend_text("T", practical={"parking": "Devant l’église."})
    legend = a_legend(practical=Practical(parking=True, toilets=False), texts={"fr": text}, stops=1)
    told = content_document(legend, {}, "fr", to_paragraphs)["practical"]
    assert (told["parking"], told["toilets"], told["water"]) == ("Devant l’église.", "Non", None)
