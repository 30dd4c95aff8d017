/** Forms over a part of a draft: its words in a language, or its facts; each saves its own alone. */

import { choice, field, form } from "./bureau_fields.js";
import { words } from "./bureau_draft_strings.js";
import { h } from "./dom.js";

/**
 * @typedef {object} Spec a field of a form
 * @property {string} at its place in the document, `texts/fr/title`
 * @property {string} label
 * @property {string} [hint]
 * @property {number} [rows] of a longer text
 * @property {Array<[string, string]>} [options] of a choice
 * @property {boolean} [isNumber]
 * @property {boolean} [isBoolean] a choice of `true`, `false` and nothing
 * @property {any} [empty] what is sent for an empty field; null without it
 */

/**
 * A form that sends what was changed in it.
 * @param {Part} part
 * @param {Spec[]} specs
 * @param {{name: string, unsaved: Set<string>, lang?: string, saved?: () => void}}
 *   options `name` is unique on the page
 */
export function partForm(part, specs, { name, unsaved, lang, saved = () => {} }) {
  const status = h("p", { class: "status", role: "status" });
  const fields = specs.map((spec) => fieldOf(spec, valueAt(part.document, spec.at), lang));
  const written = () => fields.map(({ input }) => input.value);
  let before = written();
  const { element } = form({
    fields,
    submit: words.save,
    send: async () => {
      const sent = written();
      const patch = patchOf(specs, before, sent);
      if (patch !== null) await part.change(patch);
      before = sent;
      saved();
      if (written().some((text, at) => text !== sent[at])) return; // written on meanwhile
      unsaved.delete(name);
      status.textContent = words.saved;
    },
  });
  element.addEventListener("input", () => {
    unsaved.add(name);
    status.textContent = words.not_saved;
  });
  element.append(status);
  return element;
}

/** What was changed, as a merge patch (RFC 7396); null for nothing. */
function patchOf(specs, before, sent) {
  const patch = {};
  let isEmpty = true;
  specs.forEach((spec, at) => {
    if (sent[at] === before[at]) return;
    put(patch, spec.at, sentValue(spec, sent[at]));
    isEmpty = false;
  });
  return isEmpty ? null : patch;
}

function fieldOf({ at, label, hint, rows, options, isNumber }, value, lang) {
  const text = value === null || value === undefined ? "" : String(value);
  if (options) return choice(at, label, options, text);
  return field(at, label, {
    hint,
    required: false,
    value: text,
    ...(rows ? { prose: true, rows: String(rows) } : { spellcheck: "true", autocapitalize: "sentences" }),
    ...(isNumber && { inputmode: "decimal" }),
    lang,
  });
}

function sentValue({ empty = null, isNumber, isBoolean }, written) {
  const text = written.trim();
  if (text === "") return empty;
  if (isBoolean) return text === "true";
  if (!isNumber) return text;
  const number = Number(text.replace(",", "."));
  return Number.isNaN(number) ? text : number; // what is none is refused with its reason
}

/** What stands at a place of a document; undefined where there is nothing. */
export function valueAt(document, place) {
  return place.split("/").reduce((value, key) => value?.[key], document);
}

function put(patch, place, value) {
  const keys = place.split("/");
  const last = keys.pop();
  const holder = keys.reduce((inner, key) => (inner[key] ??= {}), patch);
  holder[last] = value;
}
