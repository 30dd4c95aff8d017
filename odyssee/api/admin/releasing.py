"""Publishing a reviewed draft now or on a day, and bringing an old revision back."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends

from odyssee.api.admin.bodies import Reading
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.slugs import check_slug
from odyssee.api.schemas.reviewing import OrderedOut, PublicationIn, RollbackIn
from odyssee.api.stating import problems
from odyssee.domain.people import Caller

if TYPE_CHECKING:
    from odyssee.actions.publishing import Ordered


def add_releasing(router: APIRouter, desk: OpenDesk) -> None:
    """The routes that put a revision before visitors."""
    publishers = Callers(desk, "publisher", scope="all")
    _add_publication(router, desk, publishers)
    _add_rollback(router, desk, publishers)


def _add_publication(router: APIRouter, desk: OpenDesk, publishers: Callers) -> None:
    @router.post(
        "/legends/{slug}/publication",
        summary="Publish a draft",
        description="Freezes the draft as the next revision. With `at` its pack is built on that "
        "day, with `until` it is taken back then. 409 `not_publishable` tells all its errors "
        "and all advice whose code is not in `accept_advice`, "
        "`approval_needed` that nobody vouches for it: a single publisher approves by "
        "publishing, of several another one has to. A revision that waits for its day gives way.",
        status_code=202,
        responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 503),
    )
    def publish_draft(
        caller: Annotated[Caller, Depends(publishers)],
        asked: Annotated[PublicationIn, Depends(Reading(PublicationIn))],
        slug: str,
    ) -> OrderedOut:
        from odyssee.actions import releasing

        wish = releasing.Wish(**dict(asked))
        return _ordered_shape(releasing.release(desk(), caller, check_slug(slug), wish))


def _add_rollback(router: APIRouter, desk: OpenDesk, publishers: Callers) -> None:
    @router.post(
        "/legends/{slug}/rollback",
        summary="Bring an old revision back",
        description="Publishes its content once more, under the next number; the draft stays as "
        "it is. A revision that waits for its day gives way.",
        status_code=202,
        responses=problems(401, 403, 404, 413, 415, 422, 503),
    )
    def roll_back(
        caller: Annotated[Caller, Depends(publishers)],
        asked: Annotated[RollbackIn, Depends(Reading(RollbackIn))],
        slug: str,
    ) -> OrderedOut:
        from odyssee.actions import releasing

        legend = check_slug(slug)
        return _ordered_shape(
            releasing.roll_back(desk(), caller, legend, asked.revision, asked.reason)
        )


def _ordered_shape(ordered: "Ordered") -> OrderedOut:
    return OrderedOut(revision=ordered.revision, state=ordered.state, job=ordered.job)
