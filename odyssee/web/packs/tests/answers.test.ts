/** What the service worker answers with, and what it leaves to the network. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { decide, type Decision } from "../src/deciding.ts";
import { pauseMs } from "../src/fetching.ts";
import { sendObject } from "../src/sending.ts";
import { bytesOf, diceOf, oneOf, sha256Of } from "./examples.ts";

const SITE = "https://perche.example";
const SHA256 = "0123456789abcdef".repeat(4);
const STATIC = "/static/0a1b/app.js";

function decided(path: string, asked: Partial<Request> = {}): Decision {
  const url = path.startsWith("http") ? path : SITE + path;
  const request = { method: "GET", mode: "cors", cache: "default", ...asked, url };
  return decide(request, SITE, (known) => known === STATIC);
}

test("pages, legends and objects of this site are answered here", () => {
  const page = { mode: "navigate" } as const;
  assert.deepEqual(decided("/?lang=fr", page), { way: "page", view: "home", slug: null });
  const legend = { way: "page", view: "legend", slug: "dame-de-riants" };
  assert.deepEqual(decided("/legends/dame-de-riants", page), legend);
  assert.deepEqual(decided("/legends/dame-de-riants/stops/porche?lang=en", page), legend);
  const slug = "dame-de-riants";
  assert.deepEqual(decided(`/v1/legends/${slug}?lang=fr`), { way: "legend", slug });
  assert.deepEqual(decided("/v1/legends?lang=fr"), { way: "legends" });
  assert.deepEqual(decided("/v1/territory?lang=en"), { way: "territory" });
  assert.deepEqual(decided(`/v1/objects/${SHA256}`), { way: "object", sha256: SHA256 });
  assert.deepEqual(decided(STATIC), { way: "pages" });
});

test("everything else goes to the network untouched", () => {
  const page = { mode: "navigate" } as const;
  for (
    const path of [
      `/v1/legends/dame-de-riants/proximity`,
      "/v1/legends/dame-de-riants/trail.gpx?lang=fr",
      "/v1/legends/dame-de-riants/stops/porche",
      "/v1/packs/dame-de-riants/manifest.json",
      "/v1/objects/nothing",
      `/v1/objects/${SHA256}/x`,
      "/v1/legends/",
      "/admin/v1/me",
      "/healthz",
      "/service-worker.js",
      "/static/0a1c/app.js",
      "/v1/legends/%",
      `https://ailleurs.example/v1/objects/${SHA256}`,
    ]
  ) {
    assert.deepEqual(decided(path), { way: "network" }, path);
  }
  for (const path of ["/bureau/connexion", "/docs", "/legends/", "/legends/a/b", "/v1/legends"]) {
    assert.deepEqual(decided(path, page), { way: "network" }, path);
  }
});

test("a position is never looked at, nor who wants the server’s own answer", () => {
  const slug = "/v1/legends/dame-de-riants";
  for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
    assert.deepEqual(decided(`${slug}/proximity`, { method }), { way: "network" });
    assert.deepEqual(decided(slug, { method }), { way: "network" });
  }
  assert.deepEqual(decided(`/v1/objects/${SHA256}`, { cache: "no-store" }), { way: "network" });
});

const BYTES = bytesOf("récit", 1000);
const SHOWN = { sha256: sha256Of(BYTES), sizeBytes: 1000, type: "audio/ogg" };

function sent(headers: Record<string, string>): Response {
  return sendObject(new Blob([BYTES]), SHOWN, new Headers(headers));
}

test("an object is sent whole or in part, as the server would", async () => {
  const etag = `"${SHOWN.sha256}"`;
  const cases: [Record<string, string>, number, [number, number]][] = [
    [{}, 200, [0, 1000]],
    [{ Range: "bytes=0-1" }, 206, [0, 2]],
    [{ Range: "bytes=990-" }, 206, [990, 1000]],
    [{ Range: "bytes=990-5000" }, 206, [990, 1000]],
    [{ Range: "bytes=-10" }, 206, [990, 1000]],
    [{ Range: "bytes=-5000" }, 206, [0, 1000]],
    [{ Range: "bytes=5-2" }, 200, [0, 1000]],
    [{ Range: "bytes=1-2,4-5" }, 200, [0, 1000]],
    [{ Range: "seconds=1-2" }, 200, [0, 1000]],
    [{ Range: "bytes=-" }, 200, [0, 1000]],
    [{ Range: "bytes=0-9", "If-Range": etag }, 206, [0, 10]],
    [{ Range: "bytes=0-9", "If-Range": '"other"' }, 200, [0, 1000]],
  ];
  for (const [headers, status, [start, end]] of cases) {
    const answer = sent(headers);
    const said = (name: string) => answer.headers.get(name);
    assert.equal(answer.status, status, JSON.stringify(headers));
    assert.equal(said("Content-Length"), String(end - start));
    assert.equal(said("Content-Range"), status === 206 ? `bytes ${start}-${end - 1}/1000` : null);
    assert.equal(said("ETag"), etag);
    assert.equal(said("Content-Type"), "audio/ogg");
    assert.equal(said("X-Content-Type-Options"), "nosniff");
    const body = new Uint8Array(await answer.arrayBuffer());
    assert.deepEqual(body, BYTES.slice(start, end));
  }
  for (const range of ["bytes=1000-", "bytes=5000-6000", "bytes=-0"]) {
    const answer = sent({ Range: range });
    assert.equal(answer.status, 416, range);
    assert.equal(answer.headers.get("Content-Range"), "bytes */1000");
  }
});

test("pauses grow, are spread, and end somewhere", () => {
  const dice = diceOf(1);
  for (let n = 0; n < 200; n++) {
    const fruitless = oneOf(dice, [0, 1, 2, 3, 4, 10, 60]);
    const longest = Math.min(30_000, 500 * 2 ** fruitless);
    const pause = pauseMs(fruitless, dice());
    assert(pause >= longest / 2 && pause < longest);
  }
});
