/** What `follow` tells, and ids that are the same wherever the walk is followed. */

import { toBase32 } from "./base32.ts";
import { encode, join } from "./bytes.ts";
import { sha256 } from "./sha256.ts";

export type EventType =
  | "enter"
  | "exit"
  | "dwell"
  | "approach"
  | "play"
  | "off_trail"
  | "back_on_trail"
  | "completed";
export type After = "at_once" | "queued";

/** Something that happened on the walk. A player obeys `play` alone. */
export interface Event {
  /** Unique within all walks; the same fixes give the same id, on- and offline. */
  readonly id: string;
  readonly type: EventType;
  readonly stop: string | null;
  /** Null for an enter by hand, for `play`, and for what concerns the trail. */
  readonly zone: string | null;
  /** Time of the fix that decided. */
  readonly at_s: number;
  /** Index of that fix in the call; null for what `here` and `heard` brought about. */
  readonly fix: number | null;
  /** Of an enter: the stops that it leaves behind unheard. */
  readonly skipped: readonly string[];
  /** Of an enter: the visitor said "I am here". */
  readonly manual: boolean;
  /** Of a play: whether it follows its enter at once or waited for another story. */
  readonly after: After | null;
}

/** Where to go now. */
export interface NextStop {
  readonly stop: string;
  /** Null while no position is known. */
  readonly distance_m: number | null;
  /** 0 is north, 90 east. */
  readonly bearing_deg: number | null;
}

/** A part of a walk, followed. */
export interface Followed {
  /** In the order in which they happened. */
  readonly events: readonly Event[];
  readonly next: NextStop | null;
  /** Metres from the last fix and seconds after it to sleep, whichever pass first. */
  readonly next_check_m: number;
  readonly next_check_s: number;
  /** The token for the next call. */
  readonly progress: string;
  /** How many evidence steps it took. */
  readonly steps: number;
}

/** 12 bytes for a walk, from the legend and what it began with. */
export function walkId(slug: string, beginning: Uint8Array): Uint8Array {
  return sha256(join(encode(`${slug}|`), beginning)).slice(0, 12);
}

/** 20 characters of base32, from what makes the event the one it is. */
export function eventId(
  walk: Uint8Array,
  revision: number,
  stop: string | null,
  kind: EventType,
  ordinal: number,
): string {
  const text = `|${revision}|${stop ?? ""}|${kind}|${ordinal}`;
  return toBase32(sha256(join(walk, encode(text)))).slice(0, 20);
}
