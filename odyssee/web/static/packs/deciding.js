// Made from packs/src/deciding.ts by engine/build.ts; change it there.
/** What the service worker does with a request, decided by its address alone. */

import { isHash } from "./manifest.js";

/** The part of a request that decides. */

const NETWORK           = { way: "network" };

/**
 * Everything but reading what visitors see is left to the network: the desk, positions, downloads.
 * So is what says `no-store`: it wants the server's own answer.
 *
 * @param site the origin of the pages
 * @param isKept whether an address is one of the static files of this build
 */
export function decide(asked       , site        , isKept                           )           {
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== site || asked.cache === "no-store") return NETWORK;
  const steps = stepsOf(url.pathname);
  if (steps === null) return NETWORK;
  if (asked.mode === "navigate") return pageAt(steps);
  if (isKept(url.pathname)) return { way: "pages" };
  const [first, second, third = "", ...more] = steps;
  if (first !== "v1" || more.length > 0) return NETWORK;
  if (second === "objects" && isHash(third)) return { way: "object", sha256: third };
  if (second === "legends") {
    return third === "" ? { way: "legends" } : { way: "legend", slug: third };
  }
  return second === "territory" && third === "" ? { way: "territory" } : NETWORK;
}

function pageAt([first = "", slug = "", stops, stop, ...more]                   )           {
  if (first === "") return { way: "page", view: "home", slug: null };
  const isStop = stops === "stops" && stop !== undefined && stop !== "" && more.length === 0;
  if (first !== "legends" || slug === "" || !(stops === undefined || isStop)) return NETWORK;
  return { way: "page", view: "legend", slug };
}

/** The parts of a path; null where it is not readable, or ends in a slash. */
function stepsOf(path        )                  {
  try {
    const steps = path.split("/").slice(1).map(decodeURIComponent);
    return steps.length > 1 && steps.at(-1) === "" ? null : steps;
  } catch {
    return null;
  }
}
