/** What lies ahead: the next stop, and how long nothing is to be expected. */

import { leastBy, max, min } from "./compare.ts";
import { look, type Seen } from "./estimate.ts";
import type { NextStop } from "./events.ts";
import { HOPELESS_SIGMAS, REPORTED_SIGMAS } from "./evidence.ts";
import { V_MAX_MPS } from "./gate.ts";
import { bearingDeg, toLonLat } from "./geo.ts";
import { firstPending, pending } from "./order.ts";
import { APPROACHED, ENTERED, QUEUED } from "./progress.ts";
import type { ZoneGround } from "./trail.ts";
import type { Walk } from "./walk.ts";
import { distanceTo } from "./zones.ts";

const CHECK_MIN_M = 5.0;
const CHECK_MAX_M = 2_000.0;
const CHECK_MIN_S = 1.0;
const CHECK_MAX_S = 600.0;

/** The first stop still to come; where the order is free, the nearest. */
export function nextStop(walk: Walk): NextStop | null {
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

function away(walk: Walk, stop: number): number {
  const last = walk.progress.last;
  if (last === null) return Infinity;
  const [x, y] = walk.trail.places[stop];
  return Math.sqrt((x - last.x) * (x - last.x) + (y - last.y) * (y - last.y));
}

/**
 * Metres and seconds within which nothing is to be expected; sleep until one has passed.
 *
 * As far as the nearest edge that matters, less the error of the last fix,
 * and as long as a runner needs for it; between 5 m and 2 km, 1 s and 10
 * minutes; reckoned from that fix and from where it puts the walker. While a
 * zone or the route is being weighed, a jump is doubted, or no position is
 * known: the shortest. A walker who keeps to the route is not expected to
 * leave it.
 */
export function nextCheck(walk: Walk): [afterM: number, afterS: number] {
  const p = walk.progress;
  const last = p.last;
  const weighed = p.evidence.size > p.inside.size || p.routeEvidenceS > 0.0;
  if (last === null || p.estimate === null || p.suspect !== null || weighed) {
    return [CHECK_MIN_M, CHECK_MIN_S];
  }
  const seen = look(p.estimate, walk.trail.path);
  let clearM = walk.armed.map((zone) => clearance(walk, zone, seen)).reduce(min, Infinity);
  for (const index of p.inside.keys()) {
    const zone = walk.trail.zones[index];
    const farM = zone.ground.signedDistance(last.x, last.y);
    const outM = zone.grownM - max(farM, distanceTo(zone, seen));
    clearM = min(clearM, outM - HOPELESS_SIGMAS * last.sigmaM);
  }
  const afterM = min(CHECK_MAX_M, max(CHECK_MIN_M, clearM));
  const afterS = [afterM / V_MAX_MPS, ...appointments(walk)].reduce(min);
  return [afterM, min(CHECK_MAX_S, max(CHECK_MIN_S, afterS))];
}

function clearance(walk: Walk, zone: ZoneGround, seen: Seen): number {
  const p = walk.progress;
  const last = p.last;
  if (last === null || p.inside.has(zone.index)) return Infinity;
  const far = min(zone.ground.signedDistance(last.x, last.y), distanceTo(zone, seen));
  if (p.stopFlags[zone.stop] & (APPROACHED | ENTERED)) {
    return far - HOPELESS_SIGMAS * last.sigmaM;
  }
  return far - zone.prefetchM - REPORTED_SIGMAS * last.sigmaM;
}

/** Seconds until something happens even to a walker who stands still. */
function appointments(walk: Walk): number[] {
  const p = walk.progress;
  const times = [CHECK_MAX_S];
  if (p.stopFlags.some((flags) => flags & QUEUED)) {
    times.push(p.playing === null ? CHECK_MIN_S : p.freeAtS - walk.atS);
  }
  for (const [index, [sinceS]] of p.inside) {
    const dwellS = walk.trail.zones[index].dwellS;
    if (sinceS + dwellS > walk.atS) times.push(sinceS + dwellS - walk.atS);
  }
  return times;
}
