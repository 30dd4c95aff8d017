// Made from engine/src/estimate.ts by engine/build.ts; change it there.
/**
 * Where the walker is: what the fixes, the way people walk and the way phones err say together.
 *
 * A phone's error drifts: two fixes a second apart err alike, so that many of
 * them tell hardly more than one. The filter keeps place, velocity and error
 * of each axis apart (Kalman, 1960; coloured noise as a state: Bryson and
 * Henrikson, 1968) and so knows how far to trust what it has. It also learns
 * how honest the phone is: fixes that surprise too little or too much change
 * the doubt. Only `+ - * /` and the square root.
 */

import { max, min } from "./compare.js";
import { nearestOn,              } from "./ground.js";

/** Time in which a phone's error forgets all but 1/e of itself; measured 20 to 61. */
const ERROR_S = 35.0;
/** Time in which a walker's velocity does: people turn, stop and go on. */
const STRIDE_S = 45.0;
/** Standard deviation of a walker's velocity on each axis, pauses included. */
export const STRIDE_MPS = 0.9;
/** Of a phone's error, what is new in each fix and does not drift. */
const FRESH_SHARE = 0.12;
/** At least so much of it, in square metres. */
const FRESH_M2 = 0.5;
/** Time is advanced in steps of this length at most. */
const STEP_S = 2.0;
/** A fix that surprises more is an outlier: it counts for what this much would. */
const SURPRISING = 6.0;

/** How much of a fix's surprise goes into the doubt. */
const LEARNING = 0.04;
/** Of one fix, so that an outlier does not spoil what was learnt. */
const MOST_LEARNT = 4.0;
/* Squares: a phone may err a quarter, or 1.8 times, of what it says. */
export const DOUBT_MIN = 0.0625;
export const DOUBT_MAX = 3.24;
/** Square of 1.5: a doubt within this factor of 1 is chance, and the phone is believed. */
const HONEST = 2.25;

/* No place is known better, and worse than this decides nothing. */
const SIGMA_MIN_M = 2.0;
const SIGMA_MAX_M = 100.0;
/* A walker so far from the known path, both together, has left it. */
const OFF_PATH_M = 15.0;
const OFF_PATH_SIGMAS = 2.0;
/** So far in any case: nobody is put on a path from across the block, however bad the receiver. */
export const OFF_PATH_MOST_M = 60.0;

/* Beyond these no walk comes: metres from the last fix, metres a second, errors in units of
their standard deviation, square metres, and squares of metres a second and of such units. */
const SOUND_FAR_M = 2_000.0;
const SOUND_MPS = 100.0;
const SOUND_ERRORS = 100.0;
const SOUND_M2 = 1e6;
const SOUND_SQUARE = 2.0;

/** Where the walker is taken to be: by the fixes alone, and on the known path. */

/** What is known after one fix: it errs as phones do, the walker moves as people do. */
export function begin(mark      , doubt        )           {
  const errorM = Math.sqrt(trusted(doubt)) * mark.sigmaM;
  const square = errorM * errorM;
  return {
    x: mark.x,
    y: mark.y,
    vx: 0.0,
    vy: 0.0,
    ux: 0.0,
    uy: 0.0,
    pxx: square + FRESH_SHARE * FRESH_SHARE * square,
    pxv: 0.0,
    pxu: -errorM,
    pvv: STRIDE_MPS * STRIDE_MPS,
    pvu: 0.0,
    puu: 1.0,
  };
}

/** The estimate so many seconds later, without a new fix. */
export function advance(e          , elapsedS        )           {
  const whole = Math.trunc(elapsedS / STEP_S);
  const count = whole * STEP_S >= elapsedS ? whole : whole + 1;
  let later = e;
  for (let n = 0; n < count; n += 1) later = step(later, elapsedS / count);
  return later;
}

function step(e          , h        )           {
  const stride = 1.0 / (1.0 + h / STRIDE_S);
  const share = h / ERROR_S;
  const error = 1.0 / (1.0 + share + 0.5 * share * share);
  const freshV = STRIDE_MPS * STRIDE_MPS * (1.0 - stride * stride);
  return {
    x: e.x + e.vx * h,
    y: e.y + e.vy * h,
    vx: e.vx * stride,
    vy: e.vy * stride,
    ux: e.ux * error,
    uy: e.uy * error,
    pxx: e.pxx + 2.0 * h * e.pxv + h * h * e.pvv + (freshV * h * h) / 3.0,
    pxv: (e.pxv + h * e.pvv) * stride + (freshV * h) / 2.0,
    pxu: (e.pxu + h * e.pvu) * error,
    pvv: e.pvv * stride * stride + freshV,
    pvu: e.pvu * stride * error,
    puu: e.puu * error * error + (1.0 - error * error),
  };
}

/**
 * The estimate with a fix taken in, and how much the fix surprised: 1 is as expected.
 *
 * Rounding never makes a variance negative. What is not sound afterwards, as
 * only a forged token brings about, begins anew at the fix.
 */
export function correct(
  e          ,
  mark      ,
  doubt        ,
)                                         {
  const errorM = Math.sqrt(trusted(doubt)) * mark.sigmaM;
  const hx = e.pxx + errorM * e.pxu;
  const hv = e.pxv + errorM * e.pvu;
  const hu = e.pxu + errorM * e.puu;
  const freshM = FRESH_SHARE * errorM;
  let expected = max(0.0, hx + errorM * hu) + freshM * freshM + FRESH_M2;
  let east = mark.x - e.x - errorM * e.ux;
  let north = mark.y - e.y - errorM * e.uy;
  const surprise = (east * east + north * north) / (2.0 * expected);
  if (surprise > SURPRISING) expected = (expected * surprise) / SURPRISING;
  east = east / expected;
  north = north / expected;
  const later = {
    x: e.x + hx * east,
    y: e.y + hx * north,
    vx: e.vx + hv * east,
    vy: e.vy + hv * north,
    ux: e.ux + hu * east,
    uy: e.uy + hu * north,
    pxx: max(0.0, e.pxx - (hx * hx) / expected),
    pxv: e.pxv - (hx * hv) / expected,
    pxu: e.pxu - (hx * hu) / expected,
    pvv: max(0.0, e.pvv - (hv * hv) / expected),
    pvu: e.pvu - (hv * hu) / expected,
    puu: max(0.0, e.puu - (hu * hu) / expected),
  };
  return [isSound(later, mark) ? later : begin(mark, doubt), surprise];
}

/**
 * Whether an estimate can be that of a walk whose last accepted fix is this one.
 *
 * Near the fix, neither too fast nor too sure of a large error, and with
 * covariances that variances allow. NaN is not sound.
 */
export function isSound(e          , mark      )          {
  return (
    -SOUND_FAR_M <= e.x - mark.x &&
    e.x - mark.x <= SOUND_FAR_M &&
    -SOUND_FAR_M <= e.y - mark.y &&
    e.y - mark.y <= SOUND_FAR_M &&
    e.vx * e.vx + e.vy * e.vy <= SOUND_MPS * SOUND_MPS &&
    e.ux * e.ux + e.uy * e.uy <= SOUND_ERRORS * SOUND_ERRORS &&
    0.0 <= e.pxx &&
    e.pxx <= SOUND_M2 &&
    0.0 <= e.pvv &&
    e.pvv <= SOUND_SQUARE &&
    0.0 <= e.puu &&
    e.puu <= SOUND_SQUARE &&
    e.pxv * e.pxv <= e.pxx * e.pvv &&
    e.pxu * e.pxu <= e.pxx * e.puu &&
    e.pvu * e.pvu <= e.pvv * e.puu
  );
}

/** The doubt after a fix that surprised so much. */
export function learn(doubt        , surprise        )         {
  const learnt = doubt * (1.0 + LEARNING * (min(surprise, MOST_LEARNT) - 1.0));
  return min(DOUBT_MAX, max(DOUBT_MIN, learnt));
}

/** The doubt to reckon with: 1 while the phone may well be honest. */
export function trusted(doubt        )         {
  if (doubt < 1.0 / HONEST) return doubt * HONEST;
  return doubt > HONEST ? doubt / HONEST : 1.0;
}

/**
 * Where to take the walker to be.
 *
 * People keep to paths: near a known one the walker is on it, and the error
 * across it is gone.
 */
export function look(e          , path                    )       {
  let sigmaM = SIGMA_MIN_M;
  if (e.pxx > SIGMA_MIN_M * SIGMA_MIN_M) sigmaM = min(SIGMA_MAX_M, Math.sqrt(e.pxx));
  if (path.length === 0) return { x: e.x, y: e.y, pathX: e.x, pathY: e.y, sigmaM, asideM: 0.0 };
  const [x, y, square] = nearestOn(path, e.x, e.y);
  const reachM = min(OFF_PATH_MOST_M, OFF_PATH_M + OFF_PATH_SIGMAS * sigmaM);
  const isOff = square > reachM * reachM;
  const [pathX, pathY] = isOff ? [e.x, e.y] : [x, y];
  return { x: e.x, y: e.y, pathX, pathY, sigmaM, asideM: Math.sqrt(square) };
}
