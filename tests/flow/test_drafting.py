"""A draft through the hands of curators: voices follow the words, media their files, undo all."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON, a_legend
from draft_builders import a_caller, keep_draft
from flow_builders import recorded_legend, write_content
from media_builders import a_png, a_wav
from people_builders import SetClock, at_clock

from odyssee.actions import arranging, curating, drafting, reviewing, undoing
from odyssee.actions.ingesting import export_folder, import_folder
from odyssee.actions.keeping import show_medium
from odyssee.actions.media_upkeep import check_all
from odyssee.actions.publishing import publish
from odyssee.actions.receiving import Reception, receive
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_off, work_once
from odyssee.db import audit
from odyssee.db.offices import add_office
from odyssee.domain.drafts import stop_etag
from odyssee.domain.errors import InputInvalid, NotPublishable, Stale
from odyssee.domain.media import cover_ref, illustration_ref, narration_ref
from odyssee.domain.people import Caller, Office
from odyssee.domain.publication import Draft
from odyssee.domain.uploads import Labels

SLUG = "dame-de-riants"
SOON = timedelta(seconds=6)
EDITOR = a_caller("editor", "nogent")


@pytest.fixture
def drafts(desk: Tools, clock: SetClock) -> Tools:
    """A desk with the imported legend, whole with its media, by a clock that the test sets."""
    return at_clock(desk, clock)


def draft_of(tools: Tools) -> Draft:
    return drafting.show_draft(tools, EDITOR, SLUG)


def write(tools: Tools, stop: str, **texts: str) -> None:
    patch = {"texts": {lang: {"text": text} for lang, text in texts.items()}}
    arranging.change_stop(tools, EDITOR, SLUG, stop, patch, None)


def work_all(tools: Tools) -> list[str]:
    """The kinds of the jobs that were due, all done."""
    done = []
    while (job := work_once(tools)) is not None:
        assert job.state == "done", job.last_error
        done.append(job.kind)
    return done


def bring(tools: Tools, data: bytes, name: str, caller: Caller = EDITOR) -> str:
    """The id of what the caller's office brought, encoded."""
    office = caller.person.office
    if office is not None:
        with tools.desk.db.transaction() as tx:
            add_office(tx, Office(office, "Office"), NOON)
    reception = Reception(tools, "a" * 20, 10_000_000)
    reception.take(data)
    reception.put()
    labels = Labels(file_name=name)
    received = receive(tools, caller.person.id, office, labels, reception.parts, reception.sha256)
    assert received.asset.job is not None
    work_off(tools, received.asset.job)
    return received.asset.id


def test_a_voice_follows_the_words_once_they_stand(drafts: Tools, clock: SetClock) -> None:
    ref = narration_ref("etape-1", "fr")
    before = draft_of(drafts).media
    write(drafts, "etape-1", fr="Une Dame rit.")
    assert draft_of(drafts).media == {r: m for r, m in before.items() if r != ref}
    with pytest.raises(NotPublishable) as refused:
        publish(drafts, SLUG, by="test")
    assert "narration_missing" in {problem.code for problem in refused.value.problems}
    assert work_all(drafts) == []  # somebody may still be writing
    clock.at += SOON
    tag = stop_etag(draft_of(drafts), draft_of(drafts).legend.stops[0])
    assert work_all(drafts) == ["narrate"]
    draft = draft_of(drafts)
    assert [cue.text for cue in draft.media[ref].cues] == ["Une Dame rit."]
    assert draft.media.keys() == before.keys()
    assert stop_etag(draft, draft.legend.stops[0]) == tag
    assert check_all(drafts) == []
    publish(drafts, SLUG, by="test")


def test_a_review_outlives_the_voice_that_comes_after_it(drafts: Tools, clock: SetClock) -> None:
    write(drafts, "etape-1", fr="Une Dame chante.")
    reviewing.review(drafts, EDITOR, SLUG, "submit")
    assert reviewing.show_standing(drafts, SLUG).state == "in_review"
    clock.at += SOON
    assert work_all(drafts) == ["narrate"]
    assert reviewing.show_standing(drafts, SLUG).state == "in_review"
    write(drafts, "etape-1", fr="Une Dame se tait.")
    assert reviewing.show_standing(drafts, SLUG).state == "draft"
    clock.at += SOON
    assert work_all(drafts) == ["narrate"]
    assert reviewing.show_standing(drafts, SLUG).state == "draft"


def test_only_the_last_words_are_spoken(drafts: Tools, clock: SetClock) -> None:
    for text in ("Une.", "Une Dame.", "Une Dame pleure."):
        write(drafts, "etape-1", fr=text)
        clock.at += timedelta(seconds=1)
    clock.at += SOON
    assert work_all(drafts) == ["narrate"] * 3
    with drafts.desk.db.reading() as tx:
        told = [entry for entry in audit.list_entries(tx, SLUG) if entry.deed == "narrated"]
    assert [entry.detail for entry in told] == [{"stop": "etape-1", "lang": "fr"}]
    cues = draft_of(drafts).media[narration_ref("etape-1", "fr")].cues
    assert [cue.text for cue in cues] == ["Une Dame pleure."]


def test_words_that_come_back_take_the_sound_that_is_kept(drafts: Tools, clock: SetClock) -> None:
    ref = narration_ref("etape-1", "fr")
    first = draft_of(drafts)
    write(drafts, "etape-1", fr="Autre chose.")
    write(drafts, "etape-1", fr=first.legend.stops[0].texts["fr"].text)
    clock.at += SOON
    work_all(drafts)
    assert draft_of(drafts).media[ref] == first.media[ref]


def test_a_language_without_a_voice_stays_silent(drafts: Tools, clock: SetClock) -> None:
    patch = {"texts": {"br": {"title": "An nor", "text": "Selaouit."}}}
    arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", patch, None)
    clock.at += SOON
    assert work_all(drafts) == ["narrate"]
    assert narration_ref("etape-1", "br") not in draft_of(drafts).media


def test_a_draft_that_went_away_is_not_spoken(drafts: Tools, clock: SetClock) -> None:
    write(drafts, "etape-1", fr="Autre chose.")
    write(drafts, "etape-2", fr="Autre chose.")
    arranging.remove_stop(drafts, EDITOR, SLUG, "etape-2", None)
    curating.archive(drafts, EDITOR, SLUG, None)
    clock.at += SOON
    assert work_all(drafts) == ["narrate", "narrate"]


def test_new_rights_are_spoken_with_the_sounds(drafts: Tools, clock: SetClock) -> None:
    curating.change_legend(drafts, EDITOR, SLUG, {"rights": {"text_author": "Zoé"}}, None)
    assert not [ref for ref in draft_of(drafts).media if "/narration/" in ref]
    clock.at += SOON
    assert work_all(drafts) == ["narrate"] * 3
    assert draft_of(drafts).media.keys() >= {narration_ref("etape-2", "fr")}


def test_a_picture_is_named_by_its_id_and_gets_a_file_name(drafts: Tools, tmp_path: Path) -> None:
    picture = bring(drafts, a_png(), "Étang : vue d’ici.PNG")
    kept = draft_of(drafts).legend.stops[0].illustrations[0].file
    patch = {
        "illustrations": [{"file": picture}, {"file": kept}],
        "texts": {
            "fr": {"illustrations": [{"alt": "Un étang"}, {"alt": "Une porte de pierre"}]},
            "en": {"illustrations": [{"alt": "A pond"}, {"alt": "A stone door"}]},
        },
    }
    draft, stop = arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", patch, None)
    assert [one.file for one in stop.illustrations] == ["Étang - vue d’ici.png", kept]
    asset = show_medium(drafts, EDITOR, picture)
    assert draft.media[illustration_ref("etape-1", 0)] == asset.asset.medium
    assert [use.place for use in asset.uses] == [illustration_ref("etape-1", 0)]
    told = {"cover": {"file": picture}}
    changed = curating.change_legend(drafts, EDITOR, SLUG, told, None)
    assert changed.legend.cover is not None
    assert changed.legend.cover.file == "Étang - vue d’ici.png"  # the same original, one file
    assert changed.media[cover_ref()] == asset.asset.medium
    export_folder(drafts, tmp_path / "sorti")
    sent = tmp_path / "sorti" / "medias" / SLUG / "Étang - vue d’ici.png"
    assert sent.read_bytes() == a_png()
    again = import_folder(drafts, tmp_path / "sorti" / "contenus")
    assert again.unchanged == [SLUG]


def test_two_pictures_of_one_name_get_two(drafts: Tools) -> None:
    ids = [bring(drafts, a_png(shade), "vue.png") for shade in (10, 20)]
    patch = {"illustrations": [{"file": one} for one in ids]}
    _draft, stop = arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", patch, None)
    assert [one.file for one in stop.illustrations] == ["vue.png", "vue-2.png"]


def test_a_recording_takes_the_place_of_the_voice_and_is_captioned_by_its_words(
    drafts: Tools, clock: SetClock
) -> None:
    ref = narration_ref("etape-1", "fr")
    sound = bring(drafts, a_wav(4.0), "conte.wav")
    patch = {"narration": {"fr": {"file": sound}}, "texts": {"fr": {"text": "Une. Deux."}}}
    draft, stop = arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", patch, None)
    assert stop.narration["fr"].file == "conte.wav"
    assert (draft.media[ref].voice, len(draft.media[ref].cues)) == ("human", 2)
    write(drafts, "etape-1", fr="Une. Deux. Trois.")
    assert [cue.text for cue in draft_of(drafts).media[ref].cues] == ["Une.", "Deux.", "Trois."]
    arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", {"narration": {"fr": None}}, None)
    assert ref not in draft_of(drafts).media
    clock.at += SOON
    work_all(drafts)
    assert draft_of(drafts).media[ref].voice == "synthetic"


def test_a_medium_that_cannot_be_used_is_told_with_its_place(drafts: Tools) -> None:
    picture = bring(drafts, a_png(), "vue.png")
    theirs = bring(drafts, a_png(33), "vue.png", a_caller("editor", "thiron"))
    patch = {
        "illustrations": [{"file": picture}, {"file": theirs}, {"file": "a" * 20}],
        "narration": {"fr": {"file": picture}},
    }
    with pytest.raises(InputInvalid) as refused:
        arranging.change_stop(drafts, EDITOR, SLUG, "etape-1", patch, None)
    assert {(p.where, p.code) for p in refused.value.problems} == {
        ("illustrations/1/file", "unknown_file"),
        ("illustrations/2/file", "unknown_file"),
        ("narration/fr/file", "medium_wrong_kind"),
    }


def test_an_edited_recording_keeps_what_its_office_wrote_over_it(
    fresh_desk: Tools, tmp_path: Path
) -> None:
    folder = write_content(tmp_path, recorded_legend(captions="conte.vtt"))
    media = tmp_path / "medias" / SLUG
    (media / "conte-fr.wav").write_bytes(a_wav(4.0))
    (media / "conte.vtt").write_text("WEBVTT\n\n00:00.250 --> 00:02.000\nLa Dame rit.\n")
    import_folder(fresh_desk, folder)
    write(fresh_desk, "etape-1", fr="Tout autre chose.")
    medium = draft_of(fresh_desk).media[narration_ref("etape-1", "fr")]
    assert [cue.text for cue in medium.cues] == ["La Dame rit."]


def test_undoing_brings_words_and_media_back_and_can_be_undone(
    drafts: Tools, clock: SetClock
) -> None:
    first = draft_of(drafts)
    write(drafts, "etape-1", fr="Autre chose.")
    curating.change_legend(drafts, EDITOR, SLUG, {"cover": None}, None)
    changed = draft_of(drafts)
    versions = undoing.page_versions(drafts, EDITOR, SLUG).items
    assert [kept.part for kept in versions] == ["legend", "stops/etape-1"]
    with pytest.raises(Stale):
        undoing.undo_to_version(drafts, EDITOR, SLUG, 1, frozenset({first.etag}))
    tags = frozenset({changed.etag})
    undone = undoing.undo_to_version(drafts, EDITOR, SLUG, first.version, tags)
    assert (undone.legend, undone.media) == (first.legend, first.media)
    assert undone.version > changed.version
    newest = undoing.page_versions(drafts, EDITOR, SLUG).items[0]
    assert (newest.version, newest.part) == (changed.version, "draft")
    again = undoing.undo_to_version(drafts, EDITOR, SLUG, changed.version, None)
    assert again.legend == changed.legend
    clock.at += SOON
    assert set(work_all(drafts)) == {"narrate"}
    assert narration_ref("etape-1", "fr") in draft_of(drafts).media


def test_a_published_revision_comes_back(drafts: Tools) -> None:
    publish(drafts, SLUG, by="test")
    first = draft_of(drafts)
    arranging.remove_stop(drafts, EDITOR, SLUG, "etape-2", None)
    back = undoing.undo_to_revision(drafts, EDITOR, SLUG, 1, None)
    assert (back.legend, back.media) == (first.legend, first.media)


def test_an_import_over_a_curators_work_can_be_undone(drafts: Tools, content: Path) -> None:
    write(drafts, "etape-1", fr="Le travail de toute une journée.")
    assert import_folder(drafts, content).changed == [SLUG]
    newest = undoing.page_versions(drafts, EDITOR, SLUG).items[0]
    assert (newest.part, newest.changed_by) == ("draft", "import")
    back = undoing.undo_to_version(drafts, EDITOR, SLUG, newest.version, None)
    assert back.legend.stops[0].texts["fr"].text == "Le travail de toute une journée."


def test_writing_on_is_one_version_in_the_history(drafts: Tools, clock: SetClock) -> None:
    for number in range(5):
        write(drafts, "etape-1", fr=f"Mot {number}.")
        clock.at += timedelta(minutes=1)
    write(drafts, "etape-2", fr="Ailleurs.")
    parts = [kept.part for kept in undoing.page_versions(drafts, EDITOR, SLUG).items]
    assert parts == ["stops/etape-2", "stops/etape-1"]


def test_curators_on_different_stops_never_lose_a_change(staff_on_both: Tools) -> None:
    keep_draft(staff_on_both, a_legend(SLUG, 4))
    faults: list[Exception] = []

    def write_on(stop: str) -> None:
        try:
            draft = drafting.show_draft(staff_on_both, EDITOR, SLUG)
            tag = stop_etag(draft, draft.legend.get_stop(stop))
            for number in range(5):
                patch = {"texts": {"fr": {"text": f"{stop} {number}"}}}
                changed = arranging.change_stop(
                    staff_on_both, EDITOR, SLUG, stop, patch, frozenset({tag})
                )
                tag = stop_etag(*changed)
        except Exception as fault:  # noqa: BLE001  # whatever it is, the test tells it
            faults.append(fault)

    names = [f"etape-{n}" for n in range(1, 5)]
    threads = [threading.Thread(target=write_on, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    legend = drafting.show_draft(staff_on_both, EDITOR, SLUG).legend
    assert [stop.texts["fr"].text for stop in legend.stops] == [f"{name} 4" for name in names]


def test_of_two_changes_made_of_one_version_the_second_is_refused(staff_on_both: Tools) -> None:
    keep_draft(staff_on_both, a_legend(SLUG, 2))
    draft = drafting.show_draft(staff_on_both, EDITOR, SLUG)
    tags = frozenset({stop_etag(draft, draft.legend.stops[0])})
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def write_once(text: str) -> None:
        start.wait()
        try:
            patch = {"texts": {"fr": {"text": text}}}
            arranging.change_stop(staff_on_both, EDITOR, SLUG, "etape-1", patch, tags)
            outcomes.append("kept")
        except Stale:
            outcomes.append("stale")

    threads = [threading.Thread(target=write_once, args=(f"Mot {n}.",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "stale", "stale", "stale"]


def test_a_change_that_is_refused_leaves_the_draft_as_it_was(staff_on_both: Tools) -> None:
    keep_draft(staff_on_both, a_legend(SLUG, 2))
    before = drafting.show_draft(staff_on_both, EDITOR, SLUG)
    patch = {"texts": {"fr": {"text": "<b>x</b>"}}}
    with pytest.raises(InputInvalid):
        arranging.change_stop(staff_on_both, EDITOR, SLUG, "etape-1", patch, None)
    assert drafting.show_draft(staff_on_both, EDITOR, SLUG) == before
    with staff_on_both.desk.db.reading() as tx:
        assert audit.list_entries(tx, SLUG) == []
    assert undoing.page_versions(staff_on_both, EDITOR, SLUG).items == ()
