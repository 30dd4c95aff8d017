"""Receipts: what the office answers to the messages of a kiosk, for the stick to carry back."""

from odyssee.domain.canonical import sha256_of

_LINE = "odyssee-kiosk-receipt/1"


def name_counts_receipt(public_key: str, epoch: str) -> str:
    """Under which name a kiosk finds what became of its batches: 64 hexadecimal digits."""
    return _name("counts", public_key, epoch)


def name_enrolment_receipt(public_key: str) -> str:
    """Under which name a kiosk finds what the office says of it."""
    return _name("enrolment", public_key)


def _name(*told: str) -> str:
    return sha256_of("".join(f"{line}\n" for line in (_LINE, *told)).encode())
