// Made from engine/src/ground.ts by engine/build.ts; change it there.
/**
 * Shapes of zones in local metres: how far a place lies from their edge.
 *
 * Only `+ - * /` and the square root, so that every engine agrees to the bit.
 */

import { max, min } from "./compare.js";
import {                               toXy } from "./geo.js";
import { heappop, heappush } from "./heap.js";

/** Slivers count as this wide: the share of a zone that is certain divides by it. */
export const SMALLEST_INRADIUS_M = 1.0;
/** How exactly the inradius of a polygon is looked for. */
const INRADIUS_STEP_M = 0.1;
/** Of a square, in halves of its side. */
const HALF_DIAGONAL = 1.4142135623730951;

/** What a zone is on the ground. */

/** A straight leg from (x, y), as the vector to its end and that vector's square. */

/** A circle. */
class Disc                   {
           x        ;
           y        ;
           inradiusM        ;

  constructor(x        , y        , radiusM        ) {
    this.x = x;
    this.y = y;
    this.inradiusM = radiusM;
  }

  signedDistance(x        , y        )         {
    const dx = x - this.x;
    const dy = y - this.y;
    return Math.sqrt(dx * dx + dy * dy) - this.inradiusM;
  }
}

/** All that lies within `inradiusM` of a line. */
class Corridor                   {
           segments                    ;
           inradiusM        ;

  constructor(segments                    , radiusM        ) {
    this.segments = segments;
    this.inradiusM = radiusM;
  }

  signedDistance(x        , y        )         {
    return distanceTo(this.segments, x, y) - this.inradiusM;
  }
}

/** A polygon with its holes, by the even-odd rule. */
class Area                   {
           segments                    ;
           inradiusM        ;

  constructor(segments                    , inradiusM        ) {
    this.segments = segments;
    this.inradiusM = inradiusM;
  }

  signedDistance(x        , y        )         {
    const far = distanceTo(this.segments, x, y);
    return holds(this.segments, x, y) ? -far : far;
  }
}

/** The legs of a line in local metres. */
export function pathOf(line                   , projection            )            {
  return legs(line, projection);
}

/** The place on the path that is nearest, and the square of the metres to it. */
export function nearestOn(
  path                    ,
  x        ,
  y        ,
)                                         {
  let found = Infinity;
  let fx = x;
  let fy = y;
  for (const { x: ax, y: ay, dx, dy, square } of path) {
    const px = x - ax;
    const py = y - ay;
    const along = px * dx + py * dy;
    const share = along <= 0.0 ? 0.0 : along >= square ? 1.0 : along / square;
    const ox = share * dx - px;
    const oy = share * dy - py;
    const far = ox * ox + oy * oy;
    if (far < found) {
      found = far;
      fx = x + ox;
      fy = y + oy;
    }
  }
  return [fx, fy, found];
}

/** The zone's shape in local metres; a RangeError where a Point or LineString has no radius. */
export function groundOf(zone      , projection            )         {
  const shape = zone.shape;
  if (shape.type === "Polygon") {
    return area(shape.coordinates.flatMap((ring) => legs(ring, projection)));
  }
  const radiusM = zone.radius_m ?? null;
  if (radiusM === null) throw new RangeError(`zone ${zone.id} needs radius_m`);
  if (shape.type === "Point") return new Disc(...toXy(projection, shape.coordinates), radiusM);
  return new Corridor(legs(shape.coordinates, projection), radiusM);
}

function legs(line                   , projection            )            {
  const corners = line.map((place) => toXy(projection, place));
  return corners.slice(1).map(([bx, by], number) => {
    const [ax, ay] = corners[number];
    const square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
    return { x: ax, y: ay, dx: bx - ax, dy: by - ay, square, endY: by };
  });
}

function distanceTo(segments                    , x        , y        )         {
  let nearest = Infinity;
  for (const { x: ax, y: ay, dx, dy, square } of segments) {
    const px = x - ax;
    const py = y - ay;
    const along = px * dx + py * dy;
    const share = along <= 0.0 ? 0.0 : along >= square ? 1.0 : along / square;
    const ox = px - share * dx;
    const oy = py - share * dy;
    nearest = min(nearest, ox * ox + oy * oy);
  }
  return Math.sqrt(nearest);
}

function holds(segments                    , x        , y        )          {
  let odd = false;
  for (const { x: ax, y: ay, dx, dy, endY } of segments) {
    if (ay > y !== endY > y && x < (dx * (y - ay)) / dy + ax) odd = !odd;
  }
  return odd;
}

function area(segments                    )       {
  return new Area(segments, inradius(new Area(segments, 0.0)));
}

/** Depth of the deepest place, by quartering the box where a deeper one may lie. */
function inradius(ground      )         {
  const xs = ground.segments.map((leg) => leg.x);
  const ys = ground.segments.map((leg) => leg.y);
  const west = xs.reduce(min);
  const south = ys.reduce(min);
  const side = max(xs.reduce(max) - west, ys.reduce(max) - south);
  const cells         = [];
  let deepest = weigh(cells, ground, west + side / 2.0, south + side / 2.0, side / 2.0);
  while (cells.length > 0) {
    const [hope, x, y, wide] = heappop(cells);
    if (-hope - deepest <= INRADIUS_STEP_M) break;
    const half = wide / 2.0;
    deepest = max(deepest, weigh(cells, ground, x - half, y - half, half));
    deepest = max(deepest, weigh(cells, ground, x + half, y - half, half));
    deepest = max(deepest, weigh(cells, ground, x - half, y + half, half));
    deepest = max(deepest, weigh(cells, ground, x + half, y + half, half));
  }
  return deepest;
}

function weigh(cells        , ground      , x        , y        , half        )         {
  const depth = -ground.signedDistance(x, y);
  heappush(cells, [-(depth + half * HALF_DIAGONAL), x, y, half]);
  return depth;
}
