/** The home view: the map of the territory and the legends beside it. */

import { page, read } from "./api.js";
import { h, replace } from "./dom.js";
import { distance } from "./format.js";
import { distanceM } from "./geo.js";
import { territoryMap } from "./map.js";
import { picture } from "./pictures.js";
import { words } from "./strings.js";
import { badges, factsOf, foreign } from "./summary.js";

const NARROW = "(max-width: 60rem)";

/** Fills the view and names the page. */
export async function showHome(view) {
  const [territory, { legends }] = await Promise.all([read("/v1/territory"), read("/v1/legends")]);
  document.title = words.home_title;
  if (legends.length === 0) {
    replace(view, h("p", { class: "notice" }, words.none_yet));
    return;
  }
  const cards = legends.map(card);
  const list = h(
    "ul",
    { class: "cards" },
    cards.map((made) => made.element),
  );
  replace(
    view,
    h(
      "div",
      { class: "home" },
      mapOf(territory, legends),
      h("section", { class: "home-list" }, head(cards, list), list),
    ),
  );
}

function mapOf(territory, legends) {
  const marks = legends.map((legend) => ({
    label: legend.title,
    place: legend.commune.name,
    href: addressOf(legend),
    at: legend.start.coordinates,
  }));
  const frame = matchMedia(NARROW).matches
    ? { width: Math.min(innerWidth - 36, 520), height: 470 }
    : { width: 380, height: 620 };
  const note =
    territory.outline_status === "schematic" && h("p", { class: "map-note" }, words.map_schematic);
  return h(
    "div",
    { class: "home-map" },
    h("p", { class: "map-name" }, territory.name),
    territoryMap(territory, marks, frame),
    note,
  );
}

function head(cards, list) {
  const status = h("p", { class: "status", role: "status" });
  const sort = () => sortByDistance(cards, list, status);
  return h(
    "div",
    { class: "list-head" },
    h("h2", {}, words.legends),
    navigator.geolocation &&
      h(
        "button",
        { type: "button", class: "button button-quiet", id: "near-me", click: sort },
        words.near_me,
      ),
    navigator.geolocation && h("p", { class: "note" }, words.near_me_note),
    status,
  );
}

/** Sorts on the phone: the position goes nowhere (contract, legends: "our own pages sort on the phone"). */
function sortByDistance(cards, list, status) {
  status.textContent = words.waiting_fix;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const here = [coords.longitude, coords.latitude];
      for (const made of cards) {
        made.metres = distanceM(here, made.legend.start.coordinates);
        made.away.textContent = words.away(distance(made.metres));
      }
      const nearest = [...cards].sort((a, b) => a.metres - b.metres);
      replace(
        list,
        nearest.map((made) => made.element),
      );
      status.textContent = words.near_me_done;
    },
    (error) => {
      status.textContent =
        error.code === error.PERMISSION_DENIED ? words.position_refused : words.position_unknown;
    },
    { maximumAge: 60000, timeout: 20000 },
  );
}

function card(legend, index) {
  const away = h("p", { class: "card-away" });
  const art =
    legend.cover && picture(legend.cover, "(max-width: 40rem) 100vw, 24rem", { eager: index < 2 });
  const element = h(
    "li",
    { class: "card" },
    h(
      "div",
      { class: "card-art" },
      art,
      h("span", { class: "card-number", "aria-hidden": "true" }, String(index + 1)),
    ),
    h(
      "div",
      { class: "card-words" },
      h("h3", { lang: foreign(legend.lang) }, h("a", { href: addressOf(legend) }, legend.title)),
      h("p", { class: "card-place" }, legend.commune.name),
      badges(legend),
      h("p", { class: "card-summary", lang: foreign(legend.lang) }, legend.summary),
      factsOf(legend),
      legend.audience?.advice &&
        h("p", { class: "note", lang: foreign(legend.lang) }, legend.audience.advice),
      away,
    ),
  );
  return { legend, element, away, metres: 0 };
}

function addressOf(legend) {
  return page(`/legends/${encodeURIComponent(legend.slug)}`);
}
