/** A stop of a draft: its words, its place, its pictures and recordings. */

import { call } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { partForm } from "./bureau_draft_words.js";
import { closed, field, form, quiet, step } from "./bureau_fields.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { LANGUAGES, Part, readPlace, titleOf } from "./bureau_part.js";
import { surveyOf } from "./bureau_survey.js";
import { pageAt } from "./bureau_strings.js";
import { h } from "./dom.js";

/**
 * Shows a stop.
 * @param {HTMLElement} view
 * @param {string} slug of the legend
 * @param {string} stop
 * @param {Page} page
 */
export async function showStop(view, slug, stop, page) {
  const path = `/legends/${encodeURIComponent(slug)}/stops/${encodeURIComponent(stop)}`;
  const part = new Part(path);
  await part.read();
  const { rights } = await call("GET", `/legends/${encodeURIComponent(slug)}`);
  if (!page.isShown()) return;
  const { unsaved } = page;
  step(
    view,
    titleOf(part.document),
    h("p", {}, h("a", { href: `#${slug}` }, words.back_to_legend)),
    h("h2", {}, words.words),
    LANGUAGES.map((lang) => wordsOf(part, lang, unsaved)),
    h("h2", {}, words.place),
    placeOf(part, path, page),
    closed(words.site_facts, siteOf(part, rights.sources, unsaved)),
    h("h2", {}, words.media_here),
    mediaOf(part, page),
    removal(part, slug, unsaved),
  );
}

function wordsOf(part, lang, unsaved) {
  const at = (key) => `texts/${lang}/${key}`;
  const specs = [
    { at: at("title"), label: words.title_field },
    { at: at("text"), label: words.narration, hint: words.narration_hint, rows: 14, empty: "" },
    { at: at("directions"), label: words.directions, hint: words.directions_hint, rows: 3 },
    { at: at("opening"), label: words.opening, rows: 2 },
    { at: at("state"), label: words.text_state, options: words.text_states },
  ];
  const made = partForm(part, specs, { name: `words/${lang}`, unsaved, lang });
  const fold = closed(words.in_language[lang], made);
  fold.open = lang === "fr";
  return fold;
}

/** Where the stop is, and how far around it its story begins. */
function placeOf(part, path, page) {
  const { location, zones } = part.document;
  const places = field("location", words.coordinates, {
    hint: words.coordinates_hint,
    value: `${location[1]}, ${location[0]}`,
    inputmode: "text",
  });
  const round = zones.length === 1 && zones[0].shape.type === "Point" && zones[0].radius_m !== null;
  const radius = field("zones/0/radius_m", words.radius, {
    hint: words.radius_hint,
    value: round ? String(zones[0].radius_m) : "",
    inputmode: "decimal",
  });
  const status = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields: round ? [places, radius] : [places],
    submit: words.save,
    send: async () => {
      const sent = [places.input.value, radius.input.value];
      const place = readPlace(sent[0]);
      if (place === null) {
        places.tell(words.coordinates_wrong);
        places.input.focus();
        return;
      }
      const circle = round && circleAround(part.document.zones[0], place, sent[1]);
      await part.change({ location: place, ...(circle && { zones: [circle] }) });
      if (places.input.value !== sent[0] || radius.input.value !== sent[1]) return;
      page.unsaved.delete("place");
      status.textContent = words.saved;
    },
  });
  element.addEventListener("input", () => page.unsaved.add("place"));
  const { site } = part.document;
  return h(
    "div",
    {},
    h("p", { class: "note" }, words.site(words.sites[site.status], Math.round(site.precision_m))),
    element,
    status,
    !round && h("p", { class: "note" }, words.zones_elsewhere),
    surveyOf(path, page),
  );
}

function circleAround(zone, place, written) {
  const radius = Number(written.trim().replace(",", "."));
  return { ...zone, shape: { type: "Point", coordinates: place }, radius_m: radius };
}

/** Who says where the stop is, and how precisely. */
function siteOf(part, sources, unsaved) {
  const named = [["", words.no_source], ...sources.map(({ key, title }) => [key, title])];
  const known = named.some(([key]) => key === part.document.site.source);
  // A survey names its own, which is no source of the legend.
  const others = known ? [] : [[part.document.site.source, part.document.site.source]];
  const specs = [
    { at: "site/status", label: words.place_status, options: Object.entries(words.sites) },
    { at: "site/source", label: words.site_source, options: [...named, ...others], empty: "" },
    { at: "site/precision_m", label: words.precision, isNumber: true },
  ];
  return partForm(part, specs, { name: "site", unsaved });
}

/** The pictures with their words, the recordings; they are brought on the page of media. */
function mediaOf(part, page) {
  const { illustrations, narration, texts } = part.document;
  const problem = problemPlace();
  const once = oneAtATime(problem);
  const attempt = (patchOf) =>
    once(async () => {
      if (page.unsaved.size > 0 && !confirm(words.forget_unsaved)) return;
      await part.change(patchOf(part.document));
      page.again();
    });
  const pictures = illustrations.map((picture, at) =>
    h(
      "li",
      {},
      h("p", {}, texts.fr?.illustrations[at]?.alt || words.no_alt(at + 1)),
      LANGUAGES.filter((lang) => texts[lang]).map((lang) => altOf(part, at, lang, page.unsaved)),
      quiet(words.remove_picture, () => attempt((stop) => without(stop, at))),
    ),
  );
  const voices = Object.keys(narration).map((lang) =>
    h(
      "li",
      {},
      h("p", {}, words.recorded_in[lang] ?? lang),
      quiet(words.remove_voice, () => attempt(() => ({ narration: { [lang]: null } }))),
    ),
  );
  return h(
    "div",
    {},
    h("p", { class: "note" }, words.media_how, " ", h("a", { href: pageAt("medias") }, words.media_page)),
    problem,
    h("ul", { class: "stop-media" }, pictures, voices),
  );
}

function altOf(part, at, lang, unsaved) {
  const name = `texts/${lang}/illustrations/${at}/alt`;
  const before = part.document.texts[lang].illustrations[at];
  const alt = field(name, words.alt_in[lang], { prose: true, required: false, lang, value: before?.alt });
  const status = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields: [alt],
    submit: words.save,
    send: async () => {
      const { illustrations, texts } = part.document;
      const told = illustrations.map((_, each) => texts[lang].illustrations[each] ?? { alt: "" });
      const sent = alt.input.value;
      told[at] = { ...told[at], alt: sent.trim() };
      await part.change({ texts: { [lang]: { illustrations: told } } });
      if (alt.input.value !== sent) return;
      unsaved.delete(name);
      status.textContent = words.saved;
    },
  });
  element.addEventListener("input", () => unsaved.add(name));
  return h("div", {}, element, status);
}

/** The stop without one of its pictures, and without the words of that picture. */
function without({ illustrations, texts }, at) {
  const said = Object.entries(texts).map(([lang, text]) => [
    lang,
    { illustrations: text.illustrations.filter((_, place) => place !== at) },
  ]);
  return {
    illustrations: illustrations.filter((_, place) => place !== at),
    texts: Object.fromEntries(said),
  };
}

function removal(part, slug, unsaved) {
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const remove = async () => {
    if (!confirm(words.remove_stop_sure)) return;
    await part.remove();
    unsaved.clear();
    location.hash = slug;
  };
  const button = quiet(words.remove_stop, () => attempt(remove));
  return h("section", {}, problem, h("div", { class: "buttons" }, button));
}
