/**
 * Takes a legend along in the browser's storage, and tells it without a network.
 *
 * Pure: `manifest`, `choosing`, `planning`, `composing`, `deciding`, `sending`. Over a satchel
 * (`satchel`) and a network: `fetching`, `taking`. Of a browser: `files`, `records`, `device`,
 * `telling`; run as workers of their own: `loader`, `worker`. Pages know `page`.
 */

export type { Choice, Quality } from "./choosing.ts";
export { type Fault, PackRefused } from "./errors.ts";
export { type Held, type Offer, Packs } from "./page.ts";
export { seenIn } from "./composing.ts";
export type { State } from "./telling.ts";
