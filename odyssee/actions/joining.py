"""Joining the fleet, on the kiosk: by the network, or by a stick that somebody carries."""

from odyssee.domain.enrolment_codes import check_code, read_code
from odyssee.domain.errors import refuse
from odyssee.domain.kiosks import Membership, check_machine, check_server
from odyssee.files.head_office import HeadOffice
from odyssee.files.kiosk_identity import KioskIdentity


def join(identity: KioskIdentity, server: str, code: str, machine: str) -> Membership:
    """Enrol at the server; the key is made where there is none, and is on the disk before.

    Cut off at any point, it is done again with the same code.

    Args:
        identity: Who the kiosk is; its key is made where there is none.
        server: The address, as visitors have it.
        code: As it was typed.
        machine: What this machine calls itself; may be empty.

    Raises:
        InputInvalid: code, server or name will not do; nobody was asked.
        EnrolmentRefused: the code does not count.
        KeyTaken: another kiosk has this key.
        Unavailable: the server does not answer.
    """
    refuse(check_server(server) + check_code(code) + check_machine(machine))
    office = HeadOffice(server, identity.key())
    try:
        membership = office.enrol(read_code(code) or code, machine)
    finally:
        office.close()
    identity.keep_membership(membership)
    return membership


def ask_to_join(identity: KioskIdentity, code: str, machine: str) -> None:
    """Keep what is to enrol this kiosk until a stick carries it to the office and back.

    Raises:
        InputInvalid: code or name will not do.
        Unavailable: it cannot be kept.
    """
    refuse(check_code(code) + check_machine(machine))
    meant = read_code(code) or code
    identity.ask({"code": meant, "public_key": identity.key().public, "name": machine})
