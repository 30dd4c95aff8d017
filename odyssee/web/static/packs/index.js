// Made from packs/src/index.ts by engine/build.ts; change it there.
/**
 * Takes a legend along in the browser's storage, and tells it without a network.
 *
 * Pure: `manifest`, `choosing`, `planning`, `composing`, `deciding`, `sending`. Over a satchel
 * (`satchel`) and a network: `fetching`, `taking`. Of a browser: `files`, `records`, `device`,
 * `telling`; run as workers of their own: `loader`, `worker`. Pages know `page`.
 */

export {             PackRefused } from "./errors.js";
export {                        Packs } from "./page.js";
export { seenIn } from "./composing.js";

