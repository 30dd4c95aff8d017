/** A worker that takes one legend along: told the order, it says how far it is to every page. */

import { browserNetwork, browserSatchel } from "./device.ts";
import { type Fault, PackRefused } from "./errors.ts";
import { type Order, type Progress, take } from "./taking.ts";
import { join, type State } from "./telling.ts";

/** So often at most: a progress bar needs no more. */
const TELL_MS = 150;

onmessage = async ({ data }: MessageEvent<Order>) => {
  const { slug } = data;
  const stopping = new AbortController();
  const channel = join((message) => {
    if ("stop" in message && message.slug === slug) stopping.abort();
  });
  const say = (state: State) => channel.say({ slug, state });
  say({ kind: "waiting" });
  let reached: Progress = { doneBytes: 0, totalBytes: 0 };
  let toldAt = 0;
  const tell = (progress: Progress) => {
    reached = progress;
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    say({ kind: "loading", ...progress });
  };
  try {
    await take(browserSatchel(), browserNetwork, data, tell, stopping.signal);
    say({ kind: "kept" });
  } catch (error) {
    const [fault, lackBytes] = faultOf(error);
    if (fault === "unpublished") say({ kind: "absent" });
    else say({ kind: "paused", fault, lackBytes, ...reached });
    if (!(error instanceof PackRefused)) throw error;
  } finally {
    channel.leave();
    close();
  }
};

function faultOf(error: unknown): [Fault, number] {
  return error instanceof PackRefused ? [error.code, error.lackBytes] : ["no_storage", 0];
}
