/** Where an answer is not what was expected. */

export type Json = null | boolean | number | string | readonly Json[] | Table;
export interface Table {
  readonly [key: string]: Json;
}

/* Sine and cosine differ in the last bits from one machine to the next, and nearby that is more of
the angle: no decision rests on it. */
const BEARING_DEG = 1e-9;
const BEARING_DEG_AT_1_M = 1e-6;

/** Each place that differs, as a sentence; numbers are equal to the bit, but for bearings. */
export function* differences(found: Json, expected: Json, where = ""): Generator<string> {
  if (isTable(found) && isTable(expected)) {
    for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
      const [a, b] = [found[key] ?? null, expected[key] ?? null];
      if (key === "bearing_deg" && isSameBearing(a, b, expected.distance_m)) continue;
      yield* differences(a, b, `${where}/${key}`);
    }
  } else if (Array.isArray(found) && Array.isArray(expected)) {
    for (let n = 0; n < Math.max(found.length, expected.length); n += 1) {
      yield* differences(found[n] ?? null, expected[n] ?? null, `${where}/${n}`);
    }
  } else if (found !== expected) {
    yield `${where}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  }
}

function isTable(told: Json): told is Table {
  return typeof told === "object" && told !== null && !Array.isArray(told);
}

function isSameBearing(a: Json, b: Json, distanceM: Json | undefined): boolean {
  if (typeof a !== "number" || typeof b !== "number" || typeof distanceM !== "number") return false;
  const apart = Math.abs(a - b);
  return Math.min(apart, 360 - apart) <= Math.max(BEARING_DEG, BEARING_DEG_AT_1_M / distanceM);
}
