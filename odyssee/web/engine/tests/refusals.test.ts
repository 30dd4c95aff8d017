/** What no vector can say: numbers that are none, and trails that cannot be walked. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { sha256 } from "../src/sha256.ts";
import { buildTrail, follow, type TrailPlan, type TrailStop, type Zone } from "../src/index.ts";

const HERE = [0.91361, 48.26944] as const;
const PROJECTION = { origin: HERE, m_per_deg_lon: 74235.9155, m_per_deg_lat: 111195.5263 };

function aZone(zone: Partial<Zone> = {}): Zone {
  return {
    id: "z1",
    shape: { type: "Point", coordinates: HERE },
    radius_m: 30,
    dwell_s: 0,
    prefetch_m: 150,
    layer: "main",
    priority: 0,
    cooldown_s: 0,
    repeat: "once",
    ...zone,
  };
}

function aStop(slug: string, zone: Partial<Zone> = {}): TrailStop {
  return { slug, position: 1, location: HERE, narration_s: 0, zones: [aZone(zone)] };
}

function aPlan(...stops: TrailStop[]): TrailPlan {
  return { slug: "dame-de-riants", revision: 1, projection: PROJECTION, stops };
}

test("a fix that is no number decides nothing", () => {
  const trail = buildTrail(aPlan(aStop("porte-murée")));
  const good = { at_s: 1_792_000_000, lon: HERE[0], lat: HERE[1], accuracy_m: 8 };
  const before = follow(trail, [good], null);
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const key of ["at_s", "lon", "lat", "accuracy_m"]) {
      if (key === "accuracy_m" && bad === -Infinity) continue; // negative: unknown, 30 m
      const told = follow(trail, [{ ...good, at_s: good.at_s + 5, [key]: bad }], before.progress);
      assert.equal(told.progress, before.progress);
      assert.deepEqual(told.events, []);
    }
  }
});

test("a speed that is no number is unknown", () => {
  const trail = buildTrail(aPlan(aStop("porte-murée")));
  const fixes = Array.from({ length: 8 }, (_, n) => ({ at_s: n + 1, lon: HERE[0], lat: HERE[1] }));
  const spoken = fixes.map((fix) => ({ ...fix, speed_mps: NaN }));
  assert.deepEqual(follow(trail, spoken, null), follow(trail, fixes, null));
});

test("a 65th stop, a 17th layer and a slug twice are refused", () => {
  const many = Array.from({ length: 65 }, (_, n) => aStop(`arrêt-${n}`));
  assert.throws(() => buildTrail(aPlan(...many)), /64 stops/);
  const layers = many.slice(0, 17).map((stop, n) => aStop(stop.slug, { layer: `couche-${n}` }));
  assert.throws(() => buildTrail(aPlan(...layers)), /16 layers/);
  assert.throws(() => buildTrail(aPlan(aStop("a"), aStop("a"))), /share a slug/);
});

test("a circle without a radius is refused", () => {
  assert.throws(() => buildTrail(aPlan(aStop("a", { radius_m: null }))), /needs radius_m/);
});

test("half a pair of surrogates is refused, not taken for another letter", () => {
  assert.throws(() => buildTrail(aPlan(aStop("\ud83d"))), /surrogates/);
});

test("the digest is that of others for every length around a block", () => {
  for (let size = 0; size < 200; size += 1) {
    const message = Uint8Array.from({ length: size }, (_, n) => n * 7 + size);
    const digest = createHash("sha256").update(message).digest();
    assert.deepEqual(sha256(message), new Uint8Array(digest));
  }
});
