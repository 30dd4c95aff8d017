/** Follows a walk: positions to the follower, what it tells to the listener. None leaves the phone. */

import { Failed, read } from "./api.js";
import { Follower } from "./follower.js";

const TICK_MS = 1000;
const SILENCE_MS = 5000; // a phone at rest may say nothing: then it is asked
const REFRESH_MS = 300000; // a stop that is flooded meanwhile should not call anybody

export class Walk {
  #slug;
  #revision;
  #listener;
  #follower;
  #watch = null;
  #timer = null;
  #lock = null;
  #heardFromAt = 0;
  #readAt = 0;

  /**
   * @param {object} legend of `GET /v1/legends/{slug}`
   * @param {object} listener `event(Event)`, `next(next)`, `fix([lon, lat], accuracyM)`,
   *   `trouble(kind)` with kind `refused`, `unknown`, `ended`, or null when all is well again,
   *   `revised()` when another revision was published meanwhile
   */
  constructor(legend, listener) {
    this.#slug = legend.slug;
    this.#revision = legend.revision;
    this.#listener = listener;
    this.#follower = new Follower(legend, this.#kept());
  }

  get isFollowing() {
    return this.#watch !== null;
  }

  /** Starts to follow; the browser asks for leave. */
  start() {
    if (this.isFollowing) return;
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 };
    this.#heardFromAt = Date.now();
    this.#watch = navigator.geolocation.watchPosition(
      (p) => this.#take(p),
      (e) => this.#refuse(e),
      options,
    );
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#stayAwake();
    this.#refresh();
  }

  /** Stops following; what was heard so far is kept. */
  stop() {
    if (!this.isFollowing) return;
    navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#timer);
    this.#watch = null;
    this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  /** Says "I am here" at a stop; throws HereImplausible or NotFound as the follower does. */
  here(stop) {
    this.#advance([], { here: stop });
  }

  /** Says that a story was told to its end; it matters only once a walk has begun. */
  heard(stop) {
    if (!this.isFollowing && this.#follower.progress === null) return;
    // What is played next is told when the player is done with this one.
    queueMicrotask(() => this.#advance([], { heard: [stop] }));
  }

  #take({ coords, timestamp }) {
    if (!this.isFollowing) return;
    this.#heardFromAt = Date.now();
    this.#listener.trouble(null);
    this.#listener.fix([coords.longitude, coords.latitude], coords.accuracy);
    this.#advance([fixOf(coords, timestamp)]);
  }

  #advance(fixes, said) {
    const { events, next } = this.#follower.advance(fixes, said);
    this.#keep(this.#follower.progress);
    events.forEach((event) => this.#listener.event(event));
    this.#listener.next(next);
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
    if (Date.now() - this.#heardFromAt > SILENCE_MS) {
      this.#heardFromAt = Date.now();
      navigator.geolocation.getCurrentPosition(
        (p) => this.#take(p),
        () => {},
        { enableHighAccuracy: true, maximumAge: 0 },
      );
    }
    if (Date.now() - this.#readAt > REFRESH_MS) this.#refresh();
  }

  /** Asks whether the legend changed; without a network the walk goes on with what is known. */
  async #refresh() {
    this.#readAt = Date.now();
    try {
      const legend = await read(`/v1/legends/${encodeURIComponent(this.#slug)}`, "no-cache");
      if (legend.revision < this.#revision) return; // what lies here without a network
      this.#revision = legend.revision;
      if (this.#follower.revise(legend)) this.#listener.revised();
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      if (error.status !== 404 && error.status !== 410) return;
      this.stop();
      this.#listener.trouble("ended");
    }
  }

  /** The token outlives a reload where the browser lets it (some block storage). */
  #keep(token) {
    try {
      sessionStorage.setItem(this.#key, token);
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

/** A position of the browser as the engine reads it, to the millisecond. */
function fixOf(coords, timestamp) {
  return {
    at_s: Math.trunc(timestamp) / 1000,
    lon: coords.longitude,
    lat: coords.latitude,
    accuracy_m: coords.accuracy,
    speed_mps: coords.speed,
    heading_deg: coords.heading,
  };
}
