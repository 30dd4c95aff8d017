/**
 * Which stop a walker has reached, decided from noisy position fixes.
 *
 * Fixes come in, events come out; the state between calls is an opaque token.
 * Each module stands beside the Python module of its name in
 * `odyssee/domain/proximity` and is equal to it to the bit. Rules: `gate`
 * (which fixes are believed), `estimate` (where they put the walker),
 * `evidence` and `zones` (when a zone is entered and left), `route` (whether
 * the walker keeps to it), `order` (which may be), `player` (which story
 * speaks), `ahead` (what comes next), folded by `engine`. What goes in and
 * comes out has the names of the contract (`at_s`, `accuracy_m`), the rest
 * those of TypeScript.
 */

export { follow, type Said } from "./engine.ts";
export { HereImplausible, NotFound, OdysseeError, ProgressUnreadable } from "./errors.ts";
export type { After, Event, EventType, Followed, NextStop } from "./events.ts";
export { countSteps, type Fix, MAX_STEPS } from "./fixes.ts";
export type { LonLat, Projection, Shape } from "./geo.ts";
export {
  buildTrail,
  type Order,
  type Route,
  type Trail,
  type TrailPlan,
  type TrailStop,
} from "./trail.ts";
export type { Closed, Slugs } from "./walk.ts";
export type { Zone } from "./zone.ts";
