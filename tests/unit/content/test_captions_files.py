"""Captions beside a recording: whatever is wrong with the file is told with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from odyssee.content.documents import MAX_BYTES
from odyssee.content.folder import read_folder
from odyssee.content.media_files import read_captions
from odyssee.content.writer import legend_yaml
from odyssee.domain.canonical import sha256_of
from odyssee.domain.webvtt import MAX_WEBVTT_CHARACTERS

Edit = Callable[[str, str, str], None]
Told = Callable[[], list[str]]

MEDIA = "medias/dame-de-riants"
SOUND = "{file: porte-fr.wav, voice: human}"
WITH_CAPTIONS = "{file: porte-fr.wav, voice: human, captions: porte-fr.vtt}"
LINE = 27
"""Of the narration in the example's legende.yaml."""
GOOD = "WEBVTT\n\n00:00.250 --> 00:02.000\nLa Dame rit.\n\n00:02.000 --> 00:04.500\nPuis se tut.\n"


@pytest.fixture
def captioned(root: Path, edit: Edit) -> Path:
    """The captions of the example's only recording."""
    edit("legend", SOUND, WITH_CAPTIONS)
    path = root / MEDIA / "porte-fr.vtt"
    path.write_text(GOOD, "utf-8")
    return path


def test_captions_beside_a_recording_have_nothing_wrong(
    root: Path, captioned: Path, told: Told
) -> None:
    assert told() == []
    stop = read_folder(root).legends[0].stops[0]
    assert stop.narration["fr"].captions == captioned.name
    captions, problems = read_captions(captioned.parent, captioned.name)
    assert problems == []
    assert captions is not None
    assert captions.sha256 == sha256_of(captioned.read_bytes())


def test_what_is_written_reads_the_same(root: Path, captioned: Path) -> None:
    assert captioned.name in legend_yaml(read_folder(root).legends[0])


def test_a_recording_without_captions_is_written_without_the_key(root: Path) -> None:
    assert "captions" not in legend_yaml(read_folder(root).legends[0])


def test_captions_that_are_not_there_are_told_where_they_are_named(
    captioned: Path, told: Told
) -> None:
    captioned.unlink()
    assert told() == [f"legende.yaml:{LINE} media_missing"]


def test_captions_elsewhere_and_links_count_as_absent(
    root: Path, captioned: Path, told: Told, edit: Edit
) -> None:
    (root / "ailleurs.vtt").write_text(GOOD, "utf-8")
    captioned.unlink()
    captioned.symlink_to(root / "ailleurs.vtt")
    assert told() == [f"legende.yaml:{LINE} media_missing"]
    edit("legend", "porte-fr.vtt", "../../ailleurs.vtt")
    assert told() == [f"legende.yaml:{LINE} file_name_invalid"]


def test_captions_without_a_file_are_refused(captioned: Path, edit: Edit, told: Told) -> None:
    edit("legend", WITH_CAPTIONS, f"{{captions: {captioned.name}}}")
    assert told() == [f"legende.yaml:{LINE} missing_key"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"WEBVTT\n\n00:00.250 --> 00:02.000\nL\xe9gende.\n", "4 not_utf8"),
        (b"WEBVTT\n\n00:00.250 --> 00:02.000\nUn\x07.\n", "4 bad_character"),
        (b"WEBVTT" + b" " * MAX_BYTES, "1 file_too_large"),
        (b"WEBVTT\n" + b" " * MAX_WEBVTT_CHARACTERS, "1 captions_too_large"),
        (b"", "1 captions_not_webvtt"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nUn.\n", "1 captions_not_webvtt"),
        (b"WEBVTT\n", "2 captions_empty"),
        (
            b"WEBVTT\n\n00:01.000 --> 00:03.000\nUn.\n\n00:00.000 --> 00:01.000\nDeux.\n",
            "6 captions_out_of_order",
        ),
        (
            b"WEBVTT\r\n\r\n00:01.000 --> 00:03.000\r\nUn.\r\n\r\n00:02.999 --> 00:04.000\r\nDeux.",
            "6 captions_out_of_order",
        ),
    ],
)
def test_captions_of_a_wrong_form_are_told_with_their_line(
    captioned: Path, told: Told, data: bytes, expected: str
) -> None:
    captioned.write_bytes(data)
    assert told() == [f"{MEDIA}/porte-fr.vtt:{expected}"]


def test_all_problems_of_captions_are_told_beside_those_of_the_legend(
    captioned: Path, told: Told, edit: Edit
) -> None:
    edit("legend", "window: 3", "window: 0")
    captioned.write_text(
        "WEBVTT\n\n0:01 --> 0:02\nUn.\n\n00:02.000 --> 00:03.000\n<i>Deux</i>\n", "utf-8"
    )
    assert told() == [
        "legende.yaml:7 out_of_range",
        f"{MEDIA}/porte-fr.vtt:3 captions_bad_time",
        f"{MEDIA}/porte-fr.vtt:7 captions_markup",
    ]
