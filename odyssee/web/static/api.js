/** Reads the public API of this very site. */

import { lang } from "./strings.js";

const asked = new URLSearchParams(location.search).get("lang");

/** Why a request failed: `code` is one of the keys of `words.errors`. */
export class Failed extends Error {
  constructor(code, status = 0, problem = null) {
    super(code);
    this.code = code;
    this.status = status;
    this.problem = problem;
  }
}

/** The document at an address of the API, in the page's language. */
export function read(path) {
  return send(`${path}?lang=${lang}`, { headers: { Accept: "application/json" } });
}

/** The answer to a document posted to the API. */
export function post(path, document) {
  return send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(document),
  });
}

/** An address of a page that keeps the language which the visitor chose by hand. */
export function page(path) {
  return asked ? `${path}?lang=${lang}` : path;
}

async function send(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "omit", ...options });
  } catch {
    throw new Failed("offline");
  }
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => null);
  throw new Failed(codeOf(answer.status), answer.status, problem);
}

function codeOf(status) {
  if (status === 404) return "not_found";
  if (status === 410) return "unpublished";
  if (status === 429 || status === 503) return "busy";
  return "broken";
}
