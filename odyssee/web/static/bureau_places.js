/** Places as people write them, latitude first; everything that is sent has longitude first. */

import { distanceM } from "./geo.js";

const NUMBER = /(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSEOW])?/giu;
const FAR_M = 50_000;

/**
 * `48.2694, 0.9136`, `48,2694 ; 0,9136` or `48.2694° N 0.9136° E` as [longitude, latitude]; null for
 * anything else, `48,26` too, which may be one number or two.
 */
export function readPlace(written) {
  const found = [...written.matchAll(NUMBER)];
  const between = written.replace(NUMBER, "").trim();
  if (found.length !== 2 || !/^[,;]?$/.test(between)) return null;
  const [lat, lon] = found.map(([, number, side]) => signed(number, side));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}

function signed(number, side = "") {
  const value = Number(number.replace(",", "."));
  return /[SOW]/i.test(side) ? -value : value;
}

/** How many kilometres a place is from another when that is further than a walk goes; else 0. */
export function farKm(place, other) {
  const far = distanceM(place, other);
  return far > FAR_M ? Math.round(far / 1000) : 0;
}

/** A place as it is written. */
export function writePlace([lon, lat]) {
  return `${lat}, ${lon}`;
}

/**
 * The zones of a stop that goes elsewhere: circles around its place go along.
 * @returns {{zones: Array, left: number}} and how many of another shape or place stay where they are
 */
export function zonesMoved(zones, from, to) {
  const isHere = ({ shape }) =>
    shape.type === "Point" && shape.coordinates[0] === from[0] && shape.coordinates[1] === from[1];
  const moved = zones.map((zone) =>
    isHere(zone) ? { ...zone, shape: { type: "Point", coordinates: to } } : zone,
  );
  return { zones: moved, left: zones.filter((zone) => !isHere(zone)).length };
}
