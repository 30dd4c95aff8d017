/** A page of the desk that shows one of several things, named by what stands after the `#`. */

import { call, Refused } from "./bureau_api.js";
import { showEntry } from "./bureau_entry.js";
import { trouble, waysOf } from "./bureau_fields.js";
import { pageAt, words } from "./bureau_strings.js";
import { h } from "./dom.js";

/**
 * Shows what the address names to whoever is signed in, or the way in; and again when it changes.
 * @param {(view: HTMLElement, name: string, page: Page, me: object) => Promise<void>} show
 * @param {{isBusy?: () => boolean}} [options] whether something is under way that closing the page
 *   would end
 *
 * A page is told what is not saved on it (`unsaved`, a set of names), tells by `isShown` whether
 * somebody went elsewhere while it was loading, and is shown anew by `again`, which asks first where
 * something is not saved. What it has in `leaving` is called when something else is shown.
 */
export function openPage(show, { isBusy = () => false } = {}) {
  const view = document.getElementById("view");
  let shown = pageOf("", () => false, () => {});
  const named = () => location.hash.slice(1);

  async function lead() {
    for (const leave of shown.leaving) leave();
    const page = pageOf(named(), () => page === shown, () => page === shown && mayLeave() && lead());
    shown = page;
    view.setAttribute("aria-busy", "true");
    view.inert = true; // what is written into what goes away would be lost
    try {
      const me = await call("GET", "/me");
      if (me.duties.length > 0) location.assign(pageAt("connexion"));
      else await show(view, page.name, page, me);
    } catch (error) {
      if (page.isShown()) tell(error);
      if (!(error instanceof Refused)) throw error;
    }
  }

  const mayLeave = () => shown.unsaved.size === 0 || confirm(words.leave_unsaved);

  function tell(error) {
    const refused = error instanceof Refused ? error : new Refused("broken");
    if (refused.code === "not_signed_in") showEntry(view, () => lead());
    else trouble(view, refused, () => lead(), [listOf(), waysOf("")]);
  }

  const listOf = () => h("p", {}, h("a", { href: "#" }, words.back_to_list));

  addEventListener("hashchange", () => {
    if (named() === shown.name) return;
    if (mayLeave()) lead();
    else location.hash = shown.name;
  });
  addEventListener("beforeunload", (event) => {
    if (isBusy() || shown.unsaved.size > 0) event.preventDefault();
  });
  // What a page showed is not shown again by going back to it.
  addEventListener("pagehide", () => view.replaceChildren());
  addEventListener("pageshow", (event) => event.persisted && lead());
  lead();
}

function pageOf(name, isShown, again) {
  return { name, unsaved: new Set(), leaving: [], isShown, again };
}
