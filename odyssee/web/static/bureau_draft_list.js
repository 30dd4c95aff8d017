/** All legends of the office and where they stand, and a way to begin one. */

import { call } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { field, form, quiet, step, waysOf } from "./bureau_fields.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h } from "./dom.js";
import { day } from "./format.js";

const A_PAGE = 50;

/**
 * Shows the legends.
 * @param {HTMLElement} view
 * @param {Page} page
 */
export async function showDrafts(view, page) {
  const list = h("ul", { class: "drafts" });
  const problem = problemPlace();
  const none = h("p", { class: "note" }, words.no_legends);
  const state = { q: "", next: null };
  const attempt = oneAtATime(problem, list);

  async function load(cursor) {
    const { q } = state;
    const asked = new URLSearchParams({ limit: String(A_PAGE), q });
    if (cursor) asked.set("cursor", cursor);
    const { items, next } = await call("GET", `/legends?${asked}`);
    if (!cursor) list.replaceChildren();
    list.append(...items.map(lineOf));
    state.next = next;
    more.hidden = next === null;
    none.hidden = list.childElementCount > 0;
    if (q !== state.q) await load(null); // something else is looked for meanwhile
  }

  const more = quiet(words.more, () => attempt(() => load(state.next)));
  const found = field("q", words.find, { required: false, type: "search", maxlength: "100" });
  found.input.addEventListener("change", () => {
    state.q = found.input.value.trim();
    attempt(() => load(null));
  });
  await load(null);
  if (!page.isShown()) return;
  step(
    view,
    words.legends,
    waysOf("legendes"),
    found.element,
    problem,
    none,
    list,
    h("div", { class: "buttons" }, more),
    beginning(),
  );
}

function lineOf(standing) {
  const { slug, title, state, commune, revision, scheduled, open_comments: remarks } = standing;
  const told = [
    words.states[state],
    commune,
    revision !== null && words.revision_read(revision),
    scheduled && words.scheduled_on(day(scheduled.at)),
    remarks > 0 && words.open_remarks(remarks),
  ];
  return h(
    "li",
    {},
    h("a", { class: "medium-name", href: `#${slug}` }, title || slug),
    h("p", { class: "note" }, told.filter(Boolean).join(" · ")),
  );
}

function beginning() {
  const title = field("texts/fr/title", words.first_title, { maxlength: "120", autocapitalize: "sentences" });
  const { element } = form({
    fields: [title],
    submit: words.begin,
    send: async () => {
      const texts = { fr: { title: title.input.value.trim() } };
      const { slug } = await call("POST", "/legends", { texts });
      title.input.value = ""; // pressed once more, it begins no second one
      location.hash = slug;
    },
  });
  return h(
    "section",
    {},
    h("h2", {}, words.begin_title),
    h("p", { class: "note" }, words.begin_how),
    element,
  );
}
