/** A part of a draft as it was read last, with the tag that a change of it sends back. */

import { bodyOf, Refused, send } from "./bureau_api.js";
import { lang } from "./bureau_strings.js";

export const LANGUAGES = ["fr", "en"];

/** Whether somebody may answer a review, publish and take back. */
export function publishes({ role }) {
  return role === "publisher" || role === "admin";
}

/** The title of a legend or a stop in the page's language, else in French, else its slug. */
export function titleOf({ slug, texts }) {
  return texts[lang]?.title || texts.fr?.title || slug;
}

const FILES_WITHIN_MS = 300_000; // a route of 8 MB over a slow line

export class Part {
  #etag;
  #listeners = [];
  #last = Promise.resolve();
  /** How often it was read anew since somebody else was quicker. */
  #others = 0;

  /** @param {string} path under `/admin/v1`, of a legend, a stop or the order of stops */
  constructor(path) {
    this.path = path;
  }

  /**
   * Has somebody told each time that it was read, by a save or anew.
   * @param {(read: {before: object, by: "patch"|"order"|null}) => void} told `by` the change of ours
   *   that is why; null where it was read to see what others did
   */
  whenRead(told) {
    this.#listeners.push(told);
  }

  /**
   * Reads it; `document` is what it says, `draftEtag` names the whole draft.
   * @param {"order"|null} [by] the change of ours that is why
   */
  async read(by = null) {
    return this.#take(await send("GET", this.path), by);
  }

  /**
   * Sends a change; what is held is then the answer. Changes go one after the other, and none goes
   * on over what somebody else wrote while it waited.
   * @param {object|((document: object) => object|null)} body a merge patch (RFC 7396), or with PUT
   *   the whole; a function makes it of what is there when its turn comes, and of null nothing is sent
   * @param {string} [method]
   * @throws {Refused} `stale` when somebody else was quicker: it has been read anew, and the same
   *   change is taken when it is sent once more
   */
  async change(body, method = "PATCH") {
    const json = { "Content-Type": "application/json" };
    return this.#inTurn(async () => {
      const told = typeof body === "function" ? body(this.document) : body;
      if (told === null) return this.document;
      const answer = await this.#sent(method, this.path, JSON.stringify(told), json);
      return this.#take(answer, "patch");
    });
  }

  /** Puts something under this part that is answered by all of it, as `change`. */
  async put(path, body, type) {
    return this.#inTurn(async () =>
      this.#take(
        await this.#sent("PUT", this.path + path, body, { "Content-Type": type }),
        "patch",
      ),
    );
  }

  /** Removes it as it was read; `stale` as of `change`. */
  async remove() {
    await this.#inTurn(() => this.#sent("DELETE", this.path));
  }

  #inTurn(deed) {
    const others = this.#others;
    const turn = this.#last.then(() => {
      if (others !== this.#others) throw new Refused("stale");
      return deed();
    });
    this.#last = turn.catch(() => null);
    return turn;
  }

  async #sent(method, path, body, headers = {}) {
    try {
      const withinMs = FILES_WITHIN_MS;
      return await send(method, path, {
        headers: { ...headers, "If-Match": this.#etag },
        body,
        withinMs,
      });
    } catch (error) {
      if (error instanceof Refused && error.code === "stale") {
        this.#others++;
        await this.read();
      }
      throw error;
    }
  }

  async #take(answer, by) {
    const document = await bodyOf(answer, "json");
    const before = this.document;
    this.#etag = answer.headers.get("ETag");
    this.draftEtag = answer.headers.get("Draft-ETag");
    this.document = document;
    if (before !== undefined) for (const told of this.#listeners) told({ before, by });
    return document;
  }
}
