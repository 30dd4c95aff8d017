/** Where the facts of a legend were read: a list that grows and shrinks by one. */

import { field, form, guard, quiet } from "./bureau_fields.js";
import { words } from "./bureau_draft_strings.js";
import { titleOf } from "./bureau_part.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";

const MAX_KEY = 40;

/**
 * The list, and a form for one more.
 * @param {Part} part the legend
 * @param {Set<string>} unsaved
 * @param {() => void} saved
 */
export function sourcesOf(part, unsaved, saved) {
  const list = h("ul", { class: "sources-list" });
  const problem = problemPlace();
  const attempt = oneAtATime(problem, list);

  async function keep(changed) {
    await part.change(({ rights }) => ({ rights: { sources: changed(rights.sources) } }));
    saved();
  }

  async function remove(key) {
    const named = part.document.stops.filter(({ site }) => site.source === key).map(titleOf);
    if (named.length > 0 && !confirm(words.source_named(named.join(", ")))) return;
    await keep((known) => known.filter((other) => other.key !== key));
  }

  function draw() {
    const { sources } = part.document.rights;
    replace(
      list,
      sources.map(({ key, title, url }) =>
        h(
          "li",
          {},
          h("p", {}, title),
          url && h("p", { class: "note" }, url),
          quiet(words.remove_source, () => attempt(() => remove(key))),
        ),
      ),
    );
  }

  const title = field("source/title", words.source_title, { autocapitalize: "sentences" });
  const url = field("source/url", words.source_url, { type: "url", required: false });
  const { element } = form({
    fields: [title, url],
    submit: words.add_source,
    send: async () => {
      const said = { title: title.input.value.trim(), url: url.input.value.trim() || null };
      await keep((known) => [...known, { key: newKey(said.title, known), ...said }]);
      if (title.input.value.trim() === said.title) title.input.value = url.input.value = "";
      look();
    },
  });
  const look = guard(element, [title, url], "source", unsaved);
  draw();
  part.whenRead(draw);
  return h("div", {}, h("p", { class: "note" }, words.sources_how), list, problem, element);
}

/** A short name for a source that no other of the legend has. */
export function newKey(title, known) {
  const plain = title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_KEY)
    .replace(/^-+|-+$/g, "");
  const stem = plain || "source";
  const taken = new Set(known.map(({ key }) => key));
  let key = stem;
  for (let number = 2; taken.has(key); number++) key = `${stem}-${number}`;
  return key;
}
