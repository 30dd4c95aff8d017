/**
 * What of a draft somebody has before their eyes: nothing else is approved or published from a page.
 *
 * A save of one's own takes the page on; anything that somebody else changed on the way, or that a
 * re-read brought, stops approval and publication until the page is read over.
 */

import { Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { Part } from "./bureau_part.js";

const CHANGED = new Set(["stale", "changed_since_submitted"]);

export class Seen {
  #part;
  #etag;
  #document;
  #isOther = false;

  /** @param {Part} part the legend, as the page shows it */
  constructor(part) {
    this.#part = part;
    this.#take();
    part.whenRead(({ before, by }) => {
      const isOurs =
        by !== null &&
        sameStops(before, part.document) &&
        (by === "patch" || sameHead(before, part.document));
      if (!isOurs) this.#isOther = true;
      else if (!this.#isOther) this.#take();
    });
  }

  #take() {
    this.#etag = this.#part.draftEtag;
    this.#document = JSON.stringify(this.#part.document);
  }

  /**
   * Sends what names the draft that was seen.
   * @param {(draftEtag: string) => Promise<object>} deed
   * @throws {Refused} `draft_changed` where somebody changed it; `media_changed` where its words are
   *   the same, and a voice, a picture or captions are others: sent once more, it is taken
   */
  async named(deed) {
    if (this.#isOther) throw changed();
    try {
      return await deed(this.#etag);
    } catch (error) {
      if (!(error instanceof Refused && CHANGED.has(error.code))) throw error;
    }
    const present = new Part(this.#part.path);
    if (JSON.stringify(await present.read()) !== this.#document) {
      this.#isOther = true;
      throw changed();
    }
    this.#etag = present.draftEtag;
    throw new Refused("media_changed", { detail: words.media_changed });
  }
}

function changed() {
  return new Refused("draft_changed", { detail: words.draft_changed });
}

/** Whether two documents say the same beside their stops; a patch has the server see to that. */
function sameHead(one, other) {
  const told = (document) => JSON.stringify({ ...document, stops: null });
  return told(one) === told(other);
}

/** Whether two documents have the same stops, in whatever order. */
function sameStops(one, other) {
  const told = ({ stops }) => JSON.stringify([...stops].sort((a, b) => (a.slug < b.slug ? -1 : 1)));
  return told(one) === told(other);
}
