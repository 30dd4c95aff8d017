/** Puts a medium into a draft: the voice of a stop, one of its pictures, or a legend's cover. */

import { call, Refused, send } from "./bureau_api.js";
import { sentence } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { lang } from "./bureau_strings.js";
import { h, replace } from "./dom.js";

const MOST_LEGENDS = 200;

/**
 * The section that offers the drafts that somebody may write.
 * @param {{asset: object}} held
 * @param {{placed: () => Promise<void>, mayLeave: () => boolean}} page `placed` is called once it
 *   is in its place, and shows the page anew: only when nothing on it waits to be saved
 */
export async function placingOf(held, { placed, mayLeave }) {
  const { items } = await call("GET", `/legends?limit=${MOST_LEGENDS}`);
  if (items.length === 0) return h("p", { class: "note" }, words.no_draft);
  const legends = choice("legend", words.legend, items.map(({ slug, title }) => [slug, title || slug]));
  const stops = choice("stop", words.stop, []);
  const spoken = choice("lang", words.spoken, Object.entries(words.spoken_in));
  spoken.select.value = held.asset.lang ?? lang;
  const problem = h("p", { class: "form-problem", role: "alert" });

  async function attempt(deed) {
    problem.textContent = "";
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const details = error.errors.map(({ detail }) => detail);
      problem.textContent = [sentence(error), ...details].join(" ");
    }
  }

  async function listStops() {
    const legend = await call("GET", `/legends/${legends.select.value}`);
    const named = legend.stops.map(({ slug, texts }) => [slug, titleOf(texts) || slug]);
    replace(stops.select, named.map(optionOf));
    stops.element.hidden = named.length === 0;
  }

  const put = (name, path, patchOf) =>
    h(
      "button",
      {
        type: "button",
        class: "button button-quiet",
        click: () => {
          if (mayLeave()) attempt(() => change(path(), patchOf).then(placed));
          else problem.textContent = words.save_first;
        },
      },
      name,
    );
  const atLegend = () => `/legends/${legends.select.value}`;
  const atStop = () => `${atLegend()}/stops/${stops.select.value}`;
  const isSound = held.asset.kind === "audio";
  const buttons = isSound
    ? [put(words.as_voice, atStop, () => asVoice(held.asset, spoken.select.value))]
    : [
        put(words.as_picture, atStop, (stop) => asPicture(held.asset, stop)),
        put(words.as_cover, atLegend, (legend) => asCover(held.asset, legend)),
      ];
  legends.select.addEventListener("change", () => attempt(listStops));
  await attempt(listStops);
  return h(
    "section",
    { class: "placing" },
    h("h2", {}, words.use_it),
    h("p", { class: "note" }, isSound ? words.use_voice_how : words.use_picture_how),
    legends.element,
    stops.element,
    isSound && spoken.element,
    problem,
    h("div", { class: "buttons" }, buttons),
  );
}

/** Reads a part of a draft and sends what is to change of it: a merge patch (RFC 7396). */
async function change(path, patchOf) {
  const answer = await send("GET", path);
  const patch = patchOf(await answer.json());
  await send("PATCH", path, {
    headers: { "Content-Type": "application/json", "If-Match": answer.headers.get("ETag") },
    body: JSON.stringify(patch),
  });
}

function asVoice({ id }, spoken) {
  return { narration: { [spoken]: { file: id, voice: "human", captions: null } } };
}

/** After the pictures of the stop, with its words in every language that the stop has. */
function asPicture(asset, stop) {
  const count = stop.illustrations.length;
  const texts = Object.entries(stop.texts).map(([name, { illustrations }]) => {
    const before = Array.from({ length: count }, (_, at) => illustrations[at] ?? { alt: "" });
    const { alt, credit } = asset;
    return [name, { illustrations: [...before, { alt: alt[name] ?? "", credit: credit || null }] }];
  });
  return {
    illustrations: [...stop.illustrations, { file: asset.id, licence: asset.licence || null }],
    texts: Object.fromEntries(texts),
  };
}

function asCover(asset, legend) {
  const texts = Object.keys(legend.texts).map((name) => [
    name,
    { cover_alt: asset.alt[name] || null },
  ]);
  return {
    cover: { file: asset.id, credit: asset.credit || null, licence: asset.licence || null, focal: null },
    texts: Object.fromEntries(texts),
  };
}

function titleOf(texts) {
  return texts[lang]?.title ?? texts.fr?.title ?? "";
}

function choice(name, label, options) {
  const select = h("select", { id: `place-${name}` }, options.map(optionOf));
  const element = h("div", { class: "field" }, h("label", { for: select.id }, label), select);
  return { select, element };
}

function optionOf([value, text]) {
  return h("option", { value }, text);
}
