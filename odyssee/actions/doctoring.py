"""Doctoring: look at an installation part by part, and say how to mend each fault."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from odyssee.actions.reading import POINTER_KEY, find_territory_document
from odyssee.db.session import Database
from odyssee.domain.errors import NotFound, OdysseeError
from odyssee.files.store import FileStore
from odyssee.media.ffmpeg import find_ffmpeg
from odyssee.media.voice import list_voices
from odyssee.trust.signer import Signer

FREE_BYTES = 1_000_000_000
"""Less than this and an import may not fit."""
_AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
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
    store: Callable[[], FileStore],
    database: Callable[[], Database],
    keys: Callable[[], Signer | None],
    home: Path,
    public_url: str,
    now: datetime,
) -> list[Finding]:
    """Every part, whatever is wrong with the others.

    `keys` gives null where this process does not sign.
    """
    parts: list[tuple[str, Callable[[], Finding]]] = [
        ("base", lambda: _database(database())),
        ("publications", lambda: _store(store())),
        ("clés", lambda: _keys(keys(), public_url)),
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
    "clés": "odyssee keys status ; docs/how-to/tenir-les-cles.md",
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


def _keys(signer: Signer | None, public_url: str) -> Finding:
    """Keys beside a server that strangers reach are theirs when they get in."""
    if signer is None:
        return Finding("clés", ok=True, found="un autre processus signe (ODYSSEE_SIGNER=external)")
    at_home = (urlsplit(public_url).hostname or "") in _AT_HOME
    if at_home or not signer.has_keys:
        return Finding("clés", ok=True, found="celles de cette machine, pour essayer")
    return Finding(
        "clés",
        ok=False,
        found=f"ce serveur, public ({public_url}), peut lire les clés qui signent",
        cure="ODYSSEE_SIGNER=external, et odyssee worker --sign sous un autre utilisateur "
        "(docs/how-to/tenir-les-cles.md)",
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
