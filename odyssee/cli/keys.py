"""Keys: made, exchanged, looked after, and the root that kiosks begin with."""

import json
import sys
from pathlib import Path

import click

from odyssee.actions import keyholding
from odyssee.actions.keyholding import KeyState, RoleState
from odyssee.cli.configuring import read_settings
from odyssee.cli.desk import open_desk
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import Misconfigured
from odyssee.domain.roles import MIN_PASSPHRASE, ROLES, ROOT_KEYS, RoleName
from odyssee.main import build_signer, build_tools, now

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_DEVELOPMENT = (
    "ATTENTION : ces clés sont pour essayer. Tout tient sur cette machine ; avant de confier\n"
    "le contenu à des bornes, faites de vraies clés : docs/how-to/tenir-les-cles.md."
)
_WARNINGS = {
    "root_soon": "la racine expire bientôt : odyssee keys rotate, puis ses porteurs signent",
    "expired_root": "la racine a expiré : odyssee keys rotate, puis ses porteurs signent",
    "expired_targets": "la signature du contenu a expiré : lancez odyssee worker --sign",
    "expired_snapshot": "la signature de l’état a expiré : lancez odyssee worker --sign",
    "expired_timestamp": "la signature du jour a expiré : lancez odyssee worker --sign",
    "clock_behind": "l’horloge retarde sur la dernière signature : réglez-la ; si elle est juste,"
    " odyssee keys rotate timestamp",
    "clock_ahead": "rien n’est plus signé, car l’horloge avance de plus de 400 jours sur la"
    " dernière signature : réglez-la ; si elle est juste, odyssee keys rotate timestamp",
    "key_missing_targets": "la clé `targets` n’est pas ici : rien ne peut être publié",
    "key_missing_snapshot": "la clé `snapshot` n’est pas ici : rien ne peut être publié",
    "key_missing_timestamp": "la clé `timestamp` n’est pas ici : rien ne peut être publié",
}


@click.group(
    epilog="\b\nExemples :\n  odyssee keys status\n  odyssee keys root --output racine.json"
    "\n  odyssee keys init --root-keys /media/cle-usb"
)
def keys() -> None:
    """Les clés qui signent les publications, et leur racine."""


@keys.command(
    epilog="\b\nExemples :\n  odyssee keys init --root-keys /media/cle-usb"
    "\n  odyssee keys init --development"
)
@click.option("--development", is_flag=True, help="Des clés pour essayer, sans phrase secrète.")
@click.option(
    "--root-keys",
    type=click.Path(path_type=Path, file_okay=False),
    help="Dossier où écrire les trois clés de la racine, à remettre à leurs porteurs.",
)
def init(*, development: bool, root_keys: Path | None) -> None:
    """Faire les clés : trois pour la racine, une pour chaque rôle en ligne."""
    if development == (root_keys is not None):
        raise click.UsageError("Donnez --root-keys DOSSIER, ou --development pour essayer.")
    signer = build_signer(read_settings())
    if signer.has_keys:
        raise Misconfigured(
            "keys are here already; odyssee keys status", setting="ODYSSEE_KEYS_DIR"
        )
    passphrases: tuple[str, ...] = ()
    if root_keys is not None:
        click.echo("Trois personnes portent la racine ; deux suffisent pour la changer.")
        passphrases = tuple(_ask(holder) for holder in range(1, ROOT_KEYS + 1))
    folder = keyholding.make_keys(signer, now(), root_keys, passphrases)
    click.echo(f"Clés en ligne : {folder} (lisibles par cet utilisateur seul).")
    if root_keys is None:
        click.secho(_DEVELOPMENT, fg="yellow", err=True)
        return
    click.echo(f"Clés de la racine : {root_keys}/root-1.pem à root-{ROOT_KEYS}.pem.")
    click.echo("Portez chacune sur une clé USB à son porteur, puis effacez-la d’ici.")
    click.echo("Pour les bornes : odyssee keys root --output racine.json")


def _ask(holder: int) -> str:
    while True:
        given = click.prompt(
            f"Phrase secrète du porteur {holder}",
            hide_input=True,
            confirmation_prompt="Encore une fois",
        )
        if len(given) >= MIN_PASSPHRASE:
            return str(given)
        click.echo(f"Trop courte : {MIN_PASSPHRASE} caractères au moins.", err=True)


@keys.command(epilog="\b\nExemples :\n  odyssee keys status\n  odyssee keys status --json")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def status(*, as_json: bool) -> None:
    """Dire quelles clés signent, où elles sont, jusqu’à quand (code 1 : à faire)."""
    settings = read_settings()
    store = build_tools(settings, curation=False).published
    state = keyholding.look_at_keys(build_signer(settings), store, now())
    if as_json:
        click.echo(json.dumps(_as_json(state), ensure_ascii=False, indent=2))
    else:
        click.echo(f"Racine {state.root_version}")
        for role in state.roles:
            click.echo(_line(role))
        if state.is_for_development:
            click.secho(_DEVELOPMENT, fg="yellow", err=True)
        for code in state.warnings:
            click.secho(f"À FAIRE : {_WARNINGS[code]}", fg="red", err=True)
    if state.warnings:
        raise click.exceptions.Exit(1)


def _line(state: RoleState) -> str:
    until = (
        "rien de publié" if state.expires_at is None else f"jusqu’au {state.expires_at:%Y-%m-%d}"
    )
    named = ", ".join(keyid[:8] for keyid in state.keys)
    return (
        f"{state.role:9}  {state.threshold} sur {len(state.keys)}  "
        f"{state.here} ici  {until}  ({named})"
    )


def _as_json(state: KeyState) -> dict[str, object]:
    return {
        "root_version": state.root_version,
        "development": state.is_for_development,
        "roles": {
            role.role: {
                "keys": role.keys,
                "threshold": role.threshold,
                "here": role.here,
                "expires_at": None if role.expires_at is None else to_rfc3339(role.expires_at),
            }
            for role in state.roles
        },
        "warnings": state.warnings,
    }


@keys.command(
    "root",
    epilog="\b\nExemples :\n  odyssee keys root --output racine.json"
    "\n  odyssee keys root > racine.json",
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Le fichier à écrire."
)
def give_root(output: Path | None) -> None:
    """Donner la racine par laquelle une borne commence."""
    signer = build_signer(read_settings())
    if not signer.has_keys:
        raise Misconfigured("no keys are here; odyssee keys init", setting="ODYSSEE_KEYS_DIR")
    data = signer.roots(now())[-1][1]
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
        click.echo(f"Racine écrite dans {output} : à porter à chaque borne.", err=True)


@keys.command(
    epilog="\b\nExemples :\n  odyssee keys rotate timestamp"
    "\n  odyssee keys rotate targets snapshot timestamp"
    "\n  odyssee keys rotate root --key 3f2a --new-key /media/cle-usb/racine-2.pem"
    "\n  odyssee keys rotate"
)
@click.argument("roles", nargs=-1, metavar="[ROLE]…", type=click.Choice(ROLES))
@click.option("--key", "gone", help="Début de l’identifiant de la clé qui s’en va.")
@click.option(
    "--new-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Où écrire la nouvelle clé ; sans elle, parmi les autres.",
)
def rotate(roles: tuple[RoleName, ...], gone: str | None, new_key: Path | None) -> None:
    """Changer des clés, ou, sans ROLE, prolonger la racine de deux ans."""
    if len(set(roles)) != 1 and (gone or new_key):
        raise click.UsageError("--key et --new-key vont avec un seul rôle.")
    tools = open_desk(signs=True)
    signer = tools.desk.signer
    if signer is None:
        raise Misconfigured("another process signs here", setting="ODYSSEE_SIGNER")
    proposal = keyholding.exchange_keys(signer, now(), roles, gone, new_key)
    path = proposal.path
    if proposal.lacking == 0:
        version = keyholding.install_root(tools, path)
        path.unlink()
        click.echo(f"Racine {version} en vigueur.")
        return
    if proposal.dropped:
        click.echo(
            f"La proposition a changé : {proposal.dropped} signature(s) n’y comptent plus, "
            "et ses porteurs signent de nouveau."
        )
    click.echo(f"Proposition écrite dans {path} ; il y manque {proposal.lacking} signature(s).")
    click.echo(f"Chaque porteur : odyssee keys sign {path.name} --key SA_CLE.pem")
    click.echo(f"Puis ici       : odyssee keys install {path}")


@keys.command(epilog="\b\nExemple :\n  odyssee keys sign 2.root.proposed.json --key root-2.pem")
@click.argument("file", type=_FILE)
@click.option("--key", "key_file", required=True, type=_FILE, help="La clé du porteur.")
def sign(file: Path, key_file: Path) -> None:
    """Signer une racine proposée, sur la machine de son porteur ; ne demande aucun serveur."""
    passphrase = None
    if keyholding.needs_passphrase(key_file):
        passphrase = click.prompt("Phrase secrète de cette clé", hide_input=True)
    lacking = keyholding.sign_proposal(file, key_file, passphrase)
    told = "elle est complète" if lacking == 0 else f"il en manque {lacking}"
    click.echo(f"Signature ajoutée à {file} ; {told}.")


@keys.command(epilog="\b\nExemple :\n  odyssee keys install 2.root.proposed.json")
@click.argument("file", type=_FILE)
def install(file: Path) -> None:
    """Mettre en vigueur une racine que ses porteurs ont signée."""
    version = keyholding.install_root(open_desk(signs=True), file)
    click.echo(f"Racine {version} en vigueur ; les bornes la suivront à leur prochaine visite.")
