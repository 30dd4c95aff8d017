"""How long stories are: as their recordings say, as their sounds were made, else by their words."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import STEP_LON
from flow_builders import short_legend, write_content
from media_builders import a_wav
from sounds import convert_sound

from odyssee.actions.ingesting import check_folder
from odyssee.actions.tools import Tools
from odyssee.cli.content import import_folder
from odyssee.db import legends, territories
from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat, Point
from odyssee.domain.legends import Legend, Route
from odyssee.domain.media import narration_ref
from odyssee.domain.publication import check
from odyssee.domain.stops import NarrationFile

Told = tuple[str, str, str]
Content = Callable[..., Path]
RECORDING_S = 40.0
"""Longer than the walk of a few metres that stands below, and than the words that are said."""


def told(problems: tuple[Problem, ...] | list[Problem]) -> list[Told]:
    """The place, the seconds and how they are known of each story that is too long."""
    found = [problem for problem in problems if problem.code == "narration_long"]
    return [(p.where, p.values["story_s"], p.values["how"]) for p in found]


def a_close_legend(recording: str | None = None) -> Legend:
    """Two stops some 30 m apart, each of a few words; the first may be recorded in French."""
    legend = short_legend()
    first, second = legend.stops
    place = LonLat(round(first.location.lon + STEP_LON * 0.15, 5), first.location.lat)
    shape = Point("Point", place)
    near = replace(second, location=place, zones=(replace(second.zones[0], shape=shape),))
    if recording is not None:
        first = replace(first, narration={"fr": NarrationFile(file=recording)})
    route = Route(status="sketch", line=(first.location, place))
    return replace(legend, stops=(first, near), route=route)


@pytest.fixture
def a_content(tmp_path: Path) -> Content:
    """A folder of that legend; its recording is what a function writes, if there is any."""

    def build(write: Callable[[Path], object] | None = None, name: str = "porte.wav") -> Path:
        folder = write_content(tmp_path, a_close_legend(name if write else None))
        if write is not None:
            write(tmp_path / "medias" / "dame-de-riants" / name)
        return folder

    return build


def a_recording(path: Path) -> None:
    path.write_bytes(a_wav(RECORDING_S, frame_rate_hz=8_000))


@pytest.mark.parametrize("name", ["porte.wav", "porte.mp3", "porte.flac", "porte.m4a", "porte.ogg"])
def test_a_folder_knows_the_length_of_each_kind_of_recording(
    a_content: Content, tmp_path: Path, name: str
) -> None:
    def write(path: Path) -> None:
        made = convert_sound(
            tmp_path, a_wav(RECORDING_S, frame_rate_hz=8_000), f"made{path.suffix}"
        )
        made.rename(path)

    ((where, story_s, how),) = told(check_folder(a_content(write, name)))
    assert where.startswith("legendes/dame-de-riants/fr/01-")
    assert int(story_s) == pytest.approx(RECORDING_S, abs=1)
    assert how == "measured"


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text("<html>Pas un son.</html>"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(a_wav(1.0)[:30]),
        lambda path: path.symlink_to("/etc/hostname"),
        lambda _path: None,
    ],
    ids=["html", "empty", "cut", "link", "absent"],
)
def test_a_recording_that_tells_no_length_is_as_long_as_its_words(
    a_content: Content, write: Callable[[Path], object]
) -> None:
    # a few words are no longer than the walk
    assert told(check_folder(a_content(write))) == []


def test_words_count_until_the_sounds_are_made_and_then_their_own_length(
    fresh_desk: Tools, a_content: Content, capsys: pytest.CaptureFixture[str]
) -> None:
    import_folder(fresh_desk, a_content(a_recording))
    said = re.search(
        r"^legendes/dame-de-riants/fr/01-\S+: narration_long: conseil : .* (\d+) s \(mesuré\)",
        capsys.readouterr().err,
        re.MULTILINE,
    )
    assert said is not None
    with fresh_desk.desk.db.reading() as tx:
        draft = legends.get_draft(tx, "dame-de-riants")
        found = check(draft, territories.find_territory(tx))
    made_s = draft.media[narration_ref(draft.legend.stops[0].slug, "fr")].duration_s
    assert made_s is not None
    assert made_s == pytest.approx(RECORDING_S, abs=2)
    assert told(found) == [("stops/0/texts/fr/text", said[1], "measured")]
    assert said[1] == f"{made_s:.0f}"
