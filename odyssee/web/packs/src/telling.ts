/** What workers and pages of one browser tell each other about packs. */

import type { Fault } from "./errors.ts";

const CHANNEL = "odyssee-packs";

/** How a legend is: said by who fetches it, or read from what lies here. */
export type State =
  | { readonly kind: "absent" }
  /** Another legend is fetched first. */
  | { readonly kind: "waiting" }
  | { readonly kind: "loading"; readonly doneBytes: number; readonly totalBytes: number }
  | {
    readonly kind: "paused";
    readonly fault: Fault;
    readonly lackBytes: number;
    readonly doneBytes: number;
    readonly totalBytes: number;
  }
  | { readonly kind: "kept" };

export type Message =
  | { readonly slug: string; readonly state: State }
  /** Whoever fetches this legend is to stop. */
  | { readonly slug: string; readonly stop: true };

/** Listens until it is told to leave; `say` reaches every other listener of this browser. */
export function join(
  listen: (message: Message) => void,
): { say: (message: Message) => void; leave: () => void } {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => listen(data as Message);
  return { say: (message) => channel.postMessage(message), leave: () => channel.close() };
}
