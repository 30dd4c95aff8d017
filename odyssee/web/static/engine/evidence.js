// Made from engine/src/evidence.ts by engine/build.ts; change it there.
/** Evidence for being in a zone: how certain one fix is, and how certainty adds up over time. */

import { max, min } from "./compare.js";

/* Abramowitz and Stegun, 26.2.19; error under 1.5e-7. */
const P1 = 0.049867347;
const P2 = 0.0211410061;
const P3 = 0.0032776263;
const P4 = 0.0000380036;
const P5 = 0.0000488906;
const P6 = 0.000005383;

/** Outside, a share above this speaks for being in. */
export const ENTER_SHARE = 0.34;
/** Inside, a share below this speaks for having left. */
export const LEAVE_SHARE = 0.5;
export const LEAVE_S = 8.0;
/** Seconds of evidence that an enter asks for: of the best receivers, most, and the worst. */
const ENTER_MIN_S = 1.2;
const ENTER_S = 2.9;
const ENTER_MAX_S = 8.0;
/** A place known to some metres asks so much for each metre of standard deviation. */
const GOOD_S_PER_M = 0.5;
/** A place hardly known asks so much for each metre above so many. */
const POOR_M = 10.0;
const POOR_S_PER_M = 0.25;
/** Evidence beyond enough that is kept. */
const SPARE_S = 2.0;
/** An enter asks that the walker be no further outside than this share of the inradius. */
export const NEAR_SHARE = 0.66;
/** And that the fix which decides lie no further outside, wherever the walker is taken to be. */
export const AT_MOST_M = 100.0;
/** So far outside the share is nought. */
const NEGLIGIBLE_SIGMAS = 5.0;
/** So far outside the share is under 0.34 whatever the size of the zone. */
export const HOPELESS_SIGMAS = 2.0;
/** 95 % of a circular normal distribution. */
export const REPORTED_SIGMAS = 2.45;

/** The normal distribution function, by a rational form. */
export function phi(z        )         {
  const a = z >= 0.0 ? z : -z;
  let p = 1.0 + a * (P1 + a * (P2 + a * (P3 + a * (P4 + a * (P5 + a * P6)))));
  p = p * p;
  p = p * p;
  p = p * p;
  p = p * p;
  return z >= 0.0 ? 1.0 - 0.5 / p : 0.5 / p;
}

/**
 * How much of what the zone can get at best speaks for being in it: 1 at its heart, 0 far off.
 *
 * `distanceM` is signed, negative inside. The zone is taken as a strip of
 * twice its inradius; dividing by the best share makes small zones reachable
 * with a bad receiver.
 */
export function shareInside(distanceM        , sigmaM        , inradiusM        )         {
  if (distanceM > NEGLIGIBLE_SIGMAS * sigmaM) return 0.0;
  const strip = phi(-distanceM / sigmaM) - phi((-2.0 * inradiusM - distanceM) / sigmaM);
  const share = strip / (2.0 * phi(inradiusM / sigmaM) - 1.0);
  return share < 0.0 ? 0.0 : min(share, 1.0);
}

/** Seconds of evidence that an enter needs. */
export function enoughToEnterS(sigmaM        )         {
  const goodS = max(ENTER_MIN_S, min(ENTER_S, GOOD_S_PER_M * sigmaM));
  return min(ENTER_MAX_S, max(goodS, POOR_S_PER_M * (sigmaM - POOR_M)));
}

/**
 * Evidence for entering, one step later; more than a little over enough is not kept.
 *
 * A walker who passed between two fixes and is gone shall not enter later.
 */
export function afterOutside(
  evidenceS        ,
  share        ,
  elapsedS        ,
  enoughS        ,
)         {
  const laterS = max(0.0, evidenceS + (share - ENTER_SHARE) * elapsedS);
  return laterS >= enoughS ? min(laterS, enoughS + SPARE_S) : laterS;
}

/** Evidence for leaving, one step later. */
export function afterInside(evidenceS        , share        , elapsedS        )         {
  return max(0.0, evidenceS + (LEAVE_SHARE - share) * elapsedS);
}
