/** Forms over a part of a draft: its words in a language, or its facts; each saves its own alone. */

import { words } from "./bureau_draft_strings.js";
import { choice, field, form } from "./bureau_fields.js";
import { words as deskWords } from "./bureau_strings.js";
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
 * @property {string} [absent] what a choice shows where the document says nothing
 */

/**
 * A form that sends what was changed in it. Fields that nobody touched follow the document; where
 * somebody else wrote into one that was touched, that is told before it is written over.
 * @param {Part} part
 * @param {Spec[]} specs
 * @param {{name: string, unsaved: Set<string>, lang?: string, saved?: () => void,
 *   patched?: (patch: object, written: string[]) => object}} options `name` is unique on the page;
 *   `patched` may make another patch of it, or throw Refused
 */
export function partForm(part, specs, options) {
  return new PartForm(part, specs, options).element;
}

class PartForm {
  #part;
  #specs;
  #options;
  #fields;
  #before;
  #sends = false;
  #status = h("p", { class: "status", role: "status" });

  constructor(part, specs, options) {
    this.#part = part;
    this.#specs = specs;
    this.#options = { saved: () => {}, patched: (patch) => patch, ...options };
    this.#before = this.#read();
    this.#fields = specs.map((spec, at) => fieldOf(spec, this.#before[at], options.lang));
    const { element } = form({
      fields: this.#fields,
      submit: words.save,
      send: () => this.#send(),
    });
    element.addEventListener("input", () => {
      options.unsaved.add(options.name);
      this.#status.textContent = words.not_saved;
    });
    element.append(this.#status);
    part.whenRead(({ by }) => this.#follow(by));
    this.element = element;
  }

  #read() {
    return this.#specs.map(({ at, absent = "" }) => {
      const value = valueAt(this.#part.document, at);
      return value === null || value === undefined ? absent : String(value);
    });
  }

  #written() {
    return this.#fields.map(({ input }) => input.value);
  }

  async #send() {
    this.#status.textContent = "";
    const sent = this.#written();
    const patch = this.#options.patched(patchOf(this.#specs, this.#before, sent), sent);
    this.#sends = true;
    try {
      if (Object.keys(patch).length > 0) await this.#part.change(patch);
    } finally {
      this.#sends = false;
    }
    this.#before = this.#read();
    this.#options.saved();
    if (this.#written().some((text, at) => text !== sent[at])) return; // written on meanwhile
    this.#fields.forEach(({ input, tell }, at) => {
      show(input, this.#before[at]);
      tell("");
    });
    this.#options.unsaved.delete(this.#options.name);
    this.#status.textContent = words.saved;
  }

  /** The document was read anew, by a change of ours or since somebody else was quicker. */
  #follow(by) {
    if (by === "patch" && this.#sends) return; // by this very form: it looks itself
    const present = this.#read();
    this.#fields.forEach(({ input, tell }, at) => {
      const [before, now] = [this.#before[at], present[at]];
      if (now === before) return;
      if (input.value === before) show(input, now);
      else if (by === null && input.value !== now) tell(deskWords.somebody_wrote(now));
    });
    this.#before = present;
  }
}

/** Puts a value into a field; a choice that does not know it learns it. */
function show(input, value) {
  const isNew = input.options && ![...input.options].some((each) => each.value === value);
  if (isNew) input.append(h("option", { value }, value));
  input.value = value;
}

/** What was changed, as a merge patch (RFC 7396); empty for nothing. */
function patchOf(specs, before, sent) {
  const patch = {};
  specs.forEach((spec, at) => {
    if (sent[at] !== before[at]) put(patch, spec.at, sentValue(spec, sent[at]));
  });
  return patch;
}

function fieldOf({ at, label, hint, rows, options, isNumber }, value, lang) {
  if (options) {
    const known = options.some(([each]) => each === value);
    return choice(at, label, known ? options : [...options, [value, value]], value);
  }
  return field(at, label, {
    hint,
    required: false,
    value,
    ...(rows
      ? { prose: true, rows: String(rows) }
      : { spellcheck: "true", autocapitalize: "sentences" }),
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
  return Number.isFinite(number) ? number : text; // what is none is refused with its reason
}

/** What stands at a place of a document; undefined where there is nothing. */
function valueAt(document, place) {
  return place.split("/").reduce((value, key) => value?.[key], document);
}

function put(patch, place, value) {
  const keys = place.split("/");
  const last = keys.pop();
  const holder = keys.reduce((inner, key) => (inner[key] ??= {}), patch);
  holder[last] = value;
}
