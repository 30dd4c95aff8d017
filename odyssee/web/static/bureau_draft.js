/** One legend: where it stands, its words, its facts, its stops, its route, its past. */

import { call, Refused } from "./bureau_api.js";
import { inLanguage, textStateSpec } from "./bureau_draft_language.js";
import { pastOf } from "./bureau_draft_past.js";
import { releaseOf } from "./bureau_draft_release.js";
import { sourcesOf } from "./bureau_draft_sources.js";
import { words } from "./bureau_draft_strings.js";
import { partForm } from "./bureau_draft_words.js";
import { closed, field, form, guard, quiet, step } from "./bureau_fields.js";
import { LANGUAGES, Part, titleOf } from "./bureau_part.js";
import { readPlace } from "./bureau_places.js";
import { checkSaved, filling, oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";
import { distance } from "./format.js";
import { distanceM } from "./geo.js";

const ABILITIES = ["unknown", "yes", "partial", "no"];
const GEOJSON = "application/geo+json";
const LINES_TYPES = { gpx: "application/gpx+xml", geojson: GEOJSON, json: GEOJSON };

/**
 * Shows a legend.
 * @param {HTMLElement} view
 * @param {string} slug
 * @param {Page} page
 * @param {object} me the answer of GET /admin/v1/me
 */
export async function showDraft(view, slug, page, me) {
  const path = `/legends/${encodeURIComponent(slug)}`;
  const part = new Part(path);
  await part.read();
  if (!page.isShown()) return;
  const { unsaved } = page;
  const release = releaseOf(part, slug, page, me);
  const saved = () => release.changed();
  step(
    view,
    titleOf(part.document),
    h("p", {}, h("a", { href: "#" }, words.all_legends)),
    release.element,
    h("h2", {}, words.stops),
    stopsOf(part, page, saved),
    h("h2", {}, words.words),
    LANGUAGES.map((each) => wordsOf(part, each, { unsaved, saved })),
    closed(words.facts, partForm(part, factSpecs(), { name: "facts", unsaved, saved })),
    closed(words.sources, sourcesOf(part, unsaved, saved)),
    closed(words.route, routeOf(part, saved)),
    filling(() => pastOf(part, page, me)),
  );
}

function wordsOf(part, each, { unsaved, saved }) {
  const at = (key) => `texts/${each}/${key}`;
  const specs = [
    { at: at("title"), label: words.title_field, empty: "" },
    { at: at("summary"), label: words.summary, hint: words.summary_hint, rows: 3, empty: "" },
    { at: at("story"), label: words.story, hint: words.markdown_hint, rows: 12, empty: "" },
    { at: at("access_notes"), label: words.access_notes, rows: 3 },
    { at: at("audience_advice"), label: words.audience_advice, rows: 2 },
    { at: at("cover_alt"), label: words.cover_alt, rows: 2 },
    textStateSpec(at("state")),
  ];
  const patched = inLanguage(each, part);
  const made = partForm(part, specs, { name: `words/${each}`, unsaved, lang: each, saved, patched });
  return closed(words.in_language[each], made);
}

function factSpecs() {
  const abilities = ABILITIES.map((value) => [value, words.abilities[value]]);
  const known = ["parking", "toilets", "water", "way_back"].map((key) => ({
    at: `practical/${key}`,
    label: words.practical[key],
    options: words.yes_no,
    isBoolean: true,
  }));
  return [
    { at: "commune/name", label: words.commune, empty: "" },
    { at: "commune/insee", label: words.insee, hint: words.insee_hint, empty: "" },
    { at: "duration_min", label: words.duration, isNumber: true },
    { at: "difficulty", label: words.difficulty, options: words.difficulties },
    { at: "order", label: words.order, options: words.orders },
    { at: "audience/min_age", label: words.min_age, isNumber: true, empty: 0 },
    { at: "access/wheelchair", label: words.wheelchair, options: abilities },
    { at: "access/stroller", label: words.stroller, options: abilities },
    ...known,
    { at: "practical/ascent_m", label: words.ascent, isNumber: true },
    { at: "site_status", label: words.site_status, options: words.site_statuses },
    { at: "text_status", label: words.text_status, options: words.text_statuses },
    { at: "rights/text_author", label: words.author, empty: "" },
    { at: "rights/licence", label: words.licence, empty: "" },
  ];
}

/** The stops in order, each with the ways up and down, and a way to add one. */
function stopsOf(part, page, saved) {
  const problem = problemPlace();
  const list = h("ol", { class: "stops-order" });
  const order = new Part(`${part.path}/order`);
  const attempt = oneAtATime(problem, list);

  async function move(slug, by) {
    const { stops } = await order.read();
    const at = stops.indexOf(slug);
    const to = Math.min(stops.length - 1, Math.max(0, at + by));
    stops.splice(at, 1);
    stops.splice(to, 0, slug);
    await order.change({ stops }, "PUT");
    await part.read("order");
    const tools = [...(list.children[to]?.querySelectorAll(".tool") ?? [])];
    (by < 0 ? tools[0] : tools.at(-1))?.focus();
    saved();
  }

  function draw() {
    const { slug, stops } = part.document;
    replace(
      list,
      stops.map((stop, at) =>
        h(
          "li",
          {},
          h("a", { class: "medium-name", href: `#${slug}/${stop.slug}` }, titleOf(stop)),
          h("span", { class: "buttons" }, [
            at > 0 && moving("↑", words.move_up, stop, -1),
            at < stops.length - 1 && moving("↓", words.move_down, stop, 1),
          ]),
        ),
      ),
    );
  }

  const moving = (sign, word, stop, by) =>
    h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": word(titleOf(stop)),
        click: () => attempt(() => move(stop.slug, by)),
      },
      sign,
    );
  draw();
  part.whenRead(draw);
  return h("div", {}, problem, list, addingOf(part, page));
}

function addingOf(part, page) {
  const title = field("stop/title", words.stop_title, { autocapitalize: "sentences" });
  const place = field("stop/place", words.coordinates, {
    hint: words.new_place_hint,
    required: false,
  });
  const fields = [title, place];
  const { element } = form({ fields, submit: words.add_stop, send });
  const look = guard(element, fields, "stop", page.unsaved);

  async function send() {
    checkSaved(page.unsaved, ["stop"]);
    const spot = readPlace(place.input.value);
    if (place.input.value.trim() !== "" && spot === null) {
      place.tell(words.coordinates_wrong);
      place.input.focus();
      return;
    }
    const texts = { fr: { title: title.input.value.trim() } };
    const asked = { texts, ...(spot && { location: spot }) };
    const { slug } = await call("POST", `${part.path}/stops`, asked).catch(tellMissing);
    for (const { input } of fields) input.value = "";
    look();
    location.hash = `${part.document.slug}/${slug}`;
  }

  function tellMissing(error) {
    const isPlace =
      error.code === "invalid" && error.errors.some(({ code }) => code === "missing_key");
    throw isPlace ? new Refused("no_place", { detail: words.place_needed }) : error;
  }

  return closed(words.add_stop, h("p", { class: "note" }, words.add_stop_how), element);
}

/** The line of the walk, as it is, and a file to take another from. */
function routeOf(part, saved) {
  const status = h("p", { class: "status", role: "status" });
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const told = h("p", {});
  const walked = h("input", { type: "checkbox", id: "walked" });
  const input = h("input", { type: "file", id: "route-file", accept: ".gpx,.geojson,.json" });
  const lengthOf = (line) =>
    line.slice(1).reduce((far, place, at) => far + distanceM(line[at], place), 0);
  const tell = () => {
    const { status: kind, line } = part.document.route;
    const far = line.length > 1 ? distance(lengthOf(line)) : words.no_line;
    told.textContent = `${words.route_statuses[kind]} – ${far}`;
  };

  async function take() {
    status.textContent = "";
    const [file] = input.files;
    const type = LINES_TYPES[file?.name.toLowerCase().split(".").at(-1)];
    if (!type) throw new Refused("no_route", { detail: words.choose_route });
    const wanted = walked.checked ? "walked" : "traced";
    await part.put(`/route?status=${wanted}`, file, type).catch((error) => {
      const detail = words.route_faults[error.code] ?? (isShort(error) ? words.route_short : null);
      throw detail === null ? error : new Refused("no_route", { detail });
    });
    status.textContent = words.saved;
    saved();
  }

  const isShort = ({ errors }) => errors?.some(({ code }) => code === "too_few") ?? false;
  tell();
  part.whenRead(tell);
  return h(
    "div",
    {},
    told,
    h("p", { class: "note" }, words.route_how),
    h("div", { class: "field" }, h("label", { for: "route-file" }, words.route_file), input),
    h("label", { class: "choice", for: "walked" }, walked, h("span", {}, words.route_walked)),
    problem,
    h("div", { class: "buttons" }, quiet(words.take_route, () => attempt(take))),
    status,
  );
}
