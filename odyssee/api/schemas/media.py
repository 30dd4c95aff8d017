"""Bodies of the admin API: media that offices bring, uploads by pieces, jobs."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from odyssee.api.schemas.admin import without_defaults
from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.legends import FocalOut
from odyssee.domain.assets import MAX_ALT, AssetState
from odyssee.domain.credits import MAX_CREDIT
from odyssee.domain.jobs import JobState
from odyssee.domain.media import MediaKind
from odyssee.domain.webvtt import MAX_WEBVTT_CHARACTERS


class ReasonOut(Body):
    """Why something was refused or failed."""

    code: str
    text: str
    """In the language that was asked for."""


class UseOut(Body):
    """A place where a medium is used."""

    legend: str
    place: str
    """`cover`, `stops/{stop}/illustrations/{n}` or `stops/{stop}/narration/{lang}`."""
    revision: int | None
    """Null for the draft."""


class AssetRenditionOut(Body):
    """An encoded form; only the desk may read it until it is published."""

    src: str
    type: str
    size_bytes: int
    sha256: str
    codecs: str | None
    bitrate_bps: int | None
    width: int | None
    height: int | None


class AssetOut(Body):
    """What an office brought, and what became of it."""

    id: str
    kind: MediaKind
    state: AssetState
    reasons: list[ReasonOut]
    """Why it was refused; empty otherwise."""
    file_name: str
    sha256: str
    """Of the original, which is kept and never served."""
    size_bytes: int
    office: str | None
    lang: str | None
    legend: str | None
    used_by: list[UseOut]
    facts: dict[str, Any]
    """What was measured: width and height, or duration, loudness and waveform. Of a sound also
    `captions_status`: `estimated`, or `edited` where the office wrote its captions. Of a photo
    also `credit_found`: the authors and rights that it names, offered as a `credit` and never
    set by itself."""
    alt: dict[str, str]
    """What a picture shows, by language."""
    credit: str
    licence: str
    focal: FocalOut | None
    """What must stay in sight of a picture when it is cropped; null: the centre."""
    captions: str | None
    """Address of the present captions of a sound; null of a picture, and until it is ready."""
    renditions: list[AssetRenditionOut]
    job: int | None
    """The job that encodes it."""
    uploaded_by: str
    created_at: AwareDatetime
    version: int
    """Rises with each change; `If-Match: "3"` asks that it still be 3."""


class AssetsOut(Body):
    """Media, the newest first."""

    items: list[AssetOut]
    next: str | None
    """The `cursor` of the next page; null on the last."""


class FocalIn(Body):
    """The point that stays in sight when a picture is cropped, from its upper left corner."""

    x: Annotated[float, Field(ge=0, le=1)]
    """Share of the width."""
    y: Annotated[float, Field(ge=0, le=1)]
    """Share of the height."""


class AssetChangesIn(Body):
    """What is to change of a medium; what is absent stays."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    alt: dict[Literal["fr", "en"], Annotated[str, Field(max_length=MAX_ALT)]] = Field(
        default_factory=dict
    )
    credit: Annotated[str, Field(max_length=MAX_CREDIT)] = ""
    licence: Annotated[str, Field(max_length=MAX_CREDIT)] = ""
    captions: Annotated[str, Field(max_length=MAX_WEBVTT_CHARACTERS)] | None = None
    """WebVTT of a sound that is ready, timed on its encoded forms; null: back to the estimate."""
    focal: FocalIn | None = None
    """Of a picture; null: the centre."""


class UploadOut(Body):
    """How far an upload by pieces has come."""

    id: str
    size_bytes: int
    received_bytes: int
    asset: str | None
    """The id of the medium that it became; null while bytes are missing."""
    expires_at: AwareDatetime


class JobOut(Body):
    """Work that was ordered."""

    id: int
    kind: str
    state: JobState
    progress: Annotated[float, Field(ge=0, le=1)]
    attempts: int
    max_attempts: int
    reason: ReasonOut | None
    """Why the last attempt failed; null where none did, and once it is done."""
    retry_at: AwareDatetime | None
    """Not before; null unless it waits for another attempt."""
    created_at: AwareDatetime
    finished_at: AwareDatetime | None


FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A recording (WAV, FLAC, MP3, M4A, AAC, Ogg) or a "
                            "picture (JPEG, PNG, WebP, AVIF, HEIC, TIFF, SVG).",
                        },
                        "lang": {
                            "type": "string",
                            "enum": ["fr", "en", ""],
                            "description": "What is spoken in a recording.",
                        },
                        "legend": {
                            "type": "string",
                            "description": "The slug of the legend that it is for.",
                        },
                        "sha256": {
                            "type": "string",
                            "pattern": "^([0-9a-f]{64})?$",
                            "description": "Of the file: what comes must be that.",
                        },
                    },
                }
            }
        },
    }
}
"""The form of an upload, for the description: it is read piece by piece, by no model."""
