"""Saves of parts of a draft: none loses another, and none goes over what somebody else wrote."""

import json
from pathlib import Path
from typing import Any

import pytest
from nodejs import node, run

from odyssee.web.assets import STATIC

RUNNER = Path(__file__).with_name("play_part.mjs")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("part")
    told: dict[str, Any] = json.loads(run([node(), RUNNER, STATIC / "bureau_part.js"], folder))
    return told


def test_two_saves_at_once_both_stay(played: dict[str, Any]) -> None:
    assert played["alone"] == ["a", "b"]


def test_what_waited_behind_a_refusal_does_not_go_over_what_nobody_has_read(
    played: dict[str, Any],
) -> None:
    assert played["refusals"] == ["stale", "stale"]
    assert played["kept"] == ["theirs"]


def test_after_a_refusal_it_is_read_anew_and_taken_when_sent_again(played: dict[str, Any]) -> None:
    assert played["reads"] == [None, "patch"]
    assert played["after"] == ["theirs", "again"]
