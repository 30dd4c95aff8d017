"""Answers of the admin API, from what the actions give."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from odyssee.api.schemas.admin import (
    CredentialOut,
    EnrolmentOut,
    EntryOut,
    HandedOut,
    MeOut,
    PersonOut,
    SignInOut,
    TokenOut,
)

if TYPE_CHECKING:
    # The actions load SQL, which a server that reads only does without.
    from odyssee.actions.accounts import Enrolment
    from odyssee.actions.entering import SignedIn
    from odyssee.actions.staffing import Added
    from odyssee.domain.accounts import PersonalToken
    from odyssee.domain.audit import Entry
    from odyssee.domain.people import Caller, Person


def session_shape(signed_in: SignedIn, *, cookie: bool) -> SignInOut:
    """A session that was opened; its secrets only where they do not come as cookies."""
    return SignInOut(
        access_token=None if cookie else signed_in.token,
        token_type="cookie" if cookie else "Bearer",
        expires_in=signed_in.expires_in_s,
        device=None if cookie else signed_in.device,
    )


def person_shape(person: Person) -> PersonOut:
    """A person."""
    return PersonOut(**_facts_of(person))


def me_shape(caller: Caller) -> MeOut:
    """Who calls."""
    credential = CredentialOut(
        id=caller.credential,
        kind=caller.kind,
        role=caller.role,
        signed_in_at=caller.signed_in_at,
    )
    person = caller.person
    return MeOut(**_facts_of(person), duties=list(person.duties), credential=credential)


def token_shape(token: PersonalToken, caller: Caller) -> TokenOut:
    """A token of the caller's; one without a role of its own has the person's."""
    return TokenOut(
        id=token.id,
        name=token.name,
        role=token.role or caller.person.role,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_seen_at=token.last_seen_at,
    )


def handed_shape(added: Added) -> HandedOut:
    """What is to be handed over."""
    return HandedOut(
        password=added.password, otp_secret=added.otp_secret, otpauth_url=added.otpauth_url
    )


def enrolment_shape(made: Enrolment) -> EnrolmentOut:
    """A new second factor, with its picture."""
    return EnrolmentOut(
        otp_secret=made.otp_secret,
        otpauth_url=made.otpauth_url,
        otp_qr_svg=_qr_svg(made.otpauth_url),
        recovery_codes=list(made.recovery_codes),
    )


def entry_shape(entry: Entry) -> EntryOut:
    """One deed."""
    return EntryOut(
        id=entry.id,
        at=entry.at,
        who=entry.who,
        deed=entry.deed,
        what=entry.what,
        detail=dict(entry.detail),
    )


def _facts_of(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in PersonOut.model_fields}


def _qr_svg(text: str) -> str:
    import segno

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, omitsize=True)
    return out.getvalue().decode()
