/**
 * Makes plain ES modules for browsers of `src/` here and in `../packs`: types out, `.ts` in
 * imports to `.js`.
 *
 *     node build.ts [FOLDER]
 *
 * Writes into `../static/engine` and `../static/packs` unless a folder is named for both. Nothing
 * is moved or renamed, so what is served reads like what was written.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["engine", "packs"];
const WEB = fileURLToPath(new URL("..", import.meta.url));

/** The plain module. Node leaves a blank for each type; such lines and line ends are closed up. */
function plain(name: string, source: string): string {
  const code = stripTypeScriptTypes(source)
    .replaceAll(/^((?:im|ex)port .*|\} )from "(\.\/\w+)\.ts";$/gm, '$1from "$2.js";')
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n");
  return `// Made from ${name} by engine/build.ts; change it there.\n${code}`;
}

const served = process.argv[2] ?? join(WEB, "static");
for (const made of PACKAGES) {
  const source = join(WEB, made, "src");
  const folder = join(served, made);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(source).sort()) {
    const code = plain(`${made}/src/${name}`, readFileSync(join(source, name), "utf8"));
    const isTypesOnly = !/^(?:ex|im)port |^onmessage /m.test(code);
    if (!isTypesOnly) writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), code);
  }
}
