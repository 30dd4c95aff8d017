"""Software of a kiosk: what the office offers, as wheels that the same trust vouches for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

PRODUCT = "perche-odyssee"
TRIAL = "trial"
"""Its value where a version is only tried."""
CHOSEN_FILE = "software.json"
"""In a kiosk's folder: which version is run."""
BESIDE = "ODYSSEE_RUNS_BESIDE"
"""In the environment of a version that was handed over to: what was installed by hand."""
MAX_OFFER_BYTES = 200_000
MAX_WHEELS = 200
MAX_WHEEL_BYTES = 300_000_000
MOST_STARTS = 3
"""A version that was started, or tried, so often and never stood is left alone."""
MOST_REFUSED = 20
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9_.]{1,80})-(?P<version>[A-Za-z0-9_.]{1,60})(?:-[0-9][A-Za-z0-9_]{0,20})?"
    r"-[A-Za-z0-9_.]{1,80}-[A-Za-z0-9_.]{1,80}-[A-Za-z0-9_.]{1,120}\.whl"
)
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Wheel:
    """One package to install."""

    name: str
    """Of its file, as PEP 427 has it; no path."""
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Software:
    """A version of the software: its own wheel, and those that it needs beside what is there."""

    version: str
    wheels: tuple[Wheel, ...]

    @property
    def size_bytes(self) -> int:
        """Of all wheels."""
        return sum(wheel.size_bytes for wheel in self.wheels)


def version_of(name: str) -> str | None:
    """The version of our own software that a wheel's file name tells; null for another wheel."""
    found = _WHEEL.fullmatch(name)
    if found is None or _plain(found["name"]) != PRODUCT:
        return None
    return found["version"]


def offered(wheels: Sequence[Wheel]) -> Software:
    """The software that these wheels are.

    Raises:
        ValueError: a name is none of a wheel, is there twice, or ours is not there exactly once.
    """
    for wheel in wheels:
        if _WHEEL.fullmatch(wheel.name) is None:
            raise ValueError("not the name of a wheel")
        if _SHA256.fullmatch(wheel.sha256) is None or not 0 < wheel.size_bytes <= MAX_WHEEL_BYTES:
            raise ValueError("a wheel that is empty, too large, or has no hash")
    if len({wheel.name for wheel in wheels}) != len(wheels) or len(wheels) > MAX_WHEELS:
        raise ValueError("a wheel is there twice, or there are too many")
    versions = [found for wheel in wheels if (found := version_of(wheel.name)) is not None]
    if len(versions) != 1:
        raise ValueError(f"exactly one wheel of {PRODUCT} is needed")
    return Software(versions[0], tuple(sorted(wheels)))


def to_offer(software: Software) -> dict[str, Any]:
    """The document `software.json`."""
    wheels = [
        {"name": one.name, "sha256": one.sha256, "size_bytes": one.size_bytes}
        for one in software.wheels
    ]
    return {"format": 1, "version": software.version, "wheels": wheels}


def read_offer(document: Any) -> Software:
    """The software of a document `software.json`.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is something else.
    """
    if document["format"] != 1:
        raise ValueError("another format")
    wheels = [Wheel(str(w["name"]), str(w["sha256"]), int(w["size_bytes"])) for w in
              document["wheels"]]  # fmt: skip
    found = offered(wheels)
    if found.version != document["version"]:
        raise ValueError("another version than its wheel's")
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which version a kiosk runs; what was installed by hand stands behind it."""

    offer: str | None = None
    """SHA-256 of its offer; null for what was installed by hand."""
    before: str | None = None
    """What ran before it."""
    beside: str | None = None
    """The version that was installed by hand then: with another one, that runs."""
    refused: tuple[str, ...] = ()
    """Offers that did not stand, once for each time, the latest last."""


def take_offer(chosen: Chosen, offer: str, by_hand: str) -> Chosen:
    """Run the offer from now on."""
    before = chosen.offer if chosen.beside == by_hand else None
    return Chosen(offer, before, by_hand, tuple(r for r in chosen.refused if r != offer))


def is_refused(chosen: Chosen, offer: str) -> bool:
    """Whether the offer is left alone: once may be the fault of a full disk or a busy machine."""
    return chosen.refused.count(offer) >= MOST_STARTS


def refuse_offer(chosen: Chosen, offer: str, times: int = 1) -> Chosen:
    """Remember that the offer did not stand."""
    return replace(chosen, refused=(*chosen.refused, *[offer] * times)[-MOST_REFUSED:])


def fall_back(chosen: Chosen) -> Chosen:
    """Run again what ran before, and leave alone what did not stand."""
    before = Chosen(chosen.before, None, chosen.beside, chosen.refused)
    return before if chosen.offer is None else refuse_offer(before, chosen.offer, MOST_STARTS)


def to_note(chosen: Chosen) -> dict[str, Any]:
    """As a kiosk keeps it."""
    told = {"offer": chosen.offer, "before": chosen.before, "beside": chosen.beside}
    return {**told, "refused": list(chosen.refused)}


def read_chosen(note: Mapping[str, Any]) -> Chosen:
    """What a note says; what cannot be read says that nothing was chosen."""
    offer, before, beside = note.get("offer"), note.get("before"), note.get("beside")
    refused = note.get("refused")
    return Chosen(
        offer if _is_hash(offer) else None,
        before if _is_hash(before) else None,
        beside if isinstance(beside, str) else None,
        tuple(filter(_is_hash, refused)) if isinstance(refused, list) else (),
    )


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _plain(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()
