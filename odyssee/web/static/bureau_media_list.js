/** All media of the office, and the way to bring more of them. */

import { call, Refused } from "./bureau_api.js";
import { quiet, step, waysOf } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { lang } from "./bureau_strings.js";
import { oneAtATime, problemPlace, sentence } from "./bureau_telling.js";
import { h } from "./dom.js";
import { clock, size } from "./format.js";
import { picture } from "./pictures.js";

const KINDS = ["", "image", "audio"];
const A_PAGE = 24;
const ASKED_EVERY_MS = 1500;
const ENDS = new Set(["not_signed_in", "not_found", "forbidden"]);

/**
 * Shows the media that came last.
 * @param {HTMLElement} view
 * @param {Sendings} sendings
 * @param {Page} page
 */
export async function showMedia(view, sendings, page) {
  const list = h("ul", { class: "media" });
  const none = h("p", { class: "note" }, words.none);
  const problem = problemPlace();
  const more = quiet(words.more, () => attempt(() => load(shown.next)));
  const attempt = oneAtATime(problem, list);
  const shown = { kind: "", next: null };

  async function load(cursor) {
    const { kind } = shown;
    const asked = new URLSearchParams({ limit: String(A_PAGE) });
    if (kind) asked.set("kind", kind);
    if (cursor) asked.set("cursor", cursor);
    const { items, next } = await call("GET", `/media?${asked}`);
    if (!cursor) list.replaceChildren();
    list.append(...items.map((asset) => cardOf(asset)));
    shown.next = next;
    more.hidden = next === null;
    none.hidden = list.childElementCount > 0;
    if (kind !== shown.kind) await load(null); // another was chosen meanwhile
  }

  function bring(asset) {
    if (shown.kind !== "" && shown.kind !== asset.kind) return;
    for (const card of list.children) if (card.dataset.id === asset.id) card.remove();
    list.prepend(cardOf(asset));
    none.hidden = true;
  }

  await load(null);
  if (!page.isShown()) return;
  sendings.brought = bring;
  const choose = (kind) => {
    shown.kind = kind;
    attempt(() => load(null));
  };
  step(
    view,
    words.media,
    waysOf("medias"),
    sendings.element,
    h("h2", {}, words.brought),
    choiceOf(choose),
    problem,
    none,
    list,
    h("div", { class: "buttons" }, more),
  );
}

function choiceOf(choose) {
  const choices = KINDS.map((kind) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        name: "kind",
        value: kind,
        checked: kind === "",
        change: () => choose(kind),
      }),
      h("span", {}, words.kinds[kind || "all"]),
    ),
  );
  return h("fieldset", { class: "choices" }, h("legend", {}, words.show_only), choices);
}

function cardOf(asset) {
  const card = h("li", { class: "medium" });
  card.dataset.id = asset.id;
  fillCard(card, asset);
  if (asset.state === "processing") follow(card, asset);
  return card;
}

function fillCard(card, asset) {
  const state = h("span", { class: `medium-state is-${asset.state}` }, words.states[asset.state]);
  const used = new Set(asset.used_by.map(({ legend }) => legend)).size;
  card.replaceChildren(
    h(
      "a",
      { href: `#${asset.id}` },
      thumbnailOf(asset),
      h("span", { class: "medium-name" }, asset.file_name || words.unnamed),
    ),
    h("p", { class: "note" }, [factsOf(asset), used > 0 ? words.used_in(used) : words.unused].join(" · ")),
    h("p", {}, state),
  );
  for (const { text } of asset.reasons) card.append(h("p", { class: "field-problem" }, text));
}

function thumbnailOf(asset) {
  const frame = h("span", { class: "medium-picture" });
  const shown = asset.kind === "image" ? pictureOf(asset, "12rem") : null;
  frame.append(shown ?? h("span", { "aria-hidden": "true" }, asset.kind === "audio" ? "♪" : "…"));
  return frame;
}

/** A picture of the desk, or null while there is none. */
export function pictureOf(asset, sizes) {
  const { width, height, placeholder } = asset.facts;
  const { renditions, focal } = asset;
  const alt = asset.alt[lang] ?? asset.alt.fr ?? "";
  return picture({ renditions, width, height, placeholder, focal, alt }, sizes);
}

/** What was measured, in a few words. */
export function factsOf(asset) {
  const { duration_s: seconds, width, height } = asset.facts;
  if (seconds) return words.facts_sound(clock(seconds), size(asset.size_bytes));
  if (width) return words.facts_picture(width, height, size(asset.size_bytes));
  return size(asset.size_bytes);
}

/** Shows how far the work is until it is done, or the card is gone. */
async function follow(card, asset) {
  const present = await prepared(asset, card);
  if (present !== null) fillCard(card, present);
}

/**
 * Asks how far the work on a medium is until it is done, and shows it.
 * @param {object} asset
 * @param {HTMLElement} place gets the bar; once it is gone nobody asks any more
 * @returns {Promise<object|null>} the medium as it became; null when nobody waits for it
 */
export async function prepared(asset, place) {
  const bar = h("progress", { max: "1", "aria-label": words.states.processing });
  const reason = h("p", { class: "note" });
  place.append(bar, reason);
  let present = asset;
  while (present.state === "processing") {
    await new Promise((done) => setTimeout(done, ASKED_EVERY_MS));
    if (!place.isConnected) return null;
    try {
      const job = present.job === null ? null : await call("GET", `/jobs/${present.job}`);
      if (job?.progress > 0) bar.value = job.progress;
      reason.textContent = job?.reason?.text ?? "";
      present = await call("GET", `/media/${asset.id}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (ENDS.has(error.code)) {
        bar.remove();
        reason.textContent = sentence(error);
        return null;
      }
    }
  }
  return place.isConnected ? present : null;
}
