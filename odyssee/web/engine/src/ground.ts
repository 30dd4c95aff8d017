/**
 * Shapes of zones in local metres: how far a place lies from their edge.
 *
 * Only `+ - * /` and the square root, so that every engine agrees to the bit.
 */

import { max, min } from "./compare.ts";
import { type LonLat, type Projection, toXy } from "./geo.ts";
import { heappop, heappush } from "./heap.ts";
import type { Zone } from "./zone.ts";

/** Slivers count as this wide: the share of a zone that is certain divides by it. */
export const SMALLEST_INRADIUS_M = 1.0;
/** How exactly the inradius of a polygon is looked for. */
const INRADIUS_STEP_M = 0.1;
/** Of a square, in halves of its side. */
const HALF_DIAGONAL = 1.4142135623730951;

/** What a zone is on the ground. */
export interface Ground {
  /** Radius of the largest circle inside. */
  readonly inradiusM: number;
  /** Metres to the edge, negative inside. */
  signedDistance(x: number, y: number): number;
}

/** A straight leg from (x, y), as the vector to its end and that vector's square. */
export interface Segment {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly square: number;
  /** As the next leg's `y`, to the bit, so that no ray slips between two legs. */
  readonly endY: number;
}

/** A circle. */
class Disc implements Ground {
  readonly x: number;
  readonly y: number;
  readonly inradiusM: number;

  constructor(x: number, y: number, radiusM: number) {
    this.x = x;
    this.y = y;
    this.inradiusM = radiusM;
  }

  signedDistance(x: number, y: number): number {
    const dx = x - this.x;
    const dy = y - this.y;
    return Math.sqrt(dx * dx + dy * dy) - this.inradiusM;
  }
}

/** All that lies within `inradiusM` of a line. */
class Corridor implements Ground {
  readonly segments: readonly Segment[];
  readonly inradiusM: number;

  constructor(segments: readonly Segment[], radiusM: number) {
    this.segments = segments;
    this.inradiusM = radiusM;
  }

  signedDistance(x: number, y: number): number {
    return distanceTo(this.segments, x, y) - this.inradiusM;
  }
}

/** A polygon with its holes, by the even-odd rule. */
class Area implements Ground {
  readonly segments: readonly Segment[];
  readonly inradiusM: number;

  constructor(segments: readonly Segment[], inradiusM: number) {
    this.segments = segments;
    this.inradiusM = inradiusM;
  }

  signedDistance(x: number, y: number): number {
    const far = distanceTo(this.segments, x, y);
    return holds(this.segments, x, y) ? -far : far;
  }
}

/** The legs of a line in local metres. */
export function pathOf(line: readonly LonLat[], projection: Projection): Segment[] {
  return legs(line, projection);
}

/** The place on the path that is nearest, and the square of the metres to it. */
export function nearestOn(
  path: readonly Segment[],
  x: number,
  y: number,
): [x: number, y: number, square: number] {
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
export function groundOf(zone: Zone, projection: Projection): Ground {
  const shape = zone.shape;
  if (shape.type === "Polygon") {
    return area(shape.coordinates.flatMap((ring) => legs(ring, projection)));
  }
  const radiusM = zone.radius_m ?? null;
  if (radiusM === null) throw new RangeError(`zone ${zone.id} needs radius_m`);
  if (shape.type === "Point") return new Disc(...toXy(projection, shape.coordinates), radiusM);
  return new Corridor(legs(shape.coordinates, projection), radiusM);
}

function legs(line: readonly LonLat[], projection: Projection): Segment[] {
  const corners = line.map((place) => toXy(projection, place));
  return corners.slice(1).map(([bx, by], number) => {
    const [ax, ay] = corners[number];
    const square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
    return { x: ax, y: ay, dx: bx - ax, dy: by - ay, square, endY: by };
  });
}

function distanceTo(segments: readonly Segment[], x: number, y: number): number {
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

function holds(segments: readonly Segment[], x: number, y: number): boolean {
  let odd = false;
  for (const { x: ax, y: ay, dx, dy, endY } of segments) {
    if (ay > y !== endY > y && x < (dx * (y - ay)) / dy + ax) odd = !odd;
  }
  return odd;
}

function area(segments: readonly Segment[]): Area {
  return new Area(segments, inradius(new Area(segments, 0.0)));
}

type Cell = readonly [hope: number, x: number, y: number, half: number];

/** Depth of the deepest place, by quartering the box where a deeper one may lie. */
function inradius(ground: Area): number {
  const xs = ground.segments.map((leg) => leg.x);
  const ys = ground.segments.map((leg) => leg.y);
  const west = xs.reduce(min);
  const south = ys.reduce(min);
  const side = max(xs.reduce(max) - west, ys.reduce(max) - south);
  const cells: Cell[] = [];
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

function weigh(cells: Cell[], ground: Area, x: number, y: number, half: number): number {
  const depth = -ground.signedDistance(x, y);
  heappush(cells, [-(depth + half * HALF_DIAGONAL), x, y, half]);
  return depth;
}
