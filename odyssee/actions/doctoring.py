"""Doctoring: look at an installation part by part, and say how to mend each fault."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from odyssee.actions.reading import POINTER_KEY, find_territory_document
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound, OdysseeError
from odyssee.files.store import FileStore
from odyssee.media.ffmpeg import find_ffmpeg
from odyssee.media.voice import list_voices

FREE_BYTES = 1_000_000_000
"""Less than this and an import may not fit."""
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that says less has lost its battery."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation."""

    what: str
    ok: bool
    found: str
    cure: str = ""


def examine(
    store: Callable[[], FileStore], database: Callable[[], Database], home: Path, now: datetime
) -> list[Finding]:
    """Every part, whatever is wrong with the others."""
    parts: list[tuple[str, Callable[[], Finding]]] = [
        ("base", lambda: _database(database())),
        ("publications", lambda: _store(store())),
        ("ffmpeg", _ffmpeg),
        ("voix", _voices),
        ("horloge", lambda: _clock(now)),
        ("disque", lambda: _disk(home)),
    ]
    return [_safely(what, look) for what, look in parts]


def _safely(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (OdysseeError, OSError, ValueError) as error:
        return Finding(what, ok=False, found=str(error), cure=_CURES[what])


_CURES = {
    "base": "vérifiez ODYSSEE_DATABASE_URL et que la base est démarrée",
    "publications": "vérifiez ODYSSEE_STORE_URL et les clés ODYSSEE_S3_*",
    "ffmpeg": "installez ffmpeg, ou réinstallez la roue imageio-ffmpeg : make setup",
    "voix": "installez espeak-ng, ou enregistrez les récits",
    "horloge": "réglez la date et l’heure du système",
    "disque": "libérez de la place ou changez ODYSSEE_HOME de disque",
}


def _database(db: Database) -> Finding:
    db.ping()
    current = db.is_current()
    found = "à jour" if current else "d’une autre version"
    return Finding("base", current, found, "odyssee db upgrade")


def _store(store: FileStore) -> Finding:
    try:
        document = find_territory_document(store)
    except NotFound:
        document = None
    if document is None:
        found = f"rien n’est publié encore (pas de {POINTER_KEY})"
        return Finding("publications", ok=True, found=found)
    count = len(document["legends"])
    return Finding(
        "publications", ok=True, found=f"révision {document['revision']}, {count} légende(s)"
    )


def _ffmpeg() -> Finding:
    return Finding("ffmpeg", ok=True, found=str(find_ffmpeg()))


def _voices() -> Finding:
    voices = list_voices()
    told = ", ".join(f"{lang} ({name})" for lang, name in sorted(voices.items()))
    return Finding("voix", bool(voices), told or "aucune", _CURES["voix"])


def _clock(now: datetime) -> Finding:
    return Finding(
        "horloge", now > OLDEST_CLOCK, now.isoformat(timespec="seconds"), _CURES["horloge"]
    )


def _disk(home: Path) -> Finding:
    at = home.resolve()
    while not at.exists():
        at = at.parent
    free = shutil.disk_usage(at).free
    told = f"{free / 1e9:.1f} Go libres sous {home}"
    return Finding("disque", free > FREE_BYTES, told, _CURES["disque"])
