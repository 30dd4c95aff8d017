"""Parts of a draft have tags of their own, patches merge as the standard says."""

from dataclasses import replace
from typing import Any

import pytest
from builders import NOON, a_legend, a_stop, media_of
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.draft_media import carry_media, list_unspoken
from odyssee.domain.drafts import (
    check_kept,
    check_order,
    check_tag,
    document_of,
    legend_etag,
    merge,
    order_etag,
    reorder,
    stop_etag,
    with_stop,
)
from odyssee.domain.errors import Stale
from odyssee.domain.legends import Legend
from odyssee.domain.media import cover_ref, illustration_ref, narration_ref
from odyssee.domain.publication import Draft
from odyssee.domain.slugs import MAX_SLUG, free_slug, is_slug, to_slug
from odyssee.domain.stops import NarrationFile, Stop

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("present", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard(present: Any, patch: Any, merged: Any) -> None:
    """RFC 7396, appendix A."""
    assert merge(present, patch) == merged


@given(JSON, JSON)
def test_a_patch_made_twice_changes_nothing_more(present: Any, patch: Any) -> None:
    once = merge(present, patch)
    assert merge(once, patch) == once


def a_draft(legend: Legend | None = None) -> Draft:
    legend = legend or a_legend()
    media, _blobs = media_of(legend)
    return Draft(legend=legend, media=media, version=1, etag="1-x", updated_at=NOON)


def tags_of(draft: Draft) -> dict[str, str]:
    stops = {stop.slug: stop_etag(draft, stop) for stop in draft.legend.stops}
    return {"legend": legend_etag(draft), "order": order_etag(draft), **stops}


def moved(before: Draft, after: Draft) -> set[str]:
    old, new = tags_of(before), tags_of(after)
    return {part for part in old.keys() | new.keys() if old.get(part) != new.get(part)}


def test_a_change_moves_the_tag_of_its_part_alone() -> None:
    draft = a_draft()
    legend = draft.legend
    closed = with_stop(legend, 1, replace(legend.stops[1], place_access="ticket"))
    assert moved(draft, replace(draft, legend=closed)) == {"etape-2"}
    assert moved(draft, replace(draft, legend=replace(legend, loop=True))) == {"legend"}
    turned = reorder(legend, ["etape-3", "etape-1", "etape-2"])
    assert moved(draft, replace(draft, legend=turned)) == {"order"}
    shorter = replace(legend, stops=legend.stops[:2])
    assert moved(draft, replace(draft, legend=shorter)) == {"order", "etape-3"}


def test_a_medium_moves_the_tag_of_its_place_but_not_a_synthetic_voice() -> None:
    draft = a_draft()

    def with_key(ref: str) -> Draft:
        other = replace(draft.media[ref], key="another")
        return replace(draft, media={**draft.media, ref: other})

    assert moved(draft, with_key(cover_ref())) == {"legend"}
    assert moved(draft, with_key(illustration_ref("etape-2", 0))) == {"etape-2"}
    assert moved(draft, with_key(narration_ref("etape-2", "fr"))) == set()


def test_a_stop_whose_slug_begins_another_keeps_its_own_media() -> None:
    stops = (a_stop("gue"), a_stop("gue-d-en-haut"))
    draft = a_draft(replace(a_legend(), stops=stops))
    ref = illustration_ref("gue-d-en-haut", 0)
    other = replace(draft.media[ref], key="another")
    changed = replace(draft, media={**draft.media, ref: other})
    assert moved(draft, changed) == {"gue-d-en-haut"}


def test_any_version_passes_and_another_one_does_not() -> None:
    check_tag(None, "a")
    check_tag(frozenset({"a", "b"}), "a")
    with pytest.raises(Stale):
        check_tag(frozenset(), "a")


@given(st.permutations(["etape-1", "etape-2", "etape-3"]))
def test_every_order_of_the_set_is_taken(slugs: list[str]) -> None:
    assert check_order(a_legend(), slugs) == []
    assert [stop.slug for stop in reorder(a_legend(), slugs).stops] == slugs


def said(_legend: Legend, stop: Stop, lang: str) -> str | None:
    return stop.texts[lang].text if lang in stop.texts else None


def test_media_go_with_their_files_and_voices_with_their_words() -> None:
    draft = a_draft()
    stop = draft.legend.stops[0]
    text = replace(stop.texts["fr"], text="Autre chose.")
    changed = with_stop(draft.legend, 0, replace(stop, texts={**stop.texts, "fr": text}))
    turned = reorder(changed, ["etape-3", "etape-2", "etape-1"])
    carried = carry_media(draft, turned, said)
    silent = narration_ref("etape-1", "fr")
    assert carried == {ref: told for ref, told in draft.media.items() if ref != silent}
    assert list(list_unspoken(turned, carried, said)) == [("etape-1", "fr", "Autre chose.")]


def test_a_recording_that_goes_leaves_its_place_to_a_voice() -> None:
    sound = NarrationFile(file="voix.wav")
    stop = a_stop(narration={"fr": sound})
    draft = a_draft(replace(a_legend(), stops=(stop,)))
    without = replace(draft.legend, stops=(replace(stop, narration={}),))
    assert narration_ref(stop.slug, "fr") in carry_media(draft, draft.legend, said)
    assert narration_ref(stop.slug, "fr") not in carry_media(draft, without, said)


def test_a_file_that_moves_to_another_place_keeps_its_medium() -> None:
    draft = a_draft()
    first, second = draft.legend.stops[:2]
    legend = with_stop(
        draft.legend, 0, replace(first, illustrations=second.illustrations + first.illustrations)
    )
    carried = carry_media(draft, legend, said)
    here = [carried[illustration_ref("etape-1", n)] for n in (0, 1)]
    were = [draft.media[illustration_ref(slug, 0)] for slug in ("etape-2", "etape-1")]
    assert here == were


def test_a_whole_legend_is_kept() -> None:
    assert check_kept(a_legend()) == []
    assert document_of(a_legend())["stops"][0]["location"] == [0.91361, 48.26944]


@given(st.text(max_size=90))
def test_a_slug_of_a_title_is_a_slug_or_nothing(title: str) -> None:
    slug = to_slug(title)
    assert slug == "" or is_slug(slug)
    free = free_slug(title, lambda taken: taken == slug)
    assert (free == "") == (slug == "")
    assert free == "" or (is_slug(free) and free != slug)
    assert len(free) <= MAX_SLUG


def test_a_slug_keeps_the_letters_of_the_perche() -> None:
    assert to_slug("L’Étang de l’Herbage-Œuvré") == "l-etang-de-l-herbage-oeuvre"
