"""Doctoring: look at an installation part by part, and say how to mend each fault."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from odyssee.actions.reading import POINTER_KEY, find_territory_document
from odyssee.db.session import Database
from odyssee.domain.errors import (
    MediumRefused,
    Misconfigured,
    NotFound,
    OdysseeError,
    Unavailable,
)
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.files.store import FileStore
from odyssee.media.brought_voice import BroughtVoice, CommandVoice
from odyssee.media.ffmpeg import find_ffmpeg
from odyssee.media.voice import list_voices
from odyssee.trust.signer import Signer

FREE_BYTES = 1_000_000_000
"""Less than this and an import may not fit."""
_AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that says less has lost its battery."""
VOICE_SECONDS = 10.0
"""For one sentence of a voice that was brought; an import waits longer, for a first start."""
_BY_HAND = "echo 'Il était une fois.' | COMMANDE {lang} DOSSIER-VIDE"
_VOICE_FAULTS = {
    "missing": (
        "la commande est introuvable, ou n’est pas un programme",
        "donnez son chemin entier dans ODYSSEE_VOICE_COMMAND, et le droit de l’exécuter (chmod +x)",
    ),
    "late": (
        "elle n’a pas fini une phrase en {seconds} s",
        f"essayez-la à la main : {_BY_HAND} ; un import lui laisse une minute pour démarrer",
    ),
    "status": (
        "elle échoue (statut {exit_status})",
        f"essayez-la à la main et lisez ce qu’elle dit : {_BY_HAND}",
    ),
    "output": (
        "elle n’écrit pas 0001.wav comme il le faut",
        "écrivez un WAV mono de 16 bits à {rate_hz} Hz, ou réglez ODYSSEE_VOICE_RATE_HZ",
    ),
    "silent": (
        "le fichier qu’elle écrit ne fait pas de bruit",
        f"essayez-la à la main et écoutez 0001.wav : {_BY_HAND}",
    ),
}
"""What a voice that was brought did wrong, and how to mend it; by `brought_voice.Fault`."""
_SETTING_CURES = {
    "ODYSSEE_VOICE_COMMAND": "écrivez-y une commande, ses guillemets fermés",
    "ODYSSEE_VOICE_NAME": "un mot : lettres minuscules, chiffres, points et tirets",
}
_SENTENCES = {"fr": "Il était une fois.", "en": "Once upon a time."}


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
    voice: BroughtVoice | None = None,
) -> list[Finding]:
    """Every part, whatever is wrong with the others.

    `keys` gives null where this process does not sign. A voice that was brought says a sentence.
    """
    parts: list[tuple[str, Callable[[], Finding]]] = [
        ("base", lambda: _database(database())),
        ("publications", lambda: _store(store())),
        ("clés", lambda: _keys(keys(), public_url)),
        ("ffmpeg", _ffmpeg),
        ("voix", _voices),
        *([] if voice is None else [("voix apportée", lambda: _brought_voice(voice))]),
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
    "voix apportée": "voyez docs/how-to/apporter-une-voix.md",
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


def _brought_voice(voice: BroughtVoice) -> Finding:
    """Whether it says a sentence as docs/how-to/apporter-une-voix.md asks; else how to mend it."""
    what, chosen = "voix apportée", sorted(voice.languages, key=lambda lang: lang != FALLBACK_LANG)
    if not chosen:
        cure = "nommez dans ODYSSEE_VOICE_LANGUAGES les langues qu’elle parle : fr"
        return Finding(what, ok=False, found="aucune langue ne lui est donnée", cure=cure)
    sentence = _SENTENCES.get(chosen[0], _SENTENCES[FALLBACK_LANG])
    try:
        speaker = CommandVoice(chosen[0], voice)
        (clip,) = speaker.say([sentence], VOICE_SECONDS)
    except Misconfigured as fault:
        setting = fault.values["setting"]
        cure = _SETTING_CURES[setting]
        return Finding(what, ok=False, found=f"{setting} ne peut pas servir", cure=cure)
    except (Unavailable, MediumRefused) as fault:
        return _voice_fault(voice, chosen[0], fault.values)
    if not any(clip):
        return _voice_fault(voice, chosen[0], {"fault": "silent"})
    seconds = len(clip) / 2 / voice.frame_rate_hz
    return Finding(what, ok=True, found=f"{speaker.name}, une phrase de {seconds:.1f} s")


def _voice_fault(voice: BroughtVoice, lang: str, values: Mapping[str, str]) -> Finding:
    found, cure = _VOICE_FAULTS[values.get("fault", "silent")]
    told = {
        "lang": lang,
        "rate_hz": str(voice.frame_rate_hz),
        "seconds": f"{VOICE_SECONDS:.0f}",
        "exit_status": values.get("exit_status", ""),
    }
    return Finding(
        "voix apportée", ok=False, found=found.format_map(told), cure=cure.format_map(told)
    )


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
