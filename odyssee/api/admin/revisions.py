"""What was published of a legend, and what changed."""

import re
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Query

from odyssee.api.admin.bodies import LIMIT, Cursor, Limit, check_cursor
from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.drafts import tellers
from odyssee.api.admin.slugs import check_slug
from odyssee.api.schemas.reviews import (
    DifferencesOut,
    RevisionContentOut,
    RevisionOut,
    RevisionsOut,
)
from odyssee.api.stating import problems
from odyssee.domain.errors import InputInvalid, NotFound, Problem
from odyssee.domain.people import Caller

if TYPE_CHECKING:
    from odyssee.domain.publication import Revision, RevisionHead

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_DRAFT: Literal["draft"] = "draft"


def add_revisions(router: APIRouter, desk: OpenDesk) -> None:
    """The routes of revisions."""
    contributors = tellers(desk)
    _add_readings(router, desk, contributors)
    _add_diff(router, desk, contributors)


def _add_readings(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/revisions",
        summary="Revisions of a legend",
        description="The newest first: who published what, when, why, and what became of it.",
        responses=problems(401, 403, 404, 422, 503),
    )
    def list_revisions(
        caller: Annotated[Caller, Depends(known)],
        slug: str,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> RevisionsOut:
        from odyssee.actions import comparing

        page = comparing.page_revisions(
            desk(), caller, check_slug(slug), limit, check_cursor(cursor)
        )
        return RevisionsOut(items=[_head_shape(head) for head in page.items], next=page.next)

    @router.get(
        "/legends/{slug}/revisions/{number}",
        summary="A revision",
        description="With all its content, as it was frozen.",
        responses=problems(401, 403, 404, 503),
    )
    def get_revision(
        caller: Annotated[Caller, Depends(known)], slug: str, number: str
    ) -> RevisionContentOut:
        from odyssee.actions import comparing

        revision = comparing.show_revision(desk(), caller, check_slug(slug), _check_number(number))
        return _content_shape(revision)


def _add_diff(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/revisions/{number}/diff",
        summary="What changed",
        description="What this revision says otherwise than `against`, a number; without it, than "
        "the one before. `against=draft` tells what the draft changes in this revision, and "
        "`draft` may stand for the number as well.",
        responses=problems(401, 403, 404, 422, 503),
    )
    def compare_revisions(
        caller: Annotated[Caller, Depends(known)],
        slug: str,
        number: str,
        against: Annotated[
            str | None, Query(json_schema_extra={"pattern": "^([1-9][0-9]{0,8}|draft)$"})
        ] = None,
    ) -> DifferencesOut:
        from odyssee.actions import comparing
        from odyssee.domain.differences_document import differences_document

        state = number if number == _DRAFT else _check_number(number)
        told = comparing.compare_states(desk(), caller, check_slug(slug), state, _named(against))
        document = {"before": told.before, "after": told.after, **differences_document(told.found)}
        return DifferencesOut.model_validate(document)


def _check_number(text: str) -> int:
    """A number as revisions have them; anything else names none."""
    if _NUMBER.fullmatch(text) is None:
        raise NotFound
    return int(text)


def _named(against: str | None) -> int | Literal["draft"] | None:
    if against is None or against == _DRAFT:
        return against and _DRAFT
    if _NUMBER.fullmatch(against) is None:
        raise InputInvalid([Problem("against", "wrong_type", values={"expected": "integer"})])
    return int(against)


def _head_shape(head: "RevisionHead | Revision") -> RevisionOut:
    return RevisionOut(
        revision=head.number,
        created_at=head.created_at,
        by=head.by,
        reason=head.reason,
        state=head.state,
        at=head.publish_at,
        until=head.withdraw_at,
    )


def _content_shape(revision: "Revision") -> RevisionContentOut:
    from pydantic import TypeAdapter

    from odyssee.domain.legends import Legend

    document = TypeAdapter(Legend).dump_python(revision.legend, mode="json", exclude_none=True)
    media = {
        ref: medium.renditions[0].sha256 if medium.renditions else None
        for ref, medium in revision.media.items()
    }
    return RevisionContentOut(**dict(_head_shape(revision)), legend=document, media=media)
