/** Signing in: e-mail and password, then the code. */

import { call } from "./bureau_api.js";
import { field, form, step } from "./bureau_fields.js";
import { words } from "./bureau_strings.js";
import { h } from "./dom.js";

/**
 * Shows the first step; nothing is sent before the second.
 * @param {HTMLElement} view
 * @param {() => Promise<void>} entered called once the cookie is set
 * @param {{note?: string, email?: string}} [known]
 */
export function showEntry(view, entered, { note, email = "" } = {}) {
  const address = field("email", words.email, {
    type: "email",
    autocomplete: "username",
    inputmode: "email",
    value: email,
  });
  const password = field("password", words.password, {
    secret: true,
    autocomplete: "current-password",
  });
  const { element } = form({
    fields: [address, password],
    submit: words.next,
    send: async () => {
      const proof = { email: address.input.value.trim(), password: password.input.value };
      showCode(view, entered, proof);
    },
  });
  step(
    view,
    words.entry,
    note && h("p", { class: "notice", role: "status" }, note),
    !isSecureContext && h("p", { class: "notice notice-grave" }, words.insecure),
    element,
    h("p", { class: "note" }, words.forgotten),
  );
  (email ? password : address).input.focus();
}

/** The second step. It looks the same for everybody: who has an account is not told. */
function showCode(view, entered, proof) {
  const code = field("otp", words.code, {
    hint: words.code_hint,
    autocomplete: "one-time-code",
    inputmode: "numeric",
    maxlength: "20",
  });
  const enter = async (otp) => {
    await call("POST", "/session", { ...proof, ...(otp && { otp }), cookie: true });
    await entered();
  };
  const without = h(
    "button",
    {
      type: "button",
      class: "button button-quiet",
      click: () => {
        code.input.required = false;
        code.input.value = "";
        attempt();
        code.input.required = true;
      },
    },
    words.no_code,
  );
  const { element, attempt } = form({
    retype: true,
    fields: [code],
    submit: words.sign_in,
    others: [without],
    send: () => enter(code.input.value.trim()),
  });
  step(
    view,
    words.code_title,
    element,
    h(
      "div",
      { class: "links" },
      link(words.use_recovery, ({ currentTarget }) => {
        code.rename(words.recovery_code);
        code.input.inputMode = "text";
        code.input.placeholder = "xxxxx-xxxxx";
        currentTarget.hidden = true;
        code.input.focus();
      }),
      link(words.other_account, () => showEntry(view, entered, { email: proof.email })),
    ),
  );
  code.input.focus();
}

function link(text, click) {
  return h("button", { type: "button", class: "link", click }, text);
}
