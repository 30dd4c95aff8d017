"""What can go wrong, in the words of the domain; the doors give each its status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place; its sentence is made in `api/texts.py` from code and values."""

    where: str
    """A JSON pointer into the document without the leading slash, or `file:line`."""
    code: str
    severity: Severity = "error"
    values: Mapping[str, str] = field(default_factory=dict)
    """What the sentence names, already as words; never the whole input."""


class OdysseeError(Exception):
    """Anything that the product itself refuses or cannot do."""

    code = "broken"

    def __init__(self, detail: str = "", **values: str) -> None:
        super().__init__(detail or self.code)
        self.values = values
        """What the sentence names, such as the slug that was not found."""


class NotFound(OdysseeError):
    """There is no such thing."""

    code = "not_found"


class Unpublished(OdysseeError):
    """The legend was published once and is not any more."""

    code = "unpublished"


class ProblemsFound(OdysseeError):
    """A check found problems; all of them are told."""

    code = "problems_found"

    def __init__(self, problems: Sequence[Problem], **values: str) -> None:
        super().__init__(f"{len(problems)} problems", **values)
        self.problems = tuple(problems)


class NotPublishable(ProblemsFound):
    """The draft has problems that stand in the way of publication."""

    code = "not_publishable"


class ContentInvalid(ProblemsFound):
    """The content folder has problems; nothing of it was taken."""

    code = "content_invalid"


class InputInvalid(ProblemsFound):
    """A request's values are out of their bounds."""

    code = "invalid"


class ProgressUnreadable(OdysseeError):
    """The progress token is damaged, cut, or of another legend."""

    code = "progress_unreadable"


class HereImplausible(OdysseeError):
    """An "I am here" was said too far from the last known position."""

    code = "here_implausible"


class TooManySteps(OdysseeError):
    """One request asks for more evidence steps than it may."""

    code = "too_many_steps"


class Stale(OdysseeError):
    """The thing changed since the caller read it."""

    code = "stale"


class Damaged(OdysseeError):
    """Kept bytes are not what their hash or their format promises."""

    code = "damaged"


class Unavailable(OdysseeError):
    """Something that this deed needs does not answer now."""

    code = "unavailable"


class Misconfigured(OdysseeError):
    """A setting cannot be used; `setting` in values names it."""

    code = "misconfigured"


class MediumRefused(OdysseeError):
    """A picture or a recording cannot be used; `code` in values says why."""

    code = "medium_refused"
