/** The desk's page of recordings and pictures: the list, or one of them by its `#id`. */

import { call, Refused } from "./bureau_api.js";
import { showEntry } from "./bureau_entry.js";
import { trouble } from "./bureau_fields.js";
import { showMedia } from "./bureau_media_list.js";
import { words } from "./bureau_media_strings.js";
import { showMedium } from "./bureau_medium.js";
import { Sendings } from "./bureau_sendings.js";
import { pageAt } from "./bureau_strings.js";

const view = document.getElementById("view");
const sendings = new Sendings(); // goes on while something else is shown
let shown = { id: "", hasChanges: () => false };

/** Shows what the address names to whoever is signed in, or the way in. */
async function lead() {
  try {
    const me = await call("GET", "/me");
    if (me.duties.length > 0) location.assign(pageAt("connexion"));
    else await show(location.hash.slice(1));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "not_signed_in") showEntry(view, () => lead());
    else trouble(view, error, () => lead());
  }
}

async function show(id) {
  shown = { id, hasChanges: () => false };
  if (id === "") await showMedia(view, sendings);
  else await showMedium(view, id, shown);
}

addEventListener("hashchange", () => {
  if (location.hash.slice(1) === shown.id) return;
  if (!shown.hasChanges() || confirm(words.leave_unsaved)) lead();
  else location.hash = shown.id;
});

addEventListener("beforeunload", (event) => {
  if (sendings.isBusy || shown.hasChanges()) event.preventDefault();
});

// What a page showed is not shown again by going back to it.
addEventListener("pagehide", () => view.replaceChildren());
addEventListener("pageshow", (event) => event.persisted && lead());

lead();
