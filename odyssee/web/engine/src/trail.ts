/** A trail made ready for walking: zones in local metres, stops by slug and by hash. */

import { encode } from "./bytes.ts";
import { max } from "./compare.ts";
import { type LonLat, type Projection, toXy } from "./geo.ts";
import { type Ground, groundOf, pathOf, type Segment, SMALLEST_INRADIUS_M } from "./ground.ts";
import { MAX_STOPS, MAX_ZONES_IN_PLAY } from "./progress.ts";
import { sha256 } from "./sha256.ts";
import type { Zone } from "./zone.ts";

/** A path that cuts a shorter piece off a zone does not run through it. */
const CROSSING_STEP_M = 1.0;
/* Once inside, a zone is larger by 20 % and at least 10 m, so that its edge does not flicker. */
export const GROWN_AT_LEAST_M = 10.0;
const GROWN_SHARE = 0.2;

export type Order = "window" | "strict" | "free";

/** The line of the walk; a sketch was drawn at a desk and nobody has walked it. */
export interface Route {
  readonly status: "sketch" | "traced" | "walked";
  readonly line: readonly LonLat[];
}

/** What the rules need to know of a stop. */
export interface TrailStop {
  readonly slug: string;
  /** 1 and up, in the order of the trail. */
  readonly position: number;
  readonly zones: readonly Zone[];
  readonly location: LonLat;
  /** How long its story speaks; 0: there is none to hear. */
  readonly narration_s: number;
}

/** A zone with everything that does not change while walking. */
export interface ZoneGround {
  /** Its number among all zones of the trail. */
  readonly index: number;
  /** The index of its stop, from 0. */
  readonly stop: number;
  readonly id: string;
  readonly layer: string;
  readonly ground: Ground;
  readonly inradiusM: number;
  /** By how much the zone is larger for those inside. */
  readonly grownM: number;
  readonly prefetchM: number;
  readonly dwellS: number;
  readonly cooldownS: number;
  readonly eachEntry: boolean;
  /** Whether the trail's known path runs through it. */
  readonly onPath: boolean;
}

/** What `buildTrail` needs: a legend's trail at one revision, as the pack tells it. */
export interface TrailPlan {
  readonly slug: string;
  readonly revision: number;
  readonly projection: Projection;
  readonly stops: readonly TrailStop[];
  readonly order?: Order;
  readonly window?: number;
  /** One that was traced or walked helps to place the walker; a sketch does not. */
  readonly route?: Route | null;
}

/** A legend's trail at one revision; `buildTrail` makes it. */
export interface Trail {
  readonly slug: string;
  readonly revision: number;
  readonly projection: Projection;
  readonly order: Order;
  readonly window: number;
  /** By position. */
  readonly stops: readonly TrailStop[];
  readonly zones: readonly ZoneGround[];
  /** The zones that wake their stop at each entry. */
  readonly returning: readonly ZoneGround[];
  /** The path that walkers are known to take; empty while it is only sketched. */
  readonly path: readonly Segment[];
  /** The zones of each stop. */
  readonly byStop: readonly (readonly ZoneGround[])[];
  /** Each stop's location in local metres. */
  readonly places: readonly (readonly [x: number, y: number])[];
  /** Each stop's priority: the highest of its zones. */
  readonly priorities: readonly number[];
  readonly stopIndex: ReadonlyMap<string, number>;
  /** Each stop's short hash, which stands for its slug in the token. */
  readonly hashes: readonly number[];
  readonly hashIndex: ReadonlyMap<number, number>;
}

/** The first 4 bytes of the slug's SHA-256, big-endian. */
export function shortHash(slug: string): number {
  return new DataView(sha256(encode(slug)).buffer).getUint32(0);
}

/**
 * Makes a trail ready, once for each revision.
 *
 * A RangeError: more than 64 stops or 16 layers, two stops of one slug or
 * short hash, or a zone without the radius that its shape needs.
 */
export function buildTrail(plan: TrailPlan): Trail {
  const { slug, revision, projection, order = "window", window = 3, route = null } = plan;
  const stops = [...plan.stops].sort((a, b) => a.position - b.position);
  const known = route === null || route.status === "sketch" ? [] : route.line;
  const path = pathOf(known, projection);
  const zones = zonesOf(stops, projection, path);
  const hashes = stops.map((stop) => shortHash(stop.slug));
  check(stops, zones, hashes);
  return {
    slug,
    revision,
    projection,
    order,
    window: order === "free" ? stops.length : order === "strict" ? 1 : max(1, window),
    stops,
    zones,
    returning: zones.filter((zone) => zone.eachEntry),
    path,
    byStop: stops.map((_, number) => zones.filter((zone) => zone.stop === number)),
    places: stops.map((stop) => toXy(projection, stop.location)),
    priorities: stops.map((stop) => priorityOf(stop)),
    stopIndex: new Map(stops.map((stop, number) => [stop.slug, number])),
    hashes,
    hashIndex: new Map(hashes.map((hash, number) => [hash, number])),
  };
}

function priorityOf(stop: TrailStop): number {
  if (stop.zones.length === 0) return 0;
  return stop.zones.map((zone) => zone.priority).reduce(max);
}

function check(
  stops: readonly TrailStop[],
  zones: readonly ZoneGround[],
  hashes: readonly number[],
): void {
  if (stops.length > MAX_STOPS) throw new RangeError(`more than ${MAX_STOPS} stops`);
  if (new Set(hashes).size < stops.length) {
    throw new RangeError("two stops share a slug or its short hash");
  }
  if (new Set(zones.map((zone) => zone.layer)).size > MAX_ZONES_IN_PLAY) {
    throw new RangeError(`more than ${MAX_ZONES_IN_PLAY} layers`);
  }
}

function zonesOf(
  stops: readonly TrailStop[],
  projection: Projection,
  path: readonly Segment[],
): ZoneGround[] {
  const pairs = stops.flatMap((stop, number) =>
    stop.zones.map((zone): [number, Zone] => [number, zone])
  );
  return pairs.map(([stop, zone], index) =>
    zoneGround(index, stop, zone, groundOf(zone, projection), path)
  );
}

function zoneGround(
  index: number,
  stop: number,
  zone: Zone,
  ground: Ground,
  path: readonly Segment[],
): ZoneGround {
  const inradiusM = max(SMALLEST_INRADIUS_M, ground.inradiusM);
  return {
    index,
    stop,
    id: zone.id,
    layer: zone.layer,
    ground,
    inradiusM,
    grownM: max(GROWN_AT_LEAST_M, GROWN_SHARE * inradiusM),
    prefetchM: zone.prefetch_m,
    dwellS: zone.dwell_s,
    cooldownS: zone.cooldown_s,
    eachEntry: zone.repeat === "each_entry",
    onPath: path.some((leg) => crosses(leg, ground)),
  };
}

/** Whether a leg comes into the zone; so far from its edge nobody meets it sooner. */
function crosses(leg: Segment, ground: Ground): boolean {
  const lengthM = Math.sqrt(leg.square);
  let alongM = 0.0;
  while (alongM < lengthM) {
    const share = alongM / lengthM;
    const farM = ground.signedDistance(leg.x + leg.dx * share, leg.y + leg.dy * share);
    if (farM <= 0.0) return true;
    alongM += max(farM, CROSSING_STEP_M);
  }
  return ground.signedDistance(leg.x + leg.dx, leg.y + leg.dy) <= 0.0;
}
