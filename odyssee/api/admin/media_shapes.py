"""Answers about media and jobs, from what the actions give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odyssee.api.content_texts import say_content
from odyssee.api.schemas.legends import FocalOut
from odyssee.api.schemas.media import (
    AssetChangesIn,
    AssetOut,
    AssetRenditionOut,
    JobOut,
    ReasonOut,
    UploadOut,
    UseOut,
)
from odyssee.api.texts import ERRORS, REASONS, say
from odyssee.domain.errors import Problem
from odyssee.domain.media import Focal

if TYPE_CHECKING:
    # The actions load SQL, which a server that reads only does without.
    from odyssee.actions.keeping import Changes, Kept
    from odyssee.domain.assets import Asset, Reason
    from odyssee.domain.jobs import Job
    from odyssee.domain.media import MediaAsset, Rendition
    from odyssee.domain.uploads import Upload

MEDIA = "/admin/v1/media"
_NO_FACTS = {"key", "encoded_key", "kind", "renditions", "original_sha256", "speech", "focal"}


def asset_shape(kept: Kept, lang: str) -> AssetOut:
    """An asset, its sentences in that language."""
    asset = kept.asset
    uses = [UseOut(legend=u.legend, place=u.place, revision=u.revision) for u in kept.uses]
    renditions = asset.medium.renditions if asset.medium is not None else ()
    focal = asset.edit.focal
    has_captions = asset.kind == "audio" and asset.medium is not None
    return AssetOut(
        id=asset.id,
        kind=asset.kind,
        state=asset.state,
        reasons=[_reason_shape(reason, lang) for reason in asset.reasons],
        file_name=asset.file_name,
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        office=asset.office,
        lang=asset.lang,
        legend=asset.legend,
        used_by=uses,
        facts=_facts(asset.medium),
        alt=dict(asset.alt),
        credit=asset.credit,
        licence=asset.licence,
        focal=None if focal is None else FocalOut(x=focal.x, y=focal.y),
        captions=f"{MEDIA}/{asset.id}/captions.vtt" if has_captions else None,
        renditions=[_rendition_shape(asset, made) for made in renditions],
        job=asset.job,
        uploaded_by=asset.uploaded_by,
        created_at=asset.created_at,
        version=asset.version,
    )


def changes_of(asked: AssetChangesIn) -> Changes:
    """What is to change, as the action takes it: what was not sent stays away."""
    changes: Any = {name: getattr(asked, name) for name in asked.model_fields_set}
    if asked.focal is not None:
        changes["focal"] = Focal(asked.focal.x, asked.focal.y)
    told: Changes = changes
    return told


def upload_shape(upload: Upload) -> UploadOut:
    """An upload by pieces."""
    return UploadOut(
        id=upload.id,
        size_bytes=upload.size_bytes,
        received_bytes=upload.received_bytes,
        asset=upload.asset,
        expires_at=upload.expires_at,
    )


def job_shape(job: Job, lang: str) -> JobOut:
    """A job, its reason in that language; what our own errors say of the inside is not told."""
    waits = job.state == "queued" and job.attempts > 0
    error = None if job.state == "done" else job.last_error
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,
        progress=job.progress,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        reason=None if error is None else _fault_shape(error, lang),
        retry_at=job.run_at if waits else None,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def _fault_shape(error: str, lang: str) -> ReasonOut:
    code = error.partition(":")[0]
    code = code if code in {"damaged", "unavailable", "misconfigured"} else "broken"
    sentences = REASONS if code in REASONS else ERRORS
    return ReasonOut(code=code, text=say(sentences, code, lang, {}))


def _reason_shape(reason: Reason, lang: str) -> ReasonOut:
    if reason.code in REASONS:
        text = say(REASONS, reason.code, lang, reason.values)
    else:
        text = say_content(Problem("", reason.code, values=reason.values), lang)
    return ReasonOut(code=reason.code, text=text)


def _facts(medium: MediaAsset | None) -> dict[str, Any]:
    """Everything that was measured, as the medium's own document has it."""
    if medium is None:
        return {}
    told = {name: getattr(medium, name) for name in medium.__dataclass_fields__}
    return {
        name: _plain(value)
        for name, value in told.items()
        if name not in _NO_FACTS and value not in (None, ())
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    fields = getattr(value, "__dataclass_fields__", None)
    return value if fields is None else {name: _plain(getattr(value, name)) for name in fields}


def _rendition_shape(asset: Asset, made: Rendition) -> AssetRenditionOut:
    return AssetRenditionOut(
        src=f"{MEDIA}/{asset.id}/renditions/{made.sha256}",
        type=made.type,
        size_bytes=made.size_bytes,
        sha256=made.sha256,
        codecs=made.codecs,
        bitrate_bps=made.bitrate_bps,
        width=made.width,
        height=made.height,
    )
