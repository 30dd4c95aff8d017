/** What a legend is in a few words: on its card and at the head of its page. */

import { h } from "./dom.js";
import { distance, duration } from "./format.js";
import { lang, words } from "./strings.js";

/** The `lang` attribute of a text, where it is not the page's. */
export function foreign(textLang) {
  return textLang && textLang !== lang ? textLang : null;
}

/** Duration, length, stops, age: the facts that help to choose. */
export function factsOf(legend) {
  const length = distance(legend.length_m);
  const facts = [
    duration(legend.duration_min),
    legend.length_status === "estimated" ? `${length} (${words.estimated})` : length,
    words.stops_count(legend.stop_count),
    legend.loop && words.loop,
    words.difficulty[legend.difficulty],
    legend.audience?.min_age > 0 && words.from_age(legend.audience.min_age),
  ];
  return h(
    "ul",
    { class: "facts" },
    facts.filter(Boolean).map((fact) => h("li", {}, fact)),
  );
}

/** What is not certain or not open, said before anything else. */
export function badges(legend) {
  const said = [
    legend.open === false && ["closed", words.closed],
    legend.site_status === "provisional" && ["site", words.provisional_site],
  ].filter(Boolean);
  if (said.length === 0) return null;
  return h(
    "ul",
    { class: "badges" },
    said.map(([kind, text]) => h("li", { class: `badge badge-${kind}` }, text)),
  );
}
