/**
 * Reads places and moves zones with the desk's own module.
 *
 *     node read_places.mjs PLACES CASES
 *
 * Prints what became of the `written` places and of the `moves`, each `zones`, `from` and `to`.
 */

import { readFileSync } from "node:fs";

const [address, cases] = process.argv.slice(2);
const { farKm, readPlace, zonesMoved } = await import(address);
const { written, moves, pairs } = JSON.parse(readFileSync(cases, "utf8"));
console.log(
  JSON.stringify({
    read: written.map((text) => readPlace(text)),
    moved: moves.map(({ zones, from, to }) => zonesMoved(zones, from, to)),
    far: pairs.map(([one, other]) => farKm(one, other)),
  }),
);
