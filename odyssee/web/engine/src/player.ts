/** Which story speaks: one at a time, each by itself once a walk, none in a vehicle. */

import { leastBy, rising } from "./compare.ts";
import type { After } from "./events.ts";
import { HEARD, QUEUED, STARTED, WAITS_FOR_SPEED } from "./progress.ts";
import type { ZoneGround } from "./trail.ts";
import type { Walk } from "./walk.ts";

/** Above this nobody is on foot, and no story starts by itself. */
const TOO_FAST_MPS = 4.0;

/** Asks for the story of a zone that was just entered, unless it was told already. */
export function ask(walk: Walk, zone: ZoneGround): void {
  if (!mayStart(walk, zone)) return;
  const inside = walk.progress.inside;
  const entry = inside.get(zone.index);
  if (walk.speedMps > TOO_FAST_MPS && entry !== undefined) {
    inside.set(zone.index, [entry[0], entry[1] | WAITS_FOR_SPEED]);
  } else {
    queue(walk, zone.stop);
  }
}

/** Asks for the stories of the zones whose walker was too fast before. */
export function askAgain(walk: Walk): void {
  if (walk.speedMps > TOO_FAST_MPS) return;
  const inside = walk.progress.inside;
  for (const index of [...inside.keys()].sort(rising)) {
    const [sinceS, bits] = inside.get(index) ?? [0.0, 0];
    if (bits & WAITS_FOR_SPEED) {
      inside.set(index, [sinceS, bits & ~WAITS_FOR_SPEED]);
      queue(walk, walk.trail.zones[index].stop);
    }
  }
}

/** Plays at once what the visitor asks for, or queues it behind the story that speaks. */
export function askByHand(walk: Walk, stop: number): void {
  if (walk.progress.stopFlags[stop] & (STARTED | HEARD)) return;
  queue(walk, stop);
  if (walk.progress.playing === null) start(walk, stop);
}

/** Takes the client's word that a story was heard to its end. */
export function hear(walk: Walk, stop: number): void {
  const p = walk.progress;
  p.stopFlags[stop] = (p.stopFlags[stop] & ~QUEUED) | HEARD;
  p.restsFromS[stop] = walk.atS;
  if (p.playing === stop) p.playing = null;
}

/** Lets the next story start when none speaks: the highest priority first, then by order. */
export function takeTurn(walk: Walk): void {
  const p = walk.progress;
  if (p.playing !== null) {
    if (walk.atS < p.freeAtS) return;
    p.playing = null;
  }
  if (walk.speedMps > TOO_FAST_MPS) return;
  const waiting = [...p.stopFlags.keys()].filter((stop) => p.stopFlags[stop] & QUEUED);
  const first = leastBy(waiting, (stop) => [-walk.trail.priorities[stop], stop]);
  if (first !== null) start(walk, first);
}

function mayStart(walk: Walk, zone: ZoneGround): boolean {
  const p = walk.progress;
  const stop = zone.stop;
  if (!(p.stopFlags[stop] & (STARTED | HEARD))) return true;
  if (!zone.eachEntry || (p.playing === stop && walk.atS < p.freeAtS)) return false;
  return walk.atS - p.restsFromS[stop] >= zone.cooldownS;
}

function queue(walk: Walk, stop: number): void {
  if (!(walk.progress.stopFlags[stop] & QUEUED)) {
    walk.progress.stopFlags[stop] |= QUEUED;
    walk.wanted.add(stop);
  }
}

function start(walk: Walk, stop: number): void {
  const p = walk.progress;
  const after: After = walk.wanted.has(stop) ? "at_once" : "queued";
  p.stopFlags[stop] = (p.stopFlags[stop] & ~QUEUED) | STARTED;
  p.playing = stop;
  p.freeAtS = walk.atS + walk.trail.stops[stop].narration_s;
  p.restsFromS[stop] = p.freeAtS;
  walk.tell("play", stop, null, { after });
}
