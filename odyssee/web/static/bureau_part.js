/** A part of a draft as it was read last, with the tag that a change of it sends back. */

import { bodyOf, Refused, send } from "./bureau_api.js";
import { lang } from "./bureau_strings.js";

export const LANGUAGES = ["fr", "en"];

/** The title of a legend or a stop in the page's language, else in French, else its slug. */
export function titleOf({ slug, texts }) {
  return texts[lang]?.title || texts.fr?.title || slug;
}

/** `48.2694, 0.9136`, as maps show a place, latitude first; null where it is none. */
export function readPlace(written) {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)[°\s]*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)[°\s]*$/.exec(written);
  return found && [Number(found[2]), Number(found[1])];
}

export class Part {
  #etag;

  /** @param {string} path under `/admin/v1`, of a legend, a stop or the order of stops */
  constructor(path) {
    this.path = path;
  }

  /** Reads it; `document` is what it says, `draftEtag` names the whole draft. */
  async read() {
    return this.#take(await send("GET", this.path));
  }

  /**
   * Sends a change; what is held is then the answer.
   * @param {object} body a merge patch (RFC 7396), or with PUT the whole
   * @param {string} [method]
   * @throws {Refused} `stale` when somebody else was quicker: it has been read anew, and the same
   *   change is taken when it is sent once more
   */
  async change(body, method = "PATCH") {
    const headers = { "Content-Type": "application/json", "If-Match": this.#etag };
    try {
      const sent = { headers, body: JSON.stringify(body) };
      return await this.#take(await send(method, this.path, sent));
    } catch (error) {
      if (error instanceof Refused && error.code === "stale") await this.read();
      throw error;
    }
  }

  /** Removes it as it was read. */
  async remove() {
    await send("DELETE", this.path, { headers: { "If-Match": this.#etag } });
  }

  async #take(answer) {
    this.#etag = answer.headers.get("ETag");
    this.draftEtag = answer.headers.get("Draft-ETag");
    this.document = await bodyOf(answer, "json");
    return this.document;
  }
}
