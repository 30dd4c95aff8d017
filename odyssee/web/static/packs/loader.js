// Made from packs/src/loader.ts by engine/build.ts; change it there.
/** A worker that takes one legend along: told the order, it says how far it is to every page. */

import { browserNetwork, browserSatchel } from "./device.js";
import {             PackRefused } from "./errors.js";
import {                            take } from "./taking.js";
import { join,            } from "./telling.js";

/** So often at most: a progress bar needs no more. */
const TELL_MS = 150;

onmessage = async ({ data }                     ) => {
  const { slug } = data;
  const stopping = new AbortController();
  const channel = join((message) => {
    if ("stop" in message && message.slug === slug) stopping.abort();
  });
  const say = (state       ) => channel.say({ slug, state });
  say({ kind: "waiting" });
  let reached           = { doneBytes: 0, totalBytes: 0 };
  let toldAt = 0;
  const tell = (progress          ) => {
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

function faultOf(error         )                  {
  return error instanceof PackRefused ? [error.code, error.lackBytes] : ["no_storage", 0];
}
