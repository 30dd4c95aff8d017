/** The order of the trail: which stops may wake, which are left behind, which comes next. */

import { ENTERED } from "./progress.ts";
import type { ZoneGround } from "./trail.ts";
import type { Walk } from "./walk.ts";

/** Index of the furthest stop entered; -1 at the start, and always where the order is free. */
export function reached(walk: Walk): number {
  if (walk.trail.order === "free") return -1;
  const flags = walk.progress.stopFlags;
  for (let stop = flags.length - 1; stop >= 0; stop -= 1) if (flags[stop] & ENTERED) return stop;
  return -1;
}

/** The open stops still to come, in order: neither entered, nor left behind, nor closed. */
export function* pending(walk: Walk): Generator<number> {
  const flags = walk.progress.stopFlags;
  for (let stop = reached(walk) + 1; stop < flags.length; stop += 1) {
    if (!(flags[stop] & ENTERED) && !walk.shut.has(walk.trail.stops[stop].slug)) yield stop;
  }
}

/** The first open stop still to come; null where there is none. */
export function firstPending(walk: Walk): number | null {
  for (const stop of pending(walk)) return stop;
  return null;
}

/**
 * Arms the zones that may wake a stop now, and drops the evidence of all others.
 *
 * The zones of the next stops in the window, and of entered stops those that
 * ask for each entry. A zone that the walker is in keeps its evidence for
 * leaving.
 */
export function arm(walk: Walk): void {
  const { trail, progress } = walk;
  let left = trail.window;
  const armed: ZoneGround[] = [];
  for (const stop of pending(walk)) {
    if (left === 0) break;
    left -= 1;
    armed.push(...trail.byStop[stop]);
  }
  armed.push(...returning(walk));
  walk.armed = armed;
  if (progress.evidence.size > 0) {
    const kept = new Set([...armed.map((zone) => zone.index), ...progress.inside.keys()]);
    progress.evidence = new Map([...progress.evidence].filter(([zone]) => kept.has(zone)));
  }
}

function returning(walk: Walk): ZoneGround[] {
  const flags = walk.progress.stopFlags;
  return walk.trail.returning.filter(
    (zone) => flags[zone.stop] & ENTERED && !walk.shut.has(walk.trail.stops[zone.stop].slug),
  );
}

/** The slugs of the stops that entering this one skips, closed ones included. */
export function leftBehind(walk: Walk, stop: number): string[] {
  if (walk.trail.order === "free") return [];
  return walk.trail.stops.slice(reached(walk) + 1, stop).map((between) => between.slug);
}
