"""Large pictures into what visitors see: the memory and the processor time of one process each."""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from pillow_heif import register_heif_opener

from media.table import Line
from odyssee.media.images import encode_image

MAX_MEMORY_MB = 400
SIZE = (8000, 6000)
"""48 megapixels, as the sensors of phones have them."""
LYING = 6

CASES = {
    "JPEG": ("JPEG", {"quality": 90}),
    "JPEG that lies on its side": ("JPEG", {"quality": 90, "lying": True}),
    "progressive JPEG, full colour": ("JPEG", {"progressive": True, "subsampling": 0}),
    "HEIC": ("HEIF", {"quality": 50, "enc_params": {"preset": "ultrafast"}}),
    "PNG": ("PNG", {"compress_level": 1}),
    "TIFF, LZW": ("TIFF", {"compression": "tiff_lzw"}),
}
"""By name: Pillow's name of the form, and how it is saved."""
QUICK = ("JPEG", "progressive JPEG, full colour")


class Use(NamedTuple):
    """What making one picture ready took."""

    memory_mb: float
    """Most resident memory of the process that decodes and encodes."""
    cpu_s: float
    """Of that process."""
    wall_s: float


def measure(contents: Path, *, quick: bool) -> Iterator[Line]:
    """48 megapixels in each form, then the drawings of a legend, one after the other."""
    register_heif_opener()
    # All that is large happens in children: the memory of a process counts for what it starts.
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        for name in QUICK if quick else CASES:
            path = Path(folder, "photograph")
            _in_a_child(lambda name=name, path=path: _save(name, path))
            size_mb = path.stat().st_size / 1e6
            use = _use_of(path)
            path.unlink()
            yield _memory(f"48-megapixel {name} ({size_mb:.0f} MB) to all renditions", use)
    drawings = sorted((contents.parent / "medias").glob("*/*.svg"))[: 3 if quick else 12]
    uses = [_use_of(path) for path in drawings]
    cpu_s = sum(use.cpu_s for use in uses) / len(uses)
    most = max(use.memory_mb for use in uses)
    told = f"{cpu_s:.1f} s of processor time each, {most:.0f} MB at most"
    yield Line(f"{len(uses)} drawings (SVG) of ours to all renditions", "", told, None)


def _photograph() -> Image.Image:
    """Clouds of noise, which no codec finds easy, the same in size and kind each time."""
    small = Image.effect_noise((SIZE[0] // 8, SIZE[1] // 8), 60)
    turned = (small, small.transpose(Image.Transpose.FLIP_LEFT_RIGHT), small)
    return Image.merge("RGB", turned).resize(SIZE, Image.Resampling.BICUBIC)


def _save(name: str, path: Path) -> str:
    form, settings = CASES[name]
    exif = Image.Exif()
    exif[0x0112] = LYING if settings.get("lying") else 1
    kept = {key: value for key, value in settings.items() if key != "lying"}
    _photograph().save(path, form, exif=exif, **kept)
    return "saved"


def _use_of(path: Path) -> Use:
    return Use(*map(float, _in_a_child(lambda: _encode(path)).split()))


def _encode(path: Path) -> str:
    began = time.perf_counter()
    encode_image(path, path.name)
    wall_s = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{used.ru_maxrss / 1000} {used.ru_utime + used.ru_stime} {wall_s}"


def _in_a_child(deed: Callable[[], str]) -> str:
    """Children are only counted together: each deed has a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(writing, deed().encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("a picture could not be made or encoded")
    return told


def _memory(what: str, use: Use) -> Line:
    value = f"{use.memory_mb:.0f} MB; {use.cpu_s:.1f} s of processor time, {use.wall_s:.1f} s"
    return Line(what, f"≤ {MAX_MEMORY_MB} MB", value, use.memory_mb <= MAX_MEMORY_MB)
