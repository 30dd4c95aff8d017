/**
 * Plays vectors with this engine and prints TAP (Test Anything Protocol, version 14).
 *
 *     node tests/run_vectors.ts [--engine FOLDER] FILE…
 *
 * A file holds one vector or a list of them; the format is told in
 * `tests/vectors/proximity/README.md`. The engine is `src/` unless a folder
 * with another `index.js` is named, such as the one that is served.
 */

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type * as Engine from "../src/index.ts";
import { differences, type Json, type Table } from "./differences.ts";

type Row = [number, number, number, number?, number?, number?];
type Closing = [slug: string, fromS: number, untilS: number | null];

interface Request {
  readonly on?: string;
  readonly fixes: readonly Row[];
  readonly here?: string | null;
  readonly heard?: readonly string[];
  readonly closed?: readonly string[];
  readonly closed_during?: readonly Closing[];
  readonly now_s?: number;
  readonly spoil?: number;
  readonly given?: string;
  readonly expect: Json;
  /** What `countSteps` says of the fixes; only generated walks ask. */
  readonly costs?: number;
}

interface Vector {
  readonly shows: string;
  readonly trail: Engine.TrailPlan;
  readonly other_trail?: Engine.TrailPlan;
  readonly requests: readonly Request[];
}

/** The vectors of a file, each with the name that its line shall have. */
function read(path: string): [name: string, vector: Vector][] {
  const told = JSON.parse(readFileSync(path, "utf8")) as Vector | Vector[];
  const stem = basename(path, ".json");
  if (!Array.isArray(told)) return [[stem, told]];
  return told.map((vector, number) => [`${stem} ${number}: ${vector.shows}`, vector]);
}

/** What differs from what the vector expects, the request that it concerns first. */
function* play(engine: typeof Engine, vector: Vector): Generator<string> {
  const trails = new Map([["trail", engine.buildTrail(vector.trail)]]);
  if (vector.other_trail) trails.set("other_trail", engine.buildTrail(vector.other_trail));
  let token: string | null = null;
  for (const [number, request] of vector.requests.entries()) {
    const trail = trails.get(request.on ?? "trail");
    if (trail === undefined) throw new Error(`request ${number} is on no trail`);
    const answer = ask(engine, trail, request, token);
    if (typeof answer.progress === "string") token = answer.progress;
    const costs = engine.countSteps(fixesOf(request), number === 0);
    const found = { answer, costs: request.costs === undefined ? null : costs };
    const expected = { answer: request.expect, costs: request.costs ?? null };
    for (const difference of differences(found, expected)) yield `request ${number}${difference}`;
  }
}

function ask(
  engine: typeof Engine,
  trail: Engine.Trail,
  request: Request,
  token: string | null,
): Table {
  const { here = null, heard = [], now_s = 0 } = request;
  const said = { here, heard, now_s, closed: closedOf(request) };
  const given = request.given ?? spoilt(token, request.spoil);
  try {
    return answerOf(engine.follow(trail, fixesOf(request), given, said));
  } catch (error) {
    if (error instanceof engine.OdysseeError) return { error: error.code };
    throw error;
  }
}

function fixesOf(request: Request): Engine.Fix[] {
  return request.fixes.map(([at_s, lon, lat, accuracy_m, speed_mps, heading_deg]) => {
    const fix = { at_s, lon, lat, accuracy_m, speed_mps, heading_deg };
    return fix as Engine.Fix; // a shorter row leaves the rest out, which is unknown
  });
}

function closedOf(request: Request): Engine.Closed {
  const closings = request.closed_during;
  if (closings === undefined) return new Set(request.closed ?? []);
  return (atS) =>
    new Set(
      closings
        .filter(([, fromS, untilS]) => fromS <= atS && (untilS === null || atS < untilS))
        .map(([slug]) => slug),
    );
}

function spoilt(token: string | null, at: number | undefined): string | null {
  if (token === null || at === undefined) return token;
  return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

function answerOf(told: Engine.Followed): Table {
  return {
    events: told.events as unknown as Json,
    next: told.next as unknown as Json,
    next_check: { after_m: told.next_check_m, after_s: told.next_check_s },
    steps: told.steps,
    progress: told.progress,
  };
}

function check(engine: typeof Engine, vector: Vector): string[] {
  try {
    return [...play(engine, vector)];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

const words = process.argv.slice(2);
const served = words[0] === "--engine" ? words.splice(0, 2)[1] : null;
const entry = served === null ? "../src/index.ts" : pathToFileURL(resolve(served, "index.js")).href;
const engine = (await import(entry)) as typeof Engine;
const vectors = words.flatMap(read);
console.log(`TAP version 14\n1..${vectors.length}`);
vectors.forEach(([name, vector], number) => {
  const found = check(engine, vector);
  const verdict = found.length > 0 ? "not ok" : "ok";
  console.log(`${verdict} ${number + 1} - ${name.replaceAll("#", "\\#")}`);
  if (found.length > 0) {
    console.log(["  ---", "  differences:", ...found.slice(0, 5).map(quoted), "  ..."].join("\n"));
    process.exitCode = 1;
  }
});

function quoted(line: string): string {
  return `    - ${JSON.stringify(line)}`;
}
