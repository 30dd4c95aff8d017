/** Plays one story at a time, and tells when one was heard to its end. */

import { words } from "./strings.js";

export class Player {
  #parts = new Map();
  #waiting = [];
  #failed = new Set();
  #onHeard;

  /** @param {function(string)} onHeard called with a stop's slug when its story has ended */
  constructor(onHeard) {
    this.#onHeard = onHeard;
    addEventListener("online", () => this.#reload());
  }

  /**
   * Makes a stop known.
   * @param {string} slug
   * @param {{article: HTMLElement, audio: HTMLAudioElement|null, say: function(string)}} part
   */
  add(slug, part) {
    this.#parts.set(slug, part);
    const { audio } = part;
    audio?.addEventListener("play", () => this.#silenceOthers(slug));
    audio?.addEventListener("ended", () => this.#ended(slug));
    audio?.addEventListener("canplay", () => this.#failed.delete(slug) && part.say(""));
    audio?.addEventListener("error", () => this.#checkFailed(slug), true); // its sources' too
  }

  /** Lets every story start later without a touch; to be called while a touch is handled (WebKit). */
  unlock() {
    for (const { audio } of this.#parts.values()) {
      if (audio && audio.paused && audio.currentTime === 0) audio.load();
    }
  }

  /** Opens a stop and plays its story, after the one that is being told. */
  play(slug) {
    const telling = this.#telling();
    if (!this.#parts.has(slug) || telling === slug || this.#waiting.includes(slug)) return;
    if (telling) this.#waiting.push(slug);
    else this.#begin(slug);
  }

  #begin(slug) {
    const { article, audio, say } = this.#parts.get(slug);
    for (const part of this.#parts.values())
      part.article.classList.toggle("is-current", part.article === article);
    article.scrollIntoView({ block: "start" });
    article.focus({ preventScroll: true });
    if (!audio) {
      this.#onHeard(slug);
      return;
    }
    if (isLost(audio)) audio.load();
    audio.currentTime = 0;
    audio.play().catch((error) => {
      if (error.name === "NotAllowedError") say(words.tap_to_listen);
    });
  }

  #telling() {
    const found = [...this.#parts].find(([, { audio }]) => audio && !audio.paused && !audio.ended);
    return found?.[0];
  }

  #silenceOthers(slug) {
    for (const [other, { audio }] of this.#parts) if (other !== slug) audio?.pause();
  }

  #ended(slug) {
    this.#onHeard(slug);
    this.#takeTurn();
  }

  /** A story that does not load is told to be so, and holds up no other. */
  #checkFailed(slug) {
    const { audio, say } = this.#parts.get(slug);
    if (!isLost(audio) || audio.paused) return; // another source is tried, or nobody waits for it
    audio.pause();
    this.#failed.add(slug);
    say(words.audio_failed);
    if (!this.#telling()) this.#takeTurn();
  }

  #reload() {
    for (const { audio } of this.#parts.values()) if (audio && isLost(audio)) audio.load();
  }

  #takeTurn() {
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }
}

/** Whether nothing more comes, unless it is loaded anew. */
function isLost(audio) {
  return Boolean(audio.error) || audio.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
}
