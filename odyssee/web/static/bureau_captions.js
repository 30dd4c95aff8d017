/** The captions of a recording, corrected while it is heard. */

import { bodyOf, pathOf, Refused, send } from "./bureau_api.js";
import { quiet } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { filling, oneAtATime, problemPlace } from "./bureau_telling.js";
import * as cues from "./cues.js";
import { h, replace } from "./dom.js";

const READ_WITHIN_MS = 5000;
const SOUND_WITHIN_MS = 600_000;

/**
 * The section with the player and the captions.
 * @param {Held} held
 * @param {Page} page
 */
export function captionsOf(held, page) {
  const audio = h("audio", { controls: true, class: "sound" });
  return h(
    "section",
    { class: "captions" },
    h("h2", {}, words.captions),
    h("div", { class: "sound-bar" }, audio, filling(() => loadSound(audio, held.asset, page))),
    filling(async () => {
      const editor = new Editor(held, audio);
      await editor.read();
      held.whenRead(() => editor.readAgain());
      held.placed = () => editor.readAgain(); // a place has words to estimate captions from
      return editor.element;
    }),
  );
}

/** The lightest form whole, so that any place of it can be heard at once. */
async function loadSound(audio, asset, page) {
  const playable = asset.renditions.filter(({ type, codecs }) =>
    audio.canPlayType(codecs ? `${type}; codecs="${codecs}"` : type),
  );
  const [lightest] = playable.sort((one, other) => one.size_bytes - other.size_bytes);
  if (lightest === undefined) return h("p", { class: "note" }, words.not_playable);
  const answer = await send("GET", pathOf(lightest.src), { withinMs: SOUND_WITHIN_MS });
  const address = URL.createObjectURL(await bodyOf(answer, "blob"));
  if (page.isShown()) page.leaving.push(() => URL.revokeObjectURL(address));
  audio.src = address;
  return null;
}

class Editor {
  #held;
  #audio;
  #cues = [];
  #rows = [];
  #hasNotes = false;
  #seeks = false;
  #playUntilS = Number.POSITIVE_INFINITY;
  #list = h("ol", { class: "cues" });
  #status = h("p", { class: "status", role: "status" });
  #problem = problemPlace();
  #origin = h("p", { class: "note" });
  #attempt;
  #add = quiet(words.add_cue, () => this.#addHere());
  #back = quiet(words.to_estimate, () => this.#takeBack());

  constructor(held, audio) {
    this.#held = held;
    this.#audio = audio;
    audio.addEventListener("timeupdate", () => this.#follow());
    for (const end of ["pause", "seeking"]) audio.addEventListener(end, () => this.#playOn());
    const save = h(
      "button",
      { type: "button", class: "button", click: () => this.#attempt(() => this.#save()) },
      words.save_captions,
    );
    this.#attempt = oneAtATime(this.#problem, save);
    this.element = h(
      "div",
      {},
      this.#origin,
      h("p", { class: "note" }, words.captions_how),
      this.#list,
      this.#problem,
      h("div", { class: "buttons" }, save, this.#add, this.#back),
      this.#status,
    );
  }

  get #durationS() {
    return this.#held.asset.facts.duration_s;
  }

  /** Takes the captions as the server has them. */
  async read() {
    const before = this.#cues;
    const text = await bodyOf(await send("GET", pathOf(this.#held.asset.captions)), "text");
    const found = await parsed(text);
    if (this.#cues !== before) return; // somebody writes meanwhile
    this.#cues = found;
    this.#hasNotes = /^(NOTE|STYLE|REGION)\b/m.test(text);
    this.#held.unsaved.delete("captions");
    this.#tellOrigin();
    this.#draw();
  }

  /** The same, unless somebody is writing. */
  async readAgain() {
    if (!this.#held.unsaved.has("captions")) await this.#attempt(() => this.read());
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
    const problem = h("p", { class: "field-problem", id: `cue-${at}-problem`, role: "alert" });
    const times = Object.fromEntries(
      ["startS", "endS"].map((edge) => {
        const label = said(edge === "startS" ? words.cue_start : words.cue_end);
        return [edge, timeField(label, cue[edge], problem, (s) => this.#move(at, edge, s))];
      }),
    );
    const text = h("textarea", {
      rows: "2",
      "aria-label": said(words.cue_text),
      "aria-describedby": problem.id,
      input: () => this.#change(cues.reworded(this.#cues, at, text.value), { redraw: false }),
    });
    text.value = cue.text;
    const here = (edge) => () => this.#move(at, edge, this.#audio.currentTime);
    const tools = [
      ["▶", words.cue_play, () => this.#play(at)],
      ["⇤", words.start_here, here("startS")],
      ["⇥", words.end_here, here("endS")],
      ["✂", words.cut_here, () => this.#split(at, text.selectionStart)],
      ["⤵", words.join_next, () => this.#change(cues.joined(this.#cues, at), { focus: at })],
      ["✕", words.remove_cue, () => this.#change(cues.removed(this.#cues, at), { focus: at })],
    ].map(([sign, word, deed]) => tool(sign, word, said(word), deed));
    const element = h(
      "li",
      { class: "cue" },
      h("div", { class: "cue-times" }, times.startS.element, times.endS.element),
      text,
      h("div", { class: "cue-tools" }, tools),
      problem,
    );
    return { element, times, text, problem };
  }

  #move(at, edge, timeS) {
    const before = this.#cues;
    this.#change(cues.moved(before, at, edge, timeS), { redraw: false });
    this.#rows[at].times[edge].show(this.#cues[at][edge]);
    this.#cues.forEach((cue, place) => {
      for (const [name, field] of Object.entries(this.#rows[place].times)) {
        if (cue[name] !== before[place][name]) field.show(cue[name]);
      }
    });
  }

  #split(at, character) {
    const changed = cues.split(this.#cues, at, character);
    if (changed === this.#cues) this.#rows[at].problem.textContent = words.cut_where;
    else this.#change(changed, { focus: at + 1 });
  }

  #addHere() {
    const { cues: changed, at } = cues.added(this.#cues, this.#audio.currentTime, this.#durationS);
    if (at < 0) this.#problem.textContent = words.no_room;
    else this.#change(changed, { focus: at });
  }

  #change(changed, { redraw = true, focus } = {}) {
    if (changed === this.#cues) return;
    this.#cues = changed;
    this.#held.unsaved.add("captions");
    this.#status.textContent = words.not_saved;
    this.#problem.textContent = "";
    if (!redraw) return;
    this.#draw();
    (this.#rows[Math.min(focus, this.#rows.length - 1)]?.text ?? this.#add).focus();
  }

  #play(at) {
    const { startS, endS } = this.#cues[at];
    this.#seeks = true;
    this.#audio.currentTime = startS;
    this.#playUntilS = endS;
    this.#audio.play().catch(() => {}); // the player itself shows what it cannot play
  }

  /** Whoever stops or goes elsewhere by the player's own bar is not stopped at the cue's end. */
  #playOn() {
    if (!this.#seeks) this.#playUntilS = Number.POSITIVE_INFINITY;
    this.#seeks = false;
  }

  #follow() {
    const nowS = this.#audio.currentTime;
    this.#cues.forEach(({ startS, endS }, at) => {
      this.#rows[at]?.element.classList.toggle("is-said", startS <= nowS && nowS < endS);
    });
    if (nowS >= this.#playUntilS) this.#audio.pause();
  }

  async #save() {
    const unread = this.#rows.findIndex(({ times }) => Object.values(times).some(isUnread));
    if (unread >= 0) {
      this.#rows[unread].problem.textContent = words.time_unread;
      Object.values(this.#rows[unread].times).find(isUnread).element.focus();
      return;
    }
    const found = cues.problems(this.#cues, this.#durationS);
    for (const { problem } of this.#rows) problem.textContent = "";
    for (const { at, code } of found) this.#rows[at].problem.textContent = words.cue_problems[code];
    if (found.length > 0) this.#rows[found[0].at].text.focus();
    else if (this.#cues.length === 0) this.#problem.textContent = words.captions_empty;
    else if (!this.#hasNotes || confirm(words.notes_lost)) await this.#send();
  }

  /** What somebody writes while it is sent stays, and is not saved yet. */
  async #send() {
    const sent = this.#cues;
    await this.#held.change({ captions: cues.toWebvtt(sent) }, "captions");
    this.#hasNotes = false;
    this.#tellOrigin();
    if (this.#cues !== sent) return;
    this.#held.unsaved.delete("captions");
    this.#status.textContent = words.saved;
  }

  #takeBack() {
    if (!confirm(words.estimate_sure)) return;
    this.#attempt(async () => {
      await this.#held.change({ captions: null });
      await this.read();
      this.#status.textContent = words.saved;
    });
  }
}

/**
 * The cues of a WebVTT text, as the browser reads it.
 * @throws {Refused} `broken` when it reads none of those that stand there
 */
async function parsed(text) {
  const src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
  const track = h("track", { kind: "captions", src });
  const host = h("audio", {}, track); // a track is read only within a player
  const read = new Promise((done) => {
    for (const end of ["load", "error"]) track.addEventListener(end, done);
    setTimeout(done, READ_WITHIN_MS);
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
  if (found.length === 0 && text.includes("-->")) throw new Refused("broken");
  return found;
}

/** A field for a time; what cannot be read stays in it, and says so. */
function timeField(label, timeS, problem, moved) {
  const input = h("input", {
    "aria-label": label,
    "aria-describedby": problem.id,
    inputmode: "decimal",
    autocomplete: "off",
    value: cues.stamp(timeS),
    change: () => {
      const written = cues.seconds(input.value);
      if (!Number.isNaN(written)) {
        problem.textContent = "";
        moved(written);
        return;
      }
      input.setAttribute("aria-invalid", "true");
      problem.textContent = words.time_unread;
    },
  });
  const show = (seconds) => {
    input.value = cues.stamp(seconds);
    input.removeAttribute("aria-invalid");
  };
  return { element: input, show };
}

function isUnread({ element }) {
  return Number.isNaN(cues.seconds(element.value));
}

function tool(sign, word, label, click) {
  const shown = h("span", { "aria-hidden": "true" }, `${sign} `);
  return h("button", { type: "button", class: "tool", "aria-label": label, click }, shown, word);
}
