"""Assets: what an office brought, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from odyssee.domain.credits import MAX_CREDIT
from odyssee.domain.errors import Problem
from odyssee.domain.finishing import NO_EDIT, Edit
from odyssee.domain.letters import is_readable
from odyssee.domain.media import MediaAsset, MediaKind
from odyssee.domain.people import Caller, includes
from odyssee.domain.uploads import LANGUAGES

AssetState = Literal["processing", "ready", "refused"]

MAX_ALT = 500
GAVE_UP = "gave_up"
"""The reason of an asset that failed for our own faults: the same bytes may be sent again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an asset was refused; its sentence is made where it is told."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """A place where an asset is used."""

    legend: str
    place: str
    """As `media.cover_ref` and its sisters say it."""
    revision: int | None
    """Null for the draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A medium that somebody brought: its original, and its encoded forms once they are made."""

    id: str
    office: str | None
    """Null for what an admin of no office brought."""
    kind: MediaKind
    state: AssetState
    reasons: tuple[Reason, ...]
    file_name: str
    """What its owner calls it: data, and never a path."""
    sha256: str
    """Of the original."""
    size_bytes: int
    lang: str | None
    legend: str | None
    alt: Mapping[str, str]
    """What a picture shows, by language."""
    credit: str
    licence: str
    medium: MediaAsset | None
    """What was encoded; null until it is ready."""
    job: int | None
    """The job that encodes it, the last one."""
    uploaded_by: str
    created_at: datetime
    version: int
    """Rises with each change of what stands here."""
    edit: Edit = NO_EDIT
    """Captions of a sound and focal point of a picture, as the office says them."""
    edited_at: datetime | None = None
    """When they were said last: of several offices with the same file, the last word counts."""


def sees(caller: Caller, office: str | None) -> bool:
    """Whether the things of that office are there for the caller: an admin acts over all."""
    return includes(caller.role, "admin") or (office is not None and caller.person.office == office)


def check_alt(alt: Mapping[str, str]) -> list[Problem]:
    """One line or a few in the languages of the territory."""
    found = []
    for lang, text in alt.items():
        if lang not in LANGUAGES:
            expected = ", ".join(LANGUAGES)
            found.append(Problem("alt", "not_allowed", values={"expected": expected}))
        elif len(text) > MAX_ALT:
            found.append(Problem(f"alt/{lang}", "too_long", values={"expected": str(MAX_ALT)}))
        elif not is_readable(text):
            found.append(Problem(f"alt/{lang}", "bad_character"))
    return found


def check_line(where: str, text: str) -> list[Problem]:
    """A credit or a licence: one line of at most 200 characters."""
    if len(text) > MAX_CREDIT:
        return [Problem(where, "too_long", values={"expected": str(MAX_CREDIT)})]
    return [] if is_readable(text) else [Problem(where, "bad_character")]


def told_uses(uses: Sequence[Use]) -> list[Problem]:
    """The places in the way of a removal."""
    return [
        Problem(
            f"used_by/{number}",
            "used_here" if use.revision is None else "used_in_revision",
            values={
                "legend": use.legend,
                "place": use.place,
                "revision": "" if use.revision is None else str(use.revision),
            },
        )
        for number, use in enumerate(uses)
    ]
