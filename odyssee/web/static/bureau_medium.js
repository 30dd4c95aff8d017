/** One medium: seen or heard, described, its captions or focal point set, deleted. */

import { call, Refused } from "./bureau_api.js";
import { captionsOf } from "./bureau_captions.js";
import { field, form, quiet, step } from "./bureau_fields.js";
import { focalOf } from "./bureau_focal.js";
import { factsOf, prepared } from "./bureau_media_list.js";
import { words } from "./bureau_media_strings.js";
import { placingOf } from "./bureau_placing.js";
import { words as deskWords } from "./bureau_strings.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h } from "./dom.js";
import { day } from "./format.js";

/**
 * Shows a medium.
 * @param {HTMLElement} view
 * @param {string} id
 * @param {Page} page
 */
export async function showMedium(view, id, page) {
  const asset = await call("GET", `/media/${encodeURIComponent(id)}`);
  if (!page.isShown()) return;
  const held = new Held(asset, page.unsaved);
  const work = h("div", {});
  step(
    view,
    asset.file_name || words.unnamed,
    h("p", {}, h("a", { href: "#" }, words.all_media)),
    h("p", { class: "note" }, `${words.states[asset.state]} · ${factsOf(asset)}`),
    work,
    asset.reasons.map(({ text }) => h("p", { class: "field-problem" }, text)),
    asset.state === "ready" && partsOf(held, page),
    h("p", { class: "note" }, words.brought_on(day(asset.created_at))),
    endOf(held),
  );
  if (asset.state === "processing") prepared(asset, work).then((done) => done && page.again());
}

/** What can be done with a medium that is ready. */
function partsOf(held, page) {
  const uses = h("div", {}, usesOf(held.asset));
  const said = h("p", { class: "status", role: "status" });
  const placed = async (told) => {
    said.textContent = told;
    const { id } = held.asset;
    // Where this cannot be asked, it is in its place all the same.
    const present = await call("GET", `/media/${id}`).catch(() => null);
    if (present === null) return;
    held.asset = { ...held.asset, used_by: present.used_by };
    uses.replaceChildren(usesOf(present));
    await held.placed();
  };
  return [
    held.asset.kind === "audio" ? captionsOf(held, page) : focalOf(held),
    descriptionOf(held),
    placingOf(held, placed),
    said,
    uses,
  ];
}

/** A medium as it was read last, and the way to change it. */
class Held {
  #listeners = [];
  /** The sections with words of somebody's, over which somebody else has written. */
  #unseen = new Set();
  /** Called once it is put into a draft. */
  placed = () => {};

  /** `unsaved` holds the sections whose changes are not saved; each looks after its own. */
  constructor(asset, unsaved) {
    this.asset = asset;
    this.unsaved = unsaved;
  }

  /**
   * Sends changes; what is held is then the answer.
   * @param {object} changes
   * @param {string} [section] that cannot show what somebody else wrote beside what it sends
   * @throws {Refused} `stale` when somebody else was quicker, seen now or while another section was
   *   saved: sent once more, it is taken
   */
  async change(changes, section) {
    if (this.#unseen.delete(section)) throw new Refused("stale");
    const { id, version } = this.asset;
    try {
      this.asset = await call("PATCH", `/media/${id}`, changes, version);
    } catch (error) {
      if (error.code === "stale") {
        this.asset = await call("GET", `/media/${id}`);
        for (const other of this.unsaved) if (other !== section) this.#unseen.add(other);
        for (const told of this.#listeners) told();
      }
      throw error;
    }
  }

  /** Has somebody told when it was read anew, since somebody else was quicker. */
  whenRead(told) {
    this.#listeners.push(told);
  }
}

function descriptionOf(held) {
  const { asset } = held;
  const alt = asset.kind === "image" ? ["fr", "en"].map((lang) => altOf(asset, lang)) : [];
  const credit = line("credit", asset.credit, words.credit_hint);
  const licence = line("licence", asset.licence, words.licence_hint);
  const fields = [...alt, credit, licence];
  let before = fields.map(({ name }) => saidOf(held.asset, name));
  const saved = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields,
    submit: words.save,
    send: async () => {
      saved.textContent = "";
      const sent = fields.map(({ input }) => input.value);
      const changes = changesOf(held.asset, fields, before);
      if (Object.keys(changes).length > 0) await held.change(changes);
      before = sent;
      if (fields.some(({ input }, at) => input.value !== sent[at])) return; // written on meanwhile
      held.unsaved.delete("description");
      saved.textContent = words.described;
    },
  });
  // What somebody else wrote where nothing was touched is shown, and not written over.
  held.whenRead(() => {
    const present = fields.map(({ name }) => saidOf(held.asset, name));
    fields.forEach(({ input, tell }, at) => {
      if (input.value === before[at]) input.value = present[at];
      else if (present[at] !== before[at]) tell(deskWords.somebody_wrote(present[at]));
    });
    before = present;
  });
  element.addEventListener("input", () => {
    held.unsaved.add("description");
    saved.textContent = words.not_saved;
  });
  const offer = offerOf(asset, credit.input);
  return h("section", {}, h("h2", {}, words.describe), offer, element, saved);
}

/** What a medium says under the name of a field. */
function saidOf(asset, name) {
  return name.startsWith("alt/") ? (asset.alt[name.slice("alt/".length)] ?? "") : asset[name];
}

/** What was changed; all alternative texts go together. */
function changesOf(asset, fields, before) {
  const changes = {};
  fields.forEach(({ name, input }, at) => {
    if (input.value === before[at]) return;
    const said = input.value.trim();
    if (name.startsWith("alt/")) {
      changes.alt ??= { ...asset.alt };
      changes.alt[name.slice("alt/".length)] = said;
    } else changes[name] = said;
  });
  if (changes.alt) {
    changes.alt = Object.fromEntries(Object.entries(changes.alt).filter(([, said]) => said !== ""));
  }
  return changes;
}

function altOf(asset, lang) {
  return field(`alt/${lang}`, words.alt[lang], {
    hint: words.alt_hint[lang],
    prose: true,
    required: false,
    maxlength: "500",
    lang,
    value: asset.alt[lang] ?? "",
  });
}

function line(name, value, hint) {
  return field(name, words[name], { hint, required: false, maxlength: "200", value });
}

/** What a photo says itself of its author, to be taken over by who knows that it is right. */
function offerOf(asset, input) {
  const found = asset.facts.credit_found;
  if (!found || asset.credit) return null;
  const take = () => {
    input.value = found;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  };
  return h(
    "p",
    { class: "notice" },
    words.credit_found(found),
    " ",
    h("button", { type: "button", class: "link", click: take }, words.take_credit),
  );
}

function usesOf(asset) {
  if (asset.used_by.length === 0) return h("p", { class: "note" }, words.not_used_yet);
  return h(
    "section",
    {},
    h("h2", {}, words.uses),
    h(
      "ul",
      {},
      asset.used_by.map(({ legend, place, revision }) =>
        h("li", {}, `${legend} – ${placeOf(place)} (${words.use_of(revision)})`),
      ),
    ),
  );
}

function placeOf(place) {
  const [kind, stop, what, which] = place.split("/");
  if (kind === "cover") return words.cover;
  if (what === "narration") return words.narration_at(stop, words.spoken_in[which] ?? which);
  return words.illustration_at(stop, Number(which) + 1);
}

function endOf(held) {
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const remove = async () => {
    if (!confirm(words.delete_sure)) return;
    const { id, version } = held.asset;
    await call("DELETE", `/media/${id}`, undefined, version);
    held.unsaved.clear();
    location.hash = "";
  };
  const button = quiet(words.delete, () => attempt(remove));
  return h("section", {}, problem, h("div", { class: "buttons" }, button));
}
