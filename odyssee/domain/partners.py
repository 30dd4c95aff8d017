"""Partners: other systems of the territory that share what they know, each under a name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import BBox

PartnerKind = Literal["geotrek", "tourinsoft"]
KINDS: tuple[PartnerKind, ...] = get_args(PartnerKind)
MAX_PROBLEMS = 500
"""Of one import that are told one by one; all are counted."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LICENCE = re.compile(r"[A-Za-z0-9.+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A system that is imported from, as the settings name it."""

    kind: PartnerKind
    name: str
    url: str
    """Where it answers; of a Geotrek the address before `/api/v2`, of a Tourinsoft one feed."""
    licence: str | None = None
    """Under which its words may be shown, an SPDX identifier; null where nobody said so."""


@dataclass(slots=True)
class PartnerReport:
    """What an import did, or would do: natural keys such as `poi/12`, in the order of the rows."""

    dry_run: bool
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    not_seen: int = 0
    """Known from before, of this partner, and not sent any more: kept all the same."""
    problems: list[Problem] = field(default_factory=list)
    """The first 500."""
    problem_count: int = 0

    def tell(self, problems: Iterable[Problem]) -> None:
        """Count the problems, and keep them as long as there is room."""
        for problem in problems:
            self.problem_count += 1
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(problem)


def partners_from(kind: PartnerKind, setting: str) -> tuple[Partner, ...]:
    """The partners of a setting: `name=url` or `name=url#licence`, separated by spaces.

    Raises:
        ValueError: one of them is written otherwise, or a name stands twice.
    """
    partners = tuple(_partner(kind, told) for told in setting.split())
    names = [partner.name for partner in partners]
    if len(set(names)) < len(names):
        raise ValueError("a name stands twice")
    return partners


def _partner(kind: PartnerKind, told: str) -> Partner:
    name, _, rest = told.partition("=")
    url, _, licence = rest.partition("#")  # a fragment, which no server is ever sent
    parts = urlsplit(url)
    is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    # Asked for the port, the parser checks it; a password in an address ends up in logs.
    if not is_address or parts.username is not None or parts.port == 0:
        raise ValueError("each must be name=http(s)://…, without a password in it")
    if not _NAME.fullmatch(name) or (licence and not _LICENCE.fullmatch(licence)):
        raise ValueError("names are lower-case letters, digits and hyphens; licences SPDX")
    return Partner(kind=kind, name=name, url=url.rstrip("/"), licence=licence or None)


def get_partner(partners: Sequence[Partner], kind: PartnerKind, name: str) -> Partner:
    """The partner of that name.

    Raises:
        InputInvalid: the settings name none such; those that they name are told.
    """
    known = [partner for partner in partners if partner.kind == kind]
    for partner in known:
        if partner.name == name:
            return partner
    names = ", ".join(partner.name for partner in known) or "–"
    raise InputInvalid([Problem("source", "source_not_set", values={"known": names})])


def check_bbox(bbox: BBox | None) -> list[Problem]:
    """What is wrong with the box of an import: west before east, south before north."""
    if bbox is None or (
        -180 <= bbox.west < bbox.east <= 180 and -90 <= bbox.south < bbox.north <= 90
    ):
        return []
    return [Problem("bbox", "bbox_impossible")]
