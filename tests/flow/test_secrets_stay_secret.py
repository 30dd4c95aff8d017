"""Nothing of a password, token, code, key or address is kept, logged or printed by a deed."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flow_builders import open_desk
from hypothesis import given, settings
from hypothesis import strategies as st
from people_builders import SetClock, Somebody, add_somebody, at_clock

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.tools import Tools
from odyssee.domain.errors import OdysseeError, ProblemsFound
from odyssee.domain.people import COMMAND_LINE

letters = st.characters(min_codepoint=0x20, max_codepoint=0x24F, categories=("L", "N", "P"))
passwords = st.text(letters, min_size=1, max_size=40).map("le héron {} boit du cidre".format)
addresses = (st.ip_addresses(v=4) | st.ip_addresses(v=6)).map(str).filter(lambda a: len(a) > 6)


class Told:
    """All that was told by words: logs, and errors with their values."""

    def __init__(self) -> None:
        self.words: list[str] = []

    @contextlib.contextmanager
    def refusals(self) -> Iterator[None]:
        try:
            yield
        except OdysseeError as error:
            self.words += [str(error), repr(error), str(error.values), repr(error.__context__)]
            if isinstance(error, ProblemsFound):
                self.words.append(repr(error.problems))


def every_deed(
    tools: Tools, clock: SetClock, told: Told, password: str, wrong: str, address: str
) -> set[str]:
    """Do everything that takes a secret; returns the secrets."""
    zoe = add_somebody(tools, clock, "admin")
    secrets = {zoe.added.password, password, wrong, address, "inconnu@perche.example"}
    secrets |= {zoe.added.otp_secret or "", zoe.added.otpauth_url or ""}
    told.words.append(repr(zoe.added))
    told.words.append(repr(zoe.sign_in(address=address)))
    secrets |= {zoe.token, zoe.device}
    with told.refusals():
        zoe.choose(password)
    told.words.append(repr(zoe.caller))
    for email in (zoe.person.email, "inconnu@perche.example"):
        for _ in range(6):
            with told.refusals():
                entering.sign_in(
                    tools, email, wrong, "123456", address=address, device="ody_d_" + wrong
                )
    with told.refusals():
        accounts.change_password(tools, zoe.caller, wrong, password)
    secrets |= more_deeds(tools, zoe, told)
    return secrets


def more_deeds(tools: Tools, zoe: Somebody, told: Told) -> set[str]:
    with told.refusals():
        entering.identify(tools, "ody_s_" + "forgé" * 9)
    secrets: set[str] = {"forgé" * 9}
    with told.refusals():
        enrolment = accounts.renew_otp(tools, zoe.caller)
        told.words.append(repr(enrolment))
        secrets |= {enrolment.otp_secret, *enrolment.recovery_codes}
        secrets |= {code.replace("-", "") for code in enrolment.recovery_codes}
    with told.refusals():
        told.words.append(repr(accounts.list_tokens(tools, zoe.caller)))
        token, secret = accounts.add_token(tools, zoe.caller, "relevés")
        told.words.append(repr(token))
        secrets.add(secret)
        told.words.append(repr(entering.identify(tools, secret)))
    again = staffing.reset_person(tools, COMMAND_LINE, zoe.person.id, otp=True)
    told.words += [repr(again), repr(staffing.list_audit(tools, 200))]
    return secrets | {again.password, again.otp_secret or ""}


def kept_in(home: Path) -> bytes:
    """Every byte of the database, with what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in sorted(home.glob("odyssee.db*")))


@settings(max_examples=5)
@given(passwords, passwords, addresses)
def test_no_secret_is_found_in_the_database_in_logs_or_in_errors(
    password: str, wrong: str, address: str
) -> None:
    told, clock = Told(), SetClock()
    log = logging.Handler()
    log.emit = lambda record: told.words.append(record.getMessage())  # type: ignore[method-assign] # notes them
    root = logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        with tempfile.TemporaryDirectory() as folder:
            desk = open_desk(Path(folder))
            secrets = every_deed(at_clock(desk, clock), clock, told, password, wrong, address)
            desk.desk.db.close()
            kept = kept_in(Path(folder) / "var")
    finally:
        root.removeHandler(log)
        root.setLevel(level)
    words = "\n".join(told.words)
    secrets.discard("")
    assert [secret for secret in secrets if secret.encode() in kept] == []
    assert [secret for secret in secrets if secret in words] == []
    assert "sign_in_refused" in words  # the audit was among them


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_the_search_finds_what_is_kept(staff: Tools, clock: SetClock, encoding: str) -> None:
    """Were a secret kept as text, the search above would see it: a name is."""
    add_somebody(staff, clock)
    address = staff.desk.db.address
    home = Path(address.removeprefix("sqlite+pysqlite:///")).parent
    staff.desk.db.close()
    assert ("Zoé de l’Étang".encode(encoding) in kept_in(home)) is (encoding == "utf-8")
