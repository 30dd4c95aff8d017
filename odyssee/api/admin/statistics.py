"""Statistics of visits, as JSON or as a table for spreadsheets."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.answers import lang_of
from odyssee.api.errors import LANGUAGES
from odyssee.api.schemas.days import DayIn
from odyssee.api.schemas.slugs import SlugIn
from odyssee.api.schemas.statistics import StatisticsOut
from odyssee.api.stating import problems
from odyssee.api.statistics_texts import COLUMNS
from odyssee.domain.figures import PHONES, THRESHOLD, By, Line, Told
from odyssee.domain.people import Caller
from odyssee.domain.spreadsheets import Cell, to_csv
from odyssee.domain.statistics import EVENT_TYPES

CSV = "text/csv"
Form = Literal["json", "csv"]
_HIDDEN = f"<{THRESHOLD}"


def add_statistics(router: APIRouter, desk: OpenDesk) -> None:
    """The route of statistics; a legend belongs to no office, and so they do not either."""
    editors = Callers(desk, "editor", scope="all")

    @router.get(
        "/statistics",
        summary="Statistics of visits",
        description="Starts, completions and listening by day, legend, stop, language, source or "
        "type; by stop, of phones alone, with the drop-off along each trail. Numbers under 5 are "
        "hidden, and others beside them, so that none can be reckoned from one answer; who "
        "compares answers, of nearly the same days or with `legend` and without, may still reckon "
        "some. As a table with "
        "`format=csv` or `Accept: text/csv`, ready for a French spreadsheet.",
        response_model=StatisticsOut,
        responses={
            **problems(401, 403, 422, 503),
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
        },
    )
    def tell_statistics(
        _caller: Annotated[Caller, Depends(editors)],
        request: Request,
        first: Annotated[
            DayIn | None, Query(alias="from", description="Absent: 30 days up to `to`.")
        ] = None,
        to: Annotated[DayIn | None, Query(description="This day too; absent: today, UTC.")] = None,
        legend: Annotated[SlugIn | None, Query(description="Of this legend only.")] = None,
        by: Annotated[By, Query(description="What it is told by.")] = "day",
        form: Annotated[
            Form | None, Query(alias="format", description="Absent: as `Accept` says, else JSON.")
        ] = None,
    ) -> Response:
        from odyssee.actions import figuring

        told = figuring.tell_figures(desk(), by, first, to, legend)
        accepted = request.headers.get("accept", "")
        if form == "csv" or (form is None and accepted.lower().startswith(CSV)):
            return _table(told, lang_of(request.scope, LANGUAGES))
        body = StatisticsOut.from_domain(told).model_dump_json(by_alias=True, exclude_unset=True)
        return Response(body, media_type="application/json", headers={"Vary": "Accept"})


def _table(told: Told, lang: str) -> Response:
    asked = told.asked
    name = f"visites-{asked.by}-{asked.first}-{asked.last}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": lang,
        "Vary": "Accept, Accept-Language",
        "X-Content-Type-Options": "nosniff",
    }
    rows = [[_say(word, lang) for word in _head(asked.by)]]
    return Response(to_csv([*rows, *_rows(told, lang)]), media_type=CSV, headers=headers)


def _head(by: By) -> list[str]:
    if by == "type":
        return ["type", "n"]
    keys = {"stop": ["legend", "stop"], "source": ["source", "name"]}.get(by, [by])
    share = ["share"] if by == "stop" else []
    return [*keys, *EVENT_TYPES, "listening_rate", *share]


def _rows(told: Told, lang: str) -> Iterator[list[Cell]]:
    by = told.asked.by
    shares = {
        (trail.legend, one.stop): one.share
        for trail in told.figures.drop_off
        for one in trail.stops
    }
    for line in told.figures.lines:
        if by == "type":
            yield [_say(line.key[0], lang), *_numbers(line)]
            continue
        share = [shares.get((line.key[0], line.key[-1]))] if by == "stop" else []
        yield [*_keys(told, line, lang), *_numbers(line), line.listening_rate, *share]


def _keys(told: Told, line: Line, lang: str) -> list[Cell]:
    key = line.key
    if told.asked.by == "stop":
        return [key[0], key[1] or _say("whole_trail", lang)]
    if told.asked.by == "source":
        is_phones = key[0] == PHONES
        return [_say(PHONES, lang) if is_phones else key[0], told.kiosks.get(key[0])]
    return [*key]


def _numbers(line: Line) -> list[Cell]:
    return [_HIDDEN if n is None else n for n in line.counts.values()]


def _say(word: str, lang: str) -> str:
    return COLUMNS[word][LANGUAGES.index(lang)]
