"""Recordings of a content folder: the sound is encoded once, whatever is written of it since."""

from pathlib import Path

import pytest
from flow_builders import recorded_legend, write_content
from media_builders import a_wav, sha256
from sounds import convert_sound
from starlette.testclient import TestClient

from odyssee.actions.ingesting import check_folder, export_folder, import_folder
from odyssee.actions.media_upkeep import check_all, collect
from odyssee.actions.publishing import publish
from odyssee.actions.reading import refresh
from odyssee.actions.stowing import original_key
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.content.writer import write_folder
from odyssee.db import legends
from odyssee.domain.errors import ContentInvalid
from odyssee.domain.media import Cue, MediaAsset, narration_ref

SLUG = "dame-de-riants"
WAV = a_wav(4.0)
TEXT = "contenus/legendes/dame-de-riants/fr/01-etape-1.md"


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder `contenus/` whose first stop has a recording."""
    content = write_content(tmp_path, recorded_legend())
    (tmp_path / "medias" / SLUG / "conte-fr.wav").write_bytes(WAV)
    return content


WRITTEN = (
    "\ufeffWEBVTT\r\n\r\nNOTE relu par L’Été\r\n\r\n00:00.250 --> 00:02.000\r\nLa Dame rit.\r\n"
)
NEVER = "00:59.000 --> 01:00.000\nTrop tard.\n"


@pytest.fixture
def captions(tmp_path: Path, recorded: Path) -> Path:
    """The captions of that recording, with a byte order mark and Windows line ends."""
    write_folder(recorded, None, [recorded_legend(captions="conte-fr.vtt")])
    path = tmp_path / "medias" / SLUG / "conte-fr.vtt"
    path.write_bytes(WRITTEN.encode())
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def errors_of(content: Path) -> list[str]:
    found = check_folder(content)
    return [f"{problem.where} {problem.code}" for problem in found if problem.severity == "error"]


def narration_of(desk: Tools) -> MediaAsset:
    with desk.desk.db.reading() as tx:
        return legends.get_draft(tx, SLUG).media[narration_ref("etape-1", "fr")]


def test_a_recording_is_captioned_with_its_text_and_says_that_the_times_are_guessed(
    desk: Tools, recorded: Path
) -> None:
    assert import_folder(desk, recorded).encoded == 1
    narration = narration_of(desk)
    assert narration.original_sha256 == sha256(WAV)
    assert narration.captions_status == "estimated"
    assert [cue.text for cue in narration.cues] == [
        "La porte murée, étape 1 vous regarde.",
        "Écoutez bien.",
    ]


def test_a_text_that_changes_captions_the_recording_anew_and_encodes_nothing(
    desk: Tools, recorded: Path, tmp_path: Path
) -> None:
    import_folder(desk, recorded)
    before = narration_of(desk)
    text = tmp_path / TEXT
    text.write_text(text.read_text().replace("vous regarde", "vous attend"))
    report = import_folder(desk, recorded)
    assert (report.encoded, report.changed) == (0, [SLUG])
    after = narration_of(desk)
    assert after.cues[0].text == "La porte murée, étape 1 vous attend."
    assert after.renditions == before.renditions
    again = import_folder(desk, recorded)
    assert (again.encoded, again.unchanged) == (0, [SLUG])


def test_captions_of_a_curator_are_taken_instead_of_the_estimate(
    desk: Tools, recorded: Path, captions: Path
) -> None:
    assert errors_of(recorded) == []
    import_folder(desk, recorded)
    narration = narration_of(desk)
    assert narration.captions_status == "edited"
    assert narration.cues == (Cue(0.25, 2.0, "La Dame rit."),)
    assert desk.desk.files.get(original_key(sha256(WRITTEN.encode()))) == captions.read_bytes()


@pytest.mark.parametrize("status", ["estimated", "edited"])
def test_the_public_answer_says_which_captions_they_are(
    request: pytest.FixtureRequest, desk: Tools, recorded: Path, status: str
) -> None:
    if status == "edited":
        request.getfixturevalue("captions")
    import_folder(desk, recorded)
    publish(desk, SLUG, by="test")
    work_once(desk)
    refresh(desk)
    client = TestClient(build_app(desk, lambda: "2026-06-01T12:00:00Z"))
    first, second = client.get(f"/v1/legends/{SLUG}").json()["stops"]
    assert first["narration"]["captions_status"] == status
    assert second["narration"]["captions_status"] == "exact"
    shown = client.get(first["narration"]["captions"]).text
    assert ("La Dame rit." in shown) == (status == "edited")


def test_captions_that_change_encode_nothing_and_without_them_the_estimate_is_back(
    desk: Tools, recorded: Path, captions: Path
) -> None:
    import_folder(desk, recorded)
    before = narration_of(desk)
    captions.write_text(WRITTEN.replace("rit", "pleure"), "utf-8")
    report = import_folder(desk, recorded)
    assert (report.encoded, report.changed) == (0, [SLUG])
    after = narration_of(desk)
    assert after.cues[0].text == "La Dame pleure."
    assert after.renditions == before.renditions
    again = import_folder(desk, recorded)
    assert (again.encoded, again.unchanged) == (0, [SLUG])
    write_folder(recorded, None, [recorded_legend()])
    assert import_folder(desk, recorded).encoded == 0
    assert narration_of(desk).captions_status == "estimated"


def test_export_gives_captions_back_to_the_byte_and_importing_them_changes_nothing(
    desk: Tools, recorded: Path, captions: Path, tmp_path: Path
) -> None:
    import_folder(desk, recorded)
    captions.with_name("conte-fr.wav").rename(tmp_path / "conte-fr.wav")
    export_folder(desk, tmp_path / "copie")
    (tmp_path / "conte-fr.wav").rename(captions.with_name("conte-fr.wav"))
    assert tree(tmp_path / "copie" / "contenus") == tree(recorded)
    assert tree(tmp_path / "copie" / "medias") == tree(tmp_path / "medias")
    again = import_folder(desk, tmp_path / "copie")
    assert (again.encoded, again.unchanged) == (0, [SLUG])


def test_captions_after_the_end_of_the_sound_are_told_with_their_line_and_nothing_is_taken(
    desk: Tools, recorded: Path, captions: Path
) -> None:
    captions.write_text(f"WEBVTT\n\n00:00.250 --> 00:02.000\nUn.\n\n{NEVER}", "utf-8")
    kept = sorted(desk.desk.files.list_keys(""))
    place = f"medias/{SLUG}/conte-fr.vtt:6"
    assert errors_of(recorded) == [f"{place} captions_too_late"]
    with pytest.raises(ContentInvalid) as refused:
        import_folder(desk, recorded)
    told = [(problem.where, problem.code) for problem in refused.value.problems]
    assert told == [(place, "captions_too_late")]
    assert sorted(desk.desk.files.list_keys("")) == kept


def test_the_length_of_other_sounds_is_read_as_well_and_what_is_no_sound_has_none(
    recorded: Path, captions: Path, tmp_path: Path
) -> None:
    captions.write_text(f"WEBVTT\n\n{NEVER}", "utf-8")
    sound = captions.with_name("conte-fr.wav")
    made = convert_sound(tmp_path, a_wav(2.0), "conte.m4a", "-c:a", "aac")
    sound.write_bytes(made.read_bytes())
    assert errors_of(recorded) == [f"medias/{SLUG}/conte-fr.vtt:3 captions_too_late"]
    sound.write_bytes(b"RIFF")
    assert errors_of(recorded) == []


def test_captions_are_looked_after_like_every_original(
    desk: Tools, recorded: Path, captions: Path
) -> None:
    import_folder(desk, recorded)
    desk.desk.files.put("originals/" + "f" * 64, b"nobody needs it")
    key = original_key(sha256(captions.read_bytes()))
    waiting = collect(desk, dry_run=False).waiting
    assert ("originals/" + "f" * 64 in waiting, key in waiting) == (True, False)
    desk.desk.files.delete(key)
    assert [(fault.key, fault.code) for fault in check_all(desk)] == [(key, "missing")]
    assert import_folder(desk, recorded).encoded == 0
    assert check_all(desk) == []


def test_what_a_machine_spoke_is_marked_though_it_was_brought_as_a_recording(
    fresh_desk: Tools, recorded: Path
) -> None:
    def voice_of() -> str:
        import_folder(fresh_desk, recorded)
        publish(fresh_desk, SLUG, by="test")
        while work_once(fresh_desk) is not None:
            pass
        refresh(fresh_desk)
        client = TestClient(build_app(fresh_desk, lambda: None))
        stop = client.get(f"/v1/legends/{SLUG}/stops/etape-1").json()
        return str(stop["narration"]["voice"])

    assert voice_of() == "human"
    write_folder(recorded, None, [recorded_legend(voice="synthetic")])
    assert voice_of() == "synthetic"
