// Made from engine/src/zones.ts by engine/build.ts; change it there.
/** Zones entered and left: evidence per step, hysteresis, and one zone a layer. */

import { leastBy, rising } from "./compare.js";

import {
  afterInside,
  afterOutside,
  AT_MOST_M,
  enoughToEnterS,
  HOPELESS_SIGMAS,
  LEAVE_S,
  NEAR_SHARE,
  REPORTED_SIGMAS,
  shareInside,
} from "./evidence.js";
import { arm, firstPending, leftBehind } from "./order.js";
import { ask } from "./player.js";
import { APPROACHED, DWELT, ENTERED, INSIDE, MAX_ZONES_IN_PLAY } from "./progress.js";

/** Tells once of each stop that its zone may be near: its media are fetched now. */
export function announce(walk      , seen      )       {
  const flags = walk.progress.stopFlags;
  const reachM = REPORTED_SIGMAS * seen.sigmaM;
  for (const zone of walk.armed) {
    if (flags[zone.stop] & (APPROACHED | ENTERED)) continue;
    if (zone.ground.signedDistance(seen.x, seen.y) - reachM <= zone.prefetchM) {
      flags[zone.stop] |= APPROACHED;
      walk.tell("approach", zone.stop, zone.id);
    }
  }
}

/**
 * One evidence step: leaves first, then enters what has enough evidence.
 *
 * Only the place of a fix decides on entering: between two fixes evidence
 * grows, but a story starts where the walker is now.
 */
export function weigh(walk      , seen      , elapsedS        , decides         )       {
  const holding = weighInside(walk, seen, elapsedS);
  const best = weighOutside(walk, seen, elapsedS, holding, decides);
  const entered = [...best.values()].map(([, zone]) => zone);
  for (const zone of entered.sort((a, b) => a.index - b.index)) enter(walk, zone);
  forgetWeakest(walk.progress);
}

/** Metres to the zone's edge, negative inside; on the known path where that runs through it. */
export function distanceTo(zone            , seen      )         {
  if (zone.onPath) return zone.ground.signedDistance(seen.pathX, seen.pathY);
  return zone.ground.signedDistance(seen.x, seen.y);
}

/** Weighs whether the walker left; the share of the zones that still hold them, by layer. */
function weighInside(walk      , seen      , elapsedS        )                      {
  const holding = new Map                ();
  const evidence = walk.progress.evidence;
  for (const index of insideSorted(walk.progress)) {
    const zone = walk.trail.zones[index];
    const far = distanceTo(zone, seen);
    const grown = zone.grownM;
    const share = shareInside(far - grown, seen.sigmaM, zone.inradiusM + grown);
    const nowS = afterInside(evidence.get(index) ?? NaN, share, elapsedS);
    evidence.set(index, nowS);
    if (nowS >= LEAVE_S) leave(walk, zone);
    else holding.set(zone.layer, shareInside(far, seen.sigmaM, zone.inradiusM));
  }
  return holding;
}

/** Weighs the armed zones; the one of each layer that is entered, with its share. */
function weighOutside(
  walk      ,
  seen      ,
  elapsedS        ,
  holding                             ,
  decides         ,
)                                                 {
  const { evidence, inside } = walk.progress;
  const enoughS = enoughToEnterS(seen.sigmaM);
  const hopelessM = HOPELESS_SIGMAS * seen.sigmaM;
  const best = new Map                              ();
  for (const zone of walk.armed) {
    const { index, layer } = zone;
    if (inside.has(index)) continue;
    const far = distanceTo(zone, seen);
    const beforeS = evidence.get(index) ?? 0.0;
    if (far >= hopelessM && beforeS === 0.0) continue;
    const share = shareInside(far, seen.sigmaM, zone.inradiusM);
    const held = share <= (holding.get(layer) ?? -Infinity); // the zone they are in wins ties
    const nowS = afterOutside(beforeS, held ? 0.0 : share, elapsedS, enoughS);
    if (nowS > 0.0) evidence.set(index, nowS);
    else evidence.delete(index);
    const ripe = decides && nowS >= enoughS && far <= NEAR_SHARE * zone.inradiusM;
    if (!ripe || held) continue;
    const rival = best.get(layer);
    const bestYet = rival === undefined || share > rival[0];
    if (bestYet && isSaidNear(walk, zone)) best.set(layer, [share, zone]);
  }
  return best;
}

/**
 * Whether the fix itself lies near.
 *
 * The estimate runs on where a cyclist stops, the known path pulls, and both
 * together may put a walker two hundred metres away from any fix.
 */
function isSaidNear(walk      , zone            )          {
  const last = walk.progress.last;
  return last === null || zone.ground.signedDistance(last.x, last.y) <= AT_MOST_M;
}

function enter(walk      , zone            )       {
  const progress = walk.progress;
  for (const index of insideSorted(progress)) {
    const other = walk.trail.zones[index];
    if (other.layer === zone.layer) leave(walk, other);
  }
  progress.inside.set(zone.index, [walk.atS, INSIDE]);
  progress.evidence.set(zone.index, 0.0);
  reachStop(walk, zone.stop, zone.id);
  ask(walk, zone);
}

/** Enters a stop, by its zone or by hand (null); the last one to come completes the trail. */
export function reachStop(walk      , stop        , zone               )       {
  const progress = walk.progress;
  const skipped = leftBehind(walk, stop);
  progress.stopFlags[stop] |= ENTERED | APPROACHED;
  walk.tell("enter", stop, zone, { skipped, manual: zone === null });
  arm(walk);
  if (!progress.completed && firstPending(walk) === null) {
    progress.completed = true;
    walk.tell("completed");
  }
}

function leave(walk      , zone            )       {
  walk.progress.inside.delete(zone.index);
  walk.progress.evidence.delete(zone.index);
  walk.tell("exit", zone.stop, zone.id);
}

/** Tells once an entry when the walker has stayed as long as the zone asks. */
export function tellDwells(walk      )       {
  const inside = walk.progress.inside;
  for (const index of insideSorted(walk.progress)) {
    const [sinceS, bits] = inside.get(index) ?? [0.0, DWELT];
    const zone = walk.trail.zones[index];
    if (zone.dwellS && !(bits & DWELT) && walk.atS - sinceS >= zone.dwellS) {
      inside.set(index, [sinceS, bits | DWELT]);
      walk.tell("dwell", zone.stop, zone.id);
    }
  }
}

/** The zones that the walker is in, by index. */
export function insideSorted(progress          )           {
  return [...progress.inside.keys()].sort(rising);
}

/** Keeps the zones that the walker is in, then those with the most evidence. */
function forgetWeakest({ evidence, inside }          )       {
  while (evidence.size > MAX_ZONES_IN_PLAY) {
    const weakest = leastBy(evidence, ([zone, held]) => [inside.has(zone) ? 1 : 0, held, -zone]);
    if (weakest !== null) evidence.delete(weakest[0]);
  }
}
