/** Takes a legend along: what it costs, how far it is, and how to give its room back. */

import { h, replace } from "./dom.js";
import { size } from "./format.js";
import { mediaShown } from "./pictures.js";
import { lang, words } from "./strings.js";

const said = words.offline;
const LOADER = new URL("./packs/loader.js", import.meta.url).href;

export class OfflinePanel {
  #legend;
  #onTaken;
  #packs = null;
  #body = h("div");
  #status = h("p", { class: "status", role: "status" });
  #bar = h("progress", { class: "offline-progress", "aria-label": said.progress });
  #done = h("p", { class: "note" });
  #shown = "";
  #isReading = false;

  /**
   * @param {object} legend of `GET /v1/legends/{slug}`
   * @param {function()} onTaken called when the legend was taken along
   */
  constructor(legend, onTaken = () => {}) {
    this.#legend = legend;
    this.#onTaken = onTaken;
    this.element = h(
      "section",
      { class: "block block-offline", id: "offline", "aria-labelledby": "offline-title" },
      h("h2", { id: "offline-title" }, said.title),
      this.#body,
      this.#status,
    );
    this.#begin().catch(() => {}); // what cannot be opened here is offered anew
  }

  async #begin() {
    if (!isAble()) {
      replace(this.#body, h("p", {}, said.unable));
      return;
    }
    this.#show({ kind: "absent" });
    addEventListener("online", () => this.#shown === "offline" && this.#resume());
    // Nothing is opened on the device of a visitor who never took a legend along.
    if (!(await navigator.serviceWorker.getRegistration())) return;
    await this.#open();
    await this.#show(await this.#packs.state());
  }

  async #open() {
    if (this.#packs) return;
    const { Packs } = await import("./packs/index.js");
    this.#packs ??= new Packs(this.#legend.slug, (state) => this.#show(state));
  }

  async #show(state) {
    if (state.kind === "loading") {
      this.#showProgress(state);
      return;
    }
    if (state.kind === "kept" && this.#shown === "loading") this.#onTaken();
    this.#shown = state.kind === "paused" ? state.fault : state.kind;
    if (state.kind === "absent") this.#showAbsent();
    else if (state.kind === "waiting") this.#showWaiting();
    else if (state.kind === "paused") this.#showPaused(state);
    else await this.#showKept();
  }

  #draw(...children) {
    replace(this.#status);
    replace(this.#body, ...children);
  }

  #showAbsent() {
    const { languages, size_bytes: whole } = this.#legend.pack;
    const about = size(languages[lang] ?? whole);
    this.#draw(
      h("p", {}, said.intro),
      h("p", {}, button(said.begin(about), () => this.#choose(), "offline-begin")),
    );
  }

  async #choose() {
    this.#shown = "choosing";
    this.#draw(h("p", { role: "status" }, said.asking));
    try {
      await this.#open();
      const isFirst = !(await navigator.serviceWorker.getRegistration());
      const held = isFirst ? null : await this.#packs.held();
      const offer = await this.#packs.offer(isFirst);
      const able = await mediaShown(offer.mediaTypes);
      this.#showChoice(offer, able, held?.choice ?? { languages: [lang], quality: "standard" });
    } catch (error) {
      await this.#fail(error);
    }
  }

  #showChoice(offer, able, before) {
    const form = h("form", {
      class: "offline-choice",
      submit: (event) => {
        event.preventDefault();
        this.#take(offer, choiceIn(form, able));
      },
    });
    const cost = h("p", { class: "offline-cost", role: "status" });
    const qualities = ["standard", "light"].map((quality) => {
      const label = h("span");
      const input = radio(quality, before.quality === quality);
      return { quality, label, element: h("label", { class: "choice" }, input, label) };
    });
    const submit = h("button", { type: "submit", class: "button" }, said.fetch);
    const tell = () => {
      const choice = choiceIn(form, able);
      for (const { quality, label } of qualities) {
        const { totalBytes } = offer.costOf({ ...choice, quality });
        replace(label, said[quality](size(totalBytes)));
      }
      const { missingBytes } = offer.costOf(choice);
      const none = choice.languages.length === 0;
      submit.disabled = none;
      const needed = missingBytes > 0 ? said.cost(size(missingBytes)) : said.nothing_to_fetch;
      replace(cost, none ? said.choose_language : needed);
    };
    form.append(
      languagesOf(offer, before.languages),
      h("fieldset", {}, h("legend", {}, said.quality), ...qualities.map((made) => made.element)),
      cost,
      h("p", { class: "buttons" }, submit, quiet(said.not_now, () => this.#refresh())),
    );
    form.addEventListener("change", tell);
    tell();
    this.#draw(form);
    form.querySelector("input").focus({ preventScroll: true });
  }

  async #take(offer, choice) {
    this.#showProgress({ doneBytes: 0, totalBytes: offer.costOf(choice).totalBytes });
    try {
      navigator.storage.persist().catch(() => {}); // some browsers ask the visitor
      const { seenIn } = await import("./packs/index.js");
      const seen = seenIn(this.#legend, lang);
      await this.#packs.take({ choice, seen, manifest: offer.manifest }, LOADER);
    } catch {
      await this.#refresh();
      replace(this.#status, said.faults.no_worker);
    }
  }

  async #resume() {
    const choice = await this.#packs.wanted();
    if (!choice) {
      await this.#refresh();
      return;
    }
    this.#shown = "loading";
    const { seenIn } = await import("./packs/index.js");
    await this.#packs.take({ choice, seen: seenIn(this.#legend, lang) }, LOADER).catch(() => {
      replace(this.#status, said.faults.no_worker);
    });
  }

  #showProgress({ doneBytes, totalBytes }) {
    this.#bar.max = Math.max(1, totalBytes);
    this.#bar.value = doneBytes;
    replace(this.#done, said.done_of(size(doneBytes), size(totalBytes)));
    if (this.#shown === "loading" && this.#bar.isConnected) return;
    this.#shown = "loading";
    this.#draw(
      this.#bar,
      this.#done,
      h(
        "p",
        { class: "buttons" },
        button(said.pause, () => this.#packs.pause(), "offline-pause"),
        quiet(said.give_up, () => this.#leave("cancel")),
      ),
    );
  }

  #showWaiting() {
    this.#draw(
      h("p", { role: "status" }, said.waiting),
      h(
        "p",
        { class: "buttons" },
        quiet(said.give_up, () => this.#leave("cancel")),
      ),
    );
  }

  #showPaused({ fault, lackBytes, doneBytes, totalBytes }) {
    const sentence = said.faults[fault];
    this.#bar.max = Math.max(1, totalBytes);
    this.#bar.value = doneBytes;
    replace(this.#done, said.done_of(size(doneBytes), size(totalBytes)));
    this.#draw(
      totalBytes > 0 && [this.#bar, this.#done],
      h(
        "p",
        { class: "buttons" },
        button(said.resume, () => this.#resume(), "offline-resume"),
        fault === "no_room" && quiet(said.change, () => this.#choose()),
        quiet(said.give_up, () => this.#leave("cancel")),
      ),
    );
    replace(
      this.#status,
      typeof sentence === "function" ? sentence(size(lackBytes)) : sentence,
    );
  }

  async #showKept() {
    const held = await this.#packs.held();
    if (!held) return;
    if (!this.#isReading) this.#packs.read(this.#legend.revision);
    this.#isReading = true;
    this.#packs.tidy().catch(() => {}); // another time
    const spoken = held.languages.map((one) => words.language[one] ?? one).join(", ");
    const isOld = held.revision < this.#legend.revision;
    const isNew = held.revision > this.#legend.revision;
    const vanishes = !(await navigator.storage.persisted().catch(() => true));
    this.#draw(
      h("p", {}, said.kept(spoken, size(held.sizeBytes))),
      isOld && h("p", { class: "offline-cost" }, said.outdated),
      isNew && h("p", { class: "offline-cost" }, said.reload),
      h(
        "p",
        { class: "buttons" },
        isOld && button(said.update, () => this.#choose(), "offline-update"),
        isNew && button(said.reload_now, () => location.reload()),
        quiet(said.change, () => this.#choose()),
        quiet(said.remove, () => this.#leave("remove"), "offline-remove"),
      ),
      vanishes && h("p", { class: "note" }, said.may_vanish),
    );
  }

  /** @param {"cancel"|"remove"} deed */
  async #leave(deed) {
    this.#draw(h("p", { role: "status" }, said.removing));
    await this.#show(await this.#packs[deed]());
  }

  async #refresh() {
    const isInUse = this.#packs && (await navigator.serviceWorker.getRegistration());
    await this.#show(isInUse ? await this.#packs.state() : { kind: "absent" });
  }

  async #fail(error) {
    await this.#refresh();
    const sentence = said.faults[error.code];
    replace(this.#status, typeof sentence === "string" ? sentence : said.faults.no_storage);
    if (!error.code) throw error;
  }
}

/** Whether this browser can keep a legend at all; without TLS none can. */
function isAble() {
  return (
    isSecureContext &&
    "serviceWorker" in navigator &&
    "locks" in navigator &&
    "getDirectory" in (navigator.storage ?? {})
  );
}

function languagesOf(offer, chosen) {
  const boxes = offer.languages.map((one) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "checkbox",
        name: "languages",
        value: one,
        checked: chosen.includes(one) || offer.languages.length === 1,
      }),
      h("span", {}, words.language[one] ?? one),
    ),
  );
  return h("fieldset", {}, h("legend", {}, said.languages), boxes);
}

function radio(quality, checked) {
  return h("input", { type: "radio", name: "quality", value: quality, checked });
}

function choiceIn(form, able) {
  const told = new FormData(form);
  return { languages: told.getAll("languages"), quality: told.get("quality"), able };
}

function button(text, click, id) {
  return h("button", { type: "button", class: "button", id, click }, text);
}

function quiet(text, click, id) {
  return h("button", { type: "button", class: "button button-quiet", id, click }, text);
}
