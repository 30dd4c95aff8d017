"""A draft is read by somebody else, published on its day, taken back at its end, brought back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import a_legend
from draft_builders import a_caller
from people_builders import OFFICE, SetClock, Somebody, settle_somebody
from review_builders import SLUG, advice_on, ready_draft
from sqlalchemy import event

from odyssee.actions import curating, publishing, releasing, reviewing
from odyssee.actions.reading import refresh
from odyssee.actions.releasing import Wish
from odyssee.actions.staffing import change_person
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.db import audit, jobs, revisions
from odyssee.domain.errors import (
    Forbidden,
    InputInvalid,
    NotFound,
    NotPublishable,
    NotPublished,
    Stale,
    StillPublished,
)
from odyssee.domain.legends import Legend
from odyssee.domain.publication import Draft
from odyssee.domain.review_errors import (
    ApprovalNeeded,
    ChangedSinceSubmitted,
    OwnDraft,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def writer(staff_on_both: Tools, clock: SetClock) -> Somebody:
    return settle_somebody(staff_on_both, clock, "contributor", "teller@perche.example")


@pytest.fixture
def publisher(staff_on_both: Tools, clock: SetClock) -> Somebody:
    return settle_somebody(staff_on_both, clock, "publisher", "léa@perche.example")


@pytest.fixture
def other(staff_on_both: Tools, clock: SetClock) -> Somebody:
    return settle_somebody(staff_on_both, clock, "admin", "paul@perche.example")


def edit(tools: Tools, title: str, by: str = "import") -> Draft:
    """A draft with that title, changed by somebody."""
    legend = a_legend()
    text = replace(legend.texts["fr"], title=title)
    draft = ready_draft(tools, replace(legend, texts={**legend.texts, "fr": text}), OFFICE)
    with tools.desk.db.transaction() as tx:
        audit.add_entry(tx, tools.clock(), by, "changed", SLUG, {})
    return draft


def wish(tools: Tools, draft: Draft, **changes: Any) -> Wish:
    known = {"draft_etag": draft.etag, "reason": "Relu", "accept_advice": advice_on(tools, draft)}
    return Wish(**(known | changes))


def work_all(tools: Tools) -> None:
    while (job := work_once(tools)) is not None:
        assert job.state == "done", job


def states(tools: Tools) -> dict[int, str]:
    with tools.desk.db.reading() as tx:
        return dict(revisions.list_states(tx, SLUG))


def served_title(tools: Tools) -> str | None:
    refresh(tools)
    legend = tools.shelf.current().legends.get(SLUG)
    return None if legend is None else str(legend.content("fr")["title"])


def state(tools: Tools) -> str:
    return reviewing.show_standing(tools, SLUG).state


def deeds(tools: Tools) -> list[str]:
    with tools.desk.db.reading() as tx:
        return [entry.deed for entry in audit.list_entries(tx, SLUG)][::-1]


def test_a_single_publisher_approves_by_publishing(
    staff_on_both: Tools, publisher: Somebody
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame", by=publisher.person.id)
    assert state(tools) == "draft"
    ordered = releasing.release(tools, publisher.caller, SLUG, wish(tools, draft))
    assert (ordered.revision, ordered.state, state(tools)) == (1, "building", "scheduled")
    work_all(tools)
    assert (states(tools), state(tools), served_title(tools)) == (
        {1: "published"},
        "published",
        "La Dame",
    )
    assert deeds(tools) == ["changed", "approve", "publish"]
    with tools.desk.db.reading() as tx:
        entry = audit.list_entries(tx, SLUG)[0]
    assert entry.who == publisher.person.id
    assert entry.detail["accepted"] == advice_on(tools, draft)


def test_of_two_publishers_nobody_approves_their_own_draft(
    staff_on_both: Tools, publisher: Somebody, other: Somebody
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame", by=publisher.person.id)
    with pytest.raises(OwnDraft):  # the last change is theirs
        reviewing.review(tools, publisher.caller, SLUG, "approve")
    reviewing.review(tools, other.caller, SLUG, "submit")
    assert state(tools) == "in_review"
    for somebody in (publisher, other):  # who submits is no second pair of eyes
        with pytest.raises(OwnDraft):
            reviewing.review(tools, somebody.caller, SLUG, "approve")
        with pytest.raises(ApprovalNeeded):
            releasing.release(tools, somebody.caller, SLUG, wish(tools, draft))
    reviewing.review(tools, publisher.caller, SLUG, "submit")
    reviewing.review(tools, other.caller, SLUG, "approve")
    assert state(tools) == "approved"
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft))
    assert "approve" in deeds(tools)


def test_a_publisher_who_is_disabled_is_no_second_pair_of_eyes(
    staff_on_both: Tools, publisher: Somebody, other: Somebody
) -> None:
    tools = staff_on_both
    third = settle_somebody(tools, other.clock, "admin", "zoé@perche.example")
    edit(tools, "La Dame", by=third.person.id)
    for somebody in (publisher, other):
        version = somebody.caller.person.version
        change_person(tools, third.caller, somebody.person.id, version, disabled=True)
    reviewing.review(tools, third.caller, SLUG, "approve")
    assert state(tools) == "approved"


def test_an_approval_ends_with_the_next_edit(
    staff_on_both: Tools, writer: Somebody, publisher: Somebody, other: Somebody
) -> None:
    tools = staff_on_both
    edit(tools, "La Dame", by=writer.person.id)
    reviewing.review(tools, writer.caller, SLUG, "submit")
    reviewing.review(tools, publisher.caller, SLUG, "approve")
    after = edit(tools, "La Dame, revue", by=writer.person.id)
    assert state(tools) == "draft"
    with pytest.raises(ApprovalNeeded):
        releasing.release(tools, other.caller, SLUG, wish(tools, after))
    assert states(tools) == {}


def test_what_was_edited_since_it_was_submitted_has_to_be_named(
    staff_on_both: Tools, writer: Somebody, publisher: Somebody
) -> None:
    tools = staff_on_both
    before = edit(tools, "La Dame", by=writer.person.id)
    reviewing.review(tools, writer.caller, SLUG, "submit")
    after = edit(tools, "La Dame, revue", by=writer.person.id)
    with pytest.raises(ChangedSinceSubmitted):
        reviewing.review(tools, publisher.caller, SLUG, "approve")
    with pytest.raises(Stale):
        reviewing.review(tools, publisher.caller, SLUG, "approve", draft_etag=before.etag)
    reviewing.review(tools, publisher.caller, SLUG, "approve", draft_etag=after.etag)
    assert state(tools) == "approved"


def test_a_contributor_submits_and_does_not_answer(
    staff_on_both: Tools, writer: Somebody, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    edit(tools, "La Dame")
    reviewing.review(tools, writer.caller, SLUG, "submit", comment="La fin est à relire.")
    clock.go(seconds=1)
    for action in ("approve", "request_changes"):
        with pytest.raises(Forbidden):
            reviewing.review(tools, writer.caller, SLUG, action, comment="Non.")
    with pytest.raises(InputInvalid):
        reviewing.review(tools, publisher.caller, SLUG, "request_changes")
    reviewing.review(
        tools, publisher.caller, SLUG, "request_changes", comment="Quelle porte ?", where="stops/0"
    )
    assert state(tools) == "changes_requested"
    told = reviewing.page_comments(tools, publisher.caller, SLUG).items
    assert [(one.text, one.where, one.by) for one in told] == [
        ("La fin est à relire.", None, writer.person.id),
        ("Quelle porte ?", "stops/0", publisher.person.id),
    ]
    assert reviewing.show_standing(tools, SLUG).open_comments == 2


def test_errors_and_advice_are_told_and_nothing_is_written(
    staff_on_both: Tools, publisher: Somebody
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame")
    codes = advice_on(tools, draft)
    assert codes
    with pytest.raises(NotPublishable) as refused:
        releasing.release(
            tools, publisher.caller, SLUG, wish(tools, draft, accept_advice=codes[1:])
        )
    assert {problem.code for problem in refused.value.problems} == {codes[0]}
    with pytest.raises(InputInvalid) as unsaid:
        releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, reason=" "))
    assert [problem.code for problem in unsaid.value.problems] == ["reason_needed"]
    with pytest.raises(Stale):
        releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, draft_etag="1-0"))
    broken = ready_draft(tools, replace(a_legend(), texts={}))
    with pytest.raises(NotPublishable) as told:
        releasing.release(
            tools, publisher.caller, SLUG, Wish(draft_etag=broken.etag, reason="Vite")
        )
    assert len(told.value.problems) >= 1
    assert (states(tools), deeds(tools)) == ({}, ["changed"])


def test_a_publication_comes_on_its_day_and_goes_at_its_end(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    now = clock()
    draft = edit(tools, "La Dame de la Saint-Jean")
    asked = wish(tools, draft, at=now + HOUR, until=now + 3 * HOUR)
    ordered = releasing.release(tools, publisher.caller, SLUG, asked)
    assert (ordered.state, state(tools)) == ("scheduled", "scheduled")
    work_all(tools)
    assert (states(tools), served_title(tools)) == ({1: "scheduled"}, None)
    edit(tools, "La Dame, autrement")  # the frozen words stay
    clock.go(hours=1)
    work_all(tools)
    assert (states(tools), served_title(tools)) == ({1: "published"}, "La Dame de la Saint-Jean")
    published = tools.shelf.current().legends[SLUG].published_at
    assert published.startswith((now + HOUR).isoformat()[:16])
    clock.go(hours=2)
    work_all(tools)
    assert (states(tools), served_title(tools)) == ({1: "unpublished"}, None)
    assert SLUG in tools.shelf.current().unpublished


def test_an_end_does_not_touch_a_newer_revision(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    first = edit(tools, "La Dame")
    asked = wish(tools, first, until=clock() + HOUR)
    releasing.release(tools, publisher.caller, SLUG, asked)
    work_all(tools)
    second = edit(tools, "La Dame, revue")
    releasing.release(tools, publisher.caller, SLUG, wish(tools, second))
    work_all(tools)
    clock.go(hours=2)
    work_all(tools)
    assert (states(tools), served_title(tools)) == (
        {2: "published", 1: "superseded"},
        "La Dame, revue",
    )


def test_the_end_of_what_is_served_can_be_moved(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    draft, began = edit(tools, "La Dame"), clock()
    for until in (began + HOUR, began + 5 * HOUR):
        releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, until=until))
        work_all(tools)
    clock.go(hours=2)
    work_all(tools)
    assert states(tools) == {1: "published"}
    clock.go(hours=4)
    work_all(tools)
    assert states(tools) == {1: "unpublished"}


def test_what_waits_for_its_day_can_be_cancelled(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    first = edit(tools, "La Dame")
    releasing.release(tools, publisher.caller, SLUG, wish(tools, first))
    work_all(tools)
    second = edit(tools, "La Dame, revue")
    asked = wish(tools, second, at=clock() + HOUR)
    releasing.release(tools, publisher.caller, SLUG, asked)
    cancelled = publishing.cancel(tools, SLUG, by="léa")
    assert (cancelled.revision, cancelled.state, cancelled.job) == (2, "cancelled", None)
    with pytest.raises(NotPublished):
        publishing.cancel(tools, SLUG, by="léa")
    clock.go(hours=2)
    work_all(tools)
    assert (states(tools), served_title(tools)) == ({2: "cancelled", 1: "published"}, "La Dame")


def test_taking_a_legend_back_cancels_what_waits_for_its_day(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    releasing.release(tools, publisher.caller, SLUG, wish(tools, edit(tools, "La Dame")))
    work_all(tools)
    later = wish(tools, edit(tools, "La Dame, revue"), at=clock() + HOUR)
    releasing.release(tools, publisher.caller, SLUG, later)
    taken = publishing.unpublish(tools, SLUG, by="léa")
    assert (taken.revision, taken.state) == (1, "unpublished")
    clock.go(hours=2)
    work_all(tools)
    assert (states(tools), served_title(tools)) == ({2: "cancelled", 1: "unpublished"}, None)


def test_a_newer_publication_takes_the_place_of_what_waits_for_its_day(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame")
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, at=clock() + HOUR))
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, at=clock() + 2 * HOUR))
    assert states(tools) == {2: "scheduled", 1: "superseded"}
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft))
    work_all(tools)
    clock.go(hours=3)
    work_all(tools)
    assert states(tools) == {3: "published", 2: "superseded", 1: "superseded"}


def test_the_command_line_leaves_what_waits_for_its_day(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame")
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, at=clock() + HOUR))
    assert publishing.publish(tools, SLUG, by="test").job is None
    assert states(tools) == {1: "scheduled"}
    edit(tools, "La Dame, revue")
    publishing.publish(tools, SLUG, by="test")
    assert states(tools) == {2: "building", 1: "superseded"}


def test_a_pack_under_way_is_not_overtaken_by_what_waits_for_its_day(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    releasing.release(tools, publisher.caller, SLUG, wish(tools, edit(tools, "La Dame")))
    later = wish(tools, edit(tools, "La Dame, revue"), at=clock() + HOUR)
    releasing.release(tools, publisher.caller, SLUG, later)
    work_all(tools)
    assert states(tools) == {2: "scheduled", 1: "published"}


def test_an_old_revision_comes_back_under_the_next_number(
    staff_on_both: Tools, publisher: Somebody
) -> None:
    tools = staff_on_both
    for title in ("La Dame", "La Dame, revue"):
        releasing.release(tools, publisher.caller, SLUG, wish(tools, edit(tools, title)))
        work_all(tools)
    draft = edit(tools, "La Dame, troisième")
    rolled = releasing.roll_back(tools, publisher.caller, SLUG, 1, "La porte était la bonne.")
    assert (rolled.revision, rolled.state) == (3, "building")
    work_all(tools)
    assert served_title(tools) == "La Dame"
    assert states(tools) == {3: "published", 2: "superseded", 1: "superseded"}
    standing = reviewing.show_standing(tools, SLUG)
    assert (standing.etag, standing.state) == (draft.etag, "draft")
    again = releasing.roll_back(tools, publisher.caller, SLUG, 1)
    assert (again.revision, again.job) == (3, None)
    with pytest.raises(NotFound):
        releasing.roll_back(tools, publisher.caller, SLUG, 9)
    assert deeds(tools)[-1] == "roll_back"


def test_after_a_rollback_the_draft_that_was_published_is_approved_still(
    staff_on_both: Tools, publisher: Somebody
) -> None:
    tools = staff_on_both
    for title in ("La Dame", "La Dame, revue"):
        releasing.release(tools, publisher.caller, SLUG, wish(tools, edit(tools, title)))
        work_all(tools)
    releasing.roll_back(tools, publisher.caller, SLUG, 1)
    work_all(tools)
    assert state(tools) == "approved"


@pytest.mark.parametrize(
    ("at", "until", "code"),
    [(None, -HOUR, "over_already"), (2 * HOUR, HOUR, "ends_before"), (HOUR, HOUR, "ends_before")],
)
def test_an_end_comes_after_its_beginning(
    staff_on_both: Tools, publisher: Somebody, at: Any, until: timedelta, code: str
) -> None:
    tools = staff_on_both
    draft, now = edit(tools, "La Dame"), tools.clock()
    asked = wish(tools, draft, at=at and now + at, until=now + until)
    with pytest.raises(InputInvalid) as refused:
        releasing.release(tools, publisher.caller, SLUG, asked)
    assert [(p.where, p.code) for p in refused.value.problems] == [("until", code)]


def test_deed_and_jobs_are_kept_together_or_not_at_all(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    draft, day = edit(tools, "La Dame"), clock() + HOUR
    ordered = releasing.release(
        tools, publisher.caller, SLUG, wish(tools, draft, at=day, until=day + HOUR)
    )
    assert ordered.job is not None
    with tools.desk.db.reading() as tx:
        job = jobs.get_job(tx, ordered.job)
        revision = revisions.get_revision(tx, SLUG, 1)
    assert (job.kind, job.run_at) == ("build_pack", day)
    assert (revision.publish_at, revision.withdraw_at) == (day, day + HOUR)


def legends_of(count: int) -> Iterator[Legend]:
    return (a_legend(f"legende-{number}", 2) for number in range(count))


def test_the_list_takes_as_many_statements_for_ten_legends_as_for_one(
    staff_on_both: Tools,
) -> None:
    tools = staff_on_both
    counted: list[int] = []
    for count in (1, 10):
        for legend in legends_of(count):
            ready_draft(tools, legend)
        statements: list[str] = []
        engine = tools.desk.db._engine

        def note(*told: Any, _kept: list[str] = statements) -> None:
            _kept.append(told[2])

        event.listen(engine, "before_cursor_execute", note)
        found = reviewing.page_legends(tools, a_caller("editor", OFFICE)).items
        event.remove(engine, "before_cursor_execute", note)
        assert len(found) == count
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 8


def test_a_legend_that_waits_for_its_day_is_not_put_away(
    staff_on_both: Tools, publisher: Somebody, clock: SetClock
) -> None:
    tools = staff_on_both
    draft = edit(tools, "La Dame")
    releasing.release(tools, publisher.caller, SLUG, wish(tools, draft, at=clock() + HOUR))
    with pytest.raises(StillPublished):
        curating.archive(tools, publisher.caller, SLUG, None)
