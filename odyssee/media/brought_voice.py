"""The slot for a voice that somebody brings, such as a neural model: a command of their own."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from odyssee.domain.errors import MediumRefused, Misconfigured, Unavailable
from odyssee.media.limits import limit_process
from odyssee.media.scratch import private_folder

_SECONDS_A_SENTENCE = 10.0
_START_SECONDS = 60.0
"""A model of a hundred megabytes is read first."""
_MAX_MEMORY_BYTES = 8_000_000_000
_MAX_CLIP_S = 120.0
Fault = Literal["missing", "late", "status", "output"]
"""What a command did wrong: it is not there, or took too long, failed, wrote what it should not."""

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


@dataclass(frozen=True, slots=True)
class BroughtVoice:
    """What the settings say of a voice that somebody brings."""

    command: str
    """A command line, split as a shell would; no shell runs it."""
    name: str
    """Of the model; a part of every key, so that another model speaks everything anew."""
    frame_rate_hz: int
    languages: frozenset[str]


class CommandVoice:
    """Speaks by a command, in a process of its own with limits; see docs/how-to/voix-neuronale.md.

    It is run once a narration, in an empty folder, as `command… LANG FOLDER`. Standard
    input is one sentence a line, UTF-8; it writes `FOLDER/0001.wav`, `0002.wav` and so
    on: mono, 16 bits, all at `frame_rate_hz`. An exit status other than 0 is a failure.
    """

    def __init__(self, lang: str, brought: BroughtVoice) -> None:
        """Take a voice as the settings have it.

        Raises:
            Misconfigured: when the command cannot be split, or the name is not a plain word.
        """
        try:
            self._command = shlex.split(brought.command)
        except ValueError as problem:
            raise Misconfigured(setting="ODYSSEE_VOICE_COMMAND") from problem
        if not self._command:
            raise Misconfigured(setting="ODYSSEE_VOICE_COMMAND")
        if not _NAME.fullmatch(brought.name):
            raise Misconfigured(setting="ODYSSEE_VOICE_NAME")
        self._lang = lang
        self.name = f"{brought.name}-{lang}"
        self.frame_rate_hz = brought.frame_rate_hz

    def say(self, sentences: Sequence[str], seconds: float | None = None) -> list[bytes]:
        """See `voice.Voice`; `seconds` instead of the time that an import gives.

        Raises:
            Unavailable: as there; `fault` in its values is a `Fault`.
        """
        if not sentences:
            return []
        if seconds is None:
            seconds = _START_SECONDS + _SECONDS_A_SENTENCE * len(sentences)
        with private_folder() as folder:
            self._run(sentences, folder, seconds)
            paths = [folder / f"{number:04d}.wav" for number in range(1, len(sentences) + 1)]
            return [self._clip(path, said) for path, said in zip(paths, sentences, strict=True)]

    def _run(self, sentences: Sequence[str], folder: Path, seconds: float) -> None:
        lines = "".join(f"{' '.join(sentence.split())}\n" for sentence in sentences).encode()
        size_bytes = int(2 * self.frame_rate_hz * _MAX_CLIP_S)
        try:
            with subprocess.Popen(  # noqa: S603 - the operator's own program; the text goes by pipe
                [*self._command, self._lang, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                start_new_session=True,  # so that what the command starts can be ended with it
            ) as process:
                limit_process(process.pid, 4 * seconds, _MAX_MEMORY_BYTES, size_bytes)
                try:
                    process.communicate(lines, timeout=seconds)
                except BaseException:
                    _end(process)
                    raise
        except subprocess.TimeoutExpired as problem:
            raise self._failed("late") from problem
        except OSError as problem:
            raise self._failed("missing") from problem
        if process.returncode != 0:
            raise self._failed("status", exit_status=str(process.returncode))

    def _clip(self, path: Path, sentence: str) -> bytes:
        try:
            with wave.open(str(path)) as clip:
                form = (clip.getnchannels(), clip.getsampwidth(), clip.getframerate())
                if form != (1, 2, self.frame_rate_hz):
                    raise self._failed("output")
                frames: bytes = clip.readframes(int(self.frame_rate_hz * _MAX_CLIP_S))
        except (wave.Error, EOFError, OSError) as problem:
            raise self._failed("output") from problem
        if not frames:
            raise MediumRefused(code="not_speakable", text=sentence[:80])
        return frames

    def _failed(self, fault: Fault, **values: str) -> Unavailable:
        return Unavailable(what="voice", voice=self.name, fault=fault, **values)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With all that it started; a model that a script runs would go on otherwise."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
