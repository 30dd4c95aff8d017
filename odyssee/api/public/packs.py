"""Packs: manifests, whole packs as one file, and the metadata by which a kiosk trusts them."""

import hashlib
import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.types import Scope

from odyssee.actions.bundling import Bundles
from odyssee.actions.reading import METADATA, manifest_key, territory_key
from odyssee.actions.tools import Tools
from odyssee.api.answers import CACHEABLE
from odyssee.api.public.asking import LANG
from odyssee.api.public.library import Library, find_or_refuse
from odyssee.api.public.objects import IMMUTABLE, Kept, answer_kept
from odyssee.api.schemas.packs import PacksOut
from odyssee.api.stating import UNCHANGED, binary, problems
from odyssee.domain.errors import NotFound
from odyssee.domain.negotiation import asked_lang, choose_lang

Revision = Annotated[int, Path(ge=1, le=2**31)]
JSON = "application/json"
ZIP = "application/zip"
_SIGNED = re.compile(r"[1-9][0-9]{0,15}\.(?:root|snapshot|targets)\.json|timestamp\.json")
_TERRITORY = re.compile(r"targets/([0-9a-f]{64})\.territory\.json")
_MANIFEST = re.compile(r"targets/packs/([0-9a-f]{64})\.([a-z0-9-]{1,100})\.json")
_OFFER = re.compile(r"targets/([0-9a-f]{64})\.software\.json")
_WHEEL = re.compile(r"targets/software/([0-9a-f]{64})\.whl")
_FRESH = "public, max-age=30"
"""For the timestamp: half a minute after a publication every kiosk can know of it."""


def answer_manifest(scope: Scope, tools: Tools, slug: str, revision: int | None) -> Response:
    """A legend's manifest: the present one, or that of a revision, which never changes.

    Raises:
        Unpublished: the legend was published once and is not any more.
        NotFound: there is no such legend, or that revision is not kept.
    """
    sha256, _ = tools.shelf.current().manifest_of(slug, revision)
    cache = CACHEABLE.decode() if revision is None else IMMUTABLE
    return _whole(scope, tools, manifest_key(sha256, slug), cache)


def answer_zip(scope: Scope, tools: Tools, bundles: Bundles, slug: str) -> Response:
    """A pack as one file: in the language that is asked for, or in all.

    Raises:
        Unpublished, NotFound: as `answer_manifest`.
    """
    legend = tools.shelf.current().get_legend(slug)
    asked = asked_lang(scope["query_string"].decode("latin-1"))
    lang = None if asked is None else choose_lang(asked, tuple(legend.manifest["languages"]))
    bundle = bundles.get(legend, lang)
    kept = Kept(
        sha256=bundle.sha256,
        size_bytes=bundle.size_bytes,
        media_type=ZIP,
        cache=CACHEABLE.decode(),
        open=lambda start, length: bundles.open(legend, lang, start, length),
        file_name=f"{slug}.{legend.revision}{'' if lang is None else f'.{lang}'}.zip",
    )
    return answer_kept(scope, kept)


def answer_signed(scope: Scope, tools: Tools, path: str) -> Response:
    """Metadata of The Update Framework, and below `targets/` what it vouches for.

    Raises:
        NotFound: no such file is published.
    """
    if _SIGNED.fullmatch(path):
        cache = _FRESH if path == "timestamp.json" else IMMUTABLE
        return _whole(scope, tools, f"{METADATA}/{path}", cache)
    territory = _TERRITORY.fullmatch(path)
    if territory is not None:
        return _whole(scope, tools, territory_key(territory[1]), IMMUTABLE)
    if _OFFER.fullmatch(path):
        return _whole(scope, tools, path, IMMUTABLE)
    wheel = _WHEEL.fullmatch(path)
    if wheel is not None:
        return _wheel(scope, tools, path, wheel[1])
    manifest, catalogue = _MANIFEST.fullmatch(path), tools.shelf.current()
    if manifest is not None:
        sha256, slug = manifest.groups()
        legend = catalogue.legends.get(slug)
        present = legend is not None and legend.manifest_sha256 == sha256
        if present or (sha256 in catalogue.kept and catalogue.kept[sha256].slug == slug):
            return _whole(scope, tools, manifest_key(sha256, slug), IMMUTABLE)
    raise NotFound


def _wheel(scope: Scope, tools: Tools, key: str, sha256: str) -> Response:
    """A part of the software that is offered to kiosks; its hash is its name."""
    stat = tools.published.stat(key)
    if stat is None:
        raise NotFound
    kept = Kept(
        sha256=sha256,
        size_bytes=stat.size_bytes,
        media_type="application/octet-stream",
        cache=IMMUTABLE,
        open=lambda start, length: tools.published.open(key, start, length),
    )
    return answer_kept(scope, kept)


def _whole(scope: Scope, tools: Tools, key: str, cache: str) -> Response:
    """A small document, read whole: its ETag is its hash."""
    try:
        data = tools.published.get(key)
    except NotFound as missing:
        raise NotFound from missing
    kept = Kept(
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        media_type=JSON,
        cache=cache,
        open=lambda start, length: iter([data[start : start + length]]),
    )
    return answer_kept(scope, kept)


def add_packs(router: APIRouter, tools: Tools, library: Library) -> None:
    """The addresses of packs (design: packs, section 1)."""
    bundles = Bundles(tools)

    @router.get(
        "/packs",
        summary="The packs",
        description="What is published, and what a download costs, whole, by language and by "
        "layer, before anything is fetched.",
        response_model=PacksOut,
        responses=UNCHANGED | problems(503),
        tags=["packs"],
    )
    async def list_packs(request: Request) -> Response:
        return find_or_refuse(library, request)

    @router.get("/packs/{slug}/manifest.json", summary="A legend's manifest", **_MANIFESTS)
    def get_manifest(slug: str, request: Request) -> Response:
        return answer_manifest(request.scope, tools, slug, None)

    @router.get(
        "/packs/{slug}/{revision}/manifest.json", summary="The manifest of a revision", **_MANIFESTS
    )
    def get_manifest_of(slug: str, revision: Revision, request: Request) -> Response:
        return answer_manifest(request.scope, tools, slug, revision)

    @router.get(
        "/packs/{slug}/pack.zip",
        summary="A whole pack",
        description="Every file of the standard choice (800-pixel WebP, AAC) as one zip, in one "
        "language or in all; the same pack always has the same bytes.",
        response_class=Response,
        responses=UNCHANGED | problems(404, 410, 416, 503) | binary(ZIP),
        openapi_extra={"parameters": [LANG]},
        tags=["packs"],
    )
    def get_zip(slug: str, request: Request) -> Response:
        return answer_zip(request.scope, tools, bundles, slug)

    @router.get(
        "/tuf/{path:path}",
        summary="Signed metadata",
        description="The Update Framework: `timestamp.json`, `N.snapshot.json`, `N.targets.json`, "
        "`N.root.json`, and below `targets/` the documents that they vouch for.",
        response_class=Response,
        responses=UNCHANGED | problems(404, 416, 503) | binary(JSON),
        tags=["packs"],
    )
    def get_signed(path: str, request: Request) -> Response:
        return answer_signed(request.scope, tools, path)


_MANIFESTS: dict[str, Any] = {
    "description": "Names every object of the pack by its SHA-256; canonical JSON, and its ETag "
    "is its own SHA-256.",
    "response_class": Response,
    "responses": UNCHANGED | problems(404, 410, 416, 422, 503) | binary(JSON),
    "tags": ["packs"],
}
