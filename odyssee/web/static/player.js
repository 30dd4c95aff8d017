/** Plays one story at a time, and tells when one was heard to its end. */

import { words } from "./strings.js";

export class Player {
  #parts = new Map();
  #waiting = [];
  #onHeard;

  /** @param {function(string)} onHeard called with a stop's slug when its story has ended */
  constructor(onHeard) {
    this.#onHeard = onHeard;
  }

  /**
   * Makes a stop known.
   * @param {string} slug
   * @param {{article: HTMLElement, audio: HTMLAudioElement|null, say: function(string)}} part
   */
  add(slug, part) {
    this.#parts.set(slug, part);
    part.audio?.addEventListener("play", () => this.#silenceOthers(slug));
    part.audio?.addEventListener("ended", () => this.#ended(slug));
  }

  /** Lets every story start later without a touch; to be called while a touch is handled (WebKit). */
  unlock() {
    for (const { audio } of this.#parts.values()) {
      if (audio && audio.paused && audio.currentTime === 0) audio.load();
    }
  }

  /** Fetches a stop's story before it is needed. */
  prefetch(slug) {
    const audio = this.#parts.get(slug)?.audio;
    if (audio) audio.preload = "auto";
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
    audio.currentTime = 0;
    audio.play().catch((error) => {
      if (error.name === "NotAllowedError") say(words.tap_to_listen);
      else if (error.name === "NotSupportedError") say(words.audio_failed);
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
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }
}
