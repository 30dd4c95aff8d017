/** The pictures of a stop with their words, and its recordings; they are brought on another page. */

import { Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { field, form, quiet } from "./bureau_fields.js";
import { LANGUAGES } from "./bureau_part.js";
import { pageAt, words as deskWords } from "./bureau_strings.js";
import { checkSaved, oneAtATime, problemPlace } from "./bureau_telling.js";
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
      checkSaved(page.unsaved);
      await part.change(patchOf);
      page.again();
    });
  const pictures = illustrations.map((_, at) => {
    const which = nameOf(illustrations, at);
    return h(
      "li",
      {},
      h("p", {}, texts.fr?.illustrations[at]?.alt || words.no_alt(at + 1)),
      LANGUAGES.filter((lang) => texts[lang]).map((lang) => altOf(part, which, lang, page.unsaved)),
      quiet(words.remove_picture, () => attempt((stop) => without(stop, which))),
    );
  });
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

/** What a picture is known by: its file, and which of several of that file it is. */
function nameOf(illustrations, at) {
  const { file } = illustrations[at];
  return { file, nth: illustrations.slice(0, at).filter((each) => each.file === file).length };
}

/** Where a picture stands now; somebody else may have taken another off meanwhile. */
function placeIn({ illustrations }, { file, nth }) {
  const places = illustrations.flatMap((each, at) => (each.file === file ? [at] : []));
  if (places[nth] === undefined) throw new Refused("gone", { detail: words.picture_gone });
  return places[nth];
}

function saidOf(stop, which, lang) {
  return stop.texts[lang]?.illustrations[placeIn(stop, which)]?.alt ?? "";
}

/** The same stop with other words for a picture in a language, as a merge patch. */
function told(stop, which, lang, said) {
  const at = placeIn(stop, which);
  if (stop.texts[lang] === undefined) throw new Refused("gone", { detail: words.picture_gone });
  const { illustrations } = stop.texts[lang];
  const all = stop.illustrations.map((_, each) => illustrations[each] ?? { alt: "" });
  all[at] = { ...all[at], alt: said };
  return { texts: { [lang]: { illustrations: all } } };
}

function altOf(part, which, lang, unsaved) {
  const name = `texts/${lang}/illustrations/${which.file}/${which.nth}/alt`;
  let before = saidOf(part.document, which, lang);
  const options = { prose: true, required: false, lang, value: before };
  const alt = field(name, words.alt_in[lang], options);
  const status = h("p", { class: "status", role: "status" });
  const { element } = form({
    fields: [alt],
    submit: words.save,
    send: async () => {
      status.textContent = "";
      const sent = alt.input.value;
      await part.change((stop) => told(stop, which, lang, sent.trim()));
      before = sent;
      if (alt.input.value !== sent) return; // written on meanwhile
      unsaved.delete(name);
      status.textContent = words.saved;
    },
  });
  part.whenRead(({ by }) => {
    if (by !== null) return;
    let now = "";
    try {
      now = saidOf(part.document, which, lang);
    } catch {
      return; // taken off by somebody: told when it is saved
    }
    if (alt.input.value === before) alt.input.value = now;
    else if (now !== before) alt.tell(deskWords.somebody_wrote(now));
    before = now;
  });
  element.addEventListener("input", () => {
    unsaved.add(name);
    status.textContent = words.not_saved;
  });
  return h("div", {}, element, status);
}

/** The stop without one of its pictures, and without the words of that picture. */
function without(stop, which) {
  const at = placeIn(stop, which);
  const said = Object.entries(stop.texts).map(([lang, text]) => [
    lang,
    { illustrations: text.illustrations.filter((_, place) => place !== at) },
  ]);
  return {
    illustrations: stop.illustrations.filter((_, place) => place !== at),
    texts: Object.fromEntries(said),
  };
}
