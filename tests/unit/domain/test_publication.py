"""What stands in the way of publishing: more than stands in the way of writing."""

from dataclasses import replace

import pytest
from builders import NOON, a_legend

from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.publication import Draft, check
from odyssee.domain.stops import IllustrationText


def errors_of(legend: Legend) -> list[tuple[str, str]]:
    """The errors in the words; no medium is made here, so that all are missing."""
    draft = Draft(
        legend=legend,
        media=dict[str, MediaAsset](),
        version=1,
        etag="1",
        updated_at=NOON,
    )
    found = [problem for problem in check(draft, None) if problem.severity == "error"]
    return [
        (p.where, p.code) for p in found if p.code not in ("medium_missing", "narration_missing")
    ]


@pytest.fixture
def legend() -> Legend:
    return a_legend(stops=2)


def test_a_legend_that_describes_its_pictures_in_both_languages_may_go_out(legend: Legend) -> None:
    assert set(legend.stops[0].texts) == {"fr", "en"}
    assert errors_of(legend) == []


@pytest.mark.parametrize("alts", [(), (IllustrationText(alt=" "),)])
def test_a_picture_that_english_does_not_describe_stays(
    legend: Legend, alts: tuple[IllustrationText, ...]
) -> None:
    stop = legend.stops[0]
    english = replace(stop.texts["en"], illustrations=alts)
    silent = replace(stop, texts={**stop.texts, "en": english})
    at = "stops/0/texts/en/illustrations"
    assert errors_of(replace(legend, stops=(silent, legend.stops[1]))) == [
        (at if not alts else f"{at}/0/alt", "alt_missing")
    ]


def test_a_language_that_is_not_spoken_at_a_stop_need_not_describe_it(legend: Legend) -> None:
    stop = legend.stops[0]
    french = replace(stop, texts={"fr": stop.texts["fr"]})
    assert errors_of(replace(legend, stops=(french, legend.stops[1]))) == []


def test_the_cover_too_is_described_in_each_language(legend: Legend) -> None:
    texts = {lang: replace(text, cover_alt=None) for lang, text in legend.texts.items()}
    wanted = [(f"texts/{lang}/cover_alt", "alt_missing") for lang in ("en", "fr")]
    assert sorted(errors_of(replace(legend, texts=texts))) == wanted


def test_a_story_is_as_long_as_its_encoded_sound_in_each_language(legend: Legend) -> None:
    sounds = {
        narration_ref(legend.stops[0].slug, lang): MediaAsset(
            key=lang, kind="audio", renditions=(), duration_s=duration_s
        )
        for lang, duration_s in {"fr": 500.0, "en": 12.0}.items()
    }
    draft = Draft(legend=legend, media=sounds, version=1, etag="1", updated_at=NOON)
    told = [p for p in check(draft, None) if p.code == "narration_long"]
    assert [(p.where, p.values["story_s"], p.values["how"]) for p in told] == [
        ("stops/0/texts/fr/text", "500", "measured")
    ]
