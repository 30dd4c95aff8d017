// Made from engine/src/progress.ts by engine/build.ts; change it there.
/** What a visitor's walk has come to: all that the next fix needs to know. */

export const MAX_STOPS = 64;
/** Zones with evidence at one time. */
export const MAX_ZONES_IN_PLAY = 16;

/* What happened to a stop: reached; announced; its story started; known as heard; waits. */
export const ENTERED = 1;
export const APPROACHED = 2;
export const STARTED = 4;
export const HEARD = 8;
export const QUEUED = 16;
/* A zone: the walker is in it; its dwell was told; its story waits until the walker is slower. */
export const INSIDE = 1;
export const DWELT = 2;
export const WAITS_FOR_SPEED = 4;

/** A fix in local metres: Unix seconds, metres east and north, standard deviation in metres. */

/** Where the walker is thought to be, and how surely; both axes are known equally well. */

/** A run of fixes that jumped away and agree with each other, and the last of them. */

/** A run of fixes from long before the last one: perhaps the clock was set back. */

/** A walk so far; changed in place by the one `follow` that read it, and by nobody else. */
export class Progress {
  /** By stop index, the flags above. */
           stopFlags          ;
  /** By stop index, how many events it had. */
           ordinals          ;
  /** By stop index, when its story last ended. */
           restsFromS          ;
  /** 12 bytes that name the walk; empty before the first accepted fix. */
  walk             = new Uint8Array(0);
  /** Time of the last fix that counted. */
  clockS                = null;
  /** The last accepted fix. */
  last              = null;
  /** Metres a second east and north, smoothed. */
  velocity                                         = [0.0, 0.0];
  /** At the time of the last accepted fix; there when that is there. */
  estimate                  = null;
  /** Square of the factor by which the phone errs more than it says, as learnt so far. */
  doubt = 1.0;
  suspect                 = null;
  behind                = null;
  /** The stop whose story speaks. */
  playing                = null;
  /** When it will have spoken. */
  freeAtS = 0.0;
  completed = false;
  /** Whether the walker is off the known route; null before they were on it once. */
  strayed                 = null;
  /** For coming onto the route, or for leaving it when on it. */
  routeEvidenceS = 0.0;
  /** How many events of no stop there were. */
  trailEvents = 0;
  /** By zone index: seconds of evidence for entering, or for leaving when inside. */
  evidence = new Map                ();
  /** By zone index: since when, and the flags. Read it sorted: the token keeps no other order. */
  inside = new Map                                                 ();

  /** A walk that has not begun. */
  constructor(stopCount        ) {
    this.stopFlags = new Array        (stopCount).fill(0);
    this.ordinals = new Array        (stopCount).fill(0);
    this.restsFromS = new Array        (stopCount).fill(0.0);
  }

  /** Moves every remembered time: the clock was set, the walk goes on. */
  shift(byS        )       {
    this.freeAtS += byS;
    this.stopFlags.forEach((flags, stop) => {
      if (flags & (STARTED | HEARD)) this.restsFromS[stop] += byS;
    });
    for (const [zone, [atS, bits]] of this.inside) this.inside.set(zone, [atS + byS, bits]);
  }
}
