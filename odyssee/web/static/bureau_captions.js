/** The captions of a recording, corrected while it is heard. */

import { Refused, send } from "./bureau_api.js";
import { sentence } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import * as cues from "./cues.js";
import { h, replace } from "./dom.js";

/**
 * The section with the player and the captions.
 * @param {{asset: object, change: (changes: object) => Promise<void>}} held
 * @returns {Promise<{element: HTMLElement, hasChanges: () => boolean}>}
 */
export async function captionsOf(held) {
  const editor = new Editor(held, await soundOf(held.asset));
  await editor.read();
  return { element: editor.element, hasChanges: () => editor.hasChanges };
}

/** The sound whole, so that any place of it can be heard at once. */
async function soundOf(asset) {
  const audio = h("audio", { controls: true, class: "sound" });
  const playable = asset.renditions.filter(({ type, codecs }) =>
    audio.canPlayType(codecs ? `${type}; codecs="${codecs}"` : type),
  );
  const [best] = playable.sort((one, other) => other.bitrate_bps - one.bitrate_bps);
  if (best === undefined) return audio;
  const answer = await send("GET", best.src.replace(/^\/admin\/v1/, ""));
  audio.src = URL.createObjectURL(await answer.blob());
  return audio;
}

class Editor {
  hasChanges = false;
  #held;
  #audio;
  #cues = [];
  #rows = [];
  #playUntilS = Number.POSITIVE_INFINITY;
  #list = h("ol", { class: "cues" });
  #status = h("p", { class: "status", role: "status" });
  #problem = h("p", { class: "form-problem", role: "alert" });
  #origin = h("p", { class: "note" });
  #back = quiet(words.to_estimate, () => this.#takeBack());

  constructor(held, audio) {
    this.#held = held;
    this.#audio = audio;
    audio.addEventListener("timeupdate", () => this.#follow());
    const buttons = [
      h("button", { type: "button", class: "button", click: () => this.#save() }, words.save_captions),
      quiet(words.add_cue, () => this.#add()),
      this.#back,
    ];
    this.element = h(
      "section",
      { class: "captions" },
      h("h2", {}, words.captions),
      this.#origin,
      h("p", { class: "note" }, words.captions_how),
      h("div", { class: "sound-bar" }, audio),
      this.#list,
      this.#problem,
      h("div", { class: "buttons" }, buttons),
      this.#status,
    );
  }

  get #durationS() {
    return this.#held.asset.facts.duration_s;
  }

  /** Takes the captions as the server has them. */
  async read() {
    const address = this.#held.asset.captions.replace(/^\/admin\/v1/, "");
    const answer = await send("GET", address);
    this.#cues = await parsed(await answer.text());
    this.hasChanges = false;
    this.#tellOrigin();
    this.#draw();
  }

  #tellOrigin() {
    const isEdited = this.#held.asset.facts.captions_status === "edited";
    const origin = isEdited ? words.captions_edited : words.captions_estimated;
    this.#origin.textContent = this.#cues.length === 0 ? words.captions_none : origin;
    this.#back.hidden = !isEdited;
  }

  #draw() {
    this.#rows = this.#cues.map((cue, at) => this.#rowOf(cue, at));
    replace(this.#list, ...this.#rows.map(({ element }) => element));
    this.#follow();
  }

  #rowOf(cue, at) {
    const said = (word) => `${word} – ${words.cue(at + 1)}`;
    const start = timeField(said(words.cue_start), cue.startS, (s) => this.#move(at, "startS", s));
    const end = timeField(said(words.cue_end), cue.endS, (s) => this.#move(at, "endS", s));
    const text = h("textarea", {
      rows: "2",
      "aria-label": said(words.cue_text),
      input: () => this.#change(cues.reworded(this.#cues, at, text.value), { redraw: false }),
    });
    text.value = cue.text;
    const problem = h("p", { class: "field-problem", role: "alert" });
    const tools = [
      ["▶", words.cue_play, () => this.#play(at)],
      ["⇤", words.start_here, () => this.#move(at, "startS", this.#audio.currentTime)],
      ["⇥", words.end_here, () => this.#move(at, "endS", this.#audio.currentTime)],
      ["✂", words.cut_here, () => this.#split(at, text.selectionStart)],
      ["⤵", words.join_next, () => this.#change(cues.joined(this.#cues, at), { focus: at })],
      ["✕", words.remove_cue, () => this.#change(cues.removed(this.#cues, at), { focus: at })],
    ];
    const element = h(
      "li",
      { class: "cue" },
      h("div", { class: "cue-times" }, start.element, end.element),
      text,
      h("div", { class: "cue-tools" }, tools.map(([sign, word, deed]) => tool(sign, word, said(word), deed))),
      problem,
    );
    return { element, start, end, text, problem };
  }

  #move(at, edge, timeS) {
    this.#change(cues.moved(this.#cues, at, edge, timeS), { redraw: false });
    this.#cues.forEach((cue, place) => {
      this.#rows[place].start.show(cue.startS);
      this.#rows[place].end.show(cue.endS);
    });
  }

  #split(at, character) {
    const changed = cues.split(this.#cues, at, character);
    if (changed === this.#cues) this.#rows[at].problem.textContent = words.cut_where;
    else this.#change(changed, { focus: at + 1 });
  }

  #add() {
    const { cues: changed, at } = cues.added(this.#cues, this.#audio.currentTime, this.#durationS);
    if (at < 0) this.#problem.textContent = words.no_room;
    else this.#change(changed, { focus: at });
  }

  #change(changed, { redraw = true, focus } = {}) {
    this.#cues = changed;
    this.hasChanges = true;
    this.#status.textContent = words.not_saved;
    this.#problem.textContent = "";
    if (redraw) this.#draw();
    for (const { problem } of this.#rows) problem.textContent = "";
    this.#rows[Math.min(focus, this.#rows.length - 1)]?.text.focus();
  }

  #play(at) {
    const { startS, endS } = this.#cues[at];
    this.#audio.currentTime = startS;
    this.#playUntilS = endS;
    this.#audio.play().catch(() => {}); // the player itself shows what it cannot play
  }

  #follow() {
    const nowS = this.#audio.currentTime;
    this.#cues.forEach(({ startS, endS }, at) => {
      this.#rows[at]?.element.classList.toggle("is-said", startS <= nowS && nowS < endS);
    });
    if (nowS < this.#playUntilS) return;
    this.#playUntilS = Number.POSITIVE_INFINITY;
    this.#audio.pause();
  }

  async #save() {
    const found = cues.problems(this.#cues, this.#durationS);
    for (const { problem } of this.#rows) problem.textContent = "";
    for (const { at, code } of found) this.#rows[at].problem.textContent = words.cue_problems[code];
    if (found.length > 0) this.#rows[found[0].at].text.focus();
    else if (this.#cues.length === 0) this.#problem.textContent = words.captions_empty;
    else await this.#send(cues.toWebvtt(this.#cues));
  }

  async #takeBack() {
    if (confirm(words.estimate_sure)) await this.#send(null);
  }

  async #send(captions) {
    this.#problem.textContent = "";
    try {
      await this.#held.change({ captions });
      await this.read();
      this.#status.textContent = words.saved;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const details = error.errors.map(({ detail }) => detail);
      this.#problem.textContent = [sentence(error), ...details].join(" ");
    }
  }
}

/** The cues of a WebVTT text, as the browser reads it. */
async function parsed(text) {
  const src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
  const track = h("track", { kind: "captions", src });
  const host = h("audio", {}, track); // a track is read only within a player
  const read = new Promise((done) => {
    track.addEventListener("load", done);
    track.addEventListener("error", done);
  });
  track.track.mode = "hidden";
  await read;
  URL.revokeObjectURL(src);
  const found = [...(track.track.cues ?? [])].map((cue) => ({
    startS: cue.startTime,
    endS: cue.endTime,
    text: cue.getCueAsHTML().textContent.replace(/\s*\n\s*/g, " "),
  }));
  host.remove();
  return found;
}

function timeField(label, timeS, moved) {
  const input = h("input", {
    "aria-label": label,
    inputmode: "decimal",
    autocomplete: "off",
    value: cues.stamp(timeS),
    change: () => {
      const written = cues.seconds(input.value);
      input.toggleAttribute("aria-invalid", Number.isNaN(written));
      if (!Number.isNaN(written)) moved(written);
    },
  });
  const show = (seconds) => {
    input.value = cues.stamp(seconds);
    input.removeAttribute("aria-invalid");
  };
  return { element: input, show };
}

function tool(sign, word, label, click) {
  const shown = h("span", { "aria-hidden": "true" }, `${sign} `);
  return h("button", { type: "button", class: "tool", "aria-label": label, click }, shown, word);
}

function quiet(text, click) {
  return h("button", { type: "button", class: "button button-quiet", click }, text);
}
