// Made from engine/src/trail.ts by engine/build.ts; change it there.
/** A trail made ready for walking: zones in local metres, stops by slug and by hash. */

import { encode } from "./bytes.js";
import { max } from "./compare.js";
import {                               toXy } from "./geo.js";
import {              groundOf, pathOf,               SMALLEST_INRADIUS_M } from "./ground.js";
import { MAX_STOPS, MAX_ZONES_IN_PLAY } from "./progress.js";
import { sha256 } from "./sha256.js";

/** A path that cuts a shorter piece off a zone does not run through it. */
const CROSSING_STEP_M = 1.0;
/* Once inside, a zone is larger by 20 % and at least 10 m, so that its edge does not flicker. */
export const GROWN_AT_LEAST_M = 10.0;
const GROWN_SHARE = 0.2;

/** The line of the walk; a sketch was drawn at a desk and nobody has walked it. */

/** What the rules need to know of a stop. */

/** A zone with everything that does not change while walking. */

/** What `buildTrail` needs: a legend's trail at one revision, as the pack tells it. */

/** A legend's trail at one revision; `buildTrail` makes it. */

/** The first 4 bytes of the slug's SHA-256, big-endian. */
export function shortHash(slug        )         {
  return new DataView(sha256(encode(slug)).buffer).getUint32(0);
}

/**
 * Makes a trail ready, once for each revision.
 *
 * A RangeError: more than 64 stops or 16 layers, two stops of one slug or
 * short hash, or a zone without the radius that its shape needs.
 */
export function buildTrail(plan           )        {
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

function priorityOf(stop           )         {
  if (stop.zones.length === 0) return 0;
  return stop.zones.map((zone) => zone.priority).reduce(max);
}

function check(
  stops                      ,
  zones                       ,
  hashes                   ,
)       {
  if (stops.length > MAX_STOPS) throw new RangeError(`more than ${MAX_STOPS} stops`);
  if (new Set(hashes).size < stops.length) {
    throw new RangeError("two stops share a slug or its short hash");
  }
  if (new Set(zones.map((zone) => zone.layer)).size > MAX_ZONES_IN_PLAY) {
    throw new RangeError(`more than ${MAX_ZONES_IN_PLAY} layers`);
  }
}

function zonesOf(
  stops                      ,
  projection            ,
  path                    ,
)               {
  const pairs = stops.flatMap((stop, number) =>
    stop.zones.map((zone)                 => [number, zone])
  );
  return pairs.map(([stop, zone], index) =>
    zoneGround(index, stop, zone, groundOf(zone, projection), path)
  );
}

function zoneGround(
  index        ,
  stop        ,
  zone      ,
  ground        ,
  path                    ,
)             {
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
function crosses(leg         , ground        )          {
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
