/** One stop of a trail: its place, its picture, its story, its riddle. */

import { h, replace } from "./dom.js";
import { clock, day, distance } from "./format.js";
import { invitationOf } from "./invitation.js";
import { inline, render, safeAddress } from "./markdown.js";
import { picture } from "./pictures.js";
import { riddleOf } from "./riddle.js";
import { lang as pageLang, words } from "./strings.js";
import { foreign } from "./summary.js";

/**
 * A stop as an article.
 * @param {object} stop a Stop of the contract
 * @param {string} lang the language of its words
 * @param {function(string, function(string))} sayHere says "I am here" at a stop, and how that went
 * @returns {{article: HTMLElement, audio: HTMLAudioElement|null, say: function(string)}}
 */
export function stopOf(stop, lang, sayHere) {
  const status = h("p", { class: "status", role: "status" });
  const say = (text) => replace(status, text);
  const audio = stop.narration && audioOf(stop);
  const title = `stop-${stop.slug}-title`;
  const here = h(
    "button",
    { type: "button", class: "button button-quiet here", click: () => sayHere(stop.slug, say) },
    words.here,
  );
  const article = h(
    "article",
    {
      class: "stop",
      id: `stop-${stop.slug}`,
      tabindex: "-1",
      "aria-labelledby": title,
      lang: foreign(lang),
    },
    h(
      "div",
      { class: "stop-head" },
      h("p", { class: "stop-number", lang: pageLang }, words.stop(stop.position)),
      h("h3", { id: title }, stop.title),
    ),
    h("div", { class: "stop-art" }, stop.illustrations.map(figureOf)),
    stop.closures?.length > 0 && closuresOf(stop.closures),
    stop.directions && h("div", { class: "directions" }, render(stop.directions)),
    placeOf(stop),
    stop.invitation && invitationOf(stop.invitation),
    storyOf(stop, audio),
    h("div", { class: "buttons", lang: pageLang }, here),
    status,
    stop.riddle && riddleOf(stop.riddle, `riddle-${stop.slug}`),
  );
  return { article, audio, say };
}

/** Closures of a trail or a stop, with their dates. */
export function closuresOf(closures) {
  const said = closures.map((closure) =>
    h(
      "li",
      {},
      closure.text,
      ` (${words.since(day(closure.from), closure.to && day(closure.to))})`,
    ),
  );
  return h("ul", { class: "closures" }, said);
}

function placeOf(stop) {
  const said = [
    words.site[stop.site.status]?.(distance(stop.site.precision_m)),
    words.place_access[stop.place_access],
  ].filter(Boolean);
  const link = stop.opening && safeAddress(stop.opening.url);
  return h(
    "div",
    { class: `place place-${stop.site.status}`, lang: pageLang },
    h("p", {}, said.join(" ")),
    stop.opening &&
      h(
        "p",
        {},
        `${words.opening}${words.colon} `,
        inline(stop.opening.text),
        link && [" (", outside(link, words.opening_link), ")"],
      ),
  );
}

/** A link to another site. */
export function outside(href, text) {
  return h("a", { href, rel: "noopener noreferrer external" }, text);
}

function figureOf(image) {
  const art = picture(image, "(max-width: 46rem) 100vw, 44rem");
  if (!art) return null;
  const credit = image.credit && words.picture_credit(image.credit, image.licence);
  return h("figure", {}, art, credit && h("figcaption", { lang: pageLang }, credit));
}

function storyOf(stop, audio) {
  if (!audio)
    return h(
      "div",
      { class: "story" },
      h("p", { class: "note" }, words.no_audio),
      render(stop.text),
    );
  const { narration } = stop;
  const paragraphs = narration.transcript.split(/\n{2,}/).map((text) => h("p", {}, text));
  const about = [
    clock(narration.duration_s),
    narration.voice === "synthetic" && words.synthetic,
    narration.captions_status === "estimated" && words.captions_estimated,
  ];
  return h(
    "div",
    { class: "listen" },
    audio,
    h("p", { class: "voice", lang: pageLang }, about.filter(Boolean).join(" · ")),
    h(
      "details",
      {},
      h("summary", { lang: pageLang }, words.transcript),
      h("div", { class: "transcript", lang: foreign(narration.lang) }, paragraphs),
    ),
  );
}

function audioOf(stop) {
  const sources = stop.narration.renditions.map((made) =>
    h("source", {
      src: made.src,
      type: made.codecs ? `${made.type}; codecs="${made.codecs}"` : made.type,
    }),
  );
  return h(
    "audio",
    { controls: true, preload: "none", "aria-label": words.listen(stop.title) },
    sources,
  );
}
