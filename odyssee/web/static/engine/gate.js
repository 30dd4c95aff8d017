// Made from engine/src/gate.ts by engine/build.ts; change it there.
/** Which fixes are believed: late ones, set clocks, and jumps that no walker makes. */

import { max, min } from "./compare.js";

/** A fix up to so far behind the last one came late, or twice. */
const LATE_S = 120.0;
/* So many fixes in rising order over so long, all further behind: the clock was set back. */
const CLOCK_RUN = 3;
const CLOCK_RUN_S = 10.0;
/** A fix further ahead begins anew. */
const NEW_START_S = 86_400.0;

/** On foot, running for the bus. */
export const V_MAX_MPS = 3.0;
const JUMP_SIGMAS = 4.0;
/** Two errors this far apart in time have little to do with each other. */
const CORRELATION_S = 30.0;
const JUMP_SLACK_M = 3.0;
/** Suspects that agree for so long are right, and the last accepted fix was wrong. */
export const REANCHOR_S = 10.0;

/** How a fix stands to the walk's clock; a late one changes nothing. */

/** How the fix stands to the last one that counted; remembers runs of fixes from long before. */
export function judgeTime(progress          , atS        )       {
  const clockS = progress.clockS;
  if (clockS === null) return "goes_on";
  if (atS > clockS) {
    progress.behind = null;
    return atS - clockS > NEW_START_S ? "starts_again" : "goes_on";
  }
  if (clockS - atS <= LATE_S) return "late";
  return judgeBehind(progress, atS);
}

function judgeBehind(progress          , atS        )       {
  let run = progress.behind;
  if (run === null || atS < run.atS) run = { fixes: 0, sinceS: atS, atS };
  else if (atS === run.atS) return "late";
  run = { fixes: min(CLOCK_RUN, run.fixes + 1), sinceS: run.sinceS, atS };
  progress.behind = run;
  if (run.fixes >= CLOCK_RUN && atS - run.sinceS >= CLOCK_RUN_S) return "starts_again";
  return "late";
}

/**
 * Lets time start again: evidence goes, what was heard and where the walker is stays.
 *
 * After a clock that was set back the story that speaks and the rests keep
 * what was left of them.
 */
export function startAgain(progress          , atS        )       {
  if (progress.clockS !== null && atS < progress.clockS) progress.shift(atS - progress.clockS);
  progress.last = null;
  progress.suspect = null;
  progress.behind = null;
  progress.estimate = null;
  progress.velocity = [0.0, 0.0];
  progress.evidence = new Map([...progress.inside.keys()].map((zone) => [zone, 0.0]));
  progress.routeEvidenceS = 0.0;
}

/**
 * Whether the fix is believed: the time since the fix to reckon from, or null for a suspect.
 *
 * A first fix reckons from itself: 0 s. After re-anchoring the last accepted
 * fix is forgotten, and time counts from the suspect before.
 */
export function believe(progress          , mark      )                {
  const last = progress.last;
  if (last === null) return 0.0;
  if (canFollow(last, mark)) {
    progress.suspect = null;
    return mark.atS - last.atS;
  }
  const suspect = progress.suspect;
  if (suspect === null || !canFollow(suspect.mark, mark)) {
    progress.suspect = { sinceS: mark.atS, mark };
    return null;
  }
  if (mark.atS - suspect.sinceS < REANCHOR_S) {
    progress.suspect = { sinceS: suspect.sinceS, mark };
    return null;
  }
  progress.suspect = null;
  progress.last = null;
  progress.estimate = null;
  return mark.atS - suspect.mark.atS;
}

function canFollow(last      , mark      )          {
  const elapsedS = mark.atS - last.atS;
  const dx = mark.x - last.x;
  const dy = mark.y - last.y;
  const decorrelated = min(1.0, elapsedS / CORRELATION_S);
  const noiseM = JUMP_SIGMAS * max(mark.sigmaM, last.sigmaM) * Math.sqrt(2.0 * decorrelated);
  return Math.sqrt(dx * dx + dy * dy) <= V_MAX_MPS * elapsedS + noiseM + JUMP_SLACK_M;
}
