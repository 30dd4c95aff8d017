/** The pictures of a stop with their words, and its recordings; they are brought on another page. */

import { Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { field, form, quiet } from "./bureau_fields.js";
import { LANGUAGES } from "./bureau_part.js";
import { pageAt } from "./bureau_strings.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h } from "./dom.js";

/**
 * The section.
 * @param {Part} part the stop
 * @param {Page} page shown anew once something is taken off
 */
export function mediaOf(part, page) {
  const { illustrations, narration, texts } = part.document;
  const problem = problemPlace();
  const once = oneAtATime(problem);
  const attempt = (patchOf) =>
    once(async () => {
      if (page.unsaved.size > 0) throw new Refused("save_first", { detail: words.save_first });
      await part.change(patchOf(part.document));
      page.again();
    });
  const pictures = illustrations.map(({ file }, at) =>
    h(
      "li",
      {},
      h("p", {}, texts.fr?.illustrations[at]?.alt || words.no_alt(at + 1)),
      LANGUAGES.filter((lang) => texts[lang]).map((lang) => altOf(part, file, lang, page.unsaved)),
      quiet(words.remove_picture, () => attempt((stop) => without(stop, file))),
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
  const way = h("a", { href: pageAt("medias") }, words.media_page);
  return h(
    "div",
    {},
    h("p", { class: "note" }, words.media_how, " ", way),
    problem,
    h("ul", { class: "stop-media" }, pictures, voices),
  );
}

/** Where a picture stands now; somebody else may have taken another off meanwhile. */
function placeIn({ illustrations }, file) {
  const at = illustrations.findIndex((each) => each.file === file);
  if (at < 0) throw new Refused("gone", { detail: words.picture_gone });
  return at;
}

function altOf(part, file, lang, unsaved) {
  const name = `texts/${lang}/illustrations/${file}/alt`;
  const saidBy = (stop) => stop.texts[lang].illustrations[placeIn(stop, file)]?.alt ?? "";
  const value = saidBy(part.document);
  const options = { prose: true, required: false, lang, value };
  const alt = field(name, words.alt_in[lang], options);
  const status = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields: [alt],
    submit: words.save,
    send: async () => {
      status.textContent = "";
      const sent = alt.input.value;
      const { illustrations, texts } = part.document;
      const told = illustrations.map((_, each) => texts[lang].illustrations[each] ?? { alt: "" });
      const at = placeIn(part.document, file);
      told[at] = { ...told[at], alt: sent.trim() };
      await part.change({ texts: { [lang]: { illustrations: told } } });
      if (alt.input.value !== sent) return; // written on meanwhile
      unsaved.delete(name);
      status.textContent = words.saved;
    },
  });
  element.addEventListener("input", () => {
    unsaved.add(name);
    status.textContent = words.not_saved;
  });
  return h("div", {}, element, status);
}

/** The stop without one of its pictures, and without the words of that picture. */
function without(stop, file) {
  const at = placeIn(stop, file);
  const said = Object.entries(stop.texts).map(([lang, text]) => [
    lang,
    { illustrations: text.illustrations.filter((_, place) => place !== at) },
  ]);
  return {
    illustrations: stop.illustrations.filter((_, place) => place !== at),
    texts: Object.fromEntries(said),
  };
}
