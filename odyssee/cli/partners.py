"""Services near trails: bring them in from partners, list them, put them into the packs."""

import json

import click

from odyssee.actions import amenities, importing, working
from odyssee.api.partner_texts import KIND_NAMES
from odyssee.api.texts import say_field
from odyssee.cli.desk import open_desk
from odyssee.cli.printing import tell_problems
from odyssee.domain.amenities import KINDS as AMENITY_KINDS
from odyssee.domain.amenities import AmenityKind, Listing
from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import BBox
from odyssee.domain.partners import KINDS, PartnerKind, PartnerReport
from odyssee.domain.people import COMMAND_LINE


class _Box(click.ParamType[BBox]):
    """West, south, east, north in degrees."""

    name = "O,S,E,N"

    def convert(
        self, value: str | BBox, param: click.Parameter | None, ctx: click.Context | None
    ) -> BBox:
        if isinstance(value, BBox):
            return value
        try:
            return BBox(*(float(edge) for edge in value.split(",")))
        except (ValueError, TypeError):
            self.fail("donnez ouest,sud,est,nord en degrés : 0.7,48.1,1.3,48.8", param, ctx)


@click.group(
    epilog="\b\nExemples :"
    "\n  odyssee services import geotrek rando-perche --dry-run"
    "\n  odyssee services list --kind lodging\n  odyssee services publish"
)
def services() -> None:
    """Services près des parcours : hébergements, tables, parkings, toilettes.

    Les adresses des partenaires viennent des réglages ODYSSEE_GEOTREK_SOURCES
    et ODYSSEE_TOURINSOFT_SOURCES.
    """


@services.command(
    "import",
    epilog="\b\nExemples :"
    "\n  odyssee services import geotrek rando-perche --dry-run"
    "\n  odyssee services import tourinsoft cdt28 --bbox 0.7,48.1,1.3,48.8",
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("source", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait fait, ne rien écrire.")
@click.option("--bbox", type=_Box(), help="Seulement dans cette emprise : ouest,sud,est,nord.")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def import_(
    kind: PartnerKind, source: str, *, dry_run: bool, bbox: BBox | None, as_json: bool
) -> None:
    """Importer d’un partenaire ; rien n’est retiré, aucun brouillon n’est touché.

    D’un Geotrek, une randonnée commence aussi un brouillon de légende.
    """
    tools = open_desk()
    try:
        report = importing.import_from(
            tools, kind, source, by=COMMAND_LINE, bbox=bbox, dry_run=dry_run
        )
    except InputInvalid as refused:
        told = [f"{found.where} : {say_field(found, 'fr')}" for found in refused.problems]
        raise click.ClickException("\n".join(told)) from None
    if as_json:
        click.echo(json.dumps(_report(report), ensure_ascii=False, indent=2))
        return
    tell_problems(report.problems)
    untold = report.problem_count - len(report.problems)
    if untold:
        click.echo(f"… et {untold} autres problèmes.")
    click.echo(
        f"{len(report.created)} nouveaux, {len(report.changed)} changés, "
        f"{len(report.unchanged)} inchangés, {report.not_seen} que le partenaire n’envoie plus"
        f"{' ; rien n’a été écrit' if report.dry_run else ''}."
    )


@services.command(
    "list",
    epilog="\b\nExemples :\n  odyssee services list --kind food"
    "\n  odyssee services list --q étang --json",
)
@click.option("--kind", type=click.Choice(AMENITY_KINDS), help="D’une sorte seulement.")
@click.option("--q", default="", metavar="MOTS", help="Dont le nom contient ces mots.")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def list_(kind: AmenityKind | None, q: str, *, as_json: bool) -> None:
    """Lister les services connus, ceux qui sont masqués aussi."""
    found = amenities.list_every_listing(open_desk(signs=False), kind, q)
    if as_json:
        click.echo(json.dumps([_row(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        hidden = " (masqué)" if one.hidden else ""
        amenity = one.amenity
        click.echo(f"{one.id}  {KIND_NAMES[amenity.kind][0]} : {amenity.name['fr']}{hidden}")
    click.echo(f"{len(found)} service(s).")


@services.command(epilog="\b\nExemple :\n  odyssee services publish")
def publish() -> None:
    """Mettre les services dans les paquets en ligne, sous les mêmes révisions."""
    tools = open_desk()
    ordered = amenities.publish_amenities(tools, by=COMMAND_LINE)
    if tools.desk.signer is not None:
        for job in ordered.values():
            working.work_off(tools, job)
    told = "refaits" if tools.desk.signer is not None else "en file, le signataire les refera"
    click.echo(f"{len(ordered)} paquet(s) {told}.")


def _report(report: PartnerReport) -> dict[str, object]:
    return {
        "dry_run": report.dry_run,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "not_seen": report.not_seen,
        "problem_count": report.problem_count,
        "problems": [{"where": p.where, "code": p.code} for p in report.problems],
    }


def _row(listing: Listing) -> dict[str, object]:
    amenity = listing.amenity
    return {
        "id": listing.id,
        "source": f"{amenity.partner_kind}:{amenity.partner}:{amenity.external_id}",
        "kind": amenity.kind,
        "name": dict(amenity.name),
        "place": list(listing.place),
        "hidden": listing.hidden,
    }
