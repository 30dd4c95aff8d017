"""Bodies about legends that come in and go out as files."""

from typing import Literal

from odyssee.api.schemas.bodies import Body
from odyssee.domain.errors import Severity


class ImportProblemOut(Body):
    """What an import has to say of a place in the content."""

    severity: Severity
    where: str
    """File and line, or a field."""
    code: str
    text: str


class ImportOut(Body):
    """What an import did, or would do."""

    dry_run: bool
    created: list[str]
    """Slugs of legends."""
    changed: list[str]
    unchanged: list[str]
    problems: list[ImportProblemOut]
    """Advice; errors refuse the whole."""


class ContentImportOut(ImportOut):
    """As above, of a file of content."""

    territory: Literal["unchanged", "changed"] | None
    """Null where the file brings none."""
