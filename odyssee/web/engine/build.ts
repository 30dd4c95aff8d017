/**
 * Makes plain ES modules of `src/` for browsers: types out, `.ts` in imports to `.js`.
 *
 *     node build.ts [FOLDER]
 *
 * Writes into `../static/engine` unless another folder is named. Nothing is
 * moved or renamed, so what is served reads like what was written.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("src", import.meta.url));
const SERVED = fileURLToPath(new URL("../static/engine", import.meta.url));

/** The plain module. Node leaves a blank for each type; such lines and line ends are closed up. */
function plain(name: string, source: string): string {
  const code = stripTypeScriptTypes(source)
    .replaceAll(/^((?:im|ex)port .*|\} )from "(\.\/\w+)\.ts";$/gm, '$1from "$2.js";')
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n");
  return `// Made from engine/src/${name} by engine/build.ts; change it there.\n${code}`;
}

const folder = process.argv[2] ?? SERVED;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(SOURCE).sort()) {
  const made = plain(name, readFileSync(join(SOURCE, name), "utf8"));
  const isTypesOnly = !/^(?:ex|im)port /m.test(made);
  if (!isTypesOnly) writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), made);
}
