"""Bodies of the admin API: what is wrong with a draft, how it walks, what was published."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.domain.errors import Severity
from odyssee.domain.publication import RevisionState
from odyssee.domain.synthetic_walks import BOUNDS, Synthetic


def _within(name: str) -> Any:
    least, most = BOUNDS[name]
    return Field(default=getattr(Synthetic(), name), ge=least, le=most)


Dial = Annotated[float, Field(allow_inf_nan=False)]


class SyntheticIn(Body):
    """Walks to be made up; the same values give the same walks."""

    sigma_m: Dial = _within("sigma_m")
    """Standard deviation of the position error on each axis."""
    correlation_s: Dial = _within("correlation_s")
    """Time after which the error has forgotten all but 1/e of itself."""
    sampling_s: Dial = _within("sampling_s")
    walks: int = Field(default=1, ge=1, le=200)
    seed: int = Field(default=1, ge=0, le=2**53)
    direction: Literal["forward", "reverse"] = "forward"
    bicycle: bool = False
    shortcut: Dial = _within("shortcut")
    """Share of the route that is left out, in its middle."""
    rests: bool = True
    """Stands at each stop as long as its story is."""
    under_trees: Dial = _within("under_trees")
    dropouts: Dial = _within("dropouts")
    outliers: Dial = _within("outliers")
    claimed: Dial = _within("claimed")
    """What the phone says of its error, as a share of the truth."""

    def to_domain(self) -> Synthetic:
        """The same for the rules."""
        return Synthetic(**dict(self))


class SimulationIn(Body):
    """A simulation of made-up walks."""

    synthetic: SyntheticIn


class CheckedOut(Body):
    """One thing that is wrong with a draft, or might be better."""

    severity: Severity
    where: str
    """A JSON pointer into the draft, without its first slash."""
    code: str
    text: str


class CheckOut(Body):
    """All that is to be said of a draft at once."""

    problems: list[CheckedOut]
    publishable: bool
    """No error is among them; advice is accepted by its code when it is published."""


class SimulationOut(Body):
    """What the walks say of the draft; distances and times null where a stop was never entered."""

    walks: int
    seed: int
    recorded: bool
    stops: list[dict[str, Any]]
    enters: int
    false_enters: int
    duplicates: int
    overlaps: list[dict[str, Any]]
    """Stories that still speak when the walker comes to another stop."""
    events: list[dict[str, Any]]
    """Of the first walk."""


class RevisionOut(Body):
    """A revision without its content."""

    revision: int
    created_at: AwareDatetime
    by: str
    """The id of a person, or `command line`."""
    reason: str
    state: RevisionState
    at: AwareDatetime | None
    """The day that it waited or waits for; null for at once."""
    until: AwareDatetime | None
    """When it is taken back; null for not by itself."""


class RevisionsOut(Body):
    """A page of revisions, the newest first."""

    items: list[RevisionOut]
    next: str | None


class RevisionContentOut(RevisionOut):
    """A revision with its content."""

    legend: dict[str, Any]
    """The keys of `legende.yaml` and `texts`, by language; stops with theirs."""
    media: dict[str, str | None]
    """The SHA-256 of the first encoded form, by the place where it is used."""


class WordsOut(Body):
    """A piece of a text, and what became of it."""

    change: Literal["same", "removed", "added"]
    text: str


class TextChangeOut(Body):
    """A text that differs; null where it is not there."""

    where: str
    lang: str
    before: str | None
    after: str | None
    words: list[WordsOut]
    """Both texts in one: that of before without what was added, the other without what went."""


class GroundChangeOut(Body):
    """A place, a zone or the route that was moved, made, removed or made wider."""

    where: str
    moved_m: float | None
    """How far its farthest part moved; null where it is in one of the two only."""
    radius_before_m: float | None
    radius_after_m: float | None


class MediumChangeOut(Body):
    """A medium that is another one, by SHA-256; null where there is none."""

    where: str
    before: str | None
    after: str | None


class FieldChangeOut(Body):
    """Anything else that differs; null for what is absent."""

    where: str
    before: Any
    after: Any


class StopsChangeOut(Body):
    """Stops that are in one of the two only."""

    added: list[str]
    removed: list[str]


class OrderChangeOut(Body):
    """Two orders of the stops."""

    before: list[str]
    after: list[str]


class DifferencesOut(Body):
    """What the later state says otherwise."""

    before: int | Literal["draft"]
    after: int | Literal["draft"]
    texts: list[TextChangeOut]
    geometry: list[GroundChangeOut]
    media: list[MediumChangeOut]
    fields: list[FieldChangeOut]
    stops: StopsChangeOut
    order: OrderChangeOut | None
    """Null where the stops that both have come in the same order."""
