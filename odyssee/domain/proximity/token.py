"""The opaque token in which a phone carries its progress.

Layout, little-endian, before base64url without padding: version, flags,
counts, revision and walk; the parts that the flags announce; 15 bytes for each
stop that something happened to; 19 bytes for each zone in play; 8 bytes of
SHA-256 over all of it and the legend's slug. The digest finds damage, it is no
secret. Doubles are raw: rounding them would make a batch cut in two differ
from the same batch in one piece.
Source: design/triggers.md, "State travels as the opaque progress token".
"""

import base64
import binascii
import hashlib
from struct import Struct
from typing import Any

from odyssee.domain.errors import ProgressUnreadable
from odyssee.domain.progress import (
    INSIDE,
    MAX_STOPS,
    MAX_ZONES_IN_PLAY,
    Behind,
    Estimate,
    Mark,
    Progress,
    Suspect,
    new_progress,
)
from odyssee.domain.proximity.estimate import DOUBT_MAX, DOUBT_MIN, is_sound
from odyssee.domain.proximity.fixes import EARLIEST_S, LATEST_S
from odyssee.domain.proximity.trail import Trail

MAX_TOKEN_CHARS = 2048

_FORMAT = 2
_CLOCK, _LAST, _SUSPECT, _BEHIND, _PLAYING, _COMPLETED, _ROUTE = 1, 2, 4, 8, 16, 32, 64
_HEAD_FLAGS, _STOP_FLAGS, _ZONE_FLAGS = 127, 31, 7
_STRAYED = (None, False, True)

_HEAD_PART = Struct("<BBBBIH12s")
"""Version, flags, number of stops, number of zones, revision, events of no stop, walk."""
_CLOCK_PART = Struct("<d")
_LAST_PART = Struct("<19d")
"""The last mark, the velocity, the estimate and the doubt."""
_SUSPECT_PART = Struct("<5d")
_BEHIND_PART = Struct("<Bdd")
_PLAYING_PART = Struct("<Id")
_ROUTE_PART = Struct("<Bd")
"""Not yet on the route, on it, off it; evidence for coming or leaving."""
_STOP_PART = Struct("<IBHd")
"""Short hash, flags, ordinal, end of its story."""
_ZONE_PART = Struct("<HBdd")
"""Zone index, flags, evidence, inside since."""

_DIGEST_BYTES = 8
_NO_WALK = bytes(12)
_LARGEST = 1e13
"""No time, place or evidence is larger; what is cannot overflow a decision."""
_SIGMA_MIN_M, _SIGMA_MAX_M = 1.0, 100.0


def write_token(trail: Trail, progress: Progress) -> str:
    """The progress as a token of at most 2 KiB."""
    stops = [
        _STOP_PART.pack(trail.hashes[i], flags, progress.ordinals[i], progress.rests_from_s[i])
        for i, flags in enumerate(progress.stop_flags)
        if flags
    ]
    zones = [_zone_part(progress, zone) for zone in sorted(progress.evidence)]
    flags, parts = _parts(trail, progress)
    head = _HEAD_PART.pack(
        _FORMAT,
        flags,
        len(stops),
        len(zones),
        trail.revision,
        progress.trail_events,
        progress.walk or _NO_WALK,
    )
    body = b"".join((head, *parts, *stops, *zones))
    return _spell(body + _digest(body, trail.slug))


def _zone_part(progress: Progress, zone: int) -> bytes:
    since_s, bits = progress.inside.get(zone, (0.0, 0))
    return _ZONE_PART.pack(zone, bits, progress.evidence[zone], since_s)


def _parts(trail: Trail, progress: Progress) -> tuple[int, list[bytes]]:
    """The flags of the head, and the parts that they announce."""
    flags = _COMPLETED if progress.completed else 0
    parts: list[bytes] = []
    if progress.clock_s is not None:
        flags |= _CLOCK
        parts.append(_CLOCK_PART.pack(progress.clock_s))
    if progress.last is not None and progress.estimate is not None:  # neither without the other
        flags |= _LAST
        known = (*progress.last, *progress.velocity, *progress.estimate, progress.doubt)
        parts.append(_LAST_PART.pack(*known))
    if progress.suspect is not None:
        flags |= _SUSPECT
        parts.append(_SUSPECT_PART.pack(progress.suspect.since_s, *progress.suspect.mark))
    if progress.behind is not None:
        flags |= _BEHIND
        parts.append(_BEHIND_PART.pack(*progress.behind))
    if progress.playing is not None:
        flags |= _PLAYING
        parts.append(_PLAYING_PART.pack(trail.hashes[progress.playing], progress.free_at_s))
    if progress.strayed is not None or progress.route_evidence_s > 0.0:
        flags |= _ROUTE
        side = _STRAYED.index(progress.strayed)
        parts.append(_ROUTE_PART.pack(side, progress.route_evidence_s))
    return flags, parts


def read_token(trail: Trail, token: str) -> Progress:
    """The progress that a token carries.

    After a new revision of the legend the evidence, the zones that the walker
    was in and the last position are gone (zones and projection may have
    moved); what happened to the stops that still exist stays.

    Raises:
        ProgressUnreadable: the token is damaged, cut, or of another legend.
    """
    reader = _Reader(_open(token, trail.slug))
    version, flags, stops, zones, revision, trail_events, walk = reader.take(_HEAD_PART)
    _demand(version == _FORMAT and flags <= _HEAD_FLAGS)
    _demand(stops <= MAX_STOPS and zones <= MAX_ZONES_IN_PLAY)
    progress = new_progress(len(trail.stops))
    progress.walk = b"" if walk == _NO_WALK else walk
    progress.completed = bool(flags & _COMPLETED)
    progress.trail_events = trail_events
    _take_parts(reader, flags, trail, progress)
    _take_stops(reader, stops, trail, progress)
    _take_zones(reader, zones, progress)
    _demand(reader.is_at_end)
    if revision != trail.revision:
        _forget_ground(progress)
    else:
        _demand(all(zone < len(trail.zones) for zone in progress.evidence))
    return progress


def _forget_ground(progress: Progress) -> None:
    progress.last = progress.suspect = progress.estimate = None
    progress.velocity, progress.doubt = (0.0, 0.0), 1.0
    progress.strayed, progress.route_evidence_s = None, 0.0
    progress.evidence.clear()
    progress.inside.clear()


class _Reader:
    """Takes parts off the front; what is not there is refused."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def take(self, part: Struct) -> tuple[Any, ...]:
        """The next part's values."""
        start, self._at = self._at, self._at + part.size
        _demand(self._at <= len(self._body))
        return part.unpack_from(self._body, start)

    @property
    def is_at_end(self) -> bool:
        """Whether every byte was taken."""
        return self._at == len(self._body)


def _take_parts(reader: _Reader, flags: int, trail: Trail, progress: Progress) -> None:
    """The parts that the flags announce; nothing may be marked later than the clock."""
    clock_s = -_LARGEST
    if flags & _CLOCK:
        (clock_s,) = _bounded(reader.take(_CLOCK_PART))
        _demand(EARLIEST_S <= clock_s <= LATEST_S)
        progress.clock_s = clock_s
    if flags & _LAST:
        t, x, y, sigma, east, north, *estimate, doubt = _bounded(reader.take(_LAST_PART))
        _demand(t <= clock_s and DOUBT_MIN <= doubt <= DOUBT_MAX)
        progress.last, progress.velocity = _mark(t, x, y, sigma), (east, north)
        progress.estimate, progress.doubt = Estimate(*estimate), doubt
        _demand(is_sound(progress.estimate, progress.last))
    if flags & _SUSPECT:
        since_s, t, x, y, sigma = _bounded(reader.take(_SUSPECT_PART))
        _demand(since_s <= t <= clock_s)
        progress.suspect = Suspect(since_s, _mark(t, x, y, sigma))
    if flags & _BEHIND:
        progress.behind = Behind(*_bounded(reader.take(_BEHIND_PART)))
    if flags & _PLAYING:
        number, progress.free_at_s = _bounded(reader.take(_PLAYING_PART))
        progress.playing = trail.hash_index.get(number)
    if flags & _ROUTE:
        side, evidence_s = _bounded(reader.take(_ROUTE_PART))
        _demand(side < len(_STRAYED) and evidence_s >= 0.0)
        progress.strayed, progress.route_evidence_s = _STRAYED[side], evidence_s


def _take_stops(reader: _Reader, count: int, trail: Trail, progress: Progress) -> None:
    for _ in range(count):
        number, flags, ordinal, rests_from_s = _bounded(reader.take(_STOP_PART))
        _demand(0 < flags <= _STOP_FLAGS)
        stop = trail.hash_index.get(number)
        if stop is not None:
            progress.stop_flags[stop] = flags
            progress.ordinals[stop] = ordinal
            progress.rests_from_s[stop] = rests_from_s


def _take_zones(reader: _Reader, count: int, progress: Progress) -> None:
    for _ in range(count):
        zone, flags, evidence, since_s = _bounded(reader.take(_ZONE_PART))
        _demand(flags <= _ZONE_FLAGS and evidence >= 0.0 and zone not in progress.evidence)
        progress.evidence[zone] = evidence
        if flags & INSIDE:
            progress.inside[zone] = (since_s, flags)


def _mark(at_s: float, x: float, y: float, sigma_m: float) -> Mark:
    _demand(_SIGMA_MIN_M <= sigma_m <= _SIGMA_MAX_M)
    return Mark(at_s, x, y, sigma_m)


def _bounded(values: tuple[Any, ...]) -> tuple[Any, ...]:
    _demand(all(abs(value) <= _LARGEST for value in values))  # NaN compares false
    return values


def _open(token: str, slug: str) -> bytes:
    """The bytes before the digest, once that is right; only the canonical spelling passes."""
    _demand(len(token) <= MAX_TOKEN_CHARS and token.isascii())
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        raise ProgressUnreadable from None
    body, digest = raw[:-_DIGEST_BYTES], raw[-_DIGEST_BYTES:]
    _demand(_spell(raw) == token and digest == _digest(body, slug))
    return body


def _spell(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _digest(body: bytes, slug: str) -> bytes:
    return hashlib.sha256(body + slug.encode()).digest()[:_DIGEST_BYTES]


def _demand(right: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not right:
        raise ProgressUnreadable
