"""Builders for what an office brings: real pictures and recordings, and forms around them."""

import hashlib
import io
import math
import random
import struct
import wave
from dataclasses import replace
from datetime import timedelta
from typing import Any

from builders import NOON
from PIL import Image

from odyssee.actions import credentials
from odyssee.actions.receiving import ENCODE_MEDIUM
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import Tools
from odyssee.db import assets, jobs, media, uploads
from odyssee.db.session import Tx
from odyssee.domain.assets import Asset
from odyssee.domain.media import MediaAsset, Rendition
from odyssee.domain.uploads import Labels, Upload

MEDIA = "/admin/v1/media"


def a_png(shade: int = 90, size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture of one shade."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 120, 60)).save(out, "PNG")
    return out.getvalue()


def a_wav(seconds: float = 2.0, frame_rate_hz: int = 48_000, seed: int = 1) -> bytes:
    """A recording that is clear enough to be taken: a swelling tone between two short silences."""
    noise = random.Random(seed)  # noqa: S311 - a sound, no secret
    frames = bytearray()
    for number in range(int(seconds * frame_rate_hz)):
        at = number / frame_rate_hz
        swell = 0.25 * (1 + math.sin(2 * math.pi * 3 * at)) * (0.2 < at < seconds - 0.2)
        tone = math.sin(2 * math.pi * 220 * at) + 0.4 * math.sin(2 * math.pi * 660 * at)
        value = 0.5 * swell * tone + 0.0002 * noise.uniform(-1, 1)
        frames += struct.pack("<h", round(32_000 * max(-1, min(1, value))))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(frame_rate_hz)
        file.writeframes(bytes(frames))
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def form_of(data: bytes, name: str = "porte.png", **fields: str) -> dict[str, Any]:
    """What a client is given to send the file in a form."""
    return {"files": {"file": (name, data)}, "data": fields}


def an_encoded(tools: Tools) -> MediaAsset:
    """A medium whose only rendition lies in the private store."""
    data = a_png()
    tools.desk.files.put(rendition_key(sha256(data)), data)
    made = Rendition(sha256=sha256(data), size_bytes=len(data), type="image/png")
    return MediaAsset(key="e" * 64, kind="image", renditions=(made,))


def a_sound() -> MediaAsset:
    """A recording of ten seconds that was encoded somewhere; its bytes are not kept."""
    made = Rendition(sha256="c" * 64, size_bytes=9, type="audio/mp4")
    return MediaAsset(
        key="s" * 64, kind="audio", renditions=(made,), duration_s=10.0, voice="human"
    )


def add_ready(tx: Tx, office: str | None, made: MediaAsset) -> Asset:
    """A medium of an office that a worker has encoded, at version 1."""
    asset = Asset(
        id=credentials.new_id(),
        office=office,
        kind=made.kind,
        state="ready",
        reasons=(),
        file_name="porte.png",
        sha256=sha256(f"{office} {made.kind}".encode()),
        size_bytes=5,
        lang=None,
        legend=None,
        alt={},
        credit="",
        licence="",
        medium=made,
        job=None,
        uploaded_by="test",
        created_at=NOON,
        version=0,
    )
    asset = replace(
        asset, job=jobs.add_job(tx, ENCODE_MEDIUM, {"asset": asset.id}, NOON, key=asset.id)
    )
    media.save_asset(tx, made, NOON)
    assert assets.add_asset(tx, asset)
    assets.change_asset(tx, asset)
    return assets.get_asset(tx, asset.id)


def add_waiting(tx: Tx, office: str | None) -> str:
    """The id of an upload that waits for its first byte."""
    upload = Upload(
        id=credentials.new_id(),
        office=office,
        person="test",
        labels=Labels(file_name="porte.png"),
        size_bytes=100,
        received_bytes=0,
        parts=(),
        asset=None,
        expires_at=NOON + timedelta(days=1),
    )
    uploads.add_upload(tx, upload)
    return upload.id
