/** Fetches a stop's story and pictures while there is a network, for the place where there is none. */

import { Failed, readWhole } from "./api.js";

const RETRY_MS = 15000;

export class Ahead {
  #parts;
  #dueAt = new Map();

  /** @param {Map<string, {article: HTMLElement, audio: HTMLAudioElement|null}>} parts by stop */
  constructor(parts) {
    this.#parts = parts;
    addEventListener("online", () => this.#fetchDue(Number.MAX_VALUE));
  }

  /** Asks for what a stop shows and tells; what failed before is tried again now and then. */
  want(slug) {
    if (this.#parts.has(slug) && !this.#dueAt.has(slug)) this.#dueAt.set(slug, 0);
    this.#fetchDue(Date.now());
  }

  #fetchDue(now) {
    for (const [slug, dueAt] of this.#dueAt) if (dueAt <= now) this.#fetch(slug);
  }

  async #fetch(slug) {
    this.#dueAt.set(slug, Infinity); // on its way, or here
    const { article, audio } = this.#parts.get(slug);
    try {
      if (audio) await fetchWhole(audio);
      article.querySelectorAll("img").forEach(fetchNow);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      this.#dueAt.set(slug, Date.now() + RETRY_MS); // no network here
    }
  }
}

/** Puts a story into memory whole: what `preload` fetches may be a part, or nothing on a phone. */
async function fetchWhole(audio) {
  const sources = [...audio.querySelectorAll("source")];
  const chosen = sources.find((source) => audio.canPlayType(source.type)); // as the browser chooses
  if (!chosen) return;
  const address = URL.createObjectURL(await readWhole(chosen.src));
  if (!audio.paused || audio.currentTime > 0) return; // it is being told as it comes
  audio.src = address;
  audio.preload = "auto";
}

/** Does not wait until a picture comes into sight, and begins anew where it is broken. */
function fetchNow(image) {
  image.loading = "eager";
  if (image.complete && image.naturalWidth === 0) image.src = image.src;
}
