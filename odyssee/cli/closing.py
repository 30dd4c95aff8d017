"""Closing a trail, opening it again, taking a legend back."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import click

from odyssee.actions import closing, publishing, working
from odyssee.actions.tools import Tools
from odyssee.api.texts import say_field
from odyssee.cli.desk import open_desk
from odyssee.domain.closures import KINDS, Closure, ClosureKind, closure_to_document
from odyssee.domain.errors import InputInvalid
from odyssee.domain.people import COMMAND_LINE

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS: dict[ClosureKind, str] = {
    "flood": "crue",
    "hunting": "chasse",
    "works": "travaux",
    "other": "autre",
}


class _Moment(click.ParamType[datetime]):
    """A day or an instant; without an offset, by the clock of this machine."""

    name = "MOMENT"

    def __init__(self, *, is_end: bool) -> None:
        self._is_end = is_end

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
            if self._is_end and _DAY.fullmatch(value):
                moment += timedelta(days=1)  # the whole of that day
            return moment.astimezone()
        except (ValueError, OverflowError):
            self.fail("donnez un jour (2026-11-03) ou un instant (2026-11-03T18:00).", param, ctx)


@click.command(
    epilog="\b\nExemples :\n  odyssee unpublish pommier-de-misere"
    "\n  odyssee unpublish pommier-de-misere --reason 'Droits retirés'"
)
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG…")
@click.option("--reason", default="", metavar="TEXTE", help="Pourquoi : une ligne, au journal.")
def unpublish(slugs: tuple[str, ...], reason: str) -> None:
    """Retirer des légendes : leurs adresses répondent 410, les bornes les lâchent.

    Le brouillon reste ; odyssee publish le remet en ligne.
    """
    tools = open_desk()
    for slug in slugs:
        try:
            withdrawn = publishing.unpublish(tools, slug, by=COMMAND_LINE, reason=reason)
        except InputInvalid as refused:
            raise _told(refused) from None
        if withdrawn.job is None:
            told = "jamais mise en ligne ; sa publication est arrêtée"
        elif _work(tools, withdrawn.job):
            told = "retirée"
        else:
            told = "en file, le signataire la retirera"
        click.echo(f"{slug} : {told}, révision {withdrawn.revision}.")


@click.group(
    epilog="\b\nExemples :"
    "\n  odyssee closure add dame-de-riants --kind flood --text 'L’Huisne déborde.'"
    "\n  odyssee closure list\n  odyssee closure end ID"
)
def closure() -> None:
    """Fermer un parcours, une étape ou un tronçon pour un temps, sans nouvelle révision."""


@closure.command(
    epilog="\b\nExemples :"
    "\n  odyssee closure add dame-de-riants --kind flood --text 'L’Huisne déborde.'"
    "\n  odyssee closure add marcou --stop etang --kind hunting --from 2026-11-03"
    " --to 2026-11-04 --text 'Battue en forêt.'"
)
@click.argument("slug", metavar="SLUG")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="Crue, chasse, travaux…")
@click.option("--text", required=True, metavar="TEXTE", help="Ce que lit le visiteur.")
@click.option("--text-en", metavar="TEXTE", help="Le même, en anglais.")
@click.option("--stop", metavar="ÉTAPE", help="Fermer cette étape seulement.")
@click.option(
    "--stretch",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Fermer ce tronçon seulement : un fichier GeoJSON, LineString.",
)
@click.option("--from", "start", type=_Moment(is_end=False), help="Début ; sans cela, maintenant.")
@click.option(
    "--to", "end", type=_Moment(is_end=True), help="Fin, ce jour compris ; sans cela, aucune."
)
def add(
    slug: str,
    *,
    kind: ClosureKind,
    text: str,
    text_en: str | None,
    stop: str | None,
    stretch: Path | None,
    **times: datetime | None,
) -> None:
    """Fermer un parcours, ou une seule étape, ou un seul tronçon.

    Sans décalage, les heures sont celles de cette machine.
    """
    tools = open_desk()
    wanted = Closure(
        legend=slug,
        starts_at=times["start"] or tools.clock(),
        ends_at=times["end"],
        kind=kind,
        text={"fr": text} | ({} if text_en is None else {"en": text_en}),
        stop=stop,
    )
    try:
        closed = closing.close(tools, wanted, by=COMMAND_LINE, stretch=stretch)
    except InputInvalid as refused:
        raise _told(refused) from None
    click.echo(f"{_line(closed.kept.closure)} ; id {closed.kept.id}.")
    _tell_work(tools, closed.job)


@closure.command(
    "list",
    epilog="\b\nExemples :\n  odyssee closure list\n  odyssee closure list dame-de-riants --json",
)
@click.argument("slug", required=False, metavar="[SLUG]")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu de lignes.")
def list_(slug: str | None, *, as_json: bool) -> None:
    """Lister les fermetures en cours et à venir."""
    tools = open_desk()
    found = (
        closing.list_every_closure(tools) if slug is None else closing.list_closures(tools, slug)
    )
    if as_json:
        rows = [{"id": kept.id, **closure_to_document(kept.closure)} for kept in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for kept in found:
        click.echo(f"{kept.id}  {_line(kept.closure)} : {kept.closure.text['fr']}")
    click.echo(f"{len(found)} fermeture(s).")


@closure.command(epilog="\b\nExemple :\n  odyssee closure end abcdefghijklmnopqrst")
@click.argument("closure_id", metavar="ID")
def end(closure_id: str) -> None:
    """Lever une fermeture maintenant ; une fermeture à venir est effacée."""
    tools = open_desk()
    closed = closing.reopen(tools, closure_id, by=COMMAND_LINE)
    click.echo(f"{closed.kept.closure.legend} : fermeture levée.")
    _tell_work(tools, closed.job)


def _work(tools: Tools, job: int) -> bool:
    """Do the job here; false where another process signs, and will do it."""
    if tools.desk.signer is None:
        return False
    working.work_off(tools, job)
    return True


def _tell_work(tools: Tools, job: int | None) -> None:
    if job is None:
        click.echo("Rien n’est en ligne : ce sera dit avec la première publication.")
    elif _work(tools, job):
        click.echo("Les visiteurs le voient ; les bornes, à leur prochaine synchronisation.")
    else:
        click.echo("En file : le signataire le publiera.")


def _line(told: Closure) -> str:
    if told.stop is not None:
        what = f"{told.legend}, étape {told.stop}"
    else:
        what = f"{told.legend}, un tronçon" if told.stretch is not None else told.legend
    until = "sans fin" if told.ends_at is None else f"jusqu’au {_moment(told.ends_at)}"
    return f"{what} : {_KINDS[told.kind]}, du {_moment(told.starts_at)} {until}"


def _moment(at: datetime) -> str:
    local = at.astimezone()
    offset = local.strftime("%z")
    return f"{local:%d/%m/%Y %H:%M} ({offset[:3]}:{offset[3:]})"


def _told(refused: InputInvalid) -> click.ClickException:
    lines = [f"{found.where} : {say_field(found, 'fr')}" for found in refused.problems]
    return click.ClickException("\n".join(lines))
