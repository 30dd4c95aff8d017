"""Captions corrected at the desk: what it finds in order is what the server takes, and no other."""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nodejs import node, run

from odyssee.domain.webvtt import read_webvtt
from odyssee.web.assets import STATIC

RUNNER = Path(__file__).with_name("play_cues.mjs")
WORDS = (
    "l’eau",
    "parlait",
    "&",
    "<b>",
    "-->",
    "&amp;",
    "loup\n",
    "\u00a0",
    "  ",
    "été…",
    "\x0b",
    "\x85",
    "",
)
CASES = 400


def played(
    tmp_path: Path, plays: Sequence[dict[str, Any]] = (), times: Sequence[str] = ()
) -> dict[str, Any]:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps({"plays": list(plays), "times": list(times)}))
    told: dict[str, Any] = json.loads(run([node(), RUNNER, STATIC / "cues.js", cases], tmp_path))
    return told


def a_case(dice: random.Random) -> dict[str, Any]:
    """Captions in order, and up to a dozen corrections of which some spoil it."""
    duration_ms = dice.randint(2_000, 90_000)
    edges = sorted(dice.sample(range(duration_ms), 2 * dice.randint(0, 6)))
    cues = [
        {"startS": start / 1000, "endS": end / 1000, "text": some_words(dice)}
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    deeds = [a_deed(dice, duration_ms) for _ in range(dice.randint(0, 12))]
    return {"cues": cues, "durationS": duration_ms / 1000, "deeds": deeds}


def a_deed(dice: random.Random, duration_ms: int) -> list[Any]:
    time_s = dice.randint(-200, duration_ms + 600) / 1000
    at = dice.randrange(7)
    return dice.choice(
        [
            ["moved", at, dice.choice(["startS", "endS"]), time_s],
            ["reworded", at, some_words(dice)],
            ["split", at, dice.randrange(20)],
            ["joined", at],
            ["removed", at],
            ["added", max(0.0, time_s)],
        ]
    )


def some_words(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(0, 5)))


def spoken(text: str) -> list[str]:
    """The words, without what stands between them."""
    return re.sub("[\x00-\x1f\x7f-\x9f]", " ", text).split()


def test_what_it_finds_in_order_the_server_reads_back_alike_and_what_it_refuses_is_refused(
    tmp_path: Path,
) -> None:
    cases = [a_case(random.Random(seed)) for seed in range(CASES)]  # noqa: S311 - no secret
    sound = 0
    for case, told in zip(cases, played(tmp_path, cases)["plays"], strict=True):
        read = read_webvtt(told["webvtt"], case["durationS"])
        if told["problems"] or not told["cues"]:
            assert read.problems
            continue
        sound += 1
        assert not read.problems
        assert len(read.cues) == len(told["cues"])
        for known, cue in zip(told["cues"], read.cues, strict=True):
            assert cue.start_s == known["startS"]
            assert cue.end_s == min(known["endS"], case["durationS"])
            assert spoken(cue.text) == spoken(known["text"])
    assert CASES / 10 < sound < CASES * 9 / 10


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (["moved", 0, "endS", 3.5], [(0.5, 3.5), (3.5, 5.0)]),
        (["moved", 1, "startS", 1.0], [(0.5, 1.0), (1.0, 5.0)]),
        (["moved", 0, "endS", 1.5], [(0.5, 1.5), (3.0, 5.0)]),
        (["split", 1, 4], [(0.5, 2.0), (3.0, 4.0), (4.0, 5.0)]),
        (["split", 1, 0], [(0.5, 2.0), (3.0, 5.0)]),
        (["joined", 0], [(0.5, 5.0)]),
        (["joined", 1], [(0.5, 2.0), (3.0, 5.0)]),
        (["removed", 0], [(3.0, 5.0)]),
        (["added", 1.0], [(0.5, 2.0), (2.0, 3.0), (3.0, 5.0)]),
        (["added", 2.4], [(0.5, 2.0), (2.4, 3.0), (3.0, 5.0)]),
        (["added", 4.0], [(0.5, 2.0), (3.0, 5.0), (5.0, 6.0)]),
        (["added", 6.0], [(0.5, 2.0), (3.0, 5.0)]),
    ],
)
def test_a_neighbour_gives_way_and_no_time_is_lost(
    tmp_path: Path, deed: list[Any], expected: list[tuple[float, float]]
) -> None:
    cues = [
        {"startS": 0.5, "endS": 2.0, "text": "La voilà."},
        {"startS": 3.0, "endS": 5.0, "text": "Elle dort"},
    ]
    told = played(tmp_path, [{"cues": cues, "durationS": 6.0, "deeds": [deed]}])["plays"][0]
    assert [(cue["startS"], cue["endS"]) for cue in told["cues"]] == expected


def test_times_are_read_as_people_write_them(tmp_path: Path) -> None:
    written = {
        "0:01.5": 1.5,
        "12,25": 12.25,
        " 1:02.003 ": 62.003,
        "1:00:00": 3600,
        "90": 90,
        "1:2:3:4": None,
        "un": None,
        "": None,
        "-1": None,
        "1.2345": None,
    }
    told = played(tmp_path, times=list(written))
    assert told["times"] == list(written.values())
    assert told["stamps"][:5] == ["0:01.500", "0:12.250", "1:02.003", "60:00.000", "1:30.000"]
