"""Hashing, sealing, codes and chance: what proves somebody.

Nothing here knows a person or a database.
"""

import base64
import hashlib
import hmac
import re
import secrets
import threading
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from zxcvbn_rs_py import zxcvbn

from odyssee.domain.accounts import RECOVERY_CODES
from odyssee.domain.enrolment_codes import BITS, write_code
from odyssee.domain.errors import Unavailable
from odyssee.domain.people import Kind
from odyssee.files.server_key import ServerKey

MEMORY_KIB = 32 * 1024
PASSES = 3
LANES = 1
QUEUE = 8
"""So many passwords wait for their turn in one process; more are sent away."""
RATED = 40
"""So many characters are rated: 128 of the worst kind take 0.9 s, in which no other thread of the
process runs; these, 0.1 s. What follows only makes a password harder."""
ISSUER = "Perche Odyssée"
STEP_S = 30
"""How long a one-time code lasts (RFC 6238)."""
STEPS_ASIDE = 1
"""How many steps a phone's clock may be off."""

PREFIXES: dict[Kind, str] = {"session": "ody_s_", "token": "ody_t_"}
"""By these, scanners find a secret that was left somewhere."""
DEVICE_PREFIX = "ody_d_"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for others: 4.95 bits each."""
_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
_nothing = base64.b64encode(bytes(16)).decode().rstrip("=")
NOBODYS_HASH = (
    f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${_nothing}"
    f"${base64.b64encode(bytes(32)).decode().rstrip('=')}"
)
"""A hash that no password has: checking it takes the time of a real one."""
NOBODYS_OTP = pyotp.random_base32()
"""As above, for one-time codes."""

_turn = threading.Lock()
_places = threading.BoundedSemaphore(QUEUE)


def hash_password(password: str) -> str:
    """The argon2id hash of a password as it was typed, in PHC format.

    Takes 32 MiB and about 0.1 s; one at a time in a process.

    Raises:
        Unavailable: too many wait already.
    """
    with _Turn():
        return _hasher.hash(_bytes(password))


def is_password(kept: str, password: str) -> bool:
    """Whether the hash is the password's; takes as long whether it is or not.

    Raises:
        Unavailable: too many wait already.
    """
    with _Turn():
        try:
            return _hasher.verify(kept, _bytes(password))
        except VerificationError:
            return False


class _Turn:
    """One hash at a time: memory stays at 32 MiB, and a flood of sign-ins takes one core."""

    def __enter__(self) -> None:
        if not _places.acquire(blocking=False):
            raise Unavailable("too many sign-ins at once")
        _turn.acquire()

    def __exit__(self, *_: object) -> None:
        _turn.release()
        _places.release()


def score_password(password: str, words: list[str]) -> int:
    """How hard the password is to guess for who knows the words: 0 to 4 (zxcvbn)."""
    beginning = password[:RATED].encode("utf-8", "replace").decode()
    return int(zxcvbn(beginning, words).score)


def new_start_password() -> str:
    """A one-time password to hand over, of 99 bits: five groups of four letters and digits."""
    return "-".join(_letters(4) for _ in range(5))


def new_enrolment_code() -> str:
    """A one-time code for a kiosk, of 115 bits."""
    return write_code(secrets.randbits(BITS))


def new_reference() -> str:
    """A short name that people read to each other, of 39 bits: `XXXX-XXXX`; no secret."""
    return "-".join(_letters(4) for _ in range(2)).upper()


def new_recovery_codes() -> list[str]:
    """Ten codes of 50 bits, `xxxxx-xxxxx`."""
    return [f"{_letters(5)}-{_letters(5)}" for _ in range(RECOVERY_CODES)]


def recovery_code_of(text: str) -> str | None:
    """The recovery code that was typed, as it was given out; null where it is none."""
    letters = re.sub(r"[\s-]", "", text).lower()
    if len(letters) != 10 or not set(letters) <= set(_LETTERS):
        return None
    return f"{letters[:5]}-{letters[5:]}"


def new_id() -> str:
    """A random name of a person or a credential: 20 letters and digits, no secret."""
    return base64.b32encode(secrets.token_bytes(12)).decode().rstrip("=").lower()


def new_secret(prefix: str) -> str:
    """A random secret of 256 bits behind its prefix."""
    return prefix + secrets.token_urlsafe(32)


def kind_of(token: str) -> Kind | None:
    """What the token says it is; null for what is none of ours."""
    for kind, prefix in PREFIXES.items():
        if token.startswith(prefix):
            return kind
    return None


def sha256_of_secret(secret: str) -> str:
    """What is kept of a random secret: it needs no salt, for nobody can guess it."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def new_otp_secret() -> str:
    """A secret of 160 bits for one-time codes, in base32."""
    return pyotp.random_base32()


def otpauth_url(secret: str, email: str) -> str:
    """The address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """The step of time that the code is of: this one, the one before, the one after.

    Returns:
        Its number since 1970; null where the code is of none of them.
    """
    digits = re.sub(r"\s", "", code)
    if re.fullmatch(r"[0-9]{6}", digits) is None:
        digits = ""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_S
    steps = range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1)
    found = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    return found[-1] if found else None


def seal(key: ServerKey, text: str) -> str:
    """The text, readable only with the key."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(key: ServerKey, sealed: str) -> str | None:
    """What was sealed; null where it was sealed with another key, or is damaged."""
    try:
        return _fernet(key).decrypt(sealed).decode()
    except InvalidToken:
        return None


def _fernet(key: ServerKey) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key.derive("one-time codes")))


def is_signed(public_key: str, signed: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 signature is of these bytes, by the owner of the key (RFC 8032)."""
    raw = base64.urlsafe_b64decode(public_key + "=")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _letters(number: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(number))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
