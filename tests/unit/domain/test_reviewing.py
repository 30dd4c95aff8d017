"""Where a legend stands is worked out from its draft, its review and its revisions."""

from typing import get_args

import pytest
from builders import NOON
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.publication import RevisionState
from odyssee.domain.reviewing import (
    MAX_COMMENT,
    MAX_PLACE,
    LegendState,
    Planned,
    Review,
    ReviewState,
    Standing,
    check_comment,
    is_approved,
    is_own,
    list_asked,
    state_of,
    title_of,
)

ETAG = "7-aaaa"


def a_review(state: ReviewState = "approved", etag: str = ETAG, by: str | None = "zoé") -> Review:
    return Review(
        legend="dame-de-riants",
        state=state,
        draft_etag=etag,
        submitted_by=by,
        reviewed_by=None,
        at=NOON,
    )


def planned(number: int, state: RevisionState, content: str = "aaaa") -> Planned:
    return Planned(number, state, content)


def a_standing(slug: str = "dame-de-riants", **changes: object) -> Standing:
    known = {
        "slug": slug,
        "titles": {"fr": "La Dame de l’Herbage-Œuvré", "en": "The Lady"},
        "commune": "Vichères",
        "etag": ETAG,
        "updated_at": NOON,
        "is_archived": False,
        "review": None,
        "revisions": (),
    }
    return Standing(**(known | changes))  # type: ignore[arg-type]  # a builder


@pytest.mark.parametrize(
    ("review", "revisions", "state"),
    [
        (None, [], "draft"),
        (a_review("submitted"), [], "in_review"),
        (a_review("changes_requested"), [], "changes_requested"),
        (a_review("approved"), [], "approved"),
        # Any edit puts it back.
        (a_review("submitted", "6-bbbb"), [], "draft"),
        (a_review("changes_requested", "6-bbbb"), [], "draft"),
        (a_review("approved", "6-bbbb"), [], "draft"),
        # The same words under a newer version have to be read again.
        (a_review("approved", "6-aaaa"), [], "draft"),
        # What was published is told while the draft says the same.
        (a_review("approved"), [planned(1, "published")], "published"),
        (None, [planned(1, "published")], "published"),
        (None, [planned(1, "published", "bbbb")], "draft"),
        (a_review("submitted"), [planned(1, "published", "bbbb")], "in_review"),
        # So is what waits for its day or for its pack.
        (None, [planned(2, "scheduled"), planned(1, "published", "bbbb")], "scheduled"),
        (None, [planned(2, "building"), planned(1, "published", "bbbb")], "scheduled"),
        (None, [planned(2, "scheduled", "bbbb"), planned(1, "published")], "published"),
        # After a rollback the draft is not what visitors read.
        (a_review("approved"), [planned(3, "published", "bbbb")], "approved"),
        # What was taken back has to be looked at again.
        (None, [planned(1, "unpublished")], "unpublished"),
        (a_review("approved"), [planned(1, "unpublished")], "unpublished"),
        (a_review("submitted"), [planned(1, "unpublished")], "in_review"),
        (None, [planned(1, "unpublished", "bbbb")], "draft"),
        (None, [planned(2, "published", "bbbb"), planned(1, "unpublished")], "draft"),
        (None, [planned(2, "published"), planned(1, "unpublished")], "published"),
    ],
)
def test_a_legend_stands_where_its_draft_and_its_revisions_put_it(
    review: Review | None, revisions: list[Planned], state: LegendState
) -> None:
    assert state_of(ETAG, review, revisions) == state
    assert state_of(ETAG, review, revisions, is_archived=True) == "archived"


etags = st.sampled_from(["7-aaaa", "6-aaaa", "7-bbbb"])
reviews = st.none() | st.builds(a_review, st.sampled_from(get_args(ReviewState)), etags)
revisions = st.lists(
    st.builds(
        planned,
        st.integers(1, 9),
        st.sampled_from(["scheduled", "building", "published", "unpublished"]),
        st.sampled_from(["aaaa", "bbbb"]),
    ),
    max_size=4,
)


@given(etags, reviews, revisions)
def test_a_legend_always_stands_somewhere_and_never_on_the_review_of_another_draft(
    etag: str, review: Review | None, known: list[Planned]
) -> None:
    state = state_of(etag, review, known)
    assert state in get_args(LegendState)
    if review is None or review.draft_etag != etag:
        assert state not in {"approved", "in_review", "changes_requested"}
        assert state == state_of(etag, None, known)


@given(etags, reviews)
def test_only_the_very_draft_that_was_approved_is_approved(
    etag: str, review: Review | None
) -> None:
    due = review is not None and review.state == "approved" and review.draft_etag == etag
    assert is_approved(etag, review) == due


def test_a_draft_is_its_submitters_and_its_last_writers_own() -> None:
    assert is_own("zoé", ETAG, a_review("submitted"), None)
    assert is_own("léa", ETAG, a_review("submitted"), "léa")
    assert not is_own("léa", ETAG, a_review("submitted"), "zoé")
    assert not is_own("zoé", ETAG, a_review("submitted", "6-bbbb"), "léa")
    assert not is_own("zoé", ETAG, None, None)


def test_legends_are_found_without_accents_and_archived_ones_when_they_are_asked_for() -> None:
    known = [
        a_standing("pommier", titles={"fr": "Le Pommier de Misère"}, commune="Miermaigne"),
        a_standing(),
        a_standing("vieille", titles={}, is_archived=True),
    ]

    def slugs(states: tuple[LegendState, ...], words: str) -> list[str]:
        return [standing.slug for standing in list_asked(known, states, words)]

    assert slugs((), "") == ["dame-de-riants", "pommier"]
    assert slugs((), "oeuvre VICHERES") == ["dame-de-riants"]
    assert slugs((), "misere") == ["pommier"]
    assert slugs((), "loup") == []
    assert slugs(("archived",), "") == ["vieille"]
    assert slugs(("draft", "archived"), "") == ["dame-de-riants", "pommier", "vieille"]
    assert slugs(("published",), "") == []


def test_a_title_comes_in_the_asked_language_else_in_french_else_in_any() -> None:
    assert title_of(a_standing(), "en") == ("The Lady", "en")
    assert title_of(a_standing(), "de") == ("La Dame de l’Herbage-Œuvré", "fr")
    assert title_of(a_standing(titles={"de": "Die Dame"}), "en") == ("Die Dame", "de")
    assert title_of(a_standing(titles={"fr": ""}), "en") == ("dame-de-riants", "fr")


@pytest.mark.parametrize(
    ("text", "where", "codes"),
    [
        ("Quelle porte ?\nLa murée.", None, []),
        ("  ", None, [("text", "too_short")]),
        ("é" * (MAX_COMMENT + 1), None, [("text", "too_long")]),
        ("a\x07", "x\n", [("text", "bad_character"), ("where", "bad_character")]),
        ("a", "s" * (MAX_PLACE + 1), [("where", "too_long")]),
    ],
)
def test_a_remark_has_something_to_read(
    text: str, where: str | None, codes: list[tuple[str, str]]
) -> None:
    found = check_comment(text, where, is_needed=True, name="text")
    assert [(problem.where, problem.code) for problem in found] == codes
