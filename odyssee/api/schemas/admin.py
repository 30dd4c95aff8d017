"""Bodies of the admin API: sessions, accounts, tokens, people, offices, the audit."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.slugs import SlugIn
from odyssee.domain.accounts import DEFAULT_TOKEN_DAYS, TOKEN_DAYS
from odyssee.domain.people import MAX_EMAIL, MAX_NAME, MAX_PASSWORD, Duty, Kind, Role

Email = Annotated[str, Field(min_length=1, max_length=MAX_EMAIL)]
Password = Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD)]
Name = Annotated[str, Field(max_length=MAX_NAME)]


def without_defaults(schema: dict[str, Any]) -> None:
    """Say in a schema of changes that what is absent stays as it is."""
    for told in schema["properties"].values():
        told.pop("default", None)


class SignInIn(Body):
    """Who wants to enter, and the proof."""

    email: Email
    password: Password
    otp: Annotated[str, Field(max_length=40)] | None = None
    """A code of the authenticator application, or a recovery code; for those who have them."""
    device: Annotated[str, Field(max_length=200)] | None = None
    """What an earlier sign-in gave: others' failures then never make this device wait."""
    cookie: bool = False
    """For pages of this very site: the session comes as a cookie, and nothing of it in the body."""


class SignInOut(Body):
    """A session; shown now and never again."""

    access_token: str | None
    """For `Authorization: Bearer …`; null when it came as a cookie."""
    token_type: Literal["Bearer", "cookie"]
    expires_in: int
    """Seconds; a session that nobody uses for two hours ends before."""
    device: str | None
    """Keep it on this device and send it at the next sign-in; null when it came as a cookie."""


class PersonOut(Body):
    """Somebody who may sign in."""

    id: str
    email: str
    name: str
    role: Role
    office: str | None
    """The slug of the office; null for an admin of no office: admins act over all of them."""
    has_otp: bool
    must_change_password: bool
    disabled: bool
    created_at: AwareDatetime
    version: int
    """Rises with each change; `If-Match: "3"` asks that it still be 3."""


class CredentialOut(Body):
    """By what the caller is known."""

    id: str
    kind: Kind
    role: Role
    """What it may do at most."""
    signed_in_at: AwareDatetime


class MeOut(PersonOut):
    """Who is signed in."""

    duties: list[Duty]
    """What must be done before anything else, in this order."""
    credential: CredentialOut


class PasswordIn(Body):
    """Another password."""

    old: Password
    new: Password
    """Twelve characters or more, hard to guess; any characters."""


class EnrolmentOut(Body):
    """A second factor; shown now and never again."""

    otp_secret: str
    otpauth_url: str
    otp_qr_svg: str
    """The address as a QR code."""
    recovery_codes: list[str]
    """Each stands once for a code, when the phone is lost."""


class TokenIn(Body):
    """A token for a program of one's own."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    days: int = Field(default=DEFAULT_TOKEN_DAYS, ge=TOKEN_DAYS[0], le=TOKEN_DAYS[-1])
    role: Role | None = None
    """What it may do at most; absent: all that the person may now."""


class TokenOut(Body):
    """A personal token, without its secret."""

    id: str
    name: str
    role: Role
    created_at: AwareDatetime
    expires_at: AwareDatetime
    last_seen_at: AwareDatetime
    """Within a minute; when it was made, if nobody used it yet."""


class NewTokenOut(TokenOut):
    """A token that was just made; its secret is shown now and never again."""

    token: str


class PersonIn(Body):
    """Somebody who is to work here."""

    email: Email
    role: Role
    office: SlugIn | None = None
    """The slug of an office; only an admin may have none."""
    name: Name = ""


class PersonChangesIn(Body):
    """What is to change of a person; what is absent stays."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    role: Role = "contributor"
    office: SlugIn | None = None
    name: Name = ""
    disabled: bool = False


class ResetIn(Body):
    """A new one-time password for somebody."""

    otp: bool = False
    """The phone is lost as well: new one-time codes."""


class HandedOut(Body):
    """What is to be handed over to a person; shown now and never again."""

    password: str
    """Good for one sign-in within seven days; it must then be changed."""
    otp_secret: str | None
    otpauth_url: str | None


class NewPersonOut(PersonOut, HandedOut):
    """Somebody who was just added, and what is to be handed over."""


class OfficeIn(Body):
    """A new office."""

    slug: SlugIn
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]


class OfficeOut(Body):
    """An office, to which people belong."""

    slug: str
    name: str


class EntryOut(Body):
    """One deed of one person or machine."""

    id: int
    at: AwareDatetime
    who: str
    """The id of a person, or what else acted, such as `command line`."""
    deed: str
    what: str
    detail: dict[str, Any]


class PeopleOut(Body):
    """People, in the order of their e-mails."""

    items: list[PersonOut]
    next: str | None
    """The `cursor` of the next page; null on the last."""


class TokensOut(Body):
    """Tokens of one's own, the newest first."""

    items: list[TokenOut]
    next: str | None


class OfficesOut(Body):
    """Offices, in the order of their slugs."""

    items: list[OfficeOut]
    next: str | None


class AuditOut(Body):
    """Deeds, the newest first."""

    items: list[EntryOut]
    next: str | None
