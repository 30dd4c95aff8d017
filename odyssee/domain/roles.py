"""Who vouches for what is published: the roles of The Update Framework, and how long they count."""

from datetime import timedelta
from typing import Literal, get_args

RoleName = Literal["root", "targets", "snapshot", "timestamp"]
ROLES: tuple[RoleName, ...] = get_args(RoleName)
ROOT_THRESHOLD = 2
ROOT_KEYS = 3
LIVES = {
    "root": timedelta(days=730),
    "targets": timedelta(days=400),
    "snapshot": timedelta(days=400),
    "timestamp": timedelta(days=35),
}
"""How long a signature counts (design: packs, section 2)."""
ROOT_WARNING = timedelta(days=90)
"""So long before its end the holders of the root are asked to sign again."""
CLOCK_SLACK = timedelta(days=2)
"""A clock so far behind the last signature is told of."""
LONGEST_SILENCE = timedelta(days=400)
"""A clock so far ahead of the last signature is not believed."""
MIN_PASSPHRASE = 12
"""Characters of what seals a key of the root."""
