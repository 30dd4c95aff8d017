// Made from engine/src/index.ts by engine/build.ts; change it there.
/**
 * Which stop a walker has reached, decided from noisy position fixes.
 *
 * Fixes come in, events come out; the state between calls is an opaque token.
 * Each module stands beside the Python module of its name in
 * `odyssee/domain/proximity` and is equal to it to the bit. Rules: `gate`
 * (which fixes are believed), `estimate` (where they put the walker),
 * `evidence` and `zones` (when a zone is entered and left), `route` (whether
 * the walker keeps to it), `order` (which may be), `player` (which story
 * speaks), `ahead` (what comes next), folded by `engine`. What goes in and
 * comes out has the names of the contract (`at_s`, `accuracy_m`), the rest
 * those of TypeScript.
 */

export { follow,           } from "./engine.js";
export { HereImplausible, NotFound, OdysseeError, ProgressUnreadable } from "./errors.js";

export { countSteps,           MAX_STEPS } from "./fixes.js";

export {
  buildTrail,

} from "./trail.js";

