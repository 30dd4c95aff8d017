"""Packs: onto a stick, for a kiosk that no network reaches; and what nobody reads any more."""

import json
from pathlib import Path

import click

from odyssee.actions import kiosk_upkeep, pruning
from odyssee.cli.bars import Bars
from odyssee.cli.configuring import read_settings
from odyssee.cli.desk import open_desk
from odyssee.domain.canonical import to_rfc3339
from odyssee.main import build_tools


@click.group(
    epilog="\b\nExemples :\n  odyssee packs export-usb /media/cle-usb\n  odyssee packs gc --dry-run"
)
def packs() -> None:
    """Les paquets publiés."""


@packs.command("export-usb", epilog="\b\nExemple :\n  odyssee packs export-usb /media/cle-usb")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export_usb(folder: Path) -> None:
    """Écrire ce qui est publié sur une clé USB, pour une borne sans réseau."""
    store = build_tools(read_settings(), curation=False).published
    with Bars() as bars:
        count = kiosk_upkeep.export_packs(store, folder, bars)
    click.echo(
        f"{count} fichier(s) dans {folder} ; sur la borne : odyssee kiosk import-usb DOSSIER"
    )


@packs.command(epilog="\b\nExemples :\n  odyssee packs gc --dry-run\n  odyssee packs gc")
@click.option("--dry-run", is_flag=True, help="Seulement dire ce qui partirait.")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def gc(*, dry_run: bool, as_json: bool) -> None:
    """Supprimer des publications ce qu’aucun lecteur ne peut plus demander.

    Les cinq révisions précédentes de chaque légende restent ; le reste part
    après le délai de garde (ODYSSEE_MEDIA_GRACE_DAYS), compté du premier passage
    qui le voit inutile : lancez la commande chaque semaine.
    """
    found = pruning.prune(open_desk(), dry_run=dry_run)
    if as_json:
        told = {
            "dry_run": dry_run,
            "removed": found.removed,
            "removed_bytes": found.removed_bytes,
            "waiting": {key: to_rfc3339(at) for key, at in found.waiting.items()},
        }
        click.echo(json.dumps(told, indent=2))
        return
    for key in found.removed:
        click.echo(f"{'partirait' if dry_run else 'supprimé'} : {key}")
    click.echo(
        f"{len(found.removed)} fichier(s), {found.removed_bytes / 1e6:.1f} Mo ; "
        f"{len(found.waiting)} en attente."
    )
