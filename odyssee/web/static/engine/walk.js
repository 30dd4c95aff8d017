// Made from engine/src/walk.ts by engine/build.ts; change it there.
/** One call's view of a walk: trail, progress, time, and the events so far. */

import { min } from "./compare.js";
import {                         eventId,                } from "./events.js";

const LAST_ORDINAL = 65_535;

/** The slugs of closed stops, or those at a time in Unix seconds. */

/** What an event says beside its kind, its stop and its zone. */

/** What the rules pass around while `follow` runs; nothing outside ever holds one. */
export class Walk {
           trail       ;
           progress          ;
  /** Dates the events of a walk that has no fix yet. */
           nowS        ;
  /** The walk's clock; 0 before its first fix. */
  atS        ;
  speedMps        ;
  /** Slugs of the stops that are closed now. */
  shut        = new Set();
  /** The zones that may wake a stop now, in the order of the trail. */
  armed                        = [];
  fix                = null;
  /** Stops whose story was asked for by this very fix. */
           wanted = new Set        ();
           events          = [];
  steps = 0;

  constructor(trail       , progress          , nowS        , atS        , speedMps        ) {
    this.trail = trail;
    this.progress = progress;
    this.nowS = nowS;
    this.atS = atS;
    this.speedMps = speedMps;
  }

  /** Adds an event, now. */
  tell(
    kind           ,
    stop                = null,
    zone                = null,
    { skipped = [], manual = false, after = null }       = {},
  )       {
    const p = this.progress;
    const slug = stop === null ? null : this.trail.stops[stop].slug;
    const ordinal = stop === null ? p.trailEvents : p.ordinals[stop];
    if (stop === null) p.trailEvents = min(LAST_ORDINAL, ordinal + 1);
    else p.ordinals[stop] = min(LAST_ORDINAL, ordinal + 1);
    this.events.push({
      id: eventId(p.walk, this.trail.revision, slug, kind, ordinal),
      type: kind,
      stop: slug,
      zone,
      at_s: p.clockS === null ? this.nowS : this.atS,
      fix: this.fix,
      skipped,
      manual,
      after,
    });
  }
}
