"""The fleet, on the server: kiosks are added, watched, revoked; sticks are unloaded."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from odyssee.actions import fleet, unloading
from odyssee.actions.fleet import Issued
from odyssee.actions.tools import Tools
from odyssee.actions.unloading import EnrolmentTold, Readers, Unloaded
from odyssee.api.public.bodies import parse_raw
from odyssee.api.schemas.fleet import KioskOut
from odyssee.api.schemas.kiosk import CountsIn, EnrolmentIn
from odyssee.api.texts import ERRORS, say, say_field
from odyssee.cli.desk import open_desk
from odyssee.domain.batches import Batch
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import InputInvalid, OdysseeError, ProblemsFound
from odyssee.domain.kiosks import LAYERS, Delivery, Kiosk, KioskProfile
from odyssee.domain.packs import Layer
from odyssee.domain.paging import MAX_LIMIT
from odyssee.domain.people import COMMAND_LINE

AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
_USB = click.option(
    "--usb", is_flag=True, help="Code valable 30 jours, pour une borne sans réseau."
)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_STATES = {"waiting": "à inscrire", "enrolled": "inscrite", "revoked": "révoquée"}
_AGES = {"fresh": "frais", "old": "ancien", "expired": "périmé", "none": "aucun"}
_OUTCOMES = {
    "enrolled": "borne inscrite",
    "taken": "comptages repris",
    "known": "déjà repris",
    "refused": "refusé",
}


@click.group(
    epilog="\b\nExemples :\n  odyssee kiosks add 'Hall de la mairie'\n  odyssee kiosks list"
    "\n  odyssee kiosks import-usb /media/cle-usb"
)
def kiosks() -> None:
    """Les bornes, vues du serveur : les inscrire, les suivre, les révoquer."""


@kiosks.command(
    epilog="\b\nExemples :\n  odyssee kiosks add 'Hall de la mairie'"
    "\n  odyssee kiosks add 'Gîte des Étilleux' --office perche --usb"
    "\n  odyssee kiosks add Musée --language fr --layer audio"
)
@click.argument("name", metavar="NOM")
@click.option("--office", metavar="SLUG", help="Le bureau qui s’en occupe.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="LANGUE",
    help="Langue des récits qu’elle garde ; à répéter ; sans cela, toutes.",
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice([layer for layer in LAYERS if layer != "core"]),
    help="Couche qu’elle garde outre les textes ; à répéter ; sans cela, toutes.",
)
@_USB
@AS_JSON
def add(
    name: str,
    office: str | None,
    languages: tuple[str, ...],
    layers: tuple[Layer, ...],
    *,
    usb: bool,
    as_json: bool,
) -> None:
    """Ajouter une borne et donner son code d’inscription, une seule fois."""
    kept: tuple[Layer, ...] = ("core", *layers) if layers else LAYERS
    profile = KioskProfile(languages=languages or None, layers=kept)
    try:
        issued = fleet.add_kiosk(open_desk(), COMMAND_LINE, name, office, profile, _delivery(usb))
    except InputInvalid as refused:
        raise _told(refused) from None
    _tell_code(issued, as_json=as_json)


@kiosks.command(
    "list", epilog="\b\nExemples :\n  odyssee kiosks list\n  odyssee kiosks list --json"
)
@AS_JSON
def list_(*, as_json: bool) -> None:
    """Lister les bornes : contenu, dernier appel, version."""
    found = _all(open_desk())
    if as_json:
        rows = [KioskOut.from_domain(kiosk).model_dump(mode="json") for kiosk in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for kiosk in found:
        click.echo(_line(kiosk))
    click.echo(f"{len(found)} borne(s).")


@kiosks.command(epilog="\b\nExemple :\n  odyssee kiosks code a2b3c4d5e6f7g2h3i4j5")
@click.argument("kiosk_id", metavar="BORNE")
@_USB
@AS_JSON
def code(kiosk_id: str, *, usb: bool, as_json: bool) -> None:
    """Donner un nouveau code à une borne ; le précédent ne vaut plus."""
    issued = fleet.issue_code(open_desk(), COMMAND_LINE, kiosk_id, _delivery(usb))
    _tell_code(issued, as_json=as_json)


@kiosks.command(epilog="\b\nExemple :\n  odyssee kiosks revoke a2b3c4d5e6f7g2h3i4j5")
@click.argument("kiosk_id", metavar="BORNE")
def revoke(kiosk_id: str) -> None:
    """Révoquer une borne, pour de bon : son appel suivant est refusé."""
    tools = open_desk()
    version = fleet.show_kiosk(tools, COMMAND_LINE, kiosk_id).version
    kiosk = fleet.revoke_kiosk(tools, COMMAND_LINE, kiosk_id, version)
    click.echo(f"Borne révoquée : {kiosk.name}. Ce qu’elle a compté reste compté.")


@kiosks.command("import-usb", epilog="\b\nExemple :\n  odyssee kiosks import-usb /media/cle-usb")
@click.argument("folder", type=_FOLDER)
@AS_JSON
def import_usb(folder: Path, *, as_json: bool) -> None:
    """Reprendre ce que des bornes ont mis sur une clé USB (code 1 : quelque chose est refusé).

    Ce qui est repris part de la clé, et un reçu y est écrit : rapportez-la à
    la borne, qui garde ses comptages jusque-là.
    """
    told = unloading.unload(open_desk(), folder, READERS)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in told], ensure_ascii=False, indent=2))
    else:
        for one in told:
            click.echo(_sentence(one))
        click.echo(f"{len(told)} message(s).")
    if any(one.outcome == "refused" for one in told):
        raise click.exceptions.Exit(1)


def _delivery(usb: bool) -> Delivery:  # noqa: FBT001 - the option as it was given
    return "usb" if usb else "online"


def _all(tools: Tools) -> list[Kiosk]:
    found: list[Kiosk] = []
    cursor: str | None = None
    while True:
        page = fleet.list_kiosks(tools, COMMAND_LINE, MAX_LIMIT, cursor)
        found += page.items
        if page.next is None:
            return found
        cursor = page.next


def _line(kiosk: Kiosk) -> str:
    health = kiosk.health
    content = _AGES["none" if health is None else health.content]
    software = (health and health.software) or "-"
    seen = _instant(kiosk.last_seen_at)
    warned = "  horloge fausse" if kiosk.refused else ""
    return (
        f"{kiosk.id}  {_STATES[kiosk.state]:10}  contenu {content:6}  vue {seen}  "
        f"{software}  {kiosk.name}{warned}"
    )


def _instant(at: datetime | None) -> str:
    return "jamais" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _tell_code(issued: Issued, *, as_json: bool) -> None:
    """The code, on the standard output, once."""
    if as_json:
        told = {
            "id": issued.kiosk.id,
            "name": issued.kiosk.name,
            "code": issued.code,
            "expires_at": issued.expires_at.isoformat(),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"Borne   {issued.kiosk.name} ({issued.kiosk.id})")
    click.echo(f"Code    {issued.code}")
    click.echo(
        f"Valable jusqu’au {_instant(issued.expires_at)}, une seule fois ; affiché une fois."
    )


def _told(refused: InputInvalid) -> click.ClickException:
    lines = [f"{found.where} : {say_field(found, 'fr')}" for found in refused.problems]
    return click.ClickException("\n".join(lines))


def _read_batch(body: bytes) -> Batch:
    return parse_raw(body, CountsIn).to_domain(sha256_of(body))


def _read_enrolment(body: bytes) -> EnrolmentTold:
    asked = parse_raw(body, EnrolmentIn)
    return EnrolmentTold(asked.code, asked.public_key, asked.name)


READERS = Readers(batch=_read_batch, enrolment=_read_enrolment)
"""What a stick brings is read as the bodies of calls are."""


def _sentence(one: Unloaded) -> str:
    line = f"{one.kiosk} : {_OUTCOMES[one.outcome]}"
    if one.refusal is not None:
        return f"{line} : {_why(one.refusal)}"
    if one.refused_counts:
        return f"{line} ; {one.refused_counts} comptage(s) d’un jour impossible (horloge fausse)"
    return line


def _why(refusal: OdysseeError) -> str:
    if isinstance(refusal, ProblemsFound):
        return " ".join(say_field(found, "fr") for found in refusal.problems)
    return say(ERRORS, refusal.code, "fr", refusal.values)


def _as_json(one: Unloaded) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "kiosk": one.kiosk,
        "outcome": one.outcome,
        "code": None if one.refusal is None else one.refusal.code,
        "refused_counts": one.refused_counts,
    }
