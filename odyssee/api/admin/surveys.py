"""Surveys: a stop is put where somebody stood and measured."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from odyssee.api.admin.bodies import Reading
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.drafts import check_slug, tellers
from odyssee.api.admin.stops import stop_answer
from odyssee.api.public.aside import aside
from odyssee.api.public.bodies import read_within
from odyssee.api.schemas.drafts import SurveyIn
from odyssee.api.stating import problems
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.people import Caller
from odyssee.domain.slugs import MAX_SLUG, is_slug
from odyssee.domain.stops import Stop
from odyssee.domain.surveying import SurveyFix

CSV = "text/csv"
MAX_CSV_BYTES = 1024 * 1024

Readings = tuple[list[SurveyFix], str | None]


class ReadingSurvey(Reading[SurveyIn]):
    """Reads the readings as JSON or as CSV, as a dependency of FastAPI."""

    async def __call__(self, request: Request) -> Readings:  # type: ignore[override]  # two types
        """The readings, and the source that a JSON body names.

        Raises:
            HTTPException: 415 or 413.
            InputInvalid: something of it will not do; all is told.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != CSV:
            asked = await super().__call__(request)
            return asked.to_domain(), asked.source
        raw = await read_within(request.receive, MAX_CSV_BYTES)
        if raw is None:
            raise HTTPException(413)
        from odyssee.actions import surveying

        return await aside(lambda: surveying.read_survey(raw)), None

    @property
    def stated(self) -> dict[str, object]:
        """The same for the description."""
        told = super().stated
        told["requestBody"]["content"][CSV] = {"schema": {"type": "string"}}
        return told


def add_surveys(router: APIRouter, desk: OpenDesk) -> None:
    """The route of surveys."""
    known: Callers = tellers(desk)

    @router.post(
        "/legends/{slug}/stops/{stop}/survey",
        summary="Survey a stop",
        description="Twenty readings or more of somebody who stands on the spot, as JSON or as "
        "CSV with the columns `lon`, `lat` and `accuracy_m`. The stop is put at their median, "
        "with 95 % of their spread as precision, 5 m at least; circles that were drawn around "
        "its old place come along. The readings are neither kept nor logged.",
        response_model=Stop,
        responses=problems(401, 403, 404, 413, 415, 422, 503),
    )
    def survey_stop(
        caller: Annotated[Caller, Depends(known)],
        told: Annotated[Readings, Depends(ReadingSurvey(SurveyIn))],
        slug: str,
        stop: str,
        source: Annotated[
            str | None, Query(description="As `source` of the body, for CSV.")
        ] = None,
    ) -> Response:
        from odyssee.actions import surveying

        fixes, named = told
        wanted = named if source is None else _check_source(source)
        return stop_answer(
            *surveying.survey_stop(desk(), caller, check_slug(slug), stop, fixes, wanted)
        )


def _check_source(source: str) -> str:
    if not is_slug(source):
        raise InputInvalid([Problem("source", "bad_slug", values={"max": str(MAX_SLUG)})])
    return source
