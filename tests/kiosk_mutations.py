"""Changes by chance to a metadata file: of its bytes, and of its values."""

import json
import random
from typing import Any


def mutate(data: bytes, chance: random.Random) -> bytes:
    """The file with one to three changes."""
    for _ in range(chance.randint(1, 3)):
        data = chance.choice((_flip, _cut, _repeat, _value, _value, _value))(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return b"{"
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at:] + data[at:]


_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1, 10**30, 1e308, "", "x", "\ud800", "\x00", [], {}, [[]], {"a": {}},
    "2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "../../etc/passwd", "0" * 64, "f" * 128,
    "A" * 100_000,
)  # fmt: skip


def _value(data: bytes, chance: random.Random) -> bytes:
    """Another value at a place of the document, a key less, or one more."""
    try:
        document = json.loads(data)
    except ValueError:
        return _flip(data, chance)
    places = list(_places(document))
    if not places:
        return b"[]"
    holder, key = chance.choice(places)
    if isinstance(holder, dict) and chance.random() < 0.3:
        if chance.random() < 0.5:
            del holder[key]
        else:
            holder[chance.choice(("x", key + "x", "_type", "version"))] = holder[key]
    else:
        holder[key] = chance.choice(_STRANGE)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        for key, value in items:
            found.append((holder, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return found
