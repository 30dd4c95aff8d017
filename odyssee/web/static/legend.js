/** The view of a legend: what to know before, the trail, its stops in order. */

import { Ahead } from "./ahead.js";
import { page, read } from "./api.js";
import { counterOf, countsNote } from "./counts.js";
import { h, replace } from "./dom.js";
import { HereImplausible, NotFound } from "./follower.js";
import { render, safeAddress } from "./markdown.js";
import { trailMap } from "./map.js";
import { nearbyOf } from "./nearby.js";
import { OfflinePanel } from "./offline.js";
import { picture } from "./pictures.js";
import { Player } from "./player.js";
import { closuresOf, outside, stopOf } from "./stop.js";
import { lang, words } from "./strings.js";
import { badges, factsOf, foreign } from "./summary.js";
import { Walk } from "./walk.js";
import { WalkPanel } from "./walkpanel.js";

/**
 * Fills the view with a legend and opens it at a stop.
 * @param {HTMLElement} view
 * @param {string} slug
 * @param {string|null} stop the stop that a QR code named
 */
export async function showLegend(view, slug, stop) {
  const legend = await read(`/v1/legends/${encodeURIComponent(slug)}`);
  document.title = words.title(legend.title);
  const width = Math.min(innerWidth - 36, 520);
  const map = trailMap(legend, { width, height: Math.round(width * 0.72) });
  const player = new Player((heard) => walk.heard(heard));
  const count = counterOf(legend);
  const panel = new WalkPanel(legend, () => toggle(walk, panel, player, count));
  const parts = new Map();
  const walk = new Walk(
    legend,
    listenerOf({ player, ahead: new Ahead(parts), map, panel, count }, () => walk.isFollowing),
  );
  for (const each of legend.stops) {
    const part = stopOf(each, each.lang ?? legend.lang, sayHere(walk, player));
    parts.set(each.slug, part);
    player.add(each.slug, part);
    countStop(count, each, part);
  }
  countOpening(count);
  replace(
    view,
    headOf(legend),
    warningsOf(legend),
    h("div", { class: "about" }, storyOf(legend), practicalOf(legend)),
    trailOf(legend, map),
    handOver(legend),
    new OfflinePanel(legend, () => count("pack_downloaded")).element,
    panel.element,
    section(
      "stops",
      words.stops,
      [...parts.values()].map((part) => part.article),
    ),
    nearbyOf(legend.slug),
    rightsOf(legend),
    countsNote(),
    panel.bar,
  );
  openAt(stop ? `stop-${stop}` : location.hash.slice(1));
}

function openAt(id) {
  const target = id && document.getElementById(id);
  if (!target) return;
  target.scrollIntoView({ block: "start", behavior: "instant" });
  target.focus({ preventScroll: true });
}

function countOpening(count) {
  count("legend_opened");
  for (const link of document.querySelectorAll(".switch a[hreflang]"))
    link.addEventListener("click", () => count("language_chosen", { lang: link.hreflang }));
}

function countStop(count, { slug: stop, narration }, { article, audio }) {
  const told = { stop, lang: narration?.lang };
  audio?.addEventListener("play", () => count("narration_started", told));
  audio?.addEventListener("ended", () => count("narration_finished", told));
  article.addEventListener("submit", ({ target }) => {
    if (target.matches(".riddle") && target.querySelector(":checked"))
      count("riddle_answered", { stop });
  });
}

function toggle(walk, panel, player, count) {
  if (walk.isFollowing) {
    walk.stop();
  } else {
    player.unlock();
    walk.start();
    count("trail_started");
  }
  panel.showFollowing(walk.isFollowing);
}

/** A player obeys `play` alone; `enter` tells the map (contract, Event). */
function listenerOf({ player, ahead, map, panel, count }, isFollowing) {
  const deeds = {
    play: ({ stop }) => player.play(stop),
    approach: ({ stop }) => ahead.want(stop),
    enter: ({ stop }) => map.markReached(stop),
    off_trail: () => panel.say("trail", words.off_trail),
    back_on_trail: () => panel.say("trail", ""),
    completed: () => {
      panel.say("end", words.completed);
      count("trail_completed");
    },
  };
  return {
    event: (event) => deeds[event.type]?.(event),
    next: (next) => {
      panel.showNext(next);
      if (next) ahead.want(next.stop); // there may be no network any more where it is near
    },
    fix: (place, accuracyM) => {
      map.showPosition(place);
      panel.showFix(accuracyM);
    },
    trouble: (kind) => {
      panel.showTrouble(kind);
      panel.showFollowing(isFollowing());
    },
    revised: () => panel.say("revision", words.revised),
  };
}

function sayHere(walk, player) {
  return (stop, say) => {
    player.unlock();
    try {
      walk.here(stop);
      say(words.here_noted);
    } catch (error) {
      if (error instanceof HereImplausible) say(words.here_far);
      else if (error instanceof NotFound) say(words.revised);
      else throw error;
    }
  };
}

function headOf(legend) {
  const fallback =
    foreign(legend.lang) &&
    h("p", { class: "note" }, words.only_in(words.language[legend.lang] ?? legend.lang));
  const art =
    legend.cover && picture(legend.cover, "(max-width: 60rem) 100vw, 30rem", { eager: true });
  return h(
    "header",
    { class: "legend-head" },
    art && h("div", { class: "legend-art" }, art),
    h(
      "div",
      { class: "legend-words" },
      h("p", { class: "back" }, h("a", { href: page("/") }, `← ${words.all_legends}`)),
      h("h1", { lang: foreign(legend.lang) }, legend.title),
      h("p", { class: "card-place" }, legend.commune.name),
      badges(legend),
      h("p", { class: "lede", lang: foreign(legend.lang) }, legend.summary),
      factsOf(legend),
      fallback,
    ),
  );
}

function warningsOf(legend) {
  const first = [...legend.warnings].sort(
    (a, b) => (b.code === "unsurveyed") - (a.code === "unsurveyed"),
  );
  const closures = legend.closures ?? [];
  if (first.length === 0 && closures.length === 0) return null;
  const said = first.map(({ code, text }) =>
    h("li", { class: `warning warning-${code}`, lang: foreign(legend.lang) }, text),
  );
  return section(
    "warnings",
    words.warnings,
    h("ul", { class: "warning-list" }, said),
    closures.length > 0 && [h("h3", {}, words.closures), closuresOf(closures)],
  );
}

function storyOf(legend) {
  return section(
    "story",
    words.story,
    h("div", { class: "prose", lang: foreign(legend.lang) }, render(legend.story)),
  );
}

function practicalOf(legend) {
  const { practical, access, audience } = legend;
  const rows = [
    [words.audience, audience?.advice],
    ...["parking", "toilets", "water", "way_back"].map((key) => [
      words[key],
      answer(practical[key]),
    ]),
    [
      words.ascent_m,
      practical.ascent_m === null || practical.ascent_m === undefined
        ? null
        : words.metres(practical.ascent_m),
    ],
    [words.wheelchair, words.ability[access.wheelchair]],
    [words.stroller, words.ability[access.stroller]],
    [words.access_notes, access.notes],
  ];
  const terms = rows
    .filter(([, text]) => text)
    .map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)));
  return section("practical", words.practical, h("dl", { class: "practical" }, terms));
}

const LARGE_SCREEN = "(min-width: 60.01rem)";

/** On a large screen: the way to a phone, where the server knows an address that phones reach. */
function handOver(legend) {
  const block = section("hand-over", words.on_your_phone, h("p", {}, words.qr_note));
  block.hidden = true;
  if (matchMedia(LARGE_SCREEN).matches) {
    const code = h("img", { alt: words.qr_alt(legend.title), width: 200, height: 200 });
    code.addEventListener("load", () => {
      block.append(code);
      block.hidden = false;
    });
    code.src = `/legends/${encodeURIComponent(legend.slug)}/qr.svg`;
  }
  return block;
}

function answer(value) {
  if (value === true) return words.yes;
  return value === false ? words.no : value;
}

function trailOf(legend, map) {
  const index = legend.stops.map((stop) =>
    h("li", {}, h("a", { href: `#stop-${stop.slug}` }, stop.title)),
  );
  const base = `/v1/legends/${encodeURIComponent(legend.slug)}/trail`;
  const files = [
    ["GPX", "gpx"],
    ["GeoJSON", "geojson"],
  ].map(([name, suffix]) =>
    h(
      "a",
      { href: `${base}.${suffix}?lang=${lang}`, download: true, class: "button button-quiet" },
      name,
    ),
  );
  return section(
    "trail",
    words.trail,
    h(
      "div",
      { class: "trail" },
      h(
        "div",
        { class: "trail-map" },
        map.element,
        h("p", { class: "map-note" }, words.route[legend.route_status]),
      ),
      h("ol", { class: "trail-index", lang: foreign(legend.lang) }, index),
    ),
    h("p", { class: "buttons" }, h("span", {}, words.download), files),
  );
}

function rightsOf(legend) {
  const { text_author: author, licence, sources } = legend.rights;
  const listed = sources.map((source) => {
    const href = source.url && safeAddress(source.url);
    return h("li", {}, href ? outside(href, source.title) : source.title);
  });
  const provisional = legend.text_status === "provisional" && `${words.provisional_text}.`;
  return section(
    "rights",
    words.sources,
    h("p", {}, words.rights(author, licence), " ", provisional),
    h("ul", {}, listed),
  );
}

function section(name, title, ...children) {
  return h(
    "section",
    { class: `block block-${name}`, "aria-labelledby": `${name}-title` },
    h("h2", { id: `${name}-title` }, title),
    children,
  );
}
