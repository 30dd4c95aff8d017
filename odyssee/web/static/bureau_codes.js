/** A second factor: the key for the person's application, and codes for when it is lost. */

import { call } from "./bureau_api.js";
import { form, step } from "./bureau_fields.js";
import { words } from "./bureau_strings.js";
import { h, replace } from "./dom.js";

/**
 * Says what will happen; the key is made only when it is asked for.
 * @param {HTMLElement} view
 * @param {{forced: boolean, leave: () => void, done: () => void}} options
 */
export function showEnrolment(view, { forced, leave, done }) {
  const { element } = form({
    fields: [],
    submit: words.make_key,
    others: [
      h(
        "button",
        { type: "button", class: "button button-quiet", click: leave },
        forced ? words.sign_out : words.cancel,
      ),
    ],
    send: async () => showKey(view, await call("POST", "/me/otp"), done),
  });
  step(
    view,
    words.enrol,
    h("p", {}, forced ? words.enrol_forced : words.enrol_again),
    h("p", {}, words.enrol_how),
    element,
  );
}

function showKey(view, made, done) {
  const kept = h("input", { type: "checkbox", id: "kept" });
  const problem = h("p", { class: "field-problem", id: "kept-problem", role: "alert" });
  kept.setAttribute("aria-describedby", "kept-problem");
  const leave = () => {
    problem.textContent = kept.checked ? "" : words.keep_first;
    if (kept.checked) done();
    else kept.focus();
  };
  step(
    view,
    words.key_title,
    h("p", {}, words.key_once),
    h("h2", {}, words.key_scan),
    h(
      "div",
      { class: "key" },
      h("img", { class: "key-picture", src: pictureOf(made.otp_qr_svg), alt: words.key_picture }),
      h(
        "div",
        {},
        h("p", {}, h("a", { href: made.otpauth_url }, words.key_link)),
        h("p", {}, words.key_typed),
        h("p", {}, h("code", { class: "key-text" }, grouped(made.otp_secret))),
      ),
    ),
    h("h2", {}, words.recovery),
    h("p", {}, words.recovery_how),
    h(
      "ol",
      { class: "recovery" },
      made.recovery_codes.map((code) => h("li", {}, h("code", {}, code))),
    ),
    keeping(made.recovery_codes),
    h("label", { class: "choice", for: "kept" }, kept, h("span", {}, words.kept)),
    problem,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "button", click: leave }, words.go_on),
    ),
  );
}

function keeping(codes) {
  const status = h("p", { class: "status", role: "status" });
  const copy = () =>
    navigator.clipboard.writeText(codes.join("\n")).then(
      () => replace(status, words.copied),
      () => replace(status, words.not_copied),
    );
  return h(
    "div",
    {},
    h(
      "div",
      { class: "buttons" },
      navigator.clipboard &&
        h("button", { type: "button", class: "button button-quiet", click: copy }, words.copy),
      h(
        "button",
        { type: "button", class: "button button-quiet", click: () => print() },
        words.print,
      ),
    ),
    status,
  );
}

/** As a picture, whatever it holds: nothing in it runs. */
function pictureOf(markup) {
  return `data:image/svg+xml,${encodeURIComponent(markup)}`;
}

function grouped(secret) {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
