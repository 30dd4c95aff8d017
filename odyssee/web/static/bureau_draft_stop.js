/** A stop of a draft: its words, its place, its pictures and recordings. */

import { call, Refused } from "./bureau_api.js";
import { inLanguage, textStateSpec } from "./bureau_draft_language.js";
import { words } from "./bureau_draft_strings.js";
import { partForm } from "./bureau_draft_words.js";
import { closed, field, form, quiet, step } from "./bureau_fields.js";
import { LANGUAGES, Part, titleOf } from "./bureau_part.js";
import { farKm, readPlace, writePlace, zonesMoved } from "./bureau_places.js";
import { mediaOf } from "./bureau_stop_media.js";
import { words as deskWords } from "./bureau_strings.js";
import { surveyOf } from "./bureau_survey.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h } from "./dom.js";

/**
 * Shows a stop.
 * @param {HTMLElement} view
 * @param {string} slug of the legend
 * @param {string} stop
 * @param {Page} page
 */
export async function showStop(view, slug, stop, page) {
  const legend = `/legends/${encodeURIComponent(slug)}`;
  const part = new Part(`${legend}/stops/${encodeURIComponent(stop)}`);
  await part.read();
  const { rights } = await call("GET", legend);
  if (!page.isShown()) return;
  const { unsaved } = page;
  step(
    view,
    titleOf(part.document),
    h("p", {}, h("a", { href: `#${slug}` }, words.back_to_legend)),
    h("h2", {}, words.words),
    LANGUAGES.map((lang) => wordsOf(part, lang, unsaved)),
    h("h2", {}, words.place),
    placeOf(part, unsaved),
    surveyOf(part, page),
    closed(words.site_facts, siteOf(part, rights.sources, unsaved)),
    h("h2", {}, words.media_here),
    mediaOf(part, page),
    removal(part, slug, unsaved),
  );
}

function wordsOf(part, lang, unsaved) {
  const at = (key) => `texts/${lang}/${key}`;
  const specs = [
    { at: at("title"), label: words.title_field, empty: "" },
    { at: at("text"), label: words.narration, hint: words.narration_hint, rows: 14, empty: "" },
    { at: at("directions"), label: words.directions, hint: words.directions_hint, rows: 3 },
    { at: at("opening"), label: words.opening, rows: 2 },
    textStateSpec(at("state")),
  ];
  const patched = inLanguage(lang, part);
  const made = partForm(part, specs, { name: `words/${lang}`, unsaved, lang, patched });
  const fold = closed(words.in_language[lang], made);
  fold.open = lang === "fr";
  return fold;
}

/** Where the stop is, and how far around it its story begins. */
function placeOf(part, unsaved) {
  const place = field("location", words.coordinates, { hint: words.coordinates_hint });
  const radius = field("zones/0/radius_m", words.radius, {
    hint: words.radius_hint,
    inputmode: "decimal",
  });
  const told = h("p", { class: "note" });
  const elsewhere = h("p", { class: "note" }, words.zones_elsewhere);
  const status = h("p", { class: "status", role: "status" });
  let before = [];
  const written = () => [place.input.value, radius.input.value];

  function show(by) {
    const { location, zones, site } = part.document;
    const isRound = zones.length === 1 && zones[0].shape.type === "Point";
    radius.element.hidden = !isRound;
    radius.input.required = isRound;
    elsewhere.hidden = isRound;
    told.textContent = words.site(words.sites[site.status], Math.round(site.precision_m));
    const now = [writePlace(location), isRound ? String(zones[0].radius_m ?? "") : ""];
    [place, radius].forEach(({ input, tell }, at) => {
      const isTouched = before[at] !== undefined && input.value !== before[at];
      if (!isTouched || !input.required) input.value = now[at];
      else if (by === null && now[at] !== before[at]) tell(deskWords.somebody_wrote(now[at]));
    });
    before = now;
  }

  async function send() {
    status.textContent = "";
    const sent = written();
    let isMeant = true;
    await part.change((present) => {
      const patch = placePatch(present, { place, radius }, before);
      isMeant = patch !== null;
      return isMeant && Object.keys(patch).length > 0 ? patch : null;
    });
    if (!isMeant) return;
    if (written().some((text, at) => text !== sent[at])) return; // written on meanwhile
    [place.input.value, radius.input.value] = before;
    unsaved.delete("place");
    status.textContent = words.saved;
  }

  show("patch");
  part.whenRead(({ by }) => show(by));
  const { element } = form({ fields: [place, radius], submit: words.save, send });
  element.addEventListener("input", () => {
    unsaved.add("place");
    status.textContent = words.not_saved;
  });
  return h("div", {}, told, element, status, elsewhere);
}

/** What was changed of a place; null where it cannot be read, or is not meant. */
function placePatch({ location, zones }, { place, radius }, before) {
  const patch = {};
  if (place.input.value !== before[0]) {
    const to = readPlace(place.input.value);
    if (to === null) return refuseField(place, words.coordinates_wrong);
    const km = farKm(to, location);
    if (km > 0 && !confirm(words.far_away(km))) return null;
    const moved = zonesMoved(zones, location, to);
    if (moved.left > 0 && !confirm(words.zones_stay)) return null;
    Object.assign(patch, { location: to, zones: moved.zones });
  }
  if (radius.input.required && radius.input.value !== before[1]) {
    const metres = Number(radius.input.value.trim().replace(",", "."));
    if (!(metres > 0 && Number.isFinite(metres))) return refuseField(radius, words.radius_wrong);
    patch.zones = [{ ...(patch.zones ?? zones)[0], radius_m: metres }];
  }
  return patch;
}

function refuseField(known, text) {
  known.tell(text);
  known.input.focus();
  return null;
}

/** Who says where the stop is, and how precisely. */
function siteOf(part, sources, unsaved) {
  const named = [["", words.no_source], ...sources.map(({ key, title }) => [key, title])];
  const specs = [
    { at: "site/status", label: words.place_status, options: Object.entries(words.sites) },
    { at: "site/source", label: words.site_source, options: named, empty: "" },
    { at: "site/precision_m", label: words.precision, isNumber: true },
  ];
  return partForm(part, specs, { name: "site", unsaved });
}

function removal(part, slug, unsaved) {
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const remove = async () => {
    if (!confirm(words.remove_stop_sure)) return;
    await part.remove().catch((error) => {
      throw error.code === "stale" ? new Refused("stale_look", { detail: words.look_again }) : error;
    });
    unsaved.clear();
    location.hash = slug;
  };
  const button = quiet(words.remove_stop, () => attempt(remove));
  return h("section", {}, problem, h("div", { class: "buttons" }, button));
}
