/** Follows a walk: sends positions in batches, keeps `progress`, hands on the events that come back. */

import { Failed, post } from "./api.js";
import { distanceM } from "./geo.js";
import { lang } from "./strings.js";

const TICK_MS = 1000;
const SILENCE_MS = 5000; // a phone at rest may say nothing: then it is asked
const PAUSE_S = [4, 30]; // between two batches, whatever the server advises
const BATCH = 120; // with gaps filled in 2 s steps up to 60 s this stays under 4,000 steps
const KEPT = 600; // fixes that wait while there is no network

export class Walk {
  #slug;
  #listener;
  #progress;
  #fixes = [];
  #heard = [];
  #turn = Promise.resolve();
  #watch = null;
  #timer = null;
  #lock = null;
  #last = { fixAt: 0, heardFromAt: 0, sentAt: 0, sentFrom: null };
  #check = { after_m: 0, after_s: 0 };

  /**
   * @param {string} slug the legend
   * @param {object} listener `event(Event)`, `next(next)`, `fix([lon, lat], accuracyM)`,
   *   `trouble(kind)` with kind `offline`, `refused`, `unknown`, `ended`, or null when all is well again
   */
  constructor(slug, listener) {
    this.#slug = slug;
    this.#listener = listener;
    this.#progress = this.#kept();
  }

  get isFollowing() {
    return this.#watch !== null;
  }

  /** Starts to follow; the browser asks for leave. */
  start() {
    if (this.isFollowing) return;
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 };
    this.#last.heardFromAt = Date.now();
    this.#watch = navigator.geolocation.watchPosition(
      (p) => this.#take(p),
      (e) => this.#refuse(e),
      options,
    );
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#stayAwake();
  }

  /** Stops following; what was heard so far is kept. */
  stop() {
    if (!this.isFollowing) return;
    navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#timer);
    this.#watch = null;
    this.#fixes = [];
    this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  /** Says "I am here" at a stop; rejects with Failed when it is not plausible. */
  here(stop) {
    return this.#inTurn({ here: stop });
  }

  /** Says that a story was told to its end; it matters only once a walk has begun. */
  heard(stop) {
    if (!this.isFollowing && this.#progress === null) return;
    this.#heard.push(stop);
    this.#inTurn({}).catch(quiet);
  }

  #take({ coords, timestamp }) {
    this.#last.heardFromAt = Date.now();
    if (!this.isFollowing || timestamp <= this.#last.fixAt) return;
    this.#last.fixAt = timestamp;
    this.#fixes.push({
      lon: Number(coords.longitude.toFixed(6)),
      lat: Number(coords.latitude.toFixed(6)),
      accuracy_m: coords.accuracy,
      at: new Date(timestamp).toISOString(),
      speed_mps: Number.isFinite(coords.speed) ? coords.speed : null,
      heading_deg: Number.isFinite(coords.heading) ? coords.heading : null,
    });
    this.#fixes.splice(0, this.#fixes.length - KEPT);
    this.#listener.fix([coords.longitude, coords.latitude], coords.accuracy);
    this.#tick();
  }

  #refuse(error) {
    if (error.code === error.PERMISSION_DENIED) {
      this.stop();
      this.#listener.trouble("refused");
    } else {
      this.#listener.trouble("unknown");
    }
  }

  #tick() {
    if (this.#lock?.released && document.visibilityState === "visible") this.#stayAwake();
    if (Date.now() - this.#last.heardFromAt > SILENCE_MS) {
      this.#last.heardFromAt = Date.now();
      navigator.geolocation.getCurrentPosition(
        (p) => this.#take(p),
        () => {},
        { enableHighAccuracy: true, maximumAge: 0 },
      );
    }
    if (this.#isDue()) this.#inTurn({}).catch(quiet);
  }

  #isDue() {
    const newest = this.#fixes.at(-1);
    if (!newest) return this.#heard.length > 0 && this.#pausedS() >= PAUSE_S[0];
    if (this.#last.sentFrom === null) return this.#pausedS() >= PAUSE_S[0];
    const wait = Math.min(PAUSE_S[1], Math.max(PAUSE_S[0], this.#check.after_s));
    const moved = distanceM(this.#last.sentFrom, [newest.lon, newest.lat]);
    return this.#pausedS() >= (moved >= this.#check.after_m ? PAUSE_S[0] : wait);
  }

  #pausedS() {
    return (Date.now() - this.#last.sentAt) / 1000;
  }

  /** One request at a time: each needs the progress that the one before brought back. */
  #inTurn(extra) {
    this.#last.sentAt = Date.now();
    const done = this.#turn.then(() => this.#exchange(extra));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #exchange(extra) {
    const fixes = this.#fixes.splice(0, BATCH);
    const heard = this.#heard.splice(0);
    const said = heard.length > 0 ? { heard } : {};
    let answer;
    try {
      answer = await post(this.#address, {
        fixes,
        progress: this.#progress,
        lang,
        ...said,
        ...extra,
      });
    } catch (error) {
      this.#recover(error, fixes, heard);
      throw error;
    }
    const last = fixes.at(-1);
    if (last) this.#last.sentFrom = [last.lon, last.lat];
    this.#keep(answer.progress);
    this.#check = answer.next_check ?? this.#check;
    this.#listener.trouble(null);
    answer.events.forEach((event) => this.#listener.event(event));
    this.#listener.next(answer.next);
  }

  /** Keeps what a later request can still bring, drops what the server will never take. */
  #recover(error, fixes, heard) {
    const code = error instanceof Failed ? error.problem?.code : null;
    if (error.status === 404 || error.status === 410) {
      this.stop();
      this.#listener.trouble("ended");
      return;
    }
    if (code === "progress_unreadable") this.#keep(null);
    const refused = error.status === 422 && code !== "progress_unreadable";
    if (!refused) {
      this.#fixes.unshift(...fixes);
      this.#heard.unshift(...heard);
    }
    if (error.status === 0 || error.status >= 500 || error.status === 429)
      this.#listener.trouble("offline");
  }

  get #address() {
    return `/v1/legends/${encodeURIComponent(this.#slug)}/proximity`;
  }

  /** The token outlives a reload where the browser lets it (some block storage). */
  #keep(token) {
    this.#progress = token;
    try {
      if (token === null) sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, token);
    } catch {
      // blocked: the walk goes on from memory
    }
  }

  #kept() {
    try {
      return sessionStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  get #key() {
    return `progress/${this.#slug}`;
  }

  async #stayAwake() {
    try {
      this.#lock = await navigator.wakeLock?.request("screen");
    } catch {
      this.#lock = null; // refused on low battery: the walk goes on while the screen is lit
    }
  }
}

/** What a request may fail of was told to the listener; anything else is a fault of ours. */
function quiet(error) {
  if (!(error instanceof Failed)) reportError(error);
}
