"""Bodies that kiosks send and get."""

from typing import Annotated

from pydantic import Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.days import DayIn
from odyssee.api.schemas.fleet import Lang, ProfileBody
from odyssee.api.schemas.problems import ProblemOut
from odyssee.api.schemas.slugs import SlugIn
from odyssee.domain.batches import EPOCH, MAX_COUNTS, MAX_N, MAX_SEQ, Batch
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.people import MAX_NAME
from odyssee.domain.statistics import Cell, EventType


class EnrolmentIn(Body):
    """A kiosk that wants to be known by its key from now on."""

    code: Annotated[str, Field(max_length=100)]
    """The one-time code, as a person typed it."""
    public_key: Annotated[str, Field(max_length=100)]
    """Ed25519: its 32 bytes in base64url."""
    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    """What the kiosk calls itself; the office has a name of its own for it."""


class MembershipOut(Body):
    """What a kiosk is, and what it is to keep."""

    id: str
    name: str
    """What the office calls it."""
    office: str | None
    profile: ProfileBody

    @classmethod
    def from_domain(cls, kiosk: Kiosk) -> "MembershipOut":
        """The same as a body."""
        profile = ProfileBody.from_domain(kiosk.profile)
        return cls(id=kiosk.id, name=kiosk.name, office=kiosk.office, profile=profile)


class NonceOut(Body):
    """What one call is signed with."""

    nonce: str
    expires_in: int
    """Seconds, by the server's clock."""


class CountIn(Body):
    """How often something was counted."""

    day: DayIn
    """From 60 days ago to tomorrow; another is left out and told in `refused`."""
    legend: SlugIn
    lang: Lang
    type: EventType
    n: Annotated[int, Field(ge=1, le=MAX_N)]


class CountsIn(Body):
    """A batch of counts; it never changes once it was sent."""

    epoch: Annotated[str, Field(pattern=f"^{EPOCH.pattern}$")]
    """Random, made at the kiosk's first start."""
    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)]
    """1, 2, 3 … within the epoch, without a gap."""
    mark: Annotated[str, Field(max_length=64)] = ""
    """Made by chance for this batch alone, so that no two kiosks ever send the same bytes."""
    counts: list[CountIn] = Field(max_length=MAX_COUNTS)

    def to_domain(self, sha256: str) -> Batch:
        """The same in the words of the domain.

        Args:
            sha256: of the bytes of the body.
        """
        counts = tuple(
            (Cell(one.day, one.legend, one.lang, one.type), one.n) for one in self.counts
        )
        return Batch(epoch=self.epoch, seq=self.seq, counts=counts, sha256=sha256)


class RefusedCountOut(Body):
    """A count that was left out."""

    index: int
    """In `counts`, from 0."""
    code: str


class CountsOut(Body):
    """The batch is taken, now or before."""

    acknowledged: int
    """The batch's own number: the kiosk may forget it."""
    last: int
    """The last number that is known of the epoch."""
    sha256: str
    """Of the batch that was taken under this number. Where it is not that of the batch that was
    sent, two kiosks were made from one image: this one starts a new epoch and sends again."""
    accepted: int
    """Counts that were added now; 0 when the batch was known."""
    refused: list[RefusedCountOut]


class GapOut(ProblemOut):
    """Batches are missing that come before."""

    last: int
    """The last number that is known of the epoch, 0 before the first: send the one after it."""
