/** What the service worker does with a request, decided by its address alone. */

import { isHash } from "./manifest.ts";

export type Decision =
  /** The network answers, as if there were no service worker. */
  | { readonly way: "network" }
  /** Kept with the pages of this build, and never changed. */
  | { readonly way: "pages" }
  | { readonly way: "object"; readonly sha256: string }
  | { readonly way: "page"; readonly view: "home" | "legend"; readonly slug: string | null }
  | { readonly way: "legend"; readonly slug: string }
  | { readonly way: "legends" }
  | { readonly way: "territory" };

/** The part of a request that decides. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
  readonly cache: string;
}

const NETWORK: Decision = { way: "network" };

/**
 * Everything but reading what visitors see is left to the network: the desk, positions, downloads.
 * So is what says `no-store`: it wants the server's own answer.
 *
 * @param site the origin of the pages
 * @param isKept whether an address is one of the static files of this build
 */
export function decide(asked: Asked, site: string, isKept: (path: string) => boolean): Decision {
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

function pageAt([first = "", slug = "", stops, stop, ...more]: readonly string[]): Decision {
  if (first === "") return { way: "page", view: "home", slug: null };
  const isStop = stops === "stops" && stop !== undefined && stop !== "" && more.length === 0;
  if (first !== "legends" || slug === "" || !(stops === undefined || isStop)) return NETWORK;
  return { way: "page", view: "legend", slug };
}

/** The parts of a path; null where it is not readable, or ends in a slash. */
function stepsOf(path: string): string[] | null {
  try {
    const steps = path.split("/").slice(1).map(decodeURIComponent);
    return steps.length > 1 && steps.at(-1) === "" ? null : steps;
  } catch {
    return null;
  }
}
