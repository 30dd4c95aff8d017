/** A part of a draft as it was read last, with the tag that a change of it sends back. */

import { bodyOf, Refused, send } from "./bureau_api.js";
import { lang } from "./bureau_strings.js";

export const LANGUAGES = ["fr", "en"];

/** The title of a legend or a stop in the page's language, else in French, else its slug. */
export function titleOf({ slug, texts }) {
  return texts[lang]?.title || texts.fr?.title || slug;
}

export class Part {
  #etag;
  #listeners = [];
  #last = Promise.resolve();

  /** @param {string} path under `/admin/v1`, of a legend, a stop or the order of stops */
  constructor(path) {
    this.path = path;
  }

  /**
   * Has somebody told each time that it was read, by a save or anew.
   * @param {(read: {before: object, isOwn: boolean}) => void} told `isOwn`: by a change of ours
   */
  whenRead(told) {
    this.#listeners.push(told);
  }

  /**
   * Reads it; `document` is what it says, `draftEtag` names the whole draft.
   * @param {{isOwn?: boolean}} [told] whether a change of ours is why
   */
  async read({ isOwn = false } = {}) {
    return this.#take(await send("GET", this.path), isOwn);
  }

  /**
   * Sends a change; what is held is then the answer. Changes go one after the other.
   * @param {object} body a merge patch (RFC 7396), or with PUT the whole
   * @param {string} [method]
   * @throws {Refused} `stale` when somebody else was quicker: it has been read anew, and the same
   *   change is taken when it is sent once more
   */
  async change(body, method = "PATCH") {
    const json = { "Content-Type": "application/json" };
    return this.#inTurn(async () => {
      const answer = await this.#sent(method, this.path, JSON.stringify(body), json);
      return this.#take(answer, true);
    });
  }

  /** Puts something under this part that is answered by all of it, as `change`. */
  async put(path, body, type) {
    return this.#inTurn(async () =>
      this.#take(await this.#sent("PUT", this.path + path, body, { "Content-Type": type }), true),
    );
  }

  /** Removes it as it was read; `stale` as of `change`. */
  async remove() {
    await this.#inTurn(() => this.#sent("DELETE", this.path));
  }

  #inTurn(deed) {
    const turn = this.#last.then(deed);
    this.#last = turn.catch(() => null);
    return turn;
  }

  async #sent(method, path, body, headers = {}) {
    try {
      return await send(method, path, { headers: { ...headers, "If-Match": this.#etag }, body });
    } catch (error) {
      if (error instanceof Refused && error.code === "stale") await this.read();
      throw error;
    }
  }

  async #take(answer, isOwn) {
    const document = await bodyOf(answer, "json");
    const before = this.document;
    this.#etag = answer.headers.get("ETag");
    this.draftEtag = answer.headers.get("Draft-ETag");
    this.document = document;
    if (before !== undefined) for (const told of this.#listeners) told({ before, isOwn });
    return document;
  }
}
