/** What a check found, errors first, each with a way to its place. */

import { words } from "./bureau_draft_strings.js";
import { titleOf } from "./bureau_part.js";
import { h } from "./dom.js";

/**
 * The problems of a draft in the order of their weight.
 * @param {Array<{severity: string, where: string, text: string}>} problems
 * @param {object} document the legend
 */
export function checkedOf(problems, document) {
  if (problems.length === 0) {
    return h("p", { class: "notice", role: "status" }, words.nothing_wrong);
  }
  const errors = problems.filter(({ severity }) => severity === "error");
  const advice = problems.filter(({ severity }) => severity !== "error");
  return [listOf(errors, words.errors, document), listOf(advice, words.advice, document)];
}

function listOf(problems, title, document) {
  if (problems.length === 0) return [];
  const lines = problems.map(({ where, text }) =>
    h("li", {}, wayTo(where, document), words.told_of(text)),
  );
  return [
    h("h3", { role: "status" }, title(problems.length)),
    h("ul", { class: "checked" }, lines),
  ];
}

/**
 * The place that is meant, in the words of the desk's pages; a stop is a way to it.
 * @param {string} where a JSON pointer into the legend, without its first slash
 * @param {object} document the legend
 */
export function wayTo(where, document) {
  const keys = where.split("/");
  const stop = keys[0] === "stops" ? document.stops[Number(keys[1])] : undefined;
  if (stop === undefined) return placeName(keys);
  const way = h("a", { href: `#${document.slug}/${stop.slug}` }, titleOf(stop));
  const inside = keys.length > 2 ? placeName(keys.slice(2)) : "";
  return inside === "" ? way : [way, ", ", inside];
}

/** `texts/fr/summary` as “Résumé (fr)”; what has no name here keeps its own. */
function placeName(keys) {
  const [first, second, ...others] = keys;
  const { places } = words;
  if (first !== "texts") return places[`${first}/${second}`] ?? places[first] ?? keys.join("/");
  const key = others[0] ?? "texts";
  return `${places[key] ?? key} (${second})`;
}
