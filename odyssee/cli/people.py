"""People and offices: add somebody, hand a new password over."""

import json
import sys

import click
import segno

from odyssee.actions import staffing
from odyssee.actions.staffing import Added
from odyssee.actions.tools import Tools
from odyssee.api.texts import say_field
from odyssee.cli.desk import open_desk
from odyssee.domain.errors import InputInvalid, refuse
from odyssee.domain.people import COMMAND_LINE, ROLES, Office, Role, check_email

FIRST_OFFICE = Office("office-de-tourisme", "Office de tourisme")
"""The office that is made where there is none yet."""
AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")


@click.group(
    epilog="\b\nExemples :\n  odyssee person add marie@perche.example --role editor"
    "\n  odyssee person reset marie@perche.example"
)
def person() -> None:
    """Les comptes de celles et ceux qui écrivent, relisent et publient."""


@person.command(
    epilog="\b\nExemples :\n  odyssee person add marie@perche.example --role editor"
    "\n  odyssee person add chef@perche.example --role admin --json"
)
@click.argument("email", metavar="EMAIL")
@click.option("--role", required=True, type=click.Choice(ROLES), help="Ce que la personne peut.")
@click.option("--office", metavar="SLUG", help="Son bureau ; sans cela, le seul qui existe.")
@click.option("--name", default="", metavar="NOM", help="Son nom, pour les autres.")
@AS_JSON
def add(email: str, role: Role, office: str | None, name: str, *, as_json: bool) -> None:
    """Ajouter une personne et donner son mot de passe provisoire, une seule fois."""
    tools = open_desk()
    try:
        if office is None and role != "admin":
            refuse(check_email(email))  # before an office is made for nobody
            office = _choose_office(tools)
        added = staffing.add_person(tools, COMMAND_LINE, email, role, office, name)
    except InputInvalid as refused:
        raise _told(refused, office) from None
    _tell(added, "Compte créé", as_json=as_json)


@person.command(
    epilog="\b\nExemples :\n  odyssee person reset marie@perche.example"
    "\n  odyssee person reset marie@perche.example --otp"
)
@click.argument("email", metavar="EMAIL")
@click.option("--otp", is_flag=True, help="Téléphone perdu : remplacer aussi le code.")
@AS_JSON
def reset(email: str, *, otp: bool, as_json: bool) -> None:
    """Donner un nouveau mot de passe provisoire ; sessions et jetons prennent fin."""
    tools = open_desk()
    found = staffing.get_person(tools, email)
    added = staffing.reset_person(tools, COMMAND_LINE, found.id, otp=otp)
    _tell(added, "Nouvel accès", as_json=as_json)
    if otp and added.otp_secret is None and not as_json:
        click.echo("Le code à usage unique est retiré : ce rôle s’en passe.")


@click.group(
    "office", epilog="\b\nExemple :\n  odyssee office add perche --name 'Office du Perche'"
)
def office_() -> None:
    """Les bureaux auxquels les personnes appartiennent."""


@office_.command(
    "add", epilog="\b\nExemple :\n  odyssee office add perche --name 'Office du Perche'"
)
@click.argument("slug", metavar="SLUG")
@click.option("--name", required=True, metavar="NOM", help="Le nom complet.")
def add_office(slug: str, name: str) -> None:
    """Ajouter un bureau."""
    try:
        office = staffing.add_office(open_desk(), COMMAND_LINE, slug, name)
    except InputInvalid as refused:
        raise _told(refused, None) from None
    click.echo(f"Bureau créé : {office.slug} ({office.name}).")


def add_first_admin(tools: Tools, email: str) -> None:
    """Add and tell an administrator where there is nobody yet; later starts do nothing."""
    if staffing.has_people(tools):
        return
    _choose_office(tools)
    added = staffing.add_person(tools, COMMAND_LINE, email, "admin")
    click.echo()
    _tell(added, "Premier compte du bureau", as_json=False)


def _choose_office(tools: Tools) -> str:
    """The only office there is; one is made where there is none."""
    found = staffing.list_offices(tools).items
    if not found:
        made = staffing.add_office(tools, COMMAND_LINE, FIRST_OFFICE.slug, FIRST_OFFICE.name)
        click.echo(f"Bureau créé : {made.slug} ({made.name}).", err=True)
        return made.slug
    if len(found) > 1:
        slugs = ", ".join(office.slug for office in found)
        raise click.UsageError(f"Il y a plusieurs bureaux : nommez-en un par --office ({slugs}…).")
    return found[0].slug


def _told(refused: InputInvalid, office: str | None) -> click.ClickException:
    lines = [f"{found.where} : {say_field(found, 'fr')}" for found in refused.problems]
    if any(found.code == "unknown_office" for found in refused.problems):
        lines.append(f"→ odyssee office add {office} --name NOM")
    return click.ClickException("\n".join(lines))


def _tell(added: Added, headline: str, *, as_json: bool) -> None:
    """The secrets, on the standard output, once."""
    told = {
        "email": added.person.email,
        "role": added.person.role,
        "office": added.person.office,
        "password": added.password,
    }
    if added.otp_secret is not None:
        told |= {"otp_secret": added.otp_secret, "otpauth_url": added.otpauth_url}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    office = f", {added.person.office}" if added.person.office else ""
    click.echo(f"{headline} : {added.person.email} ({added.person.role}{office})")
    click.echo(f"  mot de passe   {added.password}")
    if added.otp_secret is not None and added.otpauth_url is not None:
        click.echo(f"  clé du code    {added.otp_secret}\n  la même        {added.otpauth_url}")
        if sys.stdout.isatty():
            segno.make(added.otpauth_url, micro=False).terminal(compact=True)
        click.echo("La clé se met dans une application d’authentification, qui donne les codes.")
    click.echo("Affiché une seule fois : le mot de passe vaut pour une connexion, sous 7 jours,")
    click.echo("puis se change.")
