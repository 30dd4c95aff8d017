"""A territory document names what is served, what is kept for those under way, what is gone."""

from collections.abc import Mapping
from typing import Any

from closure_builders import a_closure

from odyssee.domain.catalogue import EMPTY_TERRITORY, KEPT_MANIFESTS, territory_document
from odyssee.domain.closures import closure_to_document

AT = "2026-06-01T12:00:00Z"


def entry(revision: int, manifest: str) -> dict[str, Any]:
    return {"revision": revision, "manifest": manifest * 64, "published_at": AT}


def after(
    previous: Mapping[str, Any] | None, withdrawn: frozenset[str] = frozenset(), **manifests: str
) -> dict[str, Any]:
    published = {slug: entry(1, manifest) for slug, manifest in manifests.items()}
    return territory_document(previous, EMPTY_TERRITORY, AT, published, withdrawn)


def test_each_document_counts_up_and_names_just_what_is_served() -> None:
    first = after(None, a="0")
    both = after(first, b="1", a="0")
    less = after(both, frozenset({"a"}), b="1")
    back = after(less, frozenset({"a"}), a="0", b="1")
    documents = (first, both, less, back)
    assert [list(d["legends"]) for d in documents] == [["a"], ["a", "b"], ["b"], ["a", "b"]]
    assert [d["revision"] for d in documents] == [1, 2, 3, 4]
    assert [d["unpublished"] for d in documents] == [[], [], ["a"], []]


def test_earlier_manifests_are_kept_newest_first_and_five_at_most() -> None:
    document = None
    for manifest in "01234567":
        document = after(document, a=manifest, b="f")
    assert document is not None
    assert document["kept"] == {"a": [n * 64 for n in "65432"]}
    assert len(document["kept"]["a"]) == KEPT_MANIFESTS


def test_saying_the_same_again_keeps_the_same() -> None:
    second = after(after(None, a="0"), a="1")
    assert after(second, a="1")["kept"] == second["kept"] == {"a": ["0" * 64]}


def test_a_manifest_that_comes_back_is_not_also_kept() -> None:
    back = after(after(after(None, a="0"), a="1"), a="0")
    assert back["kept"] == {"a": ["1" * 64]}


def test_a_withdrawn_legend_keeps_nothing_and_starts_afresh() -> None:
    two = after(after(None, a="0"), a="1")
    gone = after(two, frozenset({"a"}))
    assert (gone["kept"], gone["unpublished"]) == ({}, ["a"])
    assert after(gone, a="2")["kept"] == {}


def test_closures_are_told_as_they_are_now_and_only_of_what_is_served() -> None:
    known = [a_closure(legend="a", stop="gue"), a_closure(legend="b")]
    first = territory_document(None, EMPTY_TERRITORY, AT, {"a": entry(1, "0")}, closures=known)
    assert first["closures"] == [closure_to_document(known[0])]
    assert after(first, a="0")["closures"] == []
