/**
 * Follow a walk: fixes and a token in, events and a token out.
 *
 * Pure: the same arguments give the same bytes, in whatever pieces a batch
 * comes. Decisions use `+ - * /` and the square root alone, so that the
 * engines of the server, the browser and the kiosk agree to the bit.
 */

import { nextCheck, nextStop } from "./ahead.ts";
import { encode, join } from "./bytes.ts";
import { isSameSet, max, min } from "./compare.ts";
import { HereImplausible, NotFound } from "./errors.ts";
import { advance as advanced, begin, correct, learn, look, type Seen } from "./estimate.ts";
import { type Followed, walkId } from "./events.ts";
import {
  accuracyM,
  COARSE_M,
  type Fix,
  inOrder,
  INTERPOLATED_GAP_S,
  SIGMAS_IN_ACCURACY,
  stepsIn,
} from "./fixes.ts";
import { believe, judgeTime, startAgain } from "./gate.ts";
import { toXy } from "./geo.ts";
import { arm } from "./order.ts";
import { askAgain, askByHand, hear, takeTurn } from "./player.ts";
import { ENTERED, type Estimate, type Mark, Progress } from "./progress.ts";
import { weighRoute } from "./route.ts";
import { Struct } from "./struct.ts";
import { readToken, writeToken } from "./token.ts";
import type { Trail } from "./trail.ts";
import { type Closed, type Slugs, Walk } from "./walk.ts";
import { announce, reachStop, tellDwells, weigh } from "./zones.ts";

/* An "I am here" further off than both, from the last fix, is a mistake. */
const HERE_M = 250.0;
const HERE_ACCURACIES = 3.0;
/** What a single fix after a gap may weigh, at most. */
const LONE_STEP_S = 5.0;
/** Of the velocity that stands in for a speed which the phone does not report. */
const SMOOTHING_S = 30.0;
/** Time, longitude and latitude of the first accepted fix: they name the walk. */
const BEGINNING = new Struct("<3d");
const NOTHING_CLOSED: Slugs = new Set();

/** What a call of `follow` may say beside its fixes. */
export interface Said {
  /** Slug of the stop where the visitor says they stand. */
  readonly here?: string | null;
  /** Slugs of stops whose stories were played to the end; unknown ones are left out. */
  readonly heard?: readonly string[];
  /** Slugs of closed stops, or a function of Unix seconds to them. */
  readonly closed?: Closed;
  /** Dates what happens while the walk has no fix yet, and nothing else. */
  readonly now_s?: number;
}

/**
 * Advances a walk: what was heard first, then the fixes by time, then "I am here".
 *
 * @param trail the legend's trail, made ready by `buildTrail`
 * @param fixes in any order; those that are no readings decide nothing
 * @param progress the token of the call before; null begins a walk
 * @throws ProgressUnreadable: the token is damaged, cut, or of another legend
 * @throws NotFound: the trail has no stop `here`
 * @throws HereImplausible: `here` is too far from the last known position
 */
export function follow(
  trail: Trail,
  fixes: readonly Fix[],
  progress: string | null,
  { here = null, heard = [], closed = NOTHING_CLOSED, now_s: nowS = 0.0 }: Said = {},
): Followed {
  const state = progress === null ? new Progress(trail.stops.length) : readToken(trail, progress);
  const walk = new Walk(trail, state, nowS, state.clockS ?? 0.0, length(...state.velocity));
  walk.shut = closedAt(state.clockS ?? nowS, closed);
  arm(walk);
  hearAll(walk, heard);
  let latest: Mark | null = null;
  for (const [index, fix] of inOrder(fixes)) latest = advance(walk, index, fix, closed) ?? latest;
  walk.fix = null;
  if (here !== null) standAt(walk, here, latest);
  const [afterM, afterS] = nextCheck(walk);
  return {
    events: walk.events,
    next: nextStop(walk),
    next_check_m: afterM,
    next_check_s: afterS,
    progress: writeToken(trail, state),
    steps: walk.steps,
  };
}

function closedAt(atS: number, closed: Closed): Slugs {
  return typeof closed === "function" ? closed(atS) : closed;
}

/** Arms anew when other stops are closed than before. */
function openStops(walk: Walk, closed: Closed): void {
  const shut = closedAt(walk.atS, closed);
  if (!isSameSet(shut, walk.shut)) {
    walk.shut = shut;
    arm(walk);
  }
}

function hearAll(walk: Walk, heard: readonly string[]): void {
  for (const slug of heard) {
    const stop = walk.trail.stopIndex.get(slug);
    if (stop !== undefined) hear(walk, stop);
  }
  if (heard.length > 0) takeTurn(walk);
}

/** One fix; where it says the walker is, unless it came late. */
function advance(walk: Walk, index: number, fix: Fix, closed: Closed): Mark | null {
  const p = walk.progress;
  const accuracy = accuracyM(fix);
  const [x, y] = toXy(walk.trail.projection, [fix.lon, fix.lat]);
  const mark = { atS: fix.at_s, x, y, sigmaM: accuracy / SIGMAS_IN_ACCURACY };
  if (accuracy > COARSE_M) return p.clockS === null || fix.at_s > p.clockS ? mark : null;
  const time = judgeTime(p, fix.at_s);
  if (time === "late") return null;
  if (time === "starts_again") startAgain(p, fix.at_s);
  else if (p.clockS === null) p.shift(fix.at_s); // what was said before it happened just before it
  p.clockS = fix.at_s;
  const waitedS = believe(p, mark);
  if (waitedS !== null) {
    walk.fix = index;
    walk.atS = fix.at_s;
    openStops(walk, closed);
    take(walk, fix, mark, waitedS);
  }
  return mark;
}

/** An accepted fix: zones first, then the player's turn. */
function take(walk: Walk, fix: Fix, mark: Mark, waitedS: number): void {
  const p = walk.progress;
  if (p.walk.length === 0) {
    p.walk = walkId(walk.trail.slug, BEGINNING.pack(fix.at_s, fix.lon, fix.lat));
  }
  measureSpeed(walk, fix, mark, waitedS);
  const path = walk.trail.path;
  const goesOn = waitedS <= INTERPOLATED_GAP_S;
  const before = p.estimate !== null && goesOn ? look(p.estimate, path) : null;
  const seen = look(estimateWith(p, mark, waitedS), path);
  p.last = mark;
  announce(walk, seen);
  for (const [step, elapsedS] of stepsTo(before, seen, waitedS)) {
    walk.steps += 1;
    weigh(walk, step, elapsedS, step === seen);
    weighRoute(walk, step, elapsedS, step === seen);
  }
  if (p.inside.size > 0) {
    tellDwells(walk);
    askAgain(walk);
  }
  takeTurn(walk);
  walk.wanted.clear();
}

/** The phone's own speed; without one, what the fixes show, smoothed over half a minute. */
function measureSpeed(walk: Walk, fix: Fix, mark: Mark, waitedS: number): void {
  const p = walk.progress;
  if (p.last !== null) {
    let [east, north] = p.velocity;
    const share = min(1.0, waitedS / SMOOTHING_S);
    east += ((mark.x - p.last.x) / waitedS - east) * share;
    north += ((mark.y - p.last.y) / waitedS - north) * share;
    p.velocity = [east, north];
  }
  const reported = fix.speed_mps ?? null;
  const known = reported !== null && reported >= 0.0; // NaN compares false
  walk.speedMps = known ? reported : length(...p.velocity);
}

/** Takes the fix into the estimate; after a long silence it begins anew. */
function estimateWith(p: Progress, mark: Mark, waitedS: number): Estimate {
  if (p.estimate === null || waitedS > INTERPOLATED_GAP_S) {
    p.estimate = begin(mark, p.doubt);
  } else {
    const [later, surprise] = correct(advanced(p.estimate, waitedS), mark, p.doubt);
    p.estimate = later;
    p.doubt = learn(p.doubt, surprise);
  }
  return p.estimate;
}

/** Where the walker was between two fixes, and the seconds that each place weighs. */
function* stepsTo(
  before: Seen | null,
  seen: Seen,
  waitedS: number,
): Generator<[step: Seen, elapsedS: number]> {
  if (waitedS === 0.0) return;
  if (before === null) {
    yield [seen, min(LONE_STEP_S, waitedS)];
    return;
  }
  const count = stepsIn(waitedS);
  for (let n = 1; n < count; n += 1) yield [between(before, seen, n / count), waitedS / count];
  yield [seen, waitedS / count];
}

function between(a: Seen, b: Seen, share: number): Seen {
  return {
    x: a.x + (b.x - a.x) * share,
    y: a.y + (b.y - a.y) * share,
    pathX: a.pathX + (b.pathX - a.pathX) * share,
    pathY: a.pathY + (b.pathY - a.pathY) * share,
    sigmaM: a.sigmaM + (b.sigmaM - a.sigmaM) * share,
    asideM: a.asideM + (b.asideM - a.asideM) * share,
  };
}

/** Enters a stop by hand, if that is plausible from where the walker was seen last. */
function standAt(walk: Walk, here: string, latest: Mark | null): void {
  const p = walk.progress;
  const stop = walk.trail.stopIndex.get(here);
  if (stop === undefined) throw new NotFound({ stop: here });
  const seen = latest ?? p.suspect?.mark ?? p.last;
  if (seen !== null) {
    const [x, y] = walk.trail.places[stop];
    const accuracy = seen.sigmaM * SIGMAS_IN_ACCURACY;
    const nearM = max(HERE_M, HERE_ACCURACIES * accuracy);
    if (length(x - seen.x, y - seen.y) > nearM) throw new HereImplausible({ stop: here });
  }
  if (p.walk.length === 0) {
    const beginning = join(encode(here), BEGINNING.pack(walk.nowS, 0.0, 0.0));
    p.walk = walkId(walk.trail.slug, beginning);
  }
  if (!(p.stopFlags[stop] & ENTERED)) reachStop(walk, stop, null);
  askByHand(walk, stop);
}

function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
