/** Zones: the ground that wakes a stop. */

import type { Shape } from "./geo.ts";

/** A circle, a corridor along a line, or a polygon; as it stands in the pack (contract, Zone). */
export interface Zone {
  /** Unique within its stop. */
  readonly id: string;
  readonly shape: Shape;
  /** Radius of the circle, or half the width of the corridor. */
  readonly radius_m?: number | null;
  /** How long the walker stays inside before the event `dwell`; 0: no such event. */
  readonly dwell_s: number;
  /** How far ahead of the zone the media are fetched. */
  readonly prefetch_m: number;
  /** Zones of one layer compete: the walker is in one of them at a time. */
  readonly layer: string;
  /** The higher plays first when two stories wait. */
  readonly priority: number;
  /** With `repeat: each_entry`, the rest before the story may start again. */
  readonly cooldown_s: number;
  readonly repeat: "once" | "each_entry";
}
