"""A voice that somebody brings: any command that keeps to its contract, and what breaks it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from odyssee.domain.errors import MediumRefused, Misconfigured, Unavailable
from odyssee.media.audio import synthesise_narration
from odyssee.media.brought_voice import BroughtVoice, CommandVoice
from odyssee.media.encoded import narration_key
from odyssee.media.voice import find_voice, list_voices

SPEAKER = """
import math, struct, sys, wave
lang, folder = sys.argv[-2:]
for number, line in enumerate(sys.stdin.buffer.read().decode().splitlines(), start=1):
    frames = [int(9000 * math.sin(i / 9) * math.sin(i / 3000)) for i in range(800 * len(line))]
    with wave.open(f"{folder}/{number:04d}.wav", "wb") as file:
        file.setparams((1, 2, 24000, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(frames)}h", *frames))
"""
SENTENCES = ["Il était une fois.", "L'étang de l'Herbage-Œuvré débordait."]


@pytest.fixture
def a_voice(tmp_path: Path) -> Callable[..., BroughtVoice]:
    """A voice whose command is a Python script in a folder with a blank in its name."""

    def build(script: str = SPEAKER, name: str = "conteuse-2") -> BroughtVoice:
        path = tmp_path / "ma voix" / "parle.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        return BroughtVoice(f"{sys.executable} '{path}'", name, 24_000, frozenset({"fr", "br"}))

    return build


def test_it_speaks_before_the_voices_of_the_machine_in_its_languages_only(
    a_voice: Callable[..., BroughtVoice],
) -> None:
    names = list_voices(a_voice())
    assert (names["fr"], names["br"]) == ("conteuse-2-fr", "conteuse-2-br")
    assert names.get("en") == list_voices().get("en")


def test_it_says_each_sentence(a_voice: Callable[..., BroughtVoice]) -> None:
    clips = find_voice("fr", a_voice()).say(SENTENCES)
    assert [len(clip) for clip in clips] == [1600 * len(sentence) for sentence in SENTENCES]
    assert find_voice("fr", a_voice()).say([]) == []


def test_its_narrations_are_marked_as_synthetic_and_keyed_by_its_name(
    a_voice: Callable[..., BroughtVoice],
) -> None:
    voice = find_voice("br", a_voice())
    asset = synthesise_narration(SENTENCES, "br", voice=voice).asset
    assert asset.voice == "synthetic"
    assert asset.key == narration_key(SENTENCES, "br", "conteuse-2-br")


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("raise SystemExit(3)", "status"),
        ("pass", "output"),
        (SPEAKER.replace("24000", "22050"), "output"),
        (SPEAKER.replace("(1, 2,", "(2, 2,"), "output"),
        ("import sys; open(sys.argv[-1] + '/0001.wav', 'wb').write(b'<html>')", "output"),
    ],
)
def test_a_command_that_breaks_its_contract_is_unavailable(
    a_voice: Callable[..., BroughtVoice], script: str, fault: str
) -> None:
    with pytest.raises(Unavailable) as caught:
        find_voice("fr", a_voice(script)).say(SENTENCES)
    assert caught.value.values["fault"] == fault


def test_a_command_that_is_not_there_or_no_program_is_told_as_missing(tmp_path: Path) -> None:
    text = tmp_path / "lisez-moi"
    text.write_text("Rien à exécuter.")
    for command in ("/nulle/part/parle", str(text)):
        voice = CommandVoice("fr", BroughtVoice(command, "voix", 24_000, frozenset({"fr"})))
        with pytest.raises(Unavailable) as caught:
            voice.say(SENTENCES)
        assert caught.value.values["fault"] == "missing"


def test_what_takes_too_long_is_ended_with_all_that_it_started(
    a_voice: Callable[..., BroughtVoice], tmp_path: Path
) -> None:
    told = tmp_path / "number"
    starts_another = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(told)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    with pytest.raises(Unavailable) as caught:
        CommandVoice("fr", a_voice(starts_another)).say(SENTENCES, seconds=3.0)
    assert caught.value.values["fault"] == "late"
    until = time.monotonic() + 10
    while _lives(int(told.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(int(told.read_text()))


def _lives(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody asked after is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_empty_clip_is_a_sentence_that_cannot_be_said(
    a_voice: Callable[..., BroughtVoice],
) -> None:
    with pytest.raises(MediumRefused) as caught:
        find_voice("fr", a_voice(SPEAKER.replace("800 *", "0 *"))).say(SENTENCES)
    assert caught.value.values["code"] == "not_speakable"


def test_it_may_not_fill_the_disk(a_voice: Callable[..., BroughtVoice]) -> None:
    endless = "import sys; open(sys.argv[-1] + '/0001.wav', 'wb').write(bytes(50_000_000))"
    with pytest.raises(Unavailable):
        find_voice("fr", a_voice(endless)).say(SENTENCES)


def test_settings_that_cannot_be_used_are_named(a_voice: Callable[..., BroughtVoice]) -> None:
    for name in ("", "Voix", "../voix"):
        with pytest.raises(Misconfigured) as caught:
            find_voice("fr", a_voice(name=name))
        assert caught.value.values["setting"] == "ODYSSEE_VOICE_NAME"
    with pytest.raises(Misconfigured):
        find_voice("fr", BroughtVoice("'sans fin", "voix", 24_000, frozenset({"fr"})))
