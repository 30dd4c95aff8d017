/** One call's view of a walk: trail, progress, time, and the events so far. */

import { min } from "./compare.ts";
import { type After, type Event, eventId, type EventType } from "./events.ts";
import type { Progress } from "./progress.ts";
import type { Trail, ZoneGround } from "./trail.ts";

const LAST_ORDINAL = 65_535;

export type Slugs = ReadonlySet<string>;
/** The slugs of closed stops, or those at a time in Unix seconds. */
export type Closed = Slugs | ((atS: number) => Slugs);

/** What an event says beside its kind, its stop and its zone. */
export interface Told {
  readonly skipped?: readonly string[];
  readonly manual?: boolean;
  readonly after?: After | null;
}

/** What the rules pass around while `follow` runs; nothing outside ever holds one. */
export class Walk {
  readonly trail: Trail;
  readonly progress: Progress;
  /** Dates the events of a walk that has no fix yet. */
  readonly nowS: number;
  /** The walk's clock; 0 before its first fix. */
  atS: number;
  speedMps: number;
  /** Slugs of the stops that are closed now. */
  shut: Slugs = new Set();
  /** The zones that may wake a stop now, in the order of the trail. */
  armed: readonly ZoneGround[] = [];
  fix: number | null = null;
  /** Stops whose story was asked for by this very fix. */
  readonly wanted = new Set<number>();
  readonly events: Event[] = [];
  steps = 0;

  constructor(trail: Trail, progress: Progress, nowS: number, atS: number, speedMps: number) {
    this.trail = trail;
    this.progress = progress;
    this.nowS = nowS;
    this.atS = atS;
    this.speedMps = speedMps;
  }

  /** Adds an event, now. */
  tell(
    kind: EventType,
    stop: number | null = null,
    zone: string | null = null,
    { skipped = [], manual = false, after = null }: Told = {},
  ): void {
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
