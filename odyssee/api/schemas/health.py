"""Bodies of the service addresses."""

from typing import Literal

from pydantic import AwareDatetime

from odyssee.api.schemas.bodies import Body


class HealthOut(Body):
    """The process answers."""

    status: Literal["ok"]


class ReadyOut(Body):
    """Whether the published store has been read."""

    ready: bool
    since: AwareDatetime | None
    revision: int
    """Of the catalogue that is served; 0 before the first publication."""
