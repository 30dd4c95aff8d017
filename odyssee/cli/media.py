"""Media: what is kept, whether it is whole, what nothing needs any more."""

import json
from typing import Any

import click

from odyssee.actions import media_upkeep
from odyssee.actions.media_upkeep import Collected, Line
from odyssee.cli.desk import open_desk
from odyssee.domain.canonical import to_rfc3339

AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
_FAULTS = {"missing": "manque", "damaged": "abîmé"}
_STATES = {"processing": "en cours", "ready": "prêt", "refused": "refusé", "imported": "importé"}


@click.group(
    epilog="\b\nExemples :\n  odyssee media list\n  odyssee media check"
    "\n  odyssee media gc --dry-run"
)
def media() -> None:
    """Les sons et les images gardés : les lister, les vérifier, faire de la place."""


@media.command("list", epilog="\b\nExemples :\n  odyssee media list\n  odyssee media list --json")
@AS_JSON
def list_(*, as_json: bool) -> None:
    """Lister ce que les offices ont envoyé et ce que les imports ont encodé."""
    rows = [_row(line) for line in media_upkeep.list_all(open_desk())]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        office = row["office"] or "-"
        name = row["file_name"] or row["key"]
        size = f"{(row['size_bytes'] or 0) / 1e6:.1f} Mo"
        state = _STATES[row["state"]]
        click.echo(
            f"{row['id'] or '-':20}  {row['kind']:5}  {state:8}  {size:>9}  {office}  {name}"
        )
    click.echo(f"{len(rows)} média(s).")


@media.command(epilog="\b\nExemples :\n  odyssee media check\n  odyssee media check --json")
@AS_JSON
def check(*, as_json: bool) -> None:
    """Relire chaque original et chaque rendu, et comparer à son empreinte (code 1 : un défaut)."""
    faults = media_upkeep.check_all(open_desk())
    if as_json:
        rows = [{"key": f.key, "code": f.code, "needed_by": f.needed_by} for f in faults]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            click.echo(f"{fault.key} : {_FAULTS[fault.code]} (pour {fault.needed_by})")
        click.echo(f"{len(faults)} défaut(s)." if faults else "Tout est là, et intact.")
        if faults:
            click.echo("→ un original : renvoyez le fichier ; un rendu : importez de nouveau.")
    if faults:
        raise click.exceptions.Exit(1)


@media.command(epilog="\b\nExemples :\n  odyssee media gc --dry-run\n  odyssee media gc --json")
@click.option("--dry-run", is_flag=True, help="Seulement dire ce qui partirait.")
@AS_JSON
def gc(*, dry_run: bool, as_json: bool) -> None:
    """Supprimer ce dont rien n’a plus besoin depuis le délai de garde.

    Le délai (ODYSSEE_MEDIA_GRACE_DAYS) part du premier passage qui constate
    qu’un fichier ne sert plus : lancez la commande régulièrement, par exemple
    chaque semaine. Ce qu’un brouillon, une révision ou un média du bureau
    utilise reste toujours.
    """
    found = media_upkeep.collect(open_desk(), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(_collected(found, dry_run=dry_run), ensure_ascii=False, indent=2))
        return
    for key in found.removed:
        click.echo(f"{'partirait' if dry_run else 'supprimé'} : {key}")
    for key, may_go in sorted(found.waiting.items()):
        click.echo(f"inutile, gardé jusqu’au {may_go:%Y-%m-%d} : {key}")
    click.echo(
        f"{len(found.removed)} fichier(s), {found.removed_bytes / 1e6:.1f} Mo ; "
        f"{len(found.waiting)} en attente ; {len(found.uploads)} envoi(s) expiré(s)."
    )


def _row(line: Line) -> dict[str, Any]:
    asset, medium = line.asset, line.medium
    used_by = [{"legend": u.legend, "place": u.place, "revision": u.revision} for u in line.uses]
    told: dict[str, Any] = {
        "id": None,
        "kind": "image",
        "state": "imported",
        "file_name": None,
        "office": None,
        "sha256": None,
        "size_bytes": None,
        "key": None,
        "renditions": 0,
        "used_by": used_by,
    }
    if medium is not None:
        size = sum(made.size_bytes for made in medium.renditions)
        told |= {"kind": medium.kind, "key": medium.key, "sha256": medium.original_sha256}
        told |= {"size_bytes": size, "renditions": len(medium.renditions)}
    if asset is not None:
        told |= {"id": asset.id, "kind": asset.kind, "state": asset.state, "office": asset.office}
        told |= {"file_name": asset.file_name, "sha256": asset.sha256}
        told |= {"size_bytes": asset.size_bytes}
    return told


def _collected(found: Collected, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "removed": found.removed,
        "removed_bytes": found.removed_bytes,
        "waiting": {key: to_rfc3339(may_go) for key, may_go in found.waiting.items()},
        "uploads": found.uploads,
    }
