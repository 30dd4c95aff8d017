/** Once signed in: who one is, another password, the way out. */

import { call } from "./bureau_api.js";
import { field, form, step } from "./bureau_fields.js";
import { pageAt, words } from "./bureau_strings.js";
import { h } from "./dom.js";

/**
 * Who is signed in, and what they may change about themselves.
 * @param {HTMLElement} view
 * @param {object} me the answer of GET /admin/v1/me
 * @param {string} office its name
 * @param {{note?: string, changePassword: () => void, renewCodes: () => void,
 *   signOut: () => void}} ways
 */
export function showAccount(view, me, office, { note, changePassword, renewCodes, signOut }) {
  const facts = [
    [words.who, me.name ? `${me.name} (${me.email})` : me.email],
    [words.role, words.roles[me.role]],
    [words.office, office],
    [words.second_factor, me.has_otp ? words.factor_on : words.factor_off],
  ];
  step(
    view,
    words.signed_in,
    note && h("p", { class: "notice", role: "status" }, note),
    h(
      "dl",
      { class: "practical" },
      facts.map(([term, fact]) => h("div", {}, h("dt", {}, term), h("dd", {}, fact))),
    ),
    h(
      "p",
      { class: "buttons" },
      h("a", { class: "button", href: pageAt("legendes") }, words.to_legends),
      h("a", { class: "button", href: pageAt("medias") }, words.to_media),
    ),
    h(
      "div",
      { class: "buttons" },
      button(words.sign_out, signOut),
      button(words.change_password, changePassword),
      button(me.has_otp ? words.renew_codes : words.add_codes, renewCodes),
    ),
  );
}

function button(text, click, name = "button button-quiet") {
  return h("button", { type: "button", class: name, click }, text);
}

/**
 * Another password; forced after a one-time one.
 * @param {HTMLElement} view
 * @param {object} me the answer of GET /admin/v1/me
 * @param {{forced: boolean, leave: () => void, done: () => void}} options
 */
export function showPassword(view, me, { forced, leave, done }) {
  const old = field("old", forced ? words.one_time_password : words.present_password, {
    secret: true,
    autocomplete: "current-password",
  });
  const chosen = field("new", words.new_password, {
    secret: true,
    autocomplete: "new-password",
    hint: words.password_hint,
    minlength: "12",
    maxlength: "128",
  });
  const again = field("again", words.password_again, {
    secret: true,
    autocomplete: "new-password",
  });
  const { element } = form({
    retype: true,
    fields: [old, chosen, again],
    submit: words.change_password,
    others: [button(forced ? words.sign_out : words.cancel, leave)],
    send: async () => {
      if (chosen.input.value !== again.input.value) {
        again.tell(words.not_the_same);
        again.input.focus();
        return;
      }
      await call("POST", "/me/password", { old: old.input.value, new: chosen.input.value });
      await done();
    },
  });
  // A password manager files the new password under this name.
  element.prepend(
    h("input", { autocomplete: "username", value: me.email, hidden: true, readonly: true }),
  );
  step(
    view,
    words.choose_password,
    forced && h("p", {}, words.password_forced),
    h("p", { class: "note" }, words.password_ends),
    element,
  );
  old.input.focus();
}
