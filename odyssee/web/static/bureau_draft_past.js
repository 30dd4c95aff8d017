/** Remarks on a draft, the revisions that visitors read, and the versions to go back to. */

import { call, callAll, Refused, send } from "./bureau_api.js";
import { wayTo } from "./bureau_draft_check.js";
import { words } from "./bureau_draft_strings.js";
import { closed, field, form, guard, quiet } from "./bureau_fields.js";
import { Part, publishes } from "./bureau_part.js";
import { checkSaved, oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";
import { moment } from "./format.js";

const SHOWN = 50;
const BRINGS_BACK = new Set(["superseded", "unpublished"]);

/**
 * The three sections.
 * @param {Part} part the legend
 * @param {Page} page shown anew once the draft is another
 * @param {object} me
 */
export async function pastOf(part, page, me) {
  const { path } = part;
  const [open, seenTo, revisions, versions] = await Promise.all([
    callAll(`${path}/comments`, { resolved: "false" }),
    call("GET", `${path}/comments?resolved=true&limit=${SHOWN}`),
    call("GET", `${path}/revisions?limit=${SHOWN}`),
    call("GET", `${path}/history?limit=${SHOWN}`),
  ]);
  const problem = problemPlace();
  const once = oneAtATime(problem);
  const attempt = (deed) =>
    once(async () => {
      checkSaved(page.unsaved);
      if (await deed()) page.again();
    });
  return [
    problem,
    closed(words.remarks(open.length), remarksOf([...open, ...seenTo.items], part, page.unsaved)),
    closed(words.revisions, revisionsOf(revisions.items, path, attempt, me)),
    closed(words.versions, versionsOf(versions.items, part, attempt)),
  ];
}

function remarksOf(shown, part, unsaved) {
  const list = h("ul", { class: "remarks" });
  const problem = problemPlace();
  const attempt = oneAtATime(problem);

  async function resolve(remark) {
    const { id, resolved } = remark;
    const changed = await call("PATCH", `${part.path}/comments/${id}`, { resolved: !resolved });
    shown.splice(shown.indexOf(remark), 1, changed);
    draw();
  }

  function lineOf(remark) {
    const { text, where, resolved, created_at: at } = remark;
    const name = resolved ? words.reopen_remark : words.resolve_remark;
    const place = where ? [" – ", wayTo(where, part.document)] : [];
    return h(
      "li",
      { class: resolved ? "is-resolved" : null },
      h("p", {}, text),
      h("p", { class: "note" }, moment(at), place),
      quiet(name, () => attempt(() => resolve(remark))),
    );
  }

  const draw = () => replace(list, shown.map(lineOf));
  const text = field("text", words.remark, { prose: true, maxlength: "2000" });
  const { element } = form({
    fields: [text],
    submit: words.add_remark,
    send: async () => {
      const said = text.input.value.trim();
      shown.push(await call("POST", `${part.path}/comments`, { text: said }));
      if (text.input.value.trim() === said) text.input.value = "";
      look();
      draw();
    },
  });
  const look = guard(element, [text], "remark", unsaved);
  draw();
  return h("div", {}, list, problem, element);
}

function revisionsOf(items, path, attempt, me) {
  if (items.length === 0) return h("p", { class: "note" }, words.no_revision);
  const mayRoll = publishes(me);
  const back = (revision) => async () => {
    const reason = prompt(words.rollback_why(revision));
    if (reason === null) return false;
    await call("POST", `${path}/rollback`, { revision, reason });
    return true;
  };
  const lines = items.map(({ revision, created_at: at, reason, state }) =>
    h(
      "li",
      {},
      h("p", {}, `${words.revision(revision)} – ${words.revision_states[state]}, ${moment(at)}`),
      reason && h("p", { class: "note" }, reason),
      mayRoll && BRINGS_BACK.has(state) && quiet(words.rollback, () => attempt(back(revision))),
    ),
  );
  return h("ul", { class: "revisions" }, lines);
}

function versionsOf(items, part, attempt) {
  if (items.length === 0) return h("p", { class: "note" }, words.no_version);
  const lines = items.map(({ version, part: changed, changed_at: at }) => {
    const what = words.parts[changed.split("/")[0]] ?? changed;
    return h(
      "li",
      {},
      h("p", {}, `${moment(at)} – ${words.before_change(what)}`),
      quiet(words.undo, () => attempt(() => undo(part, version))),
    );
  });
  return h("ul", { class: "versions" }, lines);
}

/** Goes back, where the draft still says what the page says; a voice may have spoken it meanwhile. */
async function undo(part, version) {
  const present = new Part(part.path);
  const document = await present.read();
  if (JSON.stringify(document) !== JSON.stringify(part.document)) {
    throw new Refused("draft_changed", { detail: words.draft_changed });
  }
  const tag = present.draftEtag.replaceAll('"', "");
  await send("POST", `${part.path}/undo`, {
    headers: { "Content-Type": "application/json", "If-Match": `"${tag}"` },
    body: JSON.stringify({ version }),
  });
  return true;
}
