// Made from packs/src/device.ts by engine/build.ts; change it there.
/** The satchel of this very browser, and the network that it has. */

import { PackRefused } from "./errors.js";

import { PrivateFiles } from "./files.js";
import { DatabaseRecords } from "./records.js";

const LOCK = "odyssee-packs";
const STALL_MS = 20_000;

/** What a page holds, shared, as long as it shows a revision. */
export function readingLock(slug        , revision        )         {
  return `${LOCK}/${slug}/${revision}`;
}

/** Opens nothing and writes nothing until it is asked for something. */
export function browserSatchel()          {
  const files = new PrivateFiles();
  return {
    files,
    records: new DatabaseRecords(),
    async roomFor(bytes) {
      const { quota, usage } = await navigator.storage.estimate();
      const said = quota === undefined ? bytes : Math.max(0, quota - (usage ?? 0));
      // Chromium always says ten gigabytes: what there is shows when it is asked for.
      return said < bytes ? said : await files.roomFor(bytes);
    },
    isRead: (slug, revision) =>
      navigator.locks.request(
        readingLock(slug, revision),
        { ifAvailable: true },
        (lock) => lock === null,
      ),
    async alone(deed, signal) {
      const turn = new Promise            ((begin, failed) => {
        const held = () => new Promise      ((end) => begin(end));
        navigator.locks.request(LOCK, signal ? { signal } : {}, held).catch(failed);
      });
      const end = await turn.catch((error) => {
        throw signal?.aborted ? new PackRefused("stopped") : error;
      });
      try {
        return await deed();
      } finally {
        end();
      }
    },
  };
}

export const browserNetwork          = {
  site: "",
  fetch: (address, options) => fetch(address, options),
  sleep: (ms, signal) =>
    new Promise((done) => {
      const timer = setTimeout(wake, ms);
      function wake() {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        done();
      }
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    }),
  random: Math.random,
  stallMs: STALL_MS,
};
