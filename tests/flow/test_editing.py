"""What an office says over a medium goes wherever that is used, and outlives its encoding."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON
from flow_builders import recorded_legend, write_content
from media_builders import a_wav
from people_builders import SetClock

from odyssee.actions import keeping, staffing
from odyssee.actions.ingesting import import_folder
from odyssee.actions.media_upkeep import check_all, collect
from odyssee.actions.publishing import publish
from odyssee.actions.receiving import Reception, receive
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_off, work_once
from odyssee.content.writer import write_folder
from odyssee.db import assets, audit, legends
from odyssee.domain.finishing import NO_EDIT, Edit
from odyssee.domain.legends import Legend
from odyssee.domain.media import Cue, Focal, MediaAsset, cover_ref, narration_ref
from odyssee.domain.people import COMMAND_LINE, Caller, Person
from odyssee.domain.publication import Draft
from odyssee.domain.uploads import Labels

SLUG = "dame-de-riants"
WAV = a_wav(4.0)
WRITTEN = "WEBVTT\n\n00:00.250 --> 00:02.000\nLa Dame rit.\n"
SPOKEN = ["La porte murée, étape 1 vous regarde.", "Écoutez bien."]
NARRATION = narration_ref("etape-1", "fr")


def a_caller(office: str | None = None) -> Caller:
    person = Person(
        id="z" * 20,
        email="zoe@perche.example",
        name="Zoé",
        role="admin" if office is None else "contributor",
        office=office,
        has_otp=True,
        must_change_password=False,
        disabled=False,
        created_at=NOON,
        version=1,
    )
    return Caller(
        person=person, role=person.role, credential="c", kind="session", signed_in_at=NOON
    )


ADMIN = a_caller()


def bring(tools: Tools, data: bytes, office: str | None = None, name: str = "conte.wav") -> str:
    """The id of what an office brought, encoded."""
    reception = Reception(tools, "a" * 20, 10_000_000)
    reception.take(data)
    reception.put()
    labels = Labels(file_name=name)
    received = receive(tools, "test", office, labels, reception.parts, reception.sha256)
    work_once(tools)
    return received.asset.id


def say(tools: Tools, asset_id: str, caller: Caller = ADMIN, **changes: object) -> MediaAsset:
    """Change a medium as it is now; gives what is encoded of it."""
    version = keeping.show_medium(tools, caller, asset_id).asset.version
    kept = keeping.change_medium(tools, caller, asset_id, version, **changes)  # type: ignore[arg-type]  # passed on
    assert kept.asset.medium is not None
    return kept.asset.medium


@pytest.fixture
def timed(desk: Tools, clock: SetClock) -> Tools:
    return replace(desk, clock=clock)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder `contenus/` whose first stop has a recording."""
    content = write_content(tmp_path, recorded_legend())
    (tmp_path / "medias" / SLUG / "conte-fr.wav").write_bytes(WAV)
    return content


def draft_of(tools: Tools) -> Draft:
    with tools.desk.db.reading() as tx:
        return legends.get_draft(tx, SLUG)


def narration_of(tools: Tools) -> MediaAsset:
    return draft_of(tools).media[NARRATION]


def texts_of(medium: MediaAsset) -> list[str]:
    return [cue.text for cue in medium.cues]


def test_captions_said_of_a_recording_are_those_of_every_draft_that_uses_it(
    timed: Tools, recorded: Path
) -> None:
    import_folder(timed, recorded)
    asset_id = bring(timed, WAV)
    shown = keeping.show_captions(timed, ADMIN, asset_id)
    assert all(sentence in shown for sentence in SPOKEN)
    before = draft_of(timed)
    say(timed, asset_id, captions=WRITTEN)
    after = draft_of(timed)
    narration = after.media[NARRATION]
    assert (narration.cues, narration.captions_status) == (
        (Cue(0.25, 2.0, "La Dame rit."),),
        "edited",
    )
    assert narration.renditions == before.media[NARRATION].renditions
    assert (after.version, after.legend) == (before.version + 1, before.legend)
    assert after.etag != before.etag
    with timed.desk.db.reading() as tx:
        (told,) = audit.list_entries(tx, SLUG, limit=1)
    assert (told.who, told.deed, told.detail) == ("z" * 20, "changed", {"medium": asset_id})
    ordered = publish(timed, SLUG, by="test")
    assert ordered.job is not None
    work_off(timed, ordered.job)
    uses = {use.revision for use in keeping.show_medium(timed, ADMIN, asset_id).uses}
    assert uses == {None, 1}


def test_captions_come_back_to_the_estimate_of_the_text_and_encode_nothing(
    timed: Tools, recorded: Path
) -> None:
    import_folder(timed, recorded)
    estimated = narration_of(timed)
    asset_id = bring(timed, WAV)
    say(timed, asset_id, captions=WRITTEN)
    again = import_folder(timed, recorded)
    assert (again.encoded, again.unchanged) == (0, [SLUG])
    assert texts_of(narration_of(timed)) == ["La Dame rit."]
    say(timed, asset_id, captions=None)
    assert narration_of(timed) == estimated
    assert import_folder(timed, recorded).unchanged == [SLUG]


def test_captions_outlive_another_encoding_of_the_same_original(
    timed: Tools, recorded: Path
) -> None:
    asset_id = bring(timed, WAV)
    say(timed, asset_id, captions=WRITTEN)
    import_folder(timed, recorded)
    first = narration_of(timed)
    assert texts_of(first) == ["La Dame rit."]
    text = next(recorded.glob("legendes/*/fr/01-*.md"))
    text.write_text(text.read_text().replace("title: La porte", "title: Une porte"))
    assert import_folder(timed, recorded).encoded == 1  # the title stands in the files
    second = narration_of(timed)
    assert second.renditions != first.renditions
    assert (second.cues, second.captions_status) == (first.cues, "edited")


def test_captions_in_the_folder_of_a_legend_are_its_own_and_stay(
    timed: Tools, recorded: Path, tmp_path: Path
) -> None:
    own = WRITTEN.replace("rit", "se tait")
    write_folder(recorded, None, [recorded_legend(captions="conte-fr.vtt")])
    (tmp_path / "medias" / SLUG / "conte-fr.vtt").write_text(own, "utf-8")
    import_folder(timed, recorded)
    before = draft_of(timed)
    asset_id = bring(timed, WAV)
    assert say(timed, asset_id, captions=WRITTEN).captions_status == "edited"
    assert draft_of(timed) == before
    assert import_folder(timed, recorded).unchanged == [SLUG]
    assert texts_of(narration_of(timed)) == ["La Dame se tait."]


def test_a_draft_that_was_archived_is_left_alone_and_has_them_when_it_comes_back(
    timed: Tools, recorded: Path
) -> None:
    import_folder(timed, recorded)
    asset_id = bring(timed, WAV)
    with timed.desk.db.transaction() as tx:
        legends.archive_draft(tx, SLUG, timed.clock())
    say(timed, asset_id, captions=WRITTEN)
    import_folder(timed, recorded)
    assert texts_of(narration_of(timed)) == ["La Dame rit."]


def test_of_two_offices_with_the_same_recording_the_last_word_counts(
    timed: Tools, clock: SetClock, recorded: Path
) -> None:
    import_folder(timed, recorded)
    ids = {}
    for office in ("nogent", "thiron"):
        staffing.add_office(timed, COMMAND_LINE, office, office.title())
        ids[office] = bring(timed, WAV, office)
    for office, word in (("thiron", "chante"), ("nogent", "pleure")):
        clock.go(seconds=1)
        say(timed, ids[office], a_caller(office), captions=WRITTEN.replace("rit", word))
    assert texts_of(narration_of(timed)) == ["La Dame pleure."]
    thiron = keeping.show_captions(timed, a_caller("thiron"), ids["thiron"])
    assert "chante" in thiron
    clock.go(seconds=1)
    say(timed, ids["nogent"], a_caller("nogent"), captions=None)
    assert texts_of(narration_of(timed)) == ["La Dame chante."]


def test_a_focal_point_is_that_of_the_published_picture_unless_the_legend_has_its_own(
    timed: Tools, recorded: Path, tmp_path: Path
) -> None:
    import_folder(timed, recorded)
    cover = (tmp_path / "medias" / SLUG / "couverture.svg").read_bytes()
    asset_id = bring(timed, cover, name="couverture.svg")
    say(timed, asset_id, focal=Focal(0.25, 0.75))
    assert focal_of(timed, recorded_legend()) == {"x": 0.25, "y": 0.75}
    assert import_folder(timed, recorded).unchanged == [SLUG]
    legend = recorded_legend()
    assert legend.cover is not None
    own = replace(legend, cover=replace(legend.cover, focal=Focal(1.0, 0.0)))
    write_folder(recorded, None, [own])
    import_folder(timed, recorded)
    assert focal_of(timed, own) == {"x": 1.0, "y": 0.0}
    say(timed, asset_id, focal=None)
    assert draft_of(timed).media[cover_ref()].focal is None


def focal_of(tools: Tools, legend: Legend) -> Mapping[str, float]:
    """Of the cover, in the pack of the present draft."""
    from odyssee.content.plain import to_paragraphs  # noqa: PLC0415 - for this alone
    from odyssee.domain.words import content_document  # noqa: PLC0415 - as above

    shown = content_document(legend, draft_of(tools).media, "fr", to_paragraphs)["cover"]["focal"]
    assert isinstance(shown, dict)
    return shown


def test_what_was_laid_before_goes_in_time_and_no_file_with_it(
    timed: Tools, recorded: Path
) -> None:
    import_folder(timed, recorded)
    asset_id = bring(timed, WAV)
    collect(timed, dry_run=False)
    files = set(timed.desk.files.list_keys())
    for word in ("rit", "pleure", "dort"):
        say(timed, asset_id, captions=WRITTEN.replace("rit", word))
    waiting = collect(timed, dry_run=False).waiting
    laid = [key for key in waiting if key.startswith("media/")]
    assert len(laid) >= 4
    later = replace(timed, clock=lambda: NOON + timedelta(days=4000))
    assert set(collect(later, dry_run=False).removed) <= files
    assert check_all(later) == []
    assert texts_of(narration_of(timed)) == ["La Dame dort."]


def test_edits_are_found_and_laid_on_either_database(staff_on_both: Tools, clock: SetClock) -> None:
    tools = replace(staff_on_both, clock=clock)
    asset_id = bring(tools, WAV)
    medium = keeping.show_medium(tools, ADMIN, asset_id).asset.medium
    assert medium is not None
    with tools.desk.db.transaction() as tx:
        legends.save_draft(tx, recorded_legend(), {NARRATION: medium.key}, clock())
    say(tools, asset_id, captions=WRITTEN)
    assert texts_of(narration_of(tools)) == ["La Dame rit."]
    with tools.desk.db.reading() as tx:
        asset = assets.get_asset(tx, asset_id)
        assert assets.find_edits(tx, [asset.sha256, "0" * 64]) == {
            asset.sha256: Edit(captions=WRITTEN)
        }
        assert assets.find_edits(tx, []) == {}
        assert assets.find_used_media(tx, asset.sha256) == [narration_of(tools)]
    assert (asset.edit, asset.edited_at) == (Edit(captions=WRITTEN), clock())
    say(tools, asset_id, captions=None)
    assert keeping.show_medium(tools, ADMIN, asset_id).asset.edit == NO_EDIT
    assert texts_of(narration_of(tools)) == SPOKEN
