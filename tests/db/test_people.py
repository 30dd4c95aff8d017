"""People are kept for good; what proves them is spent once."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from odyssee.db import offices, people
from odyssee.db.session import Database
from odyssee.domain.accounts import Account
from odyssee.domain.errors import NotFound
from odyssee.domain.people import Office, Person, Role

NOBODY = "nobody"


def an_account(
    noon: datetime,
    name: str = "zoe",
    role: Role = "editor",
    email: str = "Zoé@Œuvré.example",
) -> Account:
    person = Person(
        id=name,
        email=email,
        name="Zoé de l’Étang",
        role=role,
        office=None,
        has_otp=True,
        must_change_password=True,
        disabled=False,
        created_at=noon,
        version=1,
    )
    return Account(
        person=person,
        password_hash="$argon2id$…",  # noqa: S106 - a hash of nothing
        password_expires_at=noon + timedelta(days=7),
        password_used_at=None,
        otp_sealed="scellé",
        otp_step=None,
    )


def add(db: Database, *accounts: Account) -> list[bool]:
    with db.transaction() as tx:
        return [people.add_account(tx, account) for account in accounts]


def get(db: Database, name: str = "zoe") -> Account:
    with db.reading() as tx:
        return people.get_account(tx, name)


def test_an_account_comes_back_as_it_was_kept(db: Database, noon: datetime) -> None:
    account = an_account(noon)
    assert add(db, account) == [True]
    assert get(db) == account
    with db.reading() as tx:
        assert people.find_account(tx, "ZOÉ@œuvré.EXAMPLE") == account
        assert people.find_account(tx, "autre@œuvré.example") is None


def test_an_email_is_one_persons_in_any_spelling(db: Database, noon: datetime) -> None:
    other = an_account(noon, "other", email="ZOE\u0301@ŒUVRÉ.EXAMPLE")
    assert add(db, an_account(noon), other) == [True, False]
    with pytest.raises(NotFound):
        get(db, "other")


def test_nobody_is_removed(db: Database, noon: datetime) -> None:
    add(db, an_account(noon))
    with pytest.raises(DBAPIError, match="frozen"), db.transaction() as tx:
        tx.execute(text("DELETE FROM people"))
    assert get(db).person.id == "zoe"


def test_a_fault_of_the_database_quotes_no_value(db: Database, noon: datetime) -> None:
    account = an_account(noon)
    twice = replace(account, person=replace(account.person, email="autre@œuvré.example"))
    with pytest.raises(DBAPIError) as broken:
        add(db, account, twice)
    assert "argon2id" not in str(broken.value)
    assert "scellé" not in str(broken.value)


def test_each_change_is_another_version(db: Database, noon: datetime) -> None:
    add(db, an_account(noon))
    with db.transaction() as tx:
        people.change_person(tx, "zoe", role="publisher", disabled=True)
    after = get(db).person
    assert (after.role, after.disabled, after.version) == ("publisher", True, 2)
    assert after.name == "Zoé de l’Étang"


def test_a_code_is_taken_once_and_none_before_it(db: Database, noon: datetime) -> None:
    add(db, an_account(noon))
    with db.transaction() as tx:
        taken = [people.spend_step(tx, "zoe", step) for step in (100, 100, 99, 101)]
    assert taken == [True, False, False, True]
    assert get(db).otp_step == 101


def test_a_recovery_code_is_taken_once_and_by_its_person(db: Database, noon: datetime) -> None:
    add(db, an_account(noon), an_account(noon, "max", email="max@œuvré.example"))
    with db.transaction() as tx:
        people.set_otp(tx, "zoe", "autre", ["t1", "t2"])
        assert not people.spend_recovery(tx, "max", "t1")
        assert [people.spend_recovery(tx, "zoe", "t1") for _ in range(2)] == [True, False]
        people.set_otp(tx, "zoe", "encore", ["t3"])
        assert not people.spend_recovery(tx, "zoe", "t2")
    assert get(db).otp_sealed == "encore"


def test_new_codes_begin_anew(db: Database, noon: datetime) -> None:
    add(db, an_account(noon))
    with db.transaction() as tx:
        people.spend_step(tx, "zoe", 100)
        people.set_otp(tx, "zoe", None, [])
    after = get(db)
    assert (after.otp_step, after.otp_sealed, after.person.has_otp) == (None, None, False)


@pytest.mark.parametrize("spend", ["step", "recovery"])
def test_of_two_who_show_one_code_at_once_one_passes(
    db: Database, noon: datetime, spend: str
) -> None:
    add(db, an_account(noon))
    with db.transaction() as tx:
        people.set_otp(tx, "zoe", "scellé", ["t1"])
    passed: list[bool] = []
    together = threading.Barrier(4)

    def show() -> None:
        together.wait()
        with db.transaction() as tx:
            if spend == "step":
                passed.append(people.spend_step(tx, "zoe", 100))
            else:
                passed.append(people.spend_recovery(tx, "zoe", "t1"))

    threads = [threading.Thread(target=show) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False, False, False, True]


def test_people_are_listed_by_email_a_page_at_a_time(db: Database, noon: datetime) -> None:
    emails = {"a": "zoé@b.example", "b": "Anne@b.example", "c": "max@b.example"}
    add(db, *(an_account(noon, name, email=email) for name, email in emails.items()))
    with db.reading() as tx:
        assert [person.id for person in people.list_people(tx, 9)] == ["b", "c", "a"]
        assert [person.id for person in people.list_people(tx, 1, after="b")] == ["c"]
        with pytest.raises(NotFound):
            people.list_people(tx, 1, after=NOBODY)


def test_admins_who_are_not_disabled_are_held(db: Database, noon: datetime) -> None:
    emails = ["a@b.example", "b@b.example", "c@b.example"]
    first, second, editor = (an_account(noon, mail[0], "admin", mail) for mail in emails)
    disabled = replace(second, person=replace(second.person, disabled=True))
    add(db, first, disabled, replace(editor, person=replace(editor.person, role="editor")))
    with db.transaction() as tx:
        assert people.lock_admins(tx) == ["a"]


def test_an_office_is_added_once_and_listed_by_slug(db: Database, noon: datetime) -> None:
    perche, huisne = Office("perche", "Office du Perche"), Office("huisne", "Pays d’Huisne")
    with db.transaction() as tx:
        assert [offices.add_office(tx, one, noon) for one in (perche, huisne, perche)] == [
            True,
            True,
            False,
        ]
        assert offices.list_offices(tx, 9) == [huisne, perche]
        assert offices.list_offices(tx, 9, after="huisne") == [perche]
        assert offices.has_office(tx, "perche")
        assert not offices.has_office(tx, NOBODY)


def test_there_is_nobody_and_then_somebody(db: Database, noon: datetime) -> None:
    with db.reading() as tx:
        assert not people.has_people(tx)
    add(db, an_account(noon))
    with db.reading() as tx:
        assert people.has_people(tx)
