/** Position readings: which of them decide anything, in which order, and how far to trust them. */

/** A reading that claims to be worse than this is for display only. */
export const COARSE_M = 100.0;
/** Taken for a reading that does not say how good it is. */
const UNKNOWN_ACCURACY_M = 30.0;
/** No phone is better than this, whatever it says. */
const BEST_ACCURACY_M = 5.0;
/** Android's 68 % circle, in standard deviations of one axis. */
export const SIGMAS_IN_ACCURACY = 1.51;
/** A phone that says less has lost its clock; readings from before 1970 are no readings. */
export const EARLIEST_S = 0.0;
/** 30 December 9999, 00:00 UTC: any time up to this can be told in any time zone. */
export const LATEST_S = 253_402_128_000.0;

/** One call may cost no more evidence steps (contract, proximity). */
export const MAX_STEPS = 4_000;
/** Over a longer gap nobody knows where the walker went. */
export const INTERPOLATED_GAP_S = 60.0;
/** Length of an interpolated step, at most. */
const STEP_S = 2.0;

/** One position reading of a phone. */
export interface Fix {
  /** Unix seconds, UTC. */
  readonly at_s: number;
  readonly lon: number;
  readonly lat: number;
  /** Absent, null, 0 or negative: unknown. */
  readonly accuracy_m?: number | null;
  /** Absent, null or negative: unknown. */
  readonly speed_mps?: number | null;
  readonly heading_deg?: number | null;
}

/** Whether time and place are real: finite, on earth, not the (0, 0) of a broken receiver. */
export function isReading(fix: Fix): boolean {
  return (
    EARLIEST_S <= fix.at_s && // NaN compares false
    fix.at_s <= LATEST_S &&
    -180.0 <= fix.lon &&
    fix.lon <= 180.0 &&
    -90.0 <= fix.lat &&
    fix.lat <= 90.0 &&
    (fix.lon !== 0.0 || fix.lat !== 0.0)
  );
}

/** The accuracy to reckon with: never better than 5 m, 30 m where unknown; NaN is infinity. */
export function accuracyM(fix: Fix): number {
  const claimed = fix.accuracy_m ?? null;
  if (claimed === null || claimed <= 0.0) return UNKNOWN_ACCURACY_M;
  if (claimed < BEST_ACCURACY_M) return BEST_ACCURACY_M;
  return Number.isFinite(claimed) ? claimed : Infinity;
}

/** The real readings with their index in the call, by time; equal times stay as they came. */
export function inOrder(fixes: readonly Fix[]): [index: number, fix: Fix][] {
  const known = fixes
    .map((fix, index): [number, Fix] => [index, fix])
    .filter(([, fix]) => isReading(fix));
  return known.sort(([, a], [, b]) => a.at_s - b.at_s);
}

/** How many evidence steps the time between two accepted fixes costs. */
export function stepsIn(gapS: number): number {
  if (gapS > INTERPOLATED_GAP_S) return 1;
  const whole = Math.trunc(gapS / STEP_S);
  return whole * STEP_S >= gapS ? whole : whole + 1;
}

/**
 * At least as many evidence steps as `follow` will take for these fixes.
 *
 * Cheap, and known before folding: what costs more than `MAX_STEPS` is sent
 * in parts. The gap to the last fix of the token is counted as the longest; a
 * walk that begins has none.
 */
export function countSteps(fixes: readonly Fix[], begins = false): number {
  const times = inOrder(fixes).map(([, fix]) => fix.at_s);
  if (times.length === 0) return 0;
  const longest = begins ? 1 : stepsIn(INTERPOLATED_GAP_S);
  return times.slice(1).reduce((sum, atS, n) => sum + stepsIn(atS - times[n]), longest);
}
