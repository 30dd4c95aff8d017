"""Recordings of a content folder: the sound is encoded once, whatever is written of it since."""

from dataclasses import replace
from pathlib import Path

import pytest
from flow_builders import short_legend, write_content
from media_builders import a_wav, sha256

from odyssee.actions.ingesting import import_folder
from odyssee.actions.tools import Tools
from odyssee.db import legends
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset, narration_ref
from odyssee.domain.stops import NarrationFile, Stop

SLUG = "dame-de-riants"
WAV = a_wav(4.0)
TEXT = "contenus/legendes/dame-de-riants/fr/01-etape-1.md"


def recorded_legend(**said: str) -> Legend:
    """Two stops, the first with a recording in French."""
    legend = short_legend()
    first: Stop = replace(
        legend.stops[0], narration={"fr": NarrationFile(file="conte-fr.wav", **said)}
    )
    return replace(legend, stops=(first, legend.stops[1]))


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder `contenus/` whose first stop has a recording."""
    content = write_content(tmp_path, recorded_legend())
    (tmp_path / "medias" / SLUG / "conte-fr.wav").write_bytes(WAV)
    return content


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
