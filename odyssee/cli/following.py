"""A kiosk's commands: take over what is published, say how it stands, mend it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click

from odyssee.actions import homing, keyholding, kiosk_upkeep, syncing
from odyssee.actions.carrying import TakenBack
from odyssee.actions.kiosk_upkeep import KioskState
from odyssee.actions.syncing import Outcome, Syncing
from odyssee.cli.bars import Bars
from odyssee.cli.configuring import read_settings
from odyssee.domain.errors import Conflict, Damaged, NotFound, Unavailable
from odyssee.main import build_kiosk, build_stick, build_sync, now, profile_of

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
ROOT = click.option(
    "--root", "root_file", type=_FILE, help="Racine (odyssee keys root), la 1re fois."
)
_RATE = click.option(
    "--max-kbps", type=click.IntRange(1), help="Débit au plus, en kilobits par seconde."
)
_RESULTS = {
    "done": "contenu nouveau en place",
    "unchanged": "rien de nouveau",
    "busy": "une autre synchronisation est en cours",
    "unreachable": "la source ne répond pas ; l’ancien contenu est servi",
    "not_trusted": "ce contenu n’est pas signé comme il faut ; l’ancien est servi",
    "expired": "la signature de la source est périmée ; l’ancien contenu est servi",
    "disk_full": "plus assez de place ; l’ancien contenu est servi",
    "disk_fault": "le disque ne peut pas être écrit ; l’ancien contenu est servi",
    "waiting": "il faut un logiciel plus récent : odyssee kiosk update",
    "damaged": "des fichiers de la source sont abîmés ; l’ancien contenu est servi",
}
_AGES = {"fresh": "frais", "old": "ancien", "expired": "périmé", "none": "aucun contenu"}


@click.command(
    epilog="\b\nExemples :"
    "\n  odyssee kiosk sync --server https://odyssee.example --root racine.json"
    "\n  odyssee kiosk sync --server https://odyssee.example --max-kbps 2000"
)
@click.option("--server", default="", help="Adresse du serveur ; sinon celle d’ODYSSEE_SERVER.")
@ROOT
@_RATE
def sync(server: str, root_file: Path | None, max_kbps: int | None) -> None:
    """Reprendre ce que le serveur publie : tout, ou rien (code 1 : rien de repris)."""
    address = address_of(server)
    outcome = _sync(address, root_file, max_kbps)
    trouble = homing.tell_home(build_kiosk(read_settings()), address, now())
    if trouble is not None:
        click.echo(f"L’office n’a pas reçu les comptes ({trouble}) ; ils attendent.", err=True)
    _end(outcome)


def address_of(server: str) -> str:
    """The address of the office's server, as it was given or as the settings have it.

    Raises:
        UsageError: it is none.
    """
    address = server or read_settings().server
    if not address.startswith(("http://", "https://")) or not urlsplit(address).hostname:
        raise click.UsageError("Donnez --server https://… (ou le réglage ODYSSEE_SERVER).")
    return address


@click.command("import-usb", epilog="\b\nExemple :\n  odyssee kiosk import-usb /media/cle-usb")
@click.argument("folder", type=_FOLDER)
@ROOT
def import_usb(folder: Path, root_file: Path | None) -> None:
    """Reprendre ce qu’une clé USB apporte (odyssee packs export-usb)."""
    outcome = _sync(folder, root_file, None)
    with suppress(Unavailable):  # a disk that fails was told already
        _tell_taken(homing.take_back(build_kiosk(read_settings()), build_stick(folder)))
    _end(outcome)


def _tell_taken(taken: TakenBack | None) -> None:
    if taken is not None and (taken.enrolled or taken.settled):
        click.echo(
            f"Réponses de l’office reçues ; {taken.settled} envoi(s) de comptes confirmé(s)."
        )


def _sync(source: str | Path, root_file: Path | None, max_kbps: int | None) -> Outcome:
    root = None if root_file is None else keyholding.read_root_file(root_file)
    with Bars() as bars:
        asked: Syncing = build_sync(read_settings(), source, root, max_kbps, bars)
        outcome = syncing.sync(asked)
    _tell(outcome)
    return outcome


def _end(outcome: Outcome) -> None:
    if outcome.result not in {"done", "unchanged"}:
        raise click.exceptions.Exit(1)


def _tell(outcome: Outcome) -> None:
    click.echo(_RESULTS[outcome.result], err=outcome.result not in {"done", "unchanged"})
    if outcome.detail:
        click.echo(outcome.detail, err=True)
    if outcome.result == "done":
        click.echo(f"{len(outcome.packs)} paquet(s), {outcome.fetched_bytes / 1e6:.1f} Mo reçus.")
    if outcome.waiting:
        click.echo(f"En attente : {', '.join(outcome.waiting)}.", err=True)


@contextmanager
def _stating() -> Iterator[None]:
    """A state of the kiosk is one line and exit code 1; wrong usage alone is 2."""
    try:
        yield
    except Conflict:
        _say(_RESULTS["busy"])
    except NotFound:
        _say("rien d’avant à quoi revenir")
    except Damaged:
        _say("ce qui était servi avant n’est plus entier ; rien n’a changé")
    except Unavailable as fault:
        _say(f"le disque ne répond pas : {fault.values.get('reason', fault)}")


def _say(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExemples :\n  odyssee kiosk status\n  odyssee kiosk status --json")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def status(*, as_json: bool) -> None:
    """Dire ce qui est servi, de quand, et comment va la borne."""
    state = kiosk_upkeep.look_at_kiosk(build_kiosk(read_settings()), now())
    if as_json:
        click.echo(json.dumps(_as_json(state), ensure_ascii=False, indent=2))
        return
    click.echo(f"contenu   {_AGES[state.content]}")
    for slug, revision in sorted(state.packs.items()):
        click.echo(f"paquet    {slug}, révision {revision}")
    if state.last_sync is not None:
        result = _RESULTS.get(state.last_sync["result"], state.last_sync["result"])
        click.echo(f"reprise   {state.last_sync['at']} : {result}")
    click.echo(f"disque    {state.free_bytes / 1e9:.1f} Go libres")
    click.echo(f"horloge   {'juste' if state.clock_trusted else 'en retard : réglez-la'}")
    for slug in state.waiting:
        click.echo(f"attend    {slug} : il faut un logiciel plus récent")


def _as_json(state: KioskState) -> dict[str, object]:
    return {
        "packs": state.packs,
        "content": state.content,
        "last_sync": state.last_sync,
        "waiting": list(state.waiting),
        "free_bytes": state.free_bytes,
        "clock_trusted": state.clock_trusted,
        "scrubbed_at": state.scrubbed_at,
        "bad_objects": state.bad_objects,
    }


@click.command(epilog="\b\nExemple :\n  odyssee kiosk scrub")
def scrub() -> None:
    """Relire chaque fichier et comparer à son empreinte (code 1 : un défaut)."""
    settings = read_settings()
    with _stating():
        bad = kiosk_upkeep.scrub(build_kiosk(settings), profile_of(settings), now())
    if bad:
        click.echo(
            f"{len(bad)} fichier(s) abîmé(s), écarté(s) ; la prochaine reprise les rapporte."
        )
        raise click.exceptions.Exit(1)
    click.echo("Tout est intact.")


@click.command(epilog="\b\nExemple :\n  odyssee kiosk rollback")
def rollback() -> None:
    """Servir de nouveau le contenu d’avant, jusqu’à la prochaine publication."""
    settings = read_settings()
    with _stating():
        packs = kiosk_upkeep.roll_back(build_kiosk(settings), profile_of(settings))
    click.echo("Retour au contenu d’avant.")
    for slug, revision in sorted(packs.items()):
        click.echo(f"{slug}, révision {revision}")
