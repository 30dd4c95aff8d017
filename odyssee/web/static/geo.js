/** Distances on the ground and places on a drawing; longitude before latitude, as in GeoJSON. */

const EARTH_RADIUS_M = 6371008.8; // mean radius of the IUGG, as on the server
const RAD = Math.PI / 180;

/** Great-circle distance in metres between two [lon, lat]. */
export function distanceM(a, b) {
  const dphi = (b[1] - a[1]) * RAD;
  const dlam = (b[0] - a[0]) * RAD;
  const h =
    Math.sin(dphi / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dlam / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** West, south, east, north around positions. */
export function boxOf(places) {
  const lons = places.map((place) => place[0]);
  const lats = places.map((place) => place[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** The rings of a Polygon or MultiPolygon. */
export function ringsOf(shape) {
  return shape.type === "MultiPolygon" ? shape.coordinates.flat() : shape.coordinates;
}

/**
 * Fits a box of the ground into a drawing, north up.
 * @param {number[]} box west, south, east, north
 * @param {{width: number, height: number, margin: number}} frame in pixels
 * @returns {{toXY: function(number[]): number[], metresPerPixel: number}}
 */
export function fit(box, { width, height, margin }) {
  const [west, south, east, north] = box;
  const squeeze = Math.cos(((south + north) / 2) * RAD);
  const spanX = Math.max((east - west) * squeeze, 1e-6);
  const spanY = Math.max(north - south, 1e-6);
  const scale = Math.min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY);
  const left = (width - spanX * scale) / 2;
  const top = (height - spanY * scale) / 2;
  return {
    toXY: ([lon, lat]) => [left + (lon - west) * squeeze * scale, top + (north - lat) * scale],
    metresPerPixel: (EARTH_RADIUS_M * RAD) / scale,
  };
}

/** Moves points apart until none is nearer than `gap` to another; the order is kept. */
export function spread(points, gap, rounds = 60) {
  const moved = points.map((point) => [...point]);
  for (let round = 0; round < rounds; round += 1) {
    let touched = false;
    for (let i = 0; i < moved.length; i += 1) {
      for (let j = i + 1; j < moved.length; j += 1)
        touched = part(moved[i], moved[j], gap, i) || touched;
    }
    if (!touched) break;
  }
  return moved;
}

function part(a, b, gap, turn) {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const apart = Math.hypot(dx, dy);
  if (apart >= gap) return false;
  const [ux, uy] = apart > 0.01 ? [dx / apart, dy / apart] : [Math.cos(turn), Math.sin(turn)];
  const push = (gap - apart) / 2 + 0.1;
  a[0] -= ux * push;
  a[1] -= uy * push;
  b[0] += ux * push;
  b[1] += uy * push;
  return true;
}
