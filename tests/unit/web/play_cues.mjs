/**
 * Plays corrections of captions with the desk's own module.
 *
 *     node play_cues.mjs CUES CASES
 *
 * A case has `cues`, `durationS` and `deeds`, each the name of a function and its arguments after
 * the list. Prints for each case the cues that came of it, their problems, and their WebVTT.
 */

import { readFileSync } from "node:fs";

const [address, cases] = process.argv.slice(2);
const module = await import(address);

function play({ cues, durationS, deeds }) {
  let list = cues;
  for (const [name, at, ...others] of deeds) {
    if (name === "added") list = module.added(list, at, durationS).cues;
    else if (list.length > 0) list = module[name](list, at % list.length, ...others);
  }
  return { cues: list, problems: module.problems(list, durationS), webvtt: module.toWebvtt(list) };
}

const { plays, times } = JSON.parse(readFileSync(cases, "utf8"));
const read = times.map((written) => module.seconds(written)).map((s) => (Number.isNaN(s) ? null : s));
console.log(JSON.stringify({ plays: plays.map(play), times: read, stamps: read.map((s) => s && module.stamp(s)) }));
