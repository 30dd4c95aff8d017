/** Forms that say what is wrong in words, beside the field that it is about. */

import { Refused } from "./bureau_api.js";
import { pageAt, words } from "./bureau_strings.js";
import { sentence, tellRefusal, wholeSentence } from "./bureau_telling.js";
import { h, replace } from "./dom.js";

/**
 * A labelled text field with a hint and a place for its problem.
 * @param {string} name unique on the page; also the field's place in the body that is sent
 * @param {string} label
 * @param {object} attributes of the input, with `hint`, `secret` (a password that can be shown) and
 *   `prose` (words of a language, on a few lines)
 */
export function field(name, label, { hint, secret = false, prose = false, ...attributes }) {
  const plain = { autocapitalize: "none", autocorrect: "off", spellcheck: "false" };
  const input = h(prose ? "textarea" : "input", {
    id: name,
    name,
    ...(prose ? { rows: "2", spellcheck: "true" } : { type: secret ? "password" : "text", ...plain }),
    required: true,
    "aria-describedby": hint ? `${name}-hint ${name}-problem` : `${name}-problem`,
    ...attributes,
  });
  if (prose) input.value = attributes.value ?? "";
  const problem = h("p", { class: "field-problem", id: `${name}-problem` });
  const caption = h("label", { for: name }, label);
  const element = h(
    "div",
    { class: "field" },
    caption,
    hint && h("p", { class: "note", id: `${name}-hint` }, hint),
    secret ? h("div", { class: "field-secret" }, input, shower(input, label)) : input,
    problem,
  );
  const rename = (text) => {
    caption.textContent = text;
  };
  return { name, element, input, rename, tell: (text) => tell(input, problem, text) };
}

/**
 * A labelled choice, in the shape of a `field`.
 * @param {string} name as of a `field`
 * @param {string} label
 * @param {Array<[string, string]>} options values and their words
 * @param {string} value
 */
export function choice(name, label, options, value) {
  const problem = h("p", { class: "field-problem", id: `${name}-problem` });
  const input = h(
    "select",
    { id: name, name, "aria-describedby": `${name}-problem` },
    options.map(([each, text]) => h("option", { value: each, selected: each === value }, text)),
  );
  const element = h("div", { class: "field" }, h("label", { for: name }, label), input, problem);
  return { name, element, input, tell: (text) => tell(input, problem, text) };
}

function tell(input, problem, text) {
  problem.textContent = text;
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function shower(input, label) {
  return h(
    "button",
    {
      type: "button",
      class: "button button-quiet",
      "aria-pressed": "false",
      "aria-label": words.show_field(label),
      click: ({ currentTarget }) => {
        const shown = input.type === "password";
        input.type = shown ? "text" : "password";
        currentTarget.setAttribute("aria-pressed", String(shown));
      },
    },
    words.show,
  );
}

/**
 * A form whose fields are checked when it is sent, and which waits where the API says so.
 * @param {{fields: Array, submit: string, others?: Array, send: () => Promise<void>,
 *   retype?: boolean}} options `send` throws Refused; with `retype` the first field is written anew
 *   after a refusal, as a code is
 */
export function form({ fields, submit, others = [], send, retype = false }) {
  const alert = h("p", { class: "form-problem", role: "alert" });
  const countdown = h("p", { class: "form-wait", "aria-hidden": "true" });
  const status = h("p", { class: "visually-hidden", role: "status" });
  const button = h("button", { type: "submit", class: "button" }, submit);
  const buttons = [button, ...others];
  const state = { busy: false, waits: false };

  async function attempt() {
    if (state.busy || state.waits || !areFilled(fields)) return;
    alert.textContent = "";
    state.busy = true;
    button.setAttribute("aria-busy", "true");
    try {
      await send();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show(error);
    } finally {
      state.busy = false;
      button.removeAttribute("aria-busy");
    }
  }

  function show(refused) {
    const told = fields.filter((known) => tellErrors(known, refused.errors));
    const others = refused.errors.filter(({ pointer }) => !fields.some(({ name }) => pointer === `/${name}`));
    if (told.length > 0) {
      alert.textContent = others.map(({ detail }) => detail).join(" ");
      told[0].input.focus();
      return;
    }
    tellRefusal(alert, refused, refused.errors.length > 0 ? wholeSentence(refused) : sentence(refused));
    if (refused.waitS > 0) wait(refused.waitS);
    else if (retype) fields[0]?.input.select();
  }

  function wait(seconds) {
    state.waits = true;
    for (const each of buttons) each.disabled = true;
    const until = performance.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0 && element.isConnected) {
        countdown.textContent = words.wait(left);
        setTimeout(tick, 250);
        return;
      }
      state.waits = false;
      for (const each of buttons) each.disabled = false;
      countdown.textContent = alert.textContent = "";
      status.textContent = words.wait_over;
    };
    tick();
  }

  const element = h(
    "form",
    {
      class: "entry",
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        attempt();
      },
    },
    alert,
    countdown,
    status,
    fields.map((known) => known.element),
    h("div", { class: "buttons" }, buttons),
  );
  return { element, attempt };
}

function areFilled(fields) {
  for (const known of fields) known.tell("");
  // A day without an hour is as empty to a script, and is not what somebody meant.
  const half = fields.filter(({ input }) => input.validity.badInput);
  const empty = fields.filter(({ input }) => input.required && input.value.trim() === "");
  for (const known of empty) known.tell(words.missing);
  for (const known of half) known.tell(words.half_filled);
  [...half, ...empty][0]?.input.focus();
  return half.length + empty.length === 0;
}

function tellErrors(known, errors) {
  const about = errors.filter(({ pointer }) => pointer === `/${known.name}`);
  if (about.length > 0) known.tell(about.map(({ detail }) => detail).join(" "));
  return about.length > 0;
}

/**
 * Shows a step of the page: its heading gets the focus, so that it is read out.
 * @param {HTMLElement} view
 * @param {string} title
 * @param {...Node} children
 */
export function step(view, title, ...children) {
  const heading = h("h1", { tabindex: "-1" }, title);
  document.title = words.title(title);
  replace(view, heading, ...children);
  view.setAttribute("aria-busy", "false");
  view.inert = false;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/**
 * Shows that a page cannot go on, and a button to try again.
 * @param {HTMLElement} view
 * @param {Refused} refused
 * @param {() => void} retry
 * @param {Node} [ways] to other pages
 */
export function trouble(view, refused, retry, ways = null) {
  step(
    view,
    words.trouble,
    ways,
    h("p", { class: "notice", role: "alert" }, sentence(refused)),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "button", click: retry }, words.retry),
    ),
  );
}

/** A button that is not the first of its form. */
export function quiet(text, click) {
  return h("button", { type: "button", class: "button button-quiet", click }, text);
}

/** Keeps a form among what is not saved while something stands in it. */
export function guard(element, fields, name, unsaved) {
  const look = () => {
    const isEmpty = fields.every(({ input }) => input.value.trim() === "");
    if (isEmpty) unsaved.delete(name);
    else unsaved.add(name);
  };
  element.addEventListener("input", look);
  return look;
}

/** A section that is opened when it is needed. */
export function closed(title, ...children) {
  return h("details", { class: "fold" }, h("summary", {}, title), children);
}

const WAYS = { legendes: words.to_legends, medias: words.to_media, connexion: words.to_account };

/** The ways to the other pages of the desk. */
export function waysOf(here) {
  const others = Object.entries(WAYS).filter(([name]) => name !== here);
  return h(
    "nav",
    { class: "ways", "aria-label": words.ways },
    others.map(([name, text]) => h("a", { href: pageAt(name) }, text)),
  );
}
