/** Decides on this very device which stop was reached, with or without a network. */

import {
  buildTrail,
  follow,
  HereImplausible,
  NotFound,
  ProgressUnreadable,
} from "./engine/index.js";

export { HereImplausible, NotFound };

export class Follower {
  #legend;
  #trail = null;
  #progress;

  /**
   * @param {object} legend of `GET /v1/legends/{slug}`
   * @param {string|null} progress the token of a walk under way, from here or from the server
   */
  constructor(legend, progress) {
    this.#legend = legend;
    this.#progress = progress;
  }

  /** The token to go on with, here or on the server; null before anything happened. */
  get progress() {
    return this.#progress;
  }

  /**
   * Goes on with the legend as it is now; what was heard stays.
   * @returns {boolean} whether it is another revision, not only other closures
   */
  revise(legend) {
    const isOther = legend.revision !== this.#legend.revision;
    this.#legend = legend;
    this.#trail = null;
    return isOther;
  }

  /**
   * Advances the walk.
   * @param {object[]} fixes as the engine has them: `at_s` in Unix seconds, `lon`, `lat`, …
   * @param {{here?: string, heard?: string[]}} said slugs of stops
   * @returns {{events: object[], next: object|null}} events with `type` and `stop`; where to go now
   * @throws HereImplausible: `here` is too far from the last known position
   * @throws NotFound: the trail has no stop `here` any more
   */
  advance(fixes, said = {}) {
    let told;
    try {
      told = this.#fold(fixes, said);
    } catch (error) {
      if (!(error instanceof ProgressUnreadable)) throw error;
      this.#progress = null; // damaged, or of another engine: the walk begins anew
      told = this.#fold(fixes, said);
    }
    this.#progress = told.progress;
    return told;
  }

  #fold(fixes, said) {
    this.#trail ??= buildTrail(planOf(this.#legend));
    return follow(this.#trail, fixes, this.#progress, { ...said, closed: closedBy(this.#legend) });
  }
}

function planOf(legend) {
  return {
    slug: legend.slug,
    revision: legend.revision,
    projection: legend.projection,
    order: legend.order,
    window: legend.window,
    route: { status: legend.route_status, line: legend.route.coordinates },
    stops: legend.stops.map((stop) => ({
      slug: stop.slug,
      position: stop.position,
      zones: stop.zones,
      location: stop.location.coordinates,
      narration_s: stop.narration?.duration_s ?? 0,
    })),
  };
}

/** The slugs of the stops that are closed at a time; the end of a closure is not part of it. */
function closedBy({ closures }) {
  const known = closures
    .filter((closure) => closure.stop)
    .map(({ stop, from, to }) => ({
      stop,
      fromS: Date.parse(from) / 1000,
      toS: to === null ? Infinity : Date.parse(to) / 1000,
    }));
  return (atS) =>
    new Set(known.filter(({ fromS, toS }) => fromS <= atS && atS < toS).map(({ stop }) => stop));
}
