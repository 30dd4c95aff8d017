/** Why a pack could not be taken along. */

/**
 * What stood in the way; pages have a sentence for each.
 *
 * `offline`, `busy`: the network or the server; try again. `damaged`: other bytes came than the
 * manifest promises, several times in a row. `gone`: an object is not served any more. `no_room`:
 * `lackBytes` more are needed. `no_storage`: the browser keeps nothing for this site.
 * `stopped`: somebody asked for it.
 */
export type Fault =
  | "offline"
  | "busy"
  | "damaged"
  | "gone"
  | "no_room"
  | "no_storage"
  | "stopped"
  | "older"
  | "unpublished"
  | "not_found"
  | "reader_too_old"
  | "unreadable";

export class PackRefused extends Error {
  readonly code: Fault;
  /** How much room is missing, where `code` is `no_room`. */
  readonly lackBytes: number;

  constructor(code: Fault, lackBytes = 0) {
    super(code);
    this.name = "PackRefused";
    this.code = code;
    this.lackBytes = lackBytes;
  }
}
