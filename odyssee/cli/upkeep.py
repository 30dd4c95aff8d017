"""Upkeep: the database, the health of an installation, generated documents."""

import json
from pathlib import Path

import click

from odyssee.actions.doctoring import Finding, examine
from odyssee.cli.configuring import read_settings
from odyssee.cli.desk import open_desk
from odyssee.main import (
    build_curation,
    build_description,
    build_signer,
    build_tools,
    build_voice,
    now,
)
from odyssee.settings import Settings

HEADER = """# Réglages

Chaque réglage est une variable d’environnement. Sans aucun d’eux, tout vit dans
`./var` : une base SQLite, deux dossiers. Cette page est produite par
`odyssee settings`.

| variable | défaut | sens |
|---|---|---|
"""


@click.command(epilog="\b\nExemples :\n  odyssee doctor\n  odyssee doctor --json")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def doctor(*, as_json: bool) -> None:
    """Examiner l’installation et dire comment réparer chaque défaut."""
    settings = read_settings()
    findings = examine(
        lambda: build_tools(settings, curation=False).published,
        lambda: build_curation(settings).db,
        lambda: build_signer(settings) if settings.signer == "local" else None,
        settings.home,
        settings.public_url,
        now(),
        build_voice(settings),
    )
    if as_json:
        rows = [{"what": f.what, "ok": f.ok, "found": f.found, "cure": f.cure} for f in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            _tell(finding)
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)


def _tell(finding: Finding) -> None:
    mark = click.style("ok", fg="green") if finding.ok else click.style("À VOIR", fg="red")
    click.echo(f"{mark:8} {finding.what} : {finding.found}")
    if not finding.ok:
        click.echo(f"         → {finding.cure}")


@click.group(epilog="\b\nExemple :\n  odyssee db upgrade")
def db() -> None:
    """La base des brouillons."""


@db.command(epilog="\b\nExemple :\n  odyssee db upgrade")
def upgrade() -> None:
    """Mettre la base à la forme de cette version."""
    open_desk()
    click.echo("Base à jour.")


@click.command(hidden=True)
@click.option("--check", is_flag=True, help="Seulement dire si le fichier est à jour.")
@click.argument("path", default="openapi/odyssee.json", type=click.Path(path_type=Path))
def openapi(path: Path, *, check: bool) -> None:
    """Écrire la description OpenAPI."""
    read_settings()  # bad settings are told before the description needs them
    document = json.dumps(build_description().openapi(), ensure_ascii=False, indent=2) + "\n"
    if check:
        if path.read_text() != document:
            raise click.exceptions.Exit(1)
    else:
        path.write_text(document)


@click.command(hidden=True)
def settings() -> None:
    """Écrire la page des réglages."""
    click.echo(settings_page(), nl=False)


def settings_page() -> str:
    """`docs/reglages.md`, from the settings themselves."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = getattr(default, "get_secret_value", lambda kept=default: kept)()
        told = f"`{shown}`" if str(shown) else "(vide)"
        rows.append(f"| `ODYSSEE_{name.upper()}` | {told} | {field.description} |")
    return HEADER + "\n".join(rows) + "\n"
