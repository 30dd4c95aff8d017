"""Bodies about kiosks: as the office sees them, and as they tell of themselves."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, TypeAdapter

from odyssee.api.schemas.admin import Name, without_defaults
from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.proximity import InstantIn
from odyssee.api.schemas.slugs import SlugIn
from odyssee.domain.kiosks import (
    LAYERS,
    MAX_LANGUAGE,
    MAX_LANGUAGES,
    Delivery,
    Health,
    Kiosk,
    KioskProfile,
    KioskState,
    Quality,
    plain_line,
)
from odyssee.domain.languages import LANGUAGE
from odyssee.domain.packs import Layer
from odyssee.domain.syncing import ContentAge

_MOST = 2**53 - 1
"""The largest whole number that every reader of JSON takes as it is."""
Amount = Annotated[int, Field(ge=0, le=_MOST)]
Lang = Annotated[
    str, Field(max_length=MAX_LANGUAGE, json_schema_extra={"pattern": f"^{LANGUAGE.pattern}$"})
]
Line = Annotated[str, Field(max_length=2000), AfterValidator(plain_line)]
"""What the software of a kiosk says; it is cut and freed of odd characters, never refused."""
_HEALTH = TypeAdapter(Health)


class ProfileBody(Body):
    """What of the packs a kiosk keeps."""

    languages: (
        Annotated[
            list[Lang],
            Field(min_length=1, max_length=MAX_LANGUAGES, json_schema_extra={"uniqueItems": True}),
        ]
        | None
    ) = None
    """Null for all that are published."""
    layers: list[Layer] = Field(
        default=list(LAYERS),
        json_schema_extra={"contains": {"const": "core"}, "uniqueItems": True},
    )
    """`core` must be among them."""
    audio: Quality = "high"
    """`low` for a kiosk on a slow line."""

    def to_domain(self) -> KioskProfile:
        """The same in the words of the domain."""
        languages = None if self.languages is None else tuple(self.languages)
        return KioskProfile(languages=languages, layers=tuple(self.layers), audio=self.audio)

    @classmethod
    def from_domain(cls, profile: KioskProfile) -> "ProfileBody":
        """The same as a body."""
        languages = None if profile.languages is None else list(profile.languages)
        return cls(languages=languages, layers=list(profile.layers), audio=profile.audio)


class LastSyncBody(Body):
    """How the last sync of a kiosk ended."""

    at: InstantIn
    """By the kiosk's own clock."""
    result: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
    """A word of the kiosk's software, such as `done`."""
    detail: Line | None = None


class ScrubBody(Body):
    """How the last look at every object of a kiosk ended."""

    at: InstantIn
    """By the kiosk's own clock."""
    bad: Amount
    """Objects that were not what their hash promises."""


class HealthBody(Body):
    """What a kiosk tells of itself, and nothing else; what it does not know is null or absent."""

    packs: dict[SlugIn, Annotated[int, Field(ge=0, le=_MOST)]] = Field(max_length=1000)
    """The revision of each legend that it serves, by slug."""
    content: ContentAge
    """Just confirmed by the publisher, confirmed a while ago, past its expiry, or nothing yet."""
    content_age_s: Amount | None = None
    """Since the publisher last confirmed what it serves."""
    last_sync: LastSyncBody | None = None
    free_bytes: Amount | None = None
    scrub: ScrubBody | None = None
    clock_trusted: bool | None = None
    software: Line | None = None
    """The version of its software."""
    uptime_s: Amount | None = None

    def to_domain(self) -> Health:
        """The same in the words of the domain."""
        return _HEALTH.validate_json(self.model_dump_json())

    @classmethod
    def from_domain(cls, health: Health) -> "HealthBody":
        """The same as a body."""
        return cls.model_validate_json(_HEALTH.dump_json(health))


Enrolment = Annotated[
    Delivery,
    Field(description="`online`: the code waits 15 minutes; `usb`: 30 days, for a stick."),
]


class KioskIn(Body):
    """A kiosk that is to come."""

    name: Annotated[Name, Field(min_length=1)]
    """What the office calls it, such as where it stands."""
    office: SlugIn | None = None
    """The slug of the office that looks after it."""
    profile: ProfileBody = ProfileBody()
    enrolment: Enrolment = "online"


class KioskChangesIn(Body):
    """What is to change of a kiosk; what is absent stays."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: Annotated[Name, Field(min_length=1)] = "-"
    office: SlugIn | None = None
    profile: ProfileBody = ProfileBody()


class CodeIn(Body):
    """A new one-time code for a kiosk."""

    enrolment: Enrolment = "online"


class KioskOut(Body):
    """A kiosk."""

    id: str
    name: str
    office: str | None
    profile: ProfileBody
    state: KioskState
    machine: str
    """What the kiosk calls itself; empty before it enrolled."""
    content: ContentAge
    """As it told last; `none` before its first report."""
    packs: dict[str, int]
    """The revision of each legend that it serves, as it told last."""
    software: str | None
    health: HealthBody | None
    """Its last report."""
    health_at: AwareDatetime | None
    last_seen_at: AwareDatetime | None
    """When it last called."""
    refused_counts: int
    """Visits that it counted under days that cannot be: if this rises, its clock is wrong."""
    code_expires_at: AwareDatetime | None
    """Until when its one-time code waits; null when none does."""
    created_at: AwareDatetime
    enrolled_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    version: int
    """Rises with each change that an office makes; `If-Match: "3"` asks that it still be 3."""

    @classmethod
    def from_domain(cls, kiosk: Kiosk) -> "KioskOut":
        """The same as a body."""
        return cls(**facts_of(kiosk))


class NewKioskOut(KioskOut):
    """A kiosk that was just added; its code is shown now and never again."""

    code: str
    """To be typed on the kiosk; capitals and hyphens do not matter."""


class CodeOut(Body):
    """A one-time code; shown now and never again."""

    code: str
    expires_at: AwareDatetime


class KiosksOut(Body):
    """Kiosks, in the order of their names."""

    items: list[KioskOut]
    next: str | None
    """The `cursor` of the next page; null on the last."""


def facts_of(kiosk: Kiosk) -> dict[str, Any]:
    """What is shown of a kiosk, by field."""
    health = kiosk.health
    plain = KioskOut.model_fields.keys() - {"profile", "health", "content", "packs", "software"}
    renamed = {"refused_counts": "refused"}
    return {name: getattr(kiosk, renamed.get(name, name)) for name in plain} | {
        "profile": ProfileBody.from_domain(kiosk.profile),
        "content": "none" if health is None else health.content,
        "packs": {} if health is None else dict(health.packs),
        "software": None if health is None else health.software,
        "health": None if health is None else HealthBody.from_domain(health),
    }
