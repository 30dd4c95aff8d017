"""Run as a script: speaks sentences with SVOX Pico, in a process that lives for one narration.

Started by `voice.Pico`. Standard input is one JSON object, `{"voice", "speed",
"volume", "sentences"}`; standard output is, for each sentence, the number of
bytes (4, little-endian) and the PCM. Within one process the voice drifts from
one call to the next, so only a fresh process repeats itself to the byte.
"""

import contextlib
import json
import sys

MAX_CPU_S = 60
MAX_MEMORY_BYTES = 1_000_000_000


def limit_myself() -> None:
    """Bound memory and processor time; no-op where there are no limits."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows, where only the time limit stands
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has some of them in name only
            resource.setrlimit(limit, (most, most))


def main() -> int:
    """Speak all sentences in order."""
    from py_nanotts import NanoTTS  # noqa: PLC0415 - loaded before the limits are set

    limit_myself()
    order = json.loads(sys.stdin.buffer.read())
    engine = NanoTTS()
    for sentence in order["sentences"]:
        pcm = engine.speak(
            sentence, voice=order["voice"], speed=order["speed"], volume=order["volume"]
        )
        sys.stdout.buffer.write(len(pcm).to_bytes(4, "little") + pcm)
    return 0


if __name__ == "__main__":
    sys.exit(main())
