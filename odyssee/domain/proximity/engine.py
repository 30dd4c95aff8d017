"""Follow a walk: fixes and a token in, events and a token out.

Pure: the same arguments give the same bytes, in whatever pieces a batch
comes. Decisions use `+ - * /` and `sqrt` alone, so that the engines of the
server, the browser and the kiosk agree to the bit.
Source: design/triggers.md; docs/adr/0012-trigger-2.md and 0014-trigger-3.md for what we do
otherwise.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from struct import Struct

from odyssee.domain.errors import HereImplausible, NotFound
from odyssee.domain.geo import Projection
from odyssee.domain.progress import ENTERED, Estimate, Mark, Progress, make, new_progress
from odyssee.domain.proximity import ahead, order, player, zones
from odyssee.domain.proximity.estimate import Seen, advance, begin, correct, learn, look
from odyssee.domain.proximity.events import Followed, walk_id
from odyssee.domain.proximity.fixes import (
    COARSE_M,
    INTERPOLATED_GAP_S,
    SIGMAS_IN_ACCURACY,
    Fix,
    accuracy_m,
    in_order,
    steps_in,
)
from odyssee.domain.proximity.gate import LATE, STARTS_AGAIN, believe, judge_time, start_again
from odyssee.domain.proximity.route import weigh_route
from odyssee.domain.proximity.token import read_token, write_token
from odyssee.domain.proximity.trail import Trail
from odyssee.domain.proximity.walk import Closed, Walk

HERE_M = 250.0
HERE_ACCURACIES = 3.0
"""An "I am here" further off than both, from the last fix, is a mistake."""
LONE_STEP_S = 5.0
"""What a single fix after a gap may weigh, at most."""
SMOOTHING_S = 30.0
"""Of the velocity that stands in for a speed which the phone does not report."""
_BEGINNING = Struct("<3d")
"""Time, longitude and latitude of the first accepted fix: they name the walk."""


def follow(
    trail: Trail,
    fixes: Sequence[Fix],
    progress: str | None,
    *,
    here: str | None = None,
    heard: Sequence[str] = (),
    closed: Closed = frozenset(),
    now_s: float = 0.0,
) -> Followed:
    """Advance a walk: what was heard first, then the fixes by time, then "I am here".

    Args:
        trail: the legend's trail, made ready by `build_trail`.
        fixes: in any order; those that are no readings decide nothing.
        progress: the token of the call before; None begins a walk.
        here: slug of the stop where the visitor says they stand.
        heard: slugs of stops whose stories the client has played to the end;
            unknown ones are left out.
        closed: slugs of closed stops, or a function of Unix seconds to them.
        now_s: dates what happens while the walk has no fix yet, and nothing else.

    Raises:
        ProgressUnreadable: the token is damaged, cut, or of another legend.
        NotFound: the trail has no stop `here`.
        HereImplausible: `here` is too far from the last known position.
    """
    state = read_token(trail, progress) if progress is not None else new_progress(len(trail.stops))
    walk = Walk(trail, state, now_s, state.clock_s or 0.0, speed_mps=_length(*state.velocity))
    walk.shut = _closed_at(now_s if state.clock_s is None else state.clock_s, closed)
    order.arm(walk)
    _hear(walk, heard)
    latest = None
    for index, fix in in_order(fixes):
        latest = _advance(walk, index, fix, closed) or latest
    walk.fix = None
    if here is not None:
        _stand_at(walk, here, latest)
    after_m, after_s = ahead.next_check(walk)
    return Followed(
        events=tuple(walk.events),
        next=ahead.next_stop(walk),
        next_check_m=after_m,
        next_check_s=after_s,
        progress=write_token(trail, state),
        steps=walk.steps,
    )


def _closed_at(at_s: float, closed: Closed) -> frozenset[str]:
    return closed if isinstance(closed, frozenset) else closed(at_s)


def _open_stops(walk: Walk, closed: Closed) -> None:
    """Arm anew when other stops are closed than before."""
    shut = _closed_at(walk.at_s, closed)
    if shut != walk.shut:
        walk.shut = shut
        order.arm(walk)


def _hear(walk: Walk, heard: Sequence[str]) -> None:
    for slug in heard:
        stop = walk.trail.stop_index.get(slug)
        if stop is not None:
            player.hear(walk, stop)
    if heard:
        player.take_turn(walk)


def _advance(walk: Walk, index: int, fix: Fix, closed: Closed) -> Mark | None:
    """One fix; where it says the walker is, unless it came late."""
    p = walk.progress
    accuracy = accuracy_m(fix)
    mark = _mark(walk.trail.projection, fix, accuracy)
    if accuracy > COARSE_M:
        return mark if p.clock_s is None or fix.at_s > p.clock_s else None
    time = judge_time(p, fix.at_s)
    if time is LATE:
        return None
    if time is STARTS_AGAIN:
        start_again(p, fix.at_s)
    elif p.clock_s is None:
        p.shift(fix.at_s)  # what was said before the first fix happened just before it
    p.clock_s = fix.at_s
    waited_s = believe(p, mark)
    if waited_s is not None:
        walk.fix, walk.at_s = index, fix.at_s
        if closed is not walk.shut:
            _open_stops(walk, closed)
        _take(walk, fix, mark, waited_s)
    return mark


def _mark(projection: Projection, fix: Fix, accuracy: float) -> Mark:
    # As Projection.to_xy does, without its objects.
    lon0, lat0 = projection.origin
    x = (fix.lon - lon0) * projection.m_per_deg_lon
    y = (fix.lat - lat0) * projection.m_per_deg_lat
    return make(Mark, (fix.at_s, x, y, accuracy / SIGMAS_IN_ACCURACY))


def _take(walk: Walk, fix: Fix, mark: Mark, waited_s: float) -> None:
    """An accepted fix: zones first, then the player's turn."""
    p = walk.progress
    if not p.walk:
        p.walk = walk_id(walk.trail.slug, _BEGINNING.pack(fix.at_s, fix.lon, fix.lat))
    _measure_speed(walk, fix, mark, waited_s)
    before = p.estimate if waited_s <= INTERPOLATED_GAP_S else None
    seen = look(_estimate(p, mark, waited_s), walk.trail.path)
    p.last = mark
    if not zones.is_calm(walk, seen):
        zones.announce(walk, seen)
    if waited_s > 0.0:
        _weigh(walk, before, seen, waited_s)
    if p.inside:
        zones.tell_dwells(walk)
        player.ask_again(walk)
    player.take_turn(walk)
    if walk.wanted:
        walk.wanted.clear()


def _measure_speed(walk: Walk, fix: Fix, mark: Mark, waited_s: float) -> None:
    """The phone's own speed; without one, what the fixes show, smoothed over half a minute."""
    p = walk.progress
    east, north = p.velocity
    if p.last is not None:
        share = waited_s / SMOOTHING_S if waited_s < SMOOTHING_S else 1.0
        east += ((mark.x - p.last.x) / waited_s - east) * share
        north += ((mark.y - p.last.y) / waited_s - north) * share
        p.velocity = (east, north)
    reported = fix.speed_mps
    if reported is not None and reported >= 0.0:  # NaN compares false
        walk.speed_mps = reported
    else:
        walk.speed_mps = sqrt(east * east + north * north)


def _estimate(p: Progress, mark: Mark, waited_s: float) -> Estimate:
    """Take the fix into the estimate; after a long silence it begins anew."""
    if p.estimate is None or waited_s > INTERPOLATED_GAP_S:
        p.estimate = begin(mark, p.doubt)
    else:
        p.estimate, surprise = correct(advance(p.estimate, waited_s), mark, p.doubt)
        p.doubt = learn(p.doubt, surprise)
    return p.estimate


def _weigh(walk: Walk, before: Estimate | None, seen: Seen, waited_s: float) -> None:
    """Weigh the places between two fixes, then that of the fix, each for its part of the time."""
    path, step_s = walk.trail.path, waited_s
    if before is None:
        step_s = min(LONE_STEP_S, waited_s)
    elif (count := steps_in(waited_s)) > 1:
        step_s = waited_s / count
        for step in _between(look(before, path), seen, count):
            walk.steps += 1
            zones.weigh(walk, step, step_s, decides=False)
            weigh_route(walk, step, step_s, decides=False)
    walk.steps += 1
    if seen is not walk.calm:
        zones.weigh(walk, seen, step_s, decides=True)
    if path:
        weigh_route(walk, seen, step_s, decides=True)


def _between(before: Seen, seen: Seen, count: int) -> Iterator[Seen]:
    """Where the walker was between two fixes, in so many equal steps less the last."""
    for step in range(1, count):
        share = step / count
        yield Seen(*(a + (b - a) * share for a, b in zip(before, seen, strict=True)))


def _stand_at(walk: Walk, here: str, latest: Mark | None) -> None:
    """Enter a stop by hand, if that is plausible from where the walker was seen last."""
    p, stop = walk.progress, walk.trail.stop_index.get(here)
    if stop is None:
        raise NotFound(stop=here)
    seen = latest or (p.suspect.mark if p.suspect else p.last)
    if seen is not None:
        x, y = walk.trail.places[stop]
        accuracy = seen.sigma_m * SIGMAS_IN_ACCURACY
        if _length(x - seen.x, y - seen.y) > max(HERE_M, HERE_ACCURACIES * accuracy):
            raise HereImplausible(stop=here)
    if not p.walk:
        p.walk = walk_id(walk.trail.slug, here.encode() + _BEGINNING.pack(walk.now_s, 0.0, 0.0))
    if not p.stop_flags[stop] & ENTERED:
        zones.reach_stop(walk, stop, None)
    player.ask_by_hand(walk, stop)


def _length(x: float, y: float) -> float:
    return sqrt(x * x + y * y)
