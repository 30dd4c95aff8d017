/** Calls the admin API of this very site, with the cookie that it set. */

import { lang } from "./bureau_strings.js";

const WITHIN_MS = 60_000;

/** A call that was refused or got no answer. */
export class Refused extends Error {
  /**
   * @param {string} code the stable code of the problem; `offline` when nothing answered
   * @param {object} [problem] the problem of the API
   * @param {number} [waitS] seconds after which to try again
   */
  constructor(code, problem = {}, waitS = 0) {
    super(code);
    this.code = code;
    this.detail = problem.detail ?? "";
    this.errors = problem.errors ?? [];
    this.waitS = waitS;
  }
}

/**
 * What the API answers to a call; null when the answer has no body.
 * @param {string} method
 * @param {string} path under `/admin/v1`
 * @param {object} [body] sent as JSON
 * @param {number} [version] of what is changed, as it was read
 */
export async function call(method, path, body, version) {
  const headers = {
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(version === undefined ? {} : { "If-Match": `"${version}"` }),
  };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await send(method, path, { headers, body: sent });
  return answer.status === 204 ? null : bodyOf(answer, "json");
}

/**
 * All items of a list, page by page.
 * @param {string} path under `/admin/v1`
 * @param {Object<string, string>} [asked] of its query
 */
export async function callAll(path, asked = {}) {
  const found = [];
  for (let cursor = {}; cursor !== null; ) {
    const query = new URLSearchParams({ limit: "200", ...asked, ...cursor });
    const { items, next } = await call("GET", `${path}?${query}`);
    found.push(...items);
    cursor = next === null ? null : { cursor: next };
  }
  return found;
}

/** The path under `/admin/v1` of an address that the API gave. */
export function pathOf(address) {
  return address.replace(/^\/admin\/v1/, "");
}

/**
 * What an answer carries.
 * @param {Response} answer
 * @param {"json"|"text"|"blob"} form
 * @throws {Refused} `offline` when the line breaks before all of it is there
 */
export async function bodyOf(answer, form) {
  try {
    return await answer[form]();
  } catch (error) {
    throw new Refused(error instanceof SyntaxError ? "broken" : "offline");
  }
}

/**
 * The answer to a request; what it carries is not read.
 * @param {string} method
 * @param {string} path under `/admin/v1`
 * @param {{headers?: Object<string, string>, body?: BodyInit, signal?: AbortSignal,
 *   withinMs?: number}} [options] `withinMs` bounds it, body included, where there is no `signal`
 * @throws {Refused} `offline` when it took too long, too
 */
export async function send(method, path, { headers = {}, body, signal, withinMs = WITHIN_MS } = {}) {
  const timed = signal ?? AbortSignal.timeout(withinMs);
  const answer = await asked(method, path, { headers, body, signal: timed });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => null);
  const code = problem?.code ?? (answer.status >= 500 ? "unavailable" : "broken");
  throw new Refused(code, problem ?? {}, Number(answer.headers.get("Retry-After")) || 0);
}

async function asked(method, path, { headers, body, signal }) {
  try {
    return await fetch(`/admin/v1${path}`, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: { Accept: "application/json", "Accept-Language": lang, ...headers },
      body,
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("offline");
  }
}
