/** Remarks on a draft, the revisions that visitors read, and the versions to go back to. */

import { call, send } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { closed, field, form, quiet } from "./bureau_fields.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { lang } from "./bureau_strings.js";
import { h, replace } from "./dom.js";

const SHOWN = 50;

/**
 * The three sections.
 * @param {Part} part the legend
 * @param {string} path
 * @param {Page} page shown anew once the draft is another
 * @param {object} me
 */
export async function pastOf(part, path, page, me) {
  const [remarks, revisions, versions] = await Promise.all(
    ["comments", "revisions", "history"].map((kind) => call("GET", `${path}/${kind}?limit=${SHOWN}`)),
  );
  const problem = problemPlace();
  const once = oneAtATime(problem);
  const attempt = (deed) =>
    once(async () => {
      if (page.unsaved.size > 0 && !confirm(words.forget_unsaved)) return;
      if (await deed()) page.again();
    });
  const open = remarks.items.filter(({ resolved }) => !resolved).length;
  return [
    problem,
    closed(words.remarks(open), remarksOf(remarks.items, path)),
    closed(words.revisions, revisionsOf(revisions.items, path, attempt, me)),
    closed(words.versions, versionsOf(versions.items, path, part, attempt)),
  ];
}

function remarksOf(items, path) {
  const list = h("ul", { class: "remarks" });
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const shown = [...items];

  async function resolve(remark) {
    const { id, resolved } = remark;
    const changed = await call("PATCH", `${path}/comments/${id}`, { resolved: !resolved });
    shown.splice(shown.indexOf(remark), 1, changed);
    draw();
  }

  function draw() {
    replace(
      list,
      shown.map((remark) =>
        h(
          "li",
          { class: remark.resolved ? "is-resolved" : null },
          h("p", {}, remark.text),
          h("p", { class: "note" }, remark.where ? `${moment(remark.created_at)} – ${remark.where}` : moment(remark.created_at)),
          quiet(remark.resolved ? words.reopen_remark : words.resolve_remark, () => attempt(() => resolve(remark))),
        ),
      ),
    );
  }

  const text = field("text", words.remark, { prose: true, maxlength: "2000" });
  const { element } = form({
    fields: [text],
    submit: words.add_remark,
    send: async () => {
      shown.push(await call("POST", `${path}/comments`, { text: text.input.value.trim() }));
      text.input.value = "";
      draw();
    },
  });
  draw();
  return h("div", {}, list, problem, element);
}

function revisionsOf(items, path, attempt, me) {
  if (items.length === 0) return h("p", { class: "note" }, words.no_revision);
  const mayRoll = ["publisher", "admin"].includes(me.role);
  const back = (revision) => async () => {
    const reason = prompt(words.rollback_why(revision));
    if (reason === null) return false;
    await call("POST", `${path}/rollback`, { revision, reason });
    return true;
  };
  return h(
    "ul",
    { class: "revisions" },
    items.map(({ revision, created_at: at, reason, state }) =>
      h(
        "li",
        {},
        h("p", {}, `${words.revision(revision)} – ${words.revision_states[state]}, ${moment(at)}`),
        reason && h("p", { class: "note" }, reason),
        mayRoll && state !== "published" && quiet(words.rollback, () => attempt(back(revision))),
      ),
    ),
  );
}

function versionsOf(items, path, part, attempt) {
  if (items.length === 0) return h("p", { class: "note" }, words.no_version);
  const undo = (version) => async () => {
    await send("POST", `${path}/undo`, {
      headers: { "Content-Type": "application/json", "If-Match": `"${part.draftEtag.replaceAll('"', "")}"` },
      body: JSON.stringify({ version }),
    });
    return true;
  };
  return h(
    "ul",
    { class: "versions" },
    items.map(({ version, part: changed, changed_at: at }) =>
      h(
        "li",
        {},
        h("p", {}, `${moment(at)} – ${words.before_change(words.parts[changed.split("/")[0]] ?? changed)}`),
        quiet(words.undo, () => attempt(undo(version))),
      ),
    ),
  );
}

function moment(instant) {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}
