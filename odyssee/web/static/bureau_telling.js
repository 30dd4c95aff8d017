/** Refusals in words, where they happened; deeds that are done once, however often they are asked. */

import { Refused } from "./bureau_api.js";
import { pageAt, words } from "./bureau_strings.js";
import { h, replace } from "./dom.js";

/** The words for a refusal: ours where we have some, else the API's. */
export function sentence(refused) {
  return words.refusals[refused.code] ?? (refused.detail || words.refusals.broken);
}

/** All that a refusal says, what it has to say of single places included. */
export function wholeSentence(refused) {
  const details = refused.errors.map(({ detail }) => detail);
  // Of invalid input the API's sentence says no more than that there are some.
  const all = refused.code === "invalid" && details.length > 0 ? details : [sentence(refused), ...details];
  return [...new Set(all)].join(" ");
}

/** A place for refusals, read out when one is told. */
export function problemPlace() {
  return h("p", { class: "form-problem", role: "alert" });
}

/** Tells a refusal in its place, and the way to sign in anew without leaving what was written. */
export function tellRefusal(place, refused, text = wholeSentence(refused)) {
  const away = { href: pageAt("connexion"), target: "_blank", rel: "noopener" };
  const isOut = refused.code === "not_signed_in";
  replace(place, text, isOut && " ", isOut && h("a", away, words.sign_in_beside));
}

/**
 * Lets nothing be done over words that are not saved.
 * @param {Set<string>} unsaved
 * @param {string[]} [besides] that may stand there: the very form that asks
 * @throws {Refused} `save_first`
 */
export function checkSaved(unsaved, besides = []) {
  if ([...unsaved].some((name) => !besides.includes(name))) throw new Refused("save_first");
}

/**
 * Runs deeds one at a time; a second one that is asked for meanwhile is passed over.
 * @param {HTMLElement} place gets the refusals
 * @param {HTMLElement} [busy] is marked while a deed runs
 */
export function oneAtATime(place, busy = place) {
  let runs = false;
  return async (deed) => {
    if (runs) return;
    runs = true;
    replace(place);
    busy.setAttribute("aria-busy", "true");
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tellRefusal(place, error);
    } finally {
      runs = false;
      busy.removeAttribute("aria-busy");
    }
  };
}

/**
 * A place that fills itself: it says that it loads, then shows what came, or why nothing did.
 * @param {() => Promise<Node|Array|null>} load
 */
export function filling(load) {
  const place = h("div", {});
  async function fill() {
    replace(place, h("p", { class: "loading" }, words.loading));
    try {
      replace(place, [await load()]);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("broken");
      const problem = problemPlace();
      const again = h("button", { type: "button", class: "button button-quiet", click: fill }, words.retry);
      replace(place, problem, h("div", { class: "buttons" }, again));
      tellRefusal(problem, refused);
      if (refused !== error) throw error;
    }
  }
  fill();
  return place;
}
