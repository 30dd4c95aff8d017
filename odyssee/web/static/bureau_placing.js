/** Puts a medium into a draft: the voice of a stop, one of its pictures, or a legend's cover. */

import { call, callAll } from "./bureau_api.js";
import { choice, quiet } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { Part, titleOf } from "./bureau_part.js";
import { lang } from "./bureau_strings.js";
import { checkSaved, filling, oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";

/**
 * The section that offers the drafts that somebody may write.
 * @param {Held} held
 * @param {(said: string) => void} placed shows the page anew, once it is in its place
 */
export function placingOf(held, placed) {
  return h(
    "section",
    { class: "placing" },
    h("h2", {}, words.use_it),
    filling(async () => {
      const told = await callAll("/legends");
      const legends = told.map(({ slug, title }) => [slug, title || slug]);
      if (legends.length === 0) return h("p", { class: "note" }, words.no_draft);
      return new Placing(held, placed, legends).element;
    }),
  );
}

class Placing {
  #held;
  #legends;
  #stops = choice("place-stop", words.stop, [], "");
  #spoken;
  #none = h("p", { class: "note" }, words.no_stop);
  #problem = problemPlace();
  #atStop;
  #attempt;
  #listing = oneAtATime(this.#problem);
  #placed;

  constructor(held, placed, legends) {
    this.#held = held;
    this.#placed = placed;
    const isSound = held.asset.kind === "audio";
    this.#legends = choice("place-legend", words.legend, legends, legends[0][0]);
    this.#spoken = choice("place-lang", words.spoken, Object.entries(words.spoken_in), held.asset.lang ?? lang);
    this.#legends.input.addEventListener("change", () => this.#listStops());
    this.#atStop = isSound
      ? quiet(words.as_voice, () => this.#put(this.#stopPath, () => this.#asVoice()))
      : quiet(words.as_picture, () => this.#put(this.#stopPath, (stop) => asPicture(held.asset, stop)));
    const cover = quiet(words.as_cover, () => this.#put(this.#legendPath, (told) => asCover(held.asset, told)));
    const buttons = h("div", { class: "buttons" }, this.#atStop, !isSound && cover);
    this.#attempt = oneAtATime(this.#problem, buttons);
    this.element = h(
      "div",
      {},
      h("p", { class: "note" }, isSound ? words.use_voice_how : words.use_picture_how),
      this.#legends.element,
      this.#stops.element,
      this.#none,
      isSound && this.#spoken.element,
      this.#problem,
      buttons,
    );
    this.#listStops();
  }

  get #legendPath() {
    return `/legends/${this.#legends.input.value}`;
  }

  get #stopPath() {
    return `${this.#legendPath}/stops/${this.#stops.input.value}`;
  }

  /** The stops of the chosen legend; until they are there, none can be chosen. */
  async #listStops() {
    this.#offer([]);
    this.#none.hidden = true;
    const path = this.#legendPath;
    await this.#listing(async () => {
      const { stops } = await call("GET", path);
      if (path === this.#legendPath) this.#offer(stops);
      this.#none.hidden = stops.length > 0;
    });
    if (path !== this.#legendPath) await this.#listStops();
  }

  #offer(stops) {
    replace(
      this.#stops.input,
      stops.map((stop) => h("option", { value: stop.slug }, titleOf(stop))),
    );
    this.#stops.element.hidden = this.#atStop.hidden = stops.length === 0;
  }

  #put(path, patchOf) {
    this.#attempt(async () => {
      checkSaved(this.#held.unsaved);
      const part = new Part(path);
      await part.change(patchOf(await part.read()));
      this.#placed(words.placed);
    });
  }

  #asVoice() {
    const recording = { file: this.#held.asset.id, voice: "human", captions: null };
    return { narration: { [this.#spoken.input.value]: recording } };
  }
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
  const { id: file, credit, licence } = asset;
  return {
    cover: { file, credit: credit || null, licence: licence || null, focal: null },
    texts: Object.fromEntries(texts),
  };
}
