/** Where a legend stands, and the next steps: check, review, publication, preview, withdrawal. */

import { call, Refused } from "./bureau_api.js";
import { checkedOf } from "./bureau_draft_check.js";
import { Seen } from "./bureau_draft_seen.js";
import { words } from "./bureau_draft_strings.js";
import { closed, field, form, guard, quiet } from "./bureau_fields.js";
import { publishes } from "./bureau_part.js";
import { checkSaved, filling, oneAtATime, problemPlace } from "./bureau_telling.js";
import { h, replace } from "./dom.js";
import { moment } from "./format.js";

const OWN_FORMS = ["review", "publication"];
const ASKED_EVERY_MS = 1000;
const PASSING = new Set(["offline", "unavailable"]);

/**
 * The section; its `changed` is to be called when the draft has changed.
 * @param {Part} part the legend
 * @param {string} slug
 * @param {Page} page
 * @param {object} me
 */
export function releaseOf(part, slug, page, me) {
  return new Release(part, slug, page, publishes(me));
}

class Release {
  #part;
  #seen;
  #slug;
  #page;
  #publishes;
  /** The advice that stands on the page, its places and codes; null before the first check. */
  #advised = null;
  #state = h("p", { class: "standing", role: "status" });
  #found = h("div", {});
  #problem = problemPlace();
  #buttons = h("div", { class: "buttons" });
  #steps = h("div", {});
  #attempt;

  constructor(part, slug, page, publishes) {
    this.#part = part;
    this.#seen = new Seen(part);
    this.#slug = slug;
    this.#page = page;
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
    // Where this cannot be asked, what stands there is old, and nothing else is wrong.
    this.#refresh().catch(() => null);
  }

  async #refresh() {
    const asked = new URLSearchParams({ q: this.#slug, limit: "200" });
    const { items } = await call("GET", `/legends?${asked}`);
    this.#show(items.find(({ slug }) => slug === this.#slug) ?? null);
  }

  #show(standing) {
    if (standing === null) {
      replace(this.#state, words.archived);
      return;
    }
    const { state, revision, until, scheduled } = standing;
    const told = [
      words.meanings[state],
      revision === null ? words.nothing_read : words.revision_read(revision),
      until && words.until_day(moment(until)),
      scheduled && words.scheduled_on(moment(scheduled.at)),
    ];
    const name = h("strong", {}, words.states[state]);
    replace(this.#state, name, ` – ${told.filter(Boolean).join(" ")}`);
    replace(this.#buttons, this.#offers(standing));
  }

  #offers({ revision, scheduled }) {
    const offer = (name, deed) => quiet(name, () => this.#attempt(deed));
    return [
      offer(words.check, () => this.#check()),
      offer(words.preview, () => this.#preview()),
      this.#publishes && scheduled && offer(words.cancel, () => this.#withdraw("scheduled=true")),
      this.#publishes && revision !== null && offer(words.withdraw, () => this.#withdraw("")),
    ];
  }

  async #check() {
    const { problems } = await call("GET", `/legends/${this.#slug}/check`);
    replace(this.#found, checkedOf(problems, this.#part.document));
    const advice = problems.filter(({ severity }) => severity !== "error");
    this.#advised = new Map(advice.map(({ where, code }) => [`${where} ${code}`, code]));
  }

  async #preview() {
    const { url, expires_at: ends } = await call("POST", `/legends/${this.#slug}/preview`, {});
    const way = { href: url, target: "_blank", rel: "noreferrer" };
    const link = h("a", way, words.open_preview);
    this.#say(link, ` ${words.preview_until(moment(ends))}`);
  }

  #say(...told) {
    replace(this.#found, h("p", { class: "notice", role: "status" }, told));
    this.#advised = null;
  }

  async #withdraw(which) {
    const reason = prompt(which === "" ? words.withdraw_why : words.cancel_why);
    if (reason === null) return;
    const asked = new URLSearchParams(which);
    asked.set("reason", reason);
    await call("DELETE", `/legends/${this.#slug}/publication?${asked}`);
    await this.#refresh();
  }

  #reviewing() {
    const remark = { prose: true, required: false, maxlength: "2000" };
    const comment = field("comment", words.comment, remark);
    const review = async (action) => {
      checkSaved(this.#page.unsaved, OWN_FORMS);
      const told = comment.input.value.trim();
      if (action === "request_changes" && told === "") {
        comment.tell(words.say_why);
        comment.input.focus();
        return;
      }
      const path = `/legends/${this.#slug}/review`;
      const standing = await this.#seen.named((draft_etag) =>
        call("POST", path, { action, comment: told, draft_etag }),
      );
      if (comment.input.value.trim() === told) comment.input.value = "";
      look();
      this.#show(standing);
    };
    const answers = ["approve", "request_changes"].map((action) =>
      quiet(words[action], () => this.#attempt(() => review(action))),
    );
    const { element } = form({
      fields: [comment],
      submit: words.submit_draft,
      others: this.#publishes ? answers : [],
      send: () => review("submit"),
    });
    const look = guard(element, [comment], "review", this.#page.unsaved);
    return closed(words.reviewing, element);
  }

  #publishing() {
    if (!this.#publishes) return null;
    const day = { type: "datetime-local", required: false };
    const at = field("at", words.publish_at, { ...day, hint: words.publish_at_hint });
    const until = field("until", words.publish_until, day);
    const reason = field("reason", words.publish_reason, {
      required: false,
      maxlength: "500",
      hint: words.publish_reason_hint,
    });
    const fields = [at, until, reason];
    const accepts = h("input", { type: "checkbox", id: "accepts" });
    const { element } = form({
      fields,
      submit: words.publish,
      send: async () => {
        const wish = {
          at: instant(at.input.value),
          until: instant(until.input.value),
          reason: reason.input.value.trim(),
        };
        if (!(await this.#publish(wish, accepts.checked))) return;
        for (const { input } of fields) input.value = "";
        accepts.checked = false;
        look();
      },
    });
    const label = h("span", {}, words.accept_advice);
    element.prepend(h("label", { class: "choice", for: "accepts" }, accepts, label));
    const look = guard(element, fields, "publication", this.#page.unsaved);
    return closed(words.publishing, h("p", { class: "note" }, words.publishing_how), element);
  }

  /** Whether it was ordered: only advice that stood on the page before is passed over. */
  async #publish(wish, accepts) {
    checkSaved(this.#page.unsaved, OWN_FORMS);
    const read = this.#advised;
    await this.#check();
    const isNew = [...this.#advised.keys()].some((one) => !read?.has(one));
    if (accepts && isNew) throw new Refused("new_advice", { detail: words.new_advice });
    const path = `/legends/${this.#slug}/publication`;
    const accept_advice = accepts ? [...new Set(this.#advised.values())] : [];
    const order = (draft_etag) => call("POST", path, { ...wish, draft_etag, accept_advice });
    const ordered = await this.#seen.named(order).catch((error) => {
      if (error.code !== "not_publishable") throw error;
      throw new Refused("not_publishable", { detail: words.not_publishable });
    });
    this.#told(ordered, wish);
    return true;
  }

  async #told({ job, state }, { at }) {
    await this.#refresh().catch(() => null);
    if (state === "scheduled") this.#say(words.is_scheduled(moment(at)));
    else if (job === null) this.#say(words.is_published);
    else await this.#follow(job);
  }

  /** Waits until the pack is built, so that what visitors read is told when they read it. */
  async #follow(job) {
    const bar = h("progress", { max: "1", "aria-label": words.building });
    this.#say(words.building, bar);
    for (let state = ""; state !== "done"; ) {
      await new Promise((done) => setTimeout(done, ASKED_EVERY_MS));
      if (!bar.isConnected) return;
      try {
        const told = await call("GET", `/jobs/${job}`);
        if (told.progress > 0) bar.value = told.progress;
        ({ state } = told);
        if (state === "failed") throw new Refused("failed", { detail: told.reason?.text ?? "" });
      } catch (error) {
        if (PASSING.has(error.code)) continue;
        this.#say(error.detail || words.build_unknown);
        return;
      }
    }
    this.#say(words.is_published);
    await this.#refresh().catch(() => null);
  }
}

/** What somebody wrote in their own time, as an instant; null for nothing. */
function instant(written) {
  return written === "" ? null : new Date(written).toISOString();
}
