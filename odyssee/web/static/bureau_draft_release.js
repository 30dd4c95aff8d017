/** Where a legend stands, and the next steps: check, review, publication, preview, withdrawal. */

import { call, Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { closed, field, form, quiet } from "./bureau_fields.js";
import { Part, titleOf } from "./bureau_part.js";
import { filling, oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";
import { day } from "./format.js";

const PUBLISHERS = ["publisher", "admin"];
const ASKED_EVERY_MS = 1000;
const CHANGED = new Set(["stale", "changed_since_submitted"]);

/**
 * The section; its `changed` is to be called when the draft has changed.
 * @param {Part} part the legend
 * @param {string} slug
 * @param {object} me
 */
export function releaseOf(part, slug, me) {
  return new Release(part, slug, PUBLISHERS.includes(me.role));
}

class Release {
  #part;
  #slug;
  #publishes;
  #standing = null;
  #state = h("p", { class: "standing", role: "status" });
  #found = h("div", {});
  #problem = problemPlace();
  #attempt;
  #buttons = h("div", { class: "buttons" });
  #steps = h("div", {});

  constructor(part, slug, publishes) {
    this.#part = part;
    this.#slug = slug;
    this.#publishes = publishes;
    replace(this.#steps, this.#buttons, this.#reviewing(), this.#publishing());
    this.#attempt = oneAtATime(this.#problem, this.#steps);
    const shown = filling(async () => {
      await this.#refresh();
      return [this.#state, this.#problem, this.#found, this.#steps];
    });
    this.element = h("section", { class: "release" }, h("h2", {}, words.standing), shown);
  }

  /** Tells anew where the legend stands; what was written for a review stays. */
  changed() {
    this.#attempt(async () => {
      await this.#part.read();
      await this.#refresh();
    });
  }

  /**
   * Sends what names the draft that is on the page. Where it has another tag by now but says the
   * same, since a voice has spoken it meanwhile, it is sent once more.
   * @param {(draftEtag: string) => Promise<object>} deed
   */
  async #named(deed) {
    try {
      return await deed(this.#part.draftEtag);
    } catch (error) {
      if (!(error instanceof Refused && CHANGED.has(error.code))) throw error;
      const present = new Part(this.#path);
      const document = await present.read();
      if (JSON.stringify(document) !== JSON.stringify(this.#part.document)) {
        throw new Refused("draft_changed", { detail: words.draft_changed });
      }
      return deed(present.draftEtag);
    }
  }

  get #path() {
    return `/legends/${this.#slug}`;
  }

  async #refresh() {
    const { items } = await call("GET", `/legends?${new URLSearchParams({ q: this.#slug, limit: "200" })}`);
    this.#show(items.find(({ slug }) => slug === this.#slug) ?? null);
  }

  #show(standing) {
    this.#standing = standing;
    if (standing === null) {
      replace(this.#state, words.archived);
      return;
    }
    const { state, revision, until, scheduled } = standing;
    const told = [
      words.states[state],
      words.meanings[state],
      revision === null ? words.nothing_read : words.revision_read(revision),
      until && words.until_day(day(until)),
      scheduled && words.scheduled_on(day(scheduled.at)),
    ];
    replace(this.#state, h("strong", {}, told[0]), ` – ${told.slice(1).filter(Boolean).join(" ")}`);
    replace(this.#buttons, this.#offers());
  }

  #offers() {
    return [
      quiet(words.check, () => this.#attempt(() => this.#check())),
      quiet(words.preview, () => this.#attempt(() => this.#preview())),
      this.#publishes &&
        this.#standing.revision !== null &&
        quiet(words.withdraw, () => this.#attempt(() => this.#withdraw())),
    ];
  }

  /** Everything that is wrong with the draft, errors first, each with a way to its place. */
  async #check() {
    const { problems } = await call("GET", `${this.#path}/check`);
    const errors = problems.filter(({ severity }) => severity === "error");
    const advice = problems.filter(({ severity }) => severity !== "error");
    replace(
      this.#found,
      problems.length === 0 && h("p", { class: "notice", role: "status" }, words.nothing_wrong),
      errors.length > 0 && h("h3", {}, words.errors(errors.length)),
      this.#listOf(errors),
      advice.length > 0 && h("h3", {}, words.advice(advice.length)),
      this.#listOf(advice),
    );
    return problems;
  }

  #listOf(problems) {
    if (problems.length === 0) return null;
    return h(
      "ul",
      { class: "checked" },
      problems.map(({ where, text }) => h("li", {}, this.#wayTo(where), words.told_of(text))),
    );
  }

  /** The place that is meant, in the words of this page; a stop is a way to it. */
  #wayTo(where) {
    const keys = where.split("/");
    const stop = keys[0] === "stops" ? this.#part.document.stops[Number(keys[1])] : undefined;
    if (stop === undefined) return placeName(keys);
    const way = h("a", { href: `#${this.#slug}/${stop.slug}` }, titleOf(stop));
    const inside = placeName(keys.slice(2));
    return inside === "" ? way : [way, ", ", inside];
  }

  async #preview() {
    const { url, expires_at: ends } = await call("POST", `${this.#path}/preview`, {});
    const link = h("a", { href: url, target: "_blank", rel: "noreferrer" }, words.open_preview);
    replace(this.#found, h("p", { class: "notice", role: "status" }, link, ` ${words.preview_until(day(ends))}`));
  }

  async #withdraw() {
    const reason = prompt(words.withdraw_why);
    if (reason === null) return;
    await call("DELETE", `${this.#path}/publication?${new URLSearchParams({ reason })}`);
    await this.#refresh();
  }

  #reviewing() {
    const comment = field("comment", words.comment, { prose: true, required: false, maxlength: "2000" });
    const review = async (action) => {
      const told = comment.input.value.trim();
      const path = `${this.#path}/review`;
      const standing = await this.#named((draft_etag) =>
        call("POST", path, { action, comment: told, draft_etag }),
      );
      this.#show(standing);
      if (comment.input.value.trim() === told) comment.input.value = "";
    };
    const others = this.#publishes
      ? [
          quiet(words.approve, () => this.#attempt(() => review("approve"))),
          quiet(words.request_changes, () => this.#attempt(() => review("request_changes"))),
        ]
      : [];
    const { element } = form({
      fields: [comment],
      submit: words.submit_draft,
      others,
      send: () => review("submit"),
    });
    return closed(words.reviewing, element);
  }

  #publishing() {
    if (!this.#publishes) return null;
    const at = field("at", words.publish_at, { type: "datetime-local", required: false, hint: words.publish_at_hint });
    const until = field("until", words.publish_until, { type: "datetime-local", required: false });
    const reason = field("reason", words.publish_reason, { required: false, maxlength: "500", hint: words.publish_reason_hint });
    const accepts = h("input", { type: "checkbox", id: "accepts" });
    const { element } = form({
      fields: [at, until, reason],
      submit: words.publish,
      send: () => this.#publish({ at, until, reason, accepts: accepts.checked }),
    });
    element.prepend(h("label", { class: "choice", for: "accepts" }, accepts, h("span", {}, words.accept_advice)));
    return closed(words.publishing, h("p", { class: "note" }, words.publishing_how), element);
  }

  async #publish({ at, until, reason, accepts }) {
    const found = await this.#check();
    const advice = found.filter(({ severity }) => severity !== "error").map(({ code }) => code);
    const wish = {
      at: instant(at.input.value),
      until: instant(until.input.value),
      reason: reason.input.value.trim(),
      accept_advice: accepts ? [...new Set(advice)] : [],
    };
    const path = `${this.#path}/publication`;
    const ordered = await this.#named((draft_etag) => call("POST", path, { ...wish, draft_etag }));
    await this.#refresh();
    if (ordered.job !== null && ordered.state === "building") await this.#follow(ordered.job);
  }

  /** Waits until the pack is built, so that what visitors read is told when they read it. */
  async #follow(job) {
    const bar = h("progress", { max: "1", "aria-label": words.building });
    replace(this.#found, h("p", { class: "notice", role: "status" }, words.building), bar);
    for (;;) {
      await new Promise((done) => setTimeout(done, ASKED_EVERY_MS));
      if (!this.element.isConnected) return;
      const { state, progress, reason } = await call("GET", `/jobs/${job}`);
      if (progress > 0) bar.value = progress;
      if (state === "done") break;
      if (state === "failed") throw new Refused("failed", { detail: reason?.text ?? "" });
    }
    replace(this.#found, h("p", { class: "notice", role: "status" }, words.is_published));
    await this.#refresh();
  }
}

/** `texts/fr/summary` as “Résumé (fr)”; what has no name here keeps its own. */
function placeName(keys) {
  const [first, second, ...others] = keys;
  if (first !== "texts") return words.places[keys.slice(0, 2).join("/")] ?? words.places[first] ?? keys.join("/");
  const key = others[0] ?? "texts";
  return `${words.places[key] ?? key} (${second})`.trim();
}

/** What somebody wrote in their own time, as an instant; null for nothing. */
function instant(written) {
  return written === "" ? null : new Date(written).toISOString();
}
