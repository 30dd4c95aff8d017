"""A draft is shown by an address that ends."""

from typing import Annotated

from fastapi import APIRouter, Depends

from odyssee.api.admin.bodies import Reading
from odyssee.api.admin.callers import OpenDesk
from odyssee.api.admin.drafts import tellers
from odyssee.api.admin.slugs import check_slug
from odyssee.api.schemas.reviewing import PreviewIn, PreviewOut
from odyssee.api.stating import problems
from odyssee.domain.people import Caller


def add_previewing(router: APIRouter, desk: OpenDesk) -> None:
    """The route that makes previews; `web/preview.py` shows them."""
    contributors = tellers(desk)

    @router.post(
        "/legends/{slug}/preview",
        summary="Show a draft by an address",
        description="For a phone, or for somebody outside the office: the page of the draft as it "
        "is now, for whoever has the address, for some hours (24, two weeks at most) or until the "
        "next edit. Search engines are told to leave it.",
        status_code=201,
        responses=problems(401, 403, 404, 413, 415, 422, 503),
    )
    def make_preview(
        caller: Annotated[Caller, Depends(contributors)],
        asked: Annotated[PreviewIn, Depends(Reading(PreviewIn, optional=True))],
        slug: str,
    ) -> PreviewOut:
        from odyssee.actions import previewing

        tools = desk()
        made = previewing.make_preview(tools, caller, check_slug(slug), asked.hours)
        url = f"{tools.public_url}/apercu/{made.token}"
        return PreviewOut(url=url, expires_at=made.preview.ends_at)
