"""Root metadata: which keys speak for which role, and who may change that (TUF 1.0, section 4.3).

The root is held by people: three keys, of which two must sign. What they sign
is made here; their keys need never come to the server.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from odyssee.domain.errors import Damaged
from odyssee.domain.roles import LIVES, ROLES, ROOT_THRESHOLD, RoleName

_DEVELOPMENT = "x-odyssee-development"


def new_root(
    keys: Mapping[RoleName, Sequence[Key]], now: datetime, *, development: bool
) -> Metadata[Root]:
    """The first root, unsigned; `keys` are the public halves of every role."""
    root = Root(
        version=1,
        expires=_whole(now + LIVES["root"]),
        consistent_snapshot=True,
        unrecognized_fields={_DEVELOPMENT: True} if development else {},
    )
    for role in ROLES:
        for key in keys[role]:
            root.add_key(key, role)
    root.roles["root"].threshold = ROOT_THRESHOLD
    return Metadata(root)


def next_root(
    present: Metadata[Root],
    now: datetime,
    exchanged: Mapping[RoleName, tuple[str | None, Key]],
    proposed: Metadata[Root] | None = None,
) -> Metadata[Root]:
    """The root after this one, unsigned.

    Args:
        present: the root in force.
        now: its life begins anew.
        exchanged: by role the identifier of the key that goes (null: it is only
            added) and the key that comes.
        proposed: the root after this one as it was proposed so far, to go on from.
    """
    root = Root.from_dict((proposed or present).signed.to_dict())
    root.version = present.signed.version + 1
    root.expires = _whole(now + LIVES["root"])
    for role, (goes, comes) in exchanged.items():
        if goes is not None:
            root.revoke_key(goes, role)
        root.add_key(comes, role)
    return Metadata(root)


def sign_root(root: Metadata[Root], signers: Iterable[CryptoSigner]) -> None:
    """Add signatures to those that are there."""
    for signer in signers:
        root.sign(signer, append=True)


def lacking_signatures(present: Metadata[Root] | None, root: Metadata[Root]) -> int:
    """How many signatures a root still needs: by its own keys, and by those of the one before."""
    own = root.signed.get_verification_result("root", root.signed_bytes, root.signatures)
    lacking = max(0, own.threshold - len(own.signed))
    if present is not None:
        before = present.signed.get_verification_result("root", root.signed_bytes, root.signatures)
        lacking = max(lacking, before.threshold - len(before.signed))
    return lacking


def read_root(data: bytes) -> Metadata[Root]:
    """Root metadata from its bytes; no signature is checked.

    Raises:
        Damaged: it is something else.
    """
    try:
        return Metadata[Root].from_bytes(data)
    except (DeserializationError, RepositoryError, ValueError, TypeError, KeyError) as fault:
        raise Damaged("this is no root metadata") from fault


def is_for_development(root: Metadata[Root]) -> bool:
    """Whether its keys were made on the spot, for trying out."""
    return bool(root.signed.unrecognized_fields.get(_DEVELOPMENT))


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
