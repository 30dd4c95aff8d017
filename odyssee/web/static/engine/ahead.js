// Made from engine/src/ahead.ts by engine/build.ts; change it there.
/** What lies ahead: the next stop, and how long a phone may sleep. */

import { leastBy, max, min } from "./compare.js";
import { look, OFF_PATH_MOST_M,            STRIDE_MPS } from "./estimate.js";

import {
  enoughToEnterS,
  ENTER_SHARE,
  HOPELESS_SIGMAS,
  LEAVE_S,
  LEAVE_SHARE,
  NEAR_SHARE,
  REPORTED_SIGMAS,
  shareInside,
} from "./evidence.js";
import { REANCHOR_S, V_MAX_MPS } from "./gate.js";
import { bearingDeg, toLonLat } from "./geo.js";
import { firstPending, pending } from "./order.js";
import { APPROACHED, ENTERED,                QUEUED, WAITS_FOR_SPEED } from "./progress.js";
import { HALF_WIDTH_M } from "./route.js";
import { GROWN_AT_LEAST_M,                 } from "./trail.js";

import { distanceTo } from "./zones.js";

const CHECK_MIN_M = 5.0;
const CHECK_MAX_M = 2_000.0;
const CHECK_MIN_S = 3.5;
const CHECK_MAX_S = 600.0;
/** Nothing comes before the next fix. */
const SOONEST_S = 1.0;
/** By how much an enter may be told late: a fix a second later it is three seconds. */
const LATE_S = 2.5;
/** The same of what nobody waits for: media are fetched 150 m ahead, an exit is for the map. */
const LATE_UNHEARD_S = 20.0;
/** The same of leaving the route, which people on it hardly ever do. */
const LATE_ASTRAY_S = 60.0;
/** A check in less than so many times what may be late is put off, a later one comes in time. */
const STRETCH = 3.0;
/** A pace that most walkers do not exceed, and a leisurely one. */
const WALK_MPS = 1.5;
const STROLL_MPS = 1.3;
/** How much faster than now somebody may go on. */
const FASTER = 1.15;
/** Where a zone may begin to count, in standard deviations from its edge. */
const REACHES_SIGMAS = [0.5, 1.0, 1.5];

/** Something that may come. */

/** The first stop still to come; where the order is free, the nearest. */
export function nextStop(walk      )                  {
  const { trail } = walk;
  const last = walk.progress.last;
  const nearest = trail.order === "free" && last !== null;
  const stop = nearest
    ? leastBy(pending(walk), (number) => [away(walk, number), number])
    : firstPending(walk);
  if (stop === null) return null;
  const goal = trail.stops[stop];
  if (last === null) return { stop: goal.slug, distance_m: null, bearing_deg: null };
  const here = toLonLat(trail.projection, last.x, last.y);
  const bearing = bearingDeg(here, goal.location);
  return { stop: goal.slug, distance_m: away(walk, stop), bearing_deg: bearing };
}

function away(walk      , stop        )         {
  const last = walk.progress.last;
  if (last === null) return Infinity;
  const [x, y] = walk.trail.places[stop];
  return Math.sqrt((x - last.x) * (x - last.x) + (y - last.y) * (y - last.y));
}

/**
 * Metres and seconds to sleep: until the walker is so far from the last fix, or so long after.
 *
 * What happens meanwhile is told late, an enter, a story or a dwell by at
 * most `LATE_S` and the time to the next fix, all else by `LATE_UNHEARD_S`,
 * leaving the route by `LATE_ASTRAY_S`; what is far off is told in time. That
 * is reckoned for a walker who goes on at their pace. While the pace is not
 * known it is for a runner, and who begins to run has gone too far before it
 * is too late. Errors are taken to go on as they are.
 */
export function nextCheck(walk      )                                   {
  const p = walk.progress;
  if (p.last === null || p.estimate === null) return [CHECK_MIN_M, CHECK_MIN_S];
  let [afterM, afterS] = [CHECK_MAX_M, CHECK_MAX_S];
  const paceMps = pace(p.estimate);
  for (const chance of chances(walk, look(p.estimate, walk.trail.path))) {
    const [waitM, waitS] = wait(chance, paceMps);
    afterM = min(afterM, waitM);
    afterS = min(afterS, waitS);
  }
  for (const waitS of appointments(walk)) afterS = min(afterS, waitS);
  return [max(CHECK_MIN_M, afterM), max(CHECK_MIN_S, afterS)];
}

/** Metres a second that the walker will hardly exceed; a runner's while nothing is known. */
function pace(e          )         {
  if (e.pvv > 0.5 * STRIDE_MPS * STRIDE_MPS) return V_MAX_MPS;
  const speedMps = Math.sqrt(e.vx * e.vx + e.vy * e.vy);
  return min(V_MAX_MPS, max(WALK_MPS, FASTER * speedMps));
}

/**
 * How far and how long a phone may sleep for this.
 *
 * Either as long as a runner would need, wherever they are then; or as long as
 * this walker needs, unless they have gone all the way before. The longer of
 * the two is told, for distance and time both end the sleep.
 */
function wait(chance        , paceMps        )                                 {
  const clearM = max(0.0, chance.clearM);
  let waitS = clearM / V_MAX_MPS + chance.thenS;
  let waitM = V_MAX_MPS * waitS;
  if (clearM / paceMps > waitS) {
    waitM = clearM;
    waitS = clearM / paceMps + chance.thenS;
  }
  const { lateS } = chance;
  return [stretch(waitM, STROLL_MPS * lateS), stretch(max(SOONEST_S, waitS), lateS)];
}

function stretch(least        , late        )         {
  return max(least, min(least + late, STRETCH * late));
}

/** All that the walker may bring about by going somewhere. */
function* chances(walk      , seen      )                    {
  const p = walk.progress;
  for (const zone of walk.armed) {
    if (p.inside.has(zone.index)) continue;
    yield entering(walk, zone, seen);
    if (p.stopFlags[zone.stop] & (APPROACHED | ENTERED)) continue;
    const farM = zone.ground.signedDistance(seen.x, seen.y);
    const nearM = zone.prefetchM + REPORTED_SIGMAS * seen.sigmaM;
    yield { clearM: farM - nearM, thenS: 0.0, lateS: LATE_UNHEARD_S };
  }
  for (const index of p.inside.keys()) {
    const zone = walk.trail.zones[index];
    const clearM = zone.grownM - distanceTo(zone, seen);
    const thenS = (LEAVE_S - (p.evidence.get(index) ?? 0.0)) / LEAVE_SHARE;
    yield { clearM, thenS, lateS: LATE_UNHEARD_S };
  }
  if (p.strayed === true) {
    const lackingS = max(0.0, enoughToEnterS(seen.sigmaM) - p.routeEvidenceS);
    const thenS = lackingS / (1.0 - ENTER_SHARE);
    yield { clearM: seen.asideM - HALF_WIDTH_M, thenS, lateS: LATE_UNHEARD_S };
  } else if (p.strayed === false) {
    const clearM = HALF_WIDTH_M + GROWN_AT_LEAST_M - seen.asideM;
    yield { clearM, thenS: (LEAVE_S - p.routeEvidenceS) / LEAVE_SHARE, lateS: LATE_ASTRAY_S };
  }
}

/**
 * Where a zone begins to count, and the evidence that is lacking then.
 *
 * A walker who is taken to be on the known path may turn out to have left it,
 * and one beside it may be put on it when they come nearer.
 */
function entering(walk      , zone            , seen      )         {
  let farM = zone.ground.signedDistance(seen.x, seen.y);
  if (zone.onPath) {
    if (seen.pathX === seen.x && seen.pathY === seen.y) {
      farM = max(min(farM, seen.asideM - OFF_PATH_MOST_M), farM - OFF_PATH_MOST_M);
    }
    farM = min(farM, distanceTo(zone, seen));
  }
  const evidenceS = walk.progress.evidence.get(zone.index) ?? 0.0;
  const lackingS = max(0.0, enoughToEnterS(seen.sigmaM) - evidenceS);
  if (lackingS === 0.0) {
    return { clearM: farM - NEAR_SHARE * zone.inradiusM, thenS: 0.0, lateS: LATE_S };
  }
  const clearM = farM - reach(zone, seen.sigmaM);
  return { clearM, thenS: lackingS / (1.0 - ENTER_SHARE), lateS: LATE_S };
}

/** Metres outside a zone from which nothing speaks for it; rounded up. */
function reach(zone            , sigmaM        )         {
  for (const sigmas of REACHES_SIGMAS) {
    const reachM = sigmas * sigmaM;
    if (shareInside(reachM, sigmaM, zone.inradiusM) <= ENTER_SHARE) return reachM;
  }
  return HOPELESS_SIGMAS * sigmaM;
}

/** Seconds until something happens even to a walker who stands still. */
function* appointments(walk      )                    {
  const p = walk.progress;
  if (p.suspect !== null) yield REANCHOR_S - (p.suspect.mark.atS - p.suspect.sinceS);
  if (p.stopFlags.some((flags) => flags & QUEUED)) {
    yield p.playing === null ? CHECK_MIN_S : p.freeAtS - walk.atS;
  }
  for (const [index, [sinceS, bits]] of p.inside) {
    if (bits & WAITS_FOR_SPEED) yield CHECK_MIN_S;
    const dwellS = walk.trail.zones[index].dwellS;
    if (sinceS + dwellS > walk.atS) yield sinceS + dwellS - walk.atS;
  }
}
