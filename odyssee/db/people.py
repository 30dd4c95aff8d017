"""People, with what proves them: kept for good, changed one version after the other."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from odyssee.db.inserting import insert_all, insert_unless_kept
from odyssee.db.session import Tx
from odyssee.db.tables import PersonRow, RecoveryCodeRow
from odyssee.domain.accounts import Account
from odyssee.domain.errors import NotFound
from odyssee.domain.people import Person, email_key

_ALL = select(PersonRow.__table__)


def add_account(tx: Tx, account: Account) -> bool:
    """Keep a new person; False, and nothing is written, when the e-mail is taken."""
    person = account.person
    row = {
        "id": person.id,
        "email": person.email,
        "email_key": email_key(person.email),
        "name": person.name,
        "role": person.role,
        "office": person.office,
        "password_hash": account.password_hash,
        "password_expires_at": account.password_expires_at,
        "password_used_at": account.password_used_at,
        "otp_sealed": account.otp_sealed,
        "otp_step": account.otp_step,
        "disabled": person.disabled,
        "created_at": person.created_at,
        "version": person.version,
    }
    return insert_unless_kept(tx, row, gives=PersonRow.id, unique=PersonRow.email_key) is not None


def find_account(tx: Tx, email: str) -> Account | None:
    """The account of that e-mail, in any spelling."""
    row = tx.execute(_ALL.where(PersonRow.email_key == email_key(email))).first()
    return None if row is None else _account(row)


def get_account(tx: Tx, person_id: str) -> Account:
    """The account of the person of that id.

    Raises:
        NotFound: there is no such person.
    """
    return _get(tx, person_id, _ALL.where(PersonRow.id == person_id))


def lock_account(tx: Tx, person_id: str) -> Account:
    """As `get_account`, held by this transaction: nobody else changes it meanwhile."""
    return _get(tx, person_id, _ALL.where(PersonRow.id == person_id).with_for_update())


def _get(tx: Tx, person_id: str, wanted: Select[Any]) -> Account:
    row = tx.execute(wanted).first()
    if row is None:
        raise NotFound(person=person_id)
    return _account(row)


def lock_admins(tx: Tx) -> list[str]:
    """The ids of the admins who are not disabled, held by this transaction."""
    admins = (PersonRow.role == "admin", PersonRow.disabled.is_(False))
    held = select(PersonRow.id).where(*admins).order_by(PersonRow.id).with_for_update()
    return list(tx.scalars(held))


def has_people(tx: Tx) -> bool:
    """Whether there is anybody yet."""
    return tx.scalar(select(PersonRow.id).limit(1)) is not None


def count_publishers(tx: Tx) -> int:
    """How many may publish and are not disabled, admins too."""
    may = (PersonRow.role.in_(("publisher", "admin")), PersonRow.disabled.is_(False))
    return tx.scalar(select(func.count()).where(*may)) or 0


def list_people(tx: Tx, limit: int, after: str | None = None) -> list[Person]:
    """People in the order of their e-mails.

    Args:
        tx: Any transaction.
        limit: At most so many.
        after: Only those that come after the person of this id.

    Raises:
        NotFound: there is no person of the id `after`.
    """
    wanted = _ALL.order_by(PersonRow.email_key).limit(limit)
    if after is not None:
        last = tx.scalar(select(PersonRow.email_key).where(PersonRow.id == after))
        if last is None:
            raise NotFound(person=after)
        wanted = wanted.where(PersonRow.email_key > last)
    return [_account(row).person for row in tx.execute(wanted)]


def change_person(tx: Tx, person_id: str, **values: Any) -> None:
    """Set columns of the person, whose version rises; ask for the account under a lock first."""
    one = update(PersonRow).where(PersonRow.id == person_id)
    tx.execute(one.values(version=PersonRow.version + 1, **values))


def set_otp(tx: Tx, person_id: str, sealed: str | None, recovery: Iterable[str]) -> None:
    """Take the secret and the recovery codes of before away and keep these."""
    change_person(tx, person_id, otp_sealed=sealed, otp_step=None)
    tx.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
    insert_all(tx, RecoveryCodeRow, [{"person_id": person_id, "tag": tag} for tag in recovery])


def spend_step(tx: Tx, person_id: str, step: int) -> bool:
    """Take the one-time code of that step; False when it, or a later one, was taken before."""
    unspent = or_(PersonRow.otp_step.is_(None), PersonRow.otp_step < step)
    taken = update(PersonRow).where(PersonRow.id == person_id, unspent).values(otp_step=step)
    return tx.scalar(taken.returning(PersonRow.id)) is not None


def spend_recovery(tx: Tx, person_id: str, tag: str) -> bool:
    """Take the recovery code of that tag; False when there is none, or none any more."""
    one = (RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.tag == tag)
    return tx.scalar(delete(RecoveryCodeRow).where(*one).returning(RecoveryCodeRow.tag)) is not None


def spend_start_password(tx: Tx, person_id: str, now: datetime) -> None:
    """Note that the one-time password was used; under a lock of the account."""
    tx.execute(update(PersonRow).where(PersonRow.id == person_id).values(password_used_at=now))


def _account(row: Any) -> Account:
    return Account(
        person=Person(
            id=row.id,
            email=row.email,
            name=row.name,
            role=row.role,
            office=row.office,
            has_otp=row.otp_sealed is not None,
            must_change_password=row.password_expires_at is not None,
            disabled=row.disabled,
            created_at=row.created_at,
            version=row.version,
        ),
        password_hash=row.password_hash,
        password_expires_at=row.password_expires_at,
        password_used_at=row.password_used_at,
        otp_sealed=row.otp_sealed,
        otp_step=row.otp_step,
    )
