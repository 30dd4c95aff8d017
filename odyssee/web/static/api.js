/** Reads the public API of this very site. */

import { lang } from "./strings.js";

const asked = new URLSearchParams(location.search).get("lang");

/** Why a request failed: `code` is one of the keys of `words.errors`. */
export class Failed extends Error {
  constructor(code, status = 0) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

/**
 * The document at an address of the API, in the page's language.
 * @param {string} path
 * @param {string} cache "no-cache" asks the server whether it is still the same
 */
export function read(path, cache = "default") {
  const headers = { Accept: "application/json" };
  return take(`${path}?lang=${lang}`, { cache, headers }, (answer) => answer.json());
}

/** The bytes of a published object, all of them. */
export function readWhole(path) {
  return take(path, {}, (answer) => answer.blob());
}

/** An address of a page that keeps the language which the visitor chose by hand. */
export function page(path) {
  return asked ? `${path}?lang=${lang}` : path;
}

async function take(address, options, open) {
  let answer;
  try {
    answer = await fetch(address, { credentials: "omit", ...options });
    if (answer.ok) return await open(answer);
  } catch {
    throw new Failed("offline");
  }
  throw new Failed(codeOf(answer.status), answer.status);
}

function codeOf(status) {
  if (status === 404) return "not_found";
  if (status === 410) return "unpublished";
  if (status === 429 || status === 503) return "busy";
  return "broken";
}
