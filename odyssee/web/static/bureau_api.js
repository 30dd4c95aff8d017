/** Calls the admin API of this very site, with the cookie that it set. */

import { lang } from "./bureau_strings.js";

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

/** What the API answers to a call; null when the answer has no body. */
export async function call(method, path, body) {
  const answer = await sent(method, path, body);
  if (answer.status === 204) return null;
  const document = await answer.json().catch(() => null);
  if (answer.ok && document !== null) return document;
  const code = document?.code ?? (answer.status >= 500 ? "unavailable" : "broken");
  throw new Refused(code, document ?? {}, Number(answer.headers.get("Retry-After")) || 0);
}

async function sent(method, path, body) {
  try {
    return await fetch(`/admin/v1${path}`, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        Accept: "application/json",
        "Accept-Language": lang,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("offline");
  }
}
