/** One medium: seen or heard, described, its captions or focal point set, deleted. */

import { call, Refused } from "./bureau_api.js";
import { captionsOf } from "./bureau_captions.js";
import { field, form, sentence, step } from "./bureau_fields.js";
import { focalOf } from "./bureau_focal.js";
import { factsOf, prepared } from "./bureau_media_list.js";
import { words } from "./bureau_media_strings.js";
import { placingOf } from "./bureau_placing.js";
import { h } from "./dom.js";
import { day } from "./format.js";

/**
 * Shows a medium.
 * @param {HTMLElement} view
 * @param {string} id
 * @param {{hasChanges: () => boolean}} page told whether captions stand there that are not saved
 * @param {string} [note] what was just done
 */
export async function showMedium(view, id, page, note) {
  const held = new Held(await call("GET", `/media/${encodeURIComponent(id)}`));
  const again = (said) => showMedium(view, id, page, said);
  const work = h("div", {});
  const parts = await partsOf(held, page, () => again(words.placed));
  const { asset } = held;
  step(
    view,
    asset.file_name || words.unnamed,
    h("p", {}, h("a", { href: "#" }, words.all_media)),
    note && h("p", { class: "notice", role: "status" }, note),
    h("p", { class: "note" }, `${words.states[asset.state]} · ${factsOf(asset)}`),
    work,
    asset.reasons.map(({ text }) => h("p", { class: "field-problem" }, text)),
    parts,
    usesOf(asset),
    h("p", { class: "note" }, words.brought_on(day(asset.created_at))),
    endOf(held),
  );
  if (asset.state === "processing") prepared(asset, work).then((done) => done && again());
}

/** What can be done with a medium that is ready; nothing while it is not, or was refused. */
async function partsOf(held, page, placed) {
  if (held.asset.state !== "ready") return [];
  const isSound = held.asset.kind === "audio";
  const captions = isSound ? await captionsOf(held) : null;
  page.hasChanges = () => captions?.hasChanges() ?? false;
  return [
    isSound ? captions.element : focalOf(held),
    descriptionOf(held),
    await placingOf(held, { placed, mayLeave: () => !page.hasChanges() }),
  ];
}

/** A medium as it was read last, and the way to change it. */
class Held {
  constructor(asset) {
    this.asset = asset;
  }

  /** Sends changes; what is held is then the answer. */
  async change(changes) {
    const { id, version } = this.asset;
    this.asset = await call("PATCH", `/media/${id}`, changes, version);
  }
}

function descriptionOf(held) {
  const { asset } = held;
  const alt = asset.kind === "image" ? ["fr", "en"].map((lang) => altOf(asset, lang)) : [];
  const credit = line("credit", asset.credit, words.credit_hint);
  const licence = line("licence", asset.licence, words.licence_hint);
  const saved = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields: [...alt, credit, licence],
    submit: words.save,
    send: async () => {
      saved.textContent = "";
      const said = alt.filter(({ input }) => input.value.trim() !== "");
      await held.change({
        ...(asset.kind === "image" && {
          alt: Object.fromEntries(said.map(({ name, input }) => [name.slice(4), input.value.trim()])),
        }),
        credit: credit.input.value.trim(),
        licence: licence.input.value.trim(),
      });
      saved.textContent = words.described;
    },
  });
  return h(
    "section",
    {},
    h("h2", {}, words.describe),
    offerOf(asset, credit),
    element,
    saved,
  );
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
function offerOf(asset, credit) {
  const found = asset.facts.credit_found;
  if (!found || asset.credit) return null;
  const take = () => {
    credit.input.value = found;
    credit.input.focus();
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
  const problem = h("p", { class: "form-problem", role: "alert" });
  const remove = async () => {
    if (!confirm(words.delete_sure)) return;
    try {
      await call("DELETE", `/media/${held.asset.id}`, undefined, held.asset.version);
      location.hash = "";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const places = error.errors.map(({ detail }) => detail);
      problem.textContent = [sentence(error), ...places].join(" ");
    }
  };
  return h(
    "section",
    {},
    problem,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "button button-quiet", click: remove }, words.delete),
    ),
  );
}
