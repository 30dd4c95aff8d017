/**
 * Prints what a phone says of a legend, from its pack and from what the server said of it once.
 *
 *     node compose_legend.mjs STATIC CASE
 */

import { readFileSync } from "node:fs";

const [served, path] = process.argv.slice(2);
const { composeLegend, seenIn, summaryOf } = await import(`${served}/packs/composing.js`);
const { readManifest } = await import(`${served}/packs/manifest.js`);
const { manifest, files, told, lang } = JSON.parse(readFileSync(path, "utf8"));

const names = Object.keys(JSON.parse(manifest).files);
const pack = { manifest: readManifest(manifest, told.slug), names, seen: seenIn(told, lang) };
const legend = await composeLegend(pack, lang, async (name) => files[name]);
console.log(JSON.stringify({ legend, summary: summaryOf(legend) }));
