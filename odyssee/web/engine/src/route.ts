/**
 * Whether the walker keeps to the known route: off_trail, then back_on_trail, by turns.
 *
 * The evidence of a zone, weighed on the route's corridor. A sketch has no
 * corridor: nobody has walked it.
 */

import type { Seen } from "./estimate.ts";
import { afterInside, afterOutside, enoughToEnterS, LEAVE_S, shareInside } from "./evidence.ts";
import { GROWN_AT_LEAST_M } from "./trail.ts";
import type { Walk } from "./walk.ts";

/** 19 fixes of 20 lie less than 31 m beside the path that was walked; zones reach as far as this. */
export const HALF_WIDTH_M = 40.0;

/**
 * One evidence step. Nobody leaves a trail that they were never on.
 *
 * As with zones, leaving counts on a wider corridor, and only a fix brings
 * back. Whoever is in a zone does not leave: stops may lie beside the line.
 */
export function weighRoute(walk: Walk, seen: Seen, elapsedS: number, decides: boolean): void {
  const p = walk.progress;
  if (walk.trail.path.length === 0) return;
  const farM = seen.asideM - HALF_WIDTH_M;
  if (p.strayed === false) {
    const wideM = HALF_WIDTH_M + GROWN_AT_LEAST_M;
    const inZone = p.inside.size > 0;
    const share = inZone ? 1.0 : shareInside(farM - GROWN_AT_LEAST_M, seen.sigmaM, wideM);
    p.routeEvidenceS = afterInside(p.routeEvidenceS, share, elapsedS);
    if (p.routeEvidenceS >= LEAVE_S) {
      p.strayed = true;
      p.routeEvidenceS = 0.0;
      walk.tell("off_trail");
    }
    return;
  }
  const enoughS = enoughToEnterS(seen.sigmaM);
  const share = shareInside(farM, seen.sigmaM, HALF_WIDTH_M);
  p.routeEvidenceS = afterOutside(p.routeEvidenceS, share, elapsedS, enoughS);
  if (decides && farM <= 0.0 && p.routeEvidenceS >= enoughS) {
    if (p.strayed) walk.tell("back_on_trail");
    p.strayed = false;
    p.routeEvidenceS = 0.0;
  }
}
