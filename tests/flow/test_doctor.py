"""`odyssee doctor` on a voice that somebody brought: heard, or told how to mend it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEAKER = """
import struct, sys, wave
for number, line in enumerate(sys.stdin.buffer.read().decode().splitlines(), start=1):
    with wave.open(f"{sys.argv[-1]}/{number:04d}.wav", "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes(struct.pack("<h", 900 * (-1) ** number) * 22050)
"""

Examine = Callable[..., dict[str, Any]]


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """What the doctor finds of a voice that is this script, or of none."""

    def call(script: str | None = None, **settings: str) -> dict[str, Any]:
        if script is not None:
            path = tmp_path / "parle.py"
            path.write_text(script)
            settings = {"ODYSSEE_VOICE_COMMAND": f"'{sys.executable}' '{path}'"} | settings
        done = subprocess.run(
            [sys.executable, "-m", "odyssee", "doctor", "--json"],
            env=os.environ | {"ODYSSEE_HOME": str(tmp_path / "var")} | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        found = {row["what"]: row for row in json.loads(done.stdout)}
        return found.get("voix apportée", {})

    return call


def test_without_a_voice_that_was_brought_nothing_is_said_of_one(examine: Examine) -> None:
    assert examine() == {}


def test_a_voice_that_speaks_is_heard(examine: Examine) -> None:
    found = examine(SPEAKER, ODYSSEE_VOICE_NAME="siwis-1")
    assert found["ok"], found
    assert found["found"] == "siwis-1-fr, une phrase de 1.0 s"


@pytest.mark.parametrize(
    ("script", "settings", "said", "cure"),
    [
        (None, {"ODYSSEE_VOICE_COMMAND": "/nulle/part"}, "introuvable", "chemin entier"),
        ("raise SystemExit(3)", {}, "statut 3", "à la main"),
        ("pass", {}, "0001.wav", "WAV mono de 16 bits à 22050 Hz"),
        (SPEAKER, {"ODYSSEE_VOICE_RATE_HZ": "16000"}, "0001.wav", "ODYSSEE_VOICE_RATE_HZ"),
        (SPEAKER.replace("900", "0"), {}, "pas de bruit", "écoutez"),
        (SPEAKER, {"ODYSSEE_VOICE_NAME": "Ma Voix"}, "ODYSSEE_VOICE_NAME", "lettres minuscules"),
        (SPEAKER, {"ODYSSEE_VOICE_LANGUAGES": " "}, "aucune langue", "ODYSSEE_VOICE_LANGUAGES"),
    ],
    ids=["missing", "fails", "writes nothing", "other rate", "silent", "bad name", "no language"],
)
def test_a_voice_that_does_not_is_told_with_its_cure(
    examine: Examine, script: str | None, settings: dict[str, str], said: str, cure: str
) -> None:
    found = examine(script, **settings)
    assert not found["ok"]
    assert said in found["found"]
    assert cure in found["cure"]


def test_a_voice_that_never_ends_is_waited_for_ten_seconds(examine: Examine) -> None:
    began = time.monotonic()
    found = examine("import time; time.sleep(50)")
    assert time.monotonic() - began < 40
    assert not found["ok"]
    assert "10 s" in found["found"]
