/** The page of the desk: leads from signing in to what must be done first, and on. */

import { showAccount, showPassword } from "./bureau_account.js";
import { call, Refused } from "./bureau_api.js";
import { showEnrolment } from "./bureau_codes.js";
import { showEntry } from "./bureau_entry.js";
import { trouble } from "./bureau_fields.js";
import { words } from "./bureau_strings.js";

const view = document.getElementById("view");

/** Shows what is next for whoever is signed in, or the way in. */
async function lead(note) {
  try {
    const me = await call("GET", "/me");
    const [duty] = me.duties;
    if (duty === "password") askPassword(me, true);
    else if (duty === "otp") askCodes(true);
    else home(me, await officeOf(me), note);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "not_signed_in") showEntry(view, () => lead(), { note });
    else trouble(view, error, () => lead());
  }
}

/** The name of the person's office; its slug where that cannot be read. */
async function officeOf(me) {
  if (me.office === null) return words.every_office;
  try {
    const { items } = await call("GET", "/offices?limit=200");
    return items.find(({ slug }) => slug === me.office)?.name ?? me.office;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return me.office;
  }
}

function home(me, office, note) {
  showAccount(view, me, office, {
    note,
    changePassword: () => askPassword(me, false),
    renewCodes: () => askCodes(false),
    signOut,
  });
}

function askPassword(me, forced) {
  showPassword(view, me, {
    forced,
    leave: forced ? signOut : () => lead(),
    done: () => lead(words.password_changed),
  });
}

function askCodes(forced) {
  showEnrolment(view, {
    forced,
    leave: forced ? signOut : () => lead(),
    done: () => lead(words.codes_kept),
  });
}

async function signOut() {
  try {
    await call("DELETE", "/session");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code !== "not_signed_in") {
      trouble(view, error, () => lead());
      return;
    }
  }
  showEntry(view, () => lead(), { note: words.signed_out });
}

// What a page showed, keys and codes among it, is not shown again by going back to it.
addEventListener("pagehide", () => view.replaceChildren());
addEventListener("pageshow", (event) => event.persisted && lead());

lead();
