"""Sessions, personal tokens and known devices; of their secrets only the hashes are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from odyssee.db.columns import instant_of
from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Database, Tx
from odyssee.db.tables import CredentialRow, DeviceRow, PersonRow
from odyssee.domain.accounts import MAX_DEVICES, Credential, PersonalToken
from odyssee.domain.people import Kind, Person

_HELD = (
    select(
        CredentialRow.id,
        CredentialRow.kind,
        CredentialRow.role,
        CredentialRow.signed_in_at,
        CredentialRow.expires_at,
        CredentialRow.last_seen_at,
        PersonRow.id,
        PersonRow.email,
        PersonRow.name,
        PersonRow.role,
        PersonRow.office,
        PersonRow.otp_sealed.is_not(None),
        PersonRow.password_expires_at.is_not(None),
        PersonRow.disabled,
        PersonRow.created_at,
        PersonRow.version,
    )
    .join(PersonRow, PersonRow.id == CredentialRow.person_id)
    .where(CredentialRow.sha256 == bindparam("sha256"))
)


def find_credential(db: Database, sha256: str) -> Credential | None:
    """The session or token whose secret has that hash, with its person; it may have ended."""
    row = db.glance(_HELD, sha256=sha256)
    if row is None:
        return None
    own, told = row[:6], row[6:]
    return Credential(
        id=own[0],
        kind=own[1],
        role=own[2],
        signed_in_at=instant_of(own[3]),
        expires_at=instant_of(own[4]),
        last_seen_at=instant_of(own[5]),
        person=Person(
            id=told[0],
            email=told[1],
            name=told[2],
            role=told[3],
            office=told[4],
            has_otp=bool(told[5]),
            must_change_password=bool(told[6]),
            disabled=bool(told[7]),
            created_at=instant_of(told[8]),
            version=told[9],
        ),
    )


def add_credential(
    tx: Tx, credential: Credential, sha256: str, *, how: str, name: str = ""
) -> None:
    """Keep a session or a token."""
    row = {
        "id": credential.id,
        "kind": credential.kind,
        "sha256": sha256,
        "person_id": credential.person.id,
        "how": how,
        "name": name,
        "role": credential.role,
        "signed_in_at": credential.signed_in_at,
        "expires_at": credential.expires_at,
        "last_seen_at": credential.last_seen_at,
    }
    tx.execute(insert(CredentialRow).values(row))


def note_use(tx: Tx, credential_id: str, now: datetime, unless_since: datetime) -> None:
    """Note that it was used now, unless that was noted since."""
    due = (CredentialRow.id == credential_id, CredentialRow.last_seen_at <= unless_since)
    tx.execute(update(CredentialRow).where(*due).values(last_seen_at=now))


def list_tokens(tx: Tx, person_id: str, now: datetime) -> list[PersonalToken]:
    """The personal tokens of the person that have not expired, the newest first."""
    row = CredentialRow
    mine = (row.person_id == person_id, row.kind == "token", row.expires_at > now)
    found = tx.execute(select(row.__table__).where(*mine).order_by(row.signed_in_at.desc(), row.id))
    return [
        PersonalToken(
            id=one.id,
            name=one.name,
            role=one.role,
            created_at=one.signed_in_at,
            expires_at=one.expires_at,
            last_seen_at=one.last_seen_at,
        )
        for one in found
    ]


def is_there(tx: Tx, credential_id: str) -> bool:
    """Whether the session or token was not revoked since it was found."""
    return tx.scalar(select(CredentialRow.id).where(CredentialRow.id == credential_id)) is not None


def revoke(tx: Tx, person_id: str, credential_id: str, kind: Kind) -> bool:
    """End one of the person's sessions or tokens; False when they have no such one."""
    row = CredentialRow
    one = (row.id == credential_id, row.person_id == person_id, row.kind == kind)
    return tx.scalar(delete(row).where(*one).returning(row.id)) is not None


def revoke_sessions(tx: Tx, person_id: str, *, but: str | None = None) -> None:
    """End the sessions of the person, except that of the id `but`."""
    row = CredentialRow
    ended = delete(row).where(row.person_id == person_id, row.kind == "session")
    tx.execute(ended if but is None else ended.where(row.id != but))


def revoke_everything(tx: Tx, person_id: str) -> None:
    """End every session and token of the person, and forget their devices."""
    tx.execute(delete(CredentialRow).where(CredentialRow.person_id == person_id))
    tx.execute(delete(DeviceRow).where(DeviceRow.person_id == person_id))


def drop_expired(tx: Tx, person_id: str, now: datetime) -> None:
    """Remove what of the person's has expired: sessions, tokens, devices."""
    for row in (CredentialRow, DeviceRow):
        tx.execute(delete(row).where(row.person_id == person_id, row.expires_at <= now))


def is_device_of(tx: Tx, sha256: str, person_id: str, now: datetime) -> bool:
    """Whether the person signed in on the device before, less than a year ago."""
    known = (DeviceRow.sha256 == sha256, DeviceRow.person_id == person_id)
    return tx.scalar(select(DeviceRow.sha256).where(*known, DeviceRow.expires_at > now)) is not None


def keep_device(tx: Tx, sha256: str, person_id: str, expires_at: datetime) -> None:
    """Know the device from now on; of more than 20, those used longest ago are forgotten."""
    row: dict[str, Any] = {"sha256": sha256, "person_id": person_id, "expires_at": expires_at}
    if insert_unless_kept(tx, row, gives=DeviceRow.sha256, unique=DeviceRow.sha256) is None:
        one = (DeviceRow.sha256 == sha256, DeviceRow.person_id == person_id)
        tx.execute(update(DeviceRow).where(*one).values(expires_at=expires_at))
    mine = select(DeviceRow.sha256).where(DeviceRow.person_id == person_id)
    if (tx.scalar(select(func.count()).select_from(mine.subquery())) or 0) > MAX_DEVICES:
        kept = mine.order_by(DeviceRow.expires_at.desc(), DeviceRow.sha256).limit(MAX_DEVICES)
        old = (DeviceRow.person_id == person_id, DeviceRow.sha256.not_in(kept))
        tx.execute(delete(DeviceRow).where(*old))
