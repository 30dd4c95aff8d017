/** What a walker sees of the following: the switch before the stops, and a bar while it runs. */

import { h, replace } from "./dom.js";
import { compass, distance } from "./format.js";
import { words } from "./strings.js";

const IMPRECISE_M = 100; // such a fix decides nothing (contract, proximity)
const NEXT_PAUSE_MS = 5000; // it is read aloud to some: not at every fix

export class WalkPanel {
  #titles;
  #button;
  #trouble = h("p", { class: "walk-trouble" });
  #next = h("p", { class: "walk-next" }, words.waiting_fix);
  #note = h("p", { class: "walk-note" });
  #said = new Map();
  #shown = { stop: null, at: 0 };

  /**
   * @param {object} legend of `GET /v1/legends/{slug}`
   * @param {function()} toggle starts or stops the following
   */
  constructor(legend, toggle) {
    this.#titles = new Map(legend.stops.map((stop) => [stop.slug, stop.title]));
    this.#button = h(
      "button",
      { type: "button", class: "button", id: "follow", click: toggle },
      words.follow,
    );
    const stop = h(
      "button",
      { type: "button", class: "button button-light", click: toggle },
      words.unfollow,
    );
    const said = h("div", { class: "walkbar-words", role: "status" }, this.#next, this.#note);
    this.bar = h("div", { class: "walkbar", hidden: true }, said, stop);
    this.element = h(
      "section",
      { class: "block block-walk", "aria-labelledby": "walk-title" },
      h("h2", { id: "walk-title" }, words.walk),
      h("p", {}, words.walk_intro),
      navigator.geolocation && h("p", {}, this.#button),
      h("p", { class: "note" }, words.walk_privacy),
      h("div", { role: "status" }, this.#trouble),
    );
  }

  showFollowing(following) {
    this.bar.toggleAttribute("hidden", !following);
    this.#button.textContent = following ? words.unfollow : words.follow;
    document.body.classList.toggle("is-walking", following);
  }

  showFix(accuracyM) {
    this.say("fix", accuracyM > IMPRECISE_M ? words.imprecise(distance(accuracyM)) : "");
  }

  showNext(next) {
    const stop = next?.stop ?? null;
    if (stop === this.#shown.stop && Date.now() - this.#shown.at < NEXT_PAUSE_MS) return;
    this.#shown = { stop, at: Date.now() };
    const name = this.#titles.get(stop);
    if (name && next.distance_m !== null)
      replace(
        this.#next,
        words.next_stop(name, distance(next.distance_m), compass(next.bearing_deg)),
      );
    else replace(this.#next, words.following);
  }

  /** @param {"refused"|"unknown"|"ended"|null} kind */
  showTrouble(kind) {
    const said = {
      refused: words.position_refused,
      unknown: words.position_unknown,
      ended: words.errors.unpublished,
    };
    replace(this.#trouble, kind && said[kind]);
    this.say("trouble", kind ? said[kind] : "");
  }

  /** Says something under the next stop, in place of what was said about the same subject. */
  say(subject, text) {
    if ((this.#said.get(subject) ?? "") === text) return;
    this.#said.set(subject, text);
    replace(this.#note, [...this.#said.values()].filter(Boolean).join(" "));
  }
}
