"""Run as a module: a picture on standard input, its renditions on standard output, within limits.

Started by `images` with the form as its argument, and `small` behind it where one small
rendition is enough. The answer is a line of JSON, `{"width", "height", "placeholder", "credit",
"renditions"}` or `{"refused"}`, then the renditions' bytes one after the other.
"""

import json
import os
import sys
from typing import IO, Any

from odyssee.domain.errors import MediumRefused
from odyssee.media.confined import limit_myself
from odyssee.media.credits import find_credit
from odyssee.media.pixels import read_picture
from odyssee.media.renditions import make_placeholder, make_renditions, make_small

MAX_MEMORY_BYTES = 400_000_000
"""Of address space, which the libraries themselves take a part of."""
MAX_CPU_S = 60


def main() -> int:
    """Decode, encode, answer; a picture that is merely damaged ends it with a fault."""
    limit_myself(memory_bytes=MAX_MEMORY_BYTES, cpu_s=MAX_CPU_S)
    # A descriptor above 0: Pillow takes 0 for none, and would read a whole TIFF into memory.
    with os.fdopen(os.dup(0), "rb") as source:
        try:
            answer, blobs = _make(source, sys.argv[1], small="small" in sys.argv[2:])
        except MediumRefused as refused:
            answer, blobs = {"refused": dict(refused.values)}, []
        except MemoryError:
            answer, blobs = {"refused": {"code": "image_too_demanding"}}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(blobs))
    return 0


def _make(source: IO[bytes], form: str, *, small: bool) -> tuple[dict[str, Any], list[bytes]]:
    picture, width, height = read_picture(source, form)
    made = [make_small(picture)] if small else list(make_renditions(picture))
    renditions = [
        {"type": r.type, "width": r.width, "height": r.height, "size_bytes": len(r.data)}
        for r in made
    ]
    answer = {
        "width": width,
        "height": height,
        "placeholder": make_placeholder(picture),
        "credit": find_credit(source, form),
        "renditions": renditions,
    }
    return answer, [rendition.data for rendition in made]


if __name__ == "__main__":
    sys.exit(main())
