/** The files that somebody sends: chosen or dropped, one after the other, each with its bar. */

import { call, Refused } from "./bureau_api.js";
import { quiet } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { problemPlace, tellRefusal, wholeSentence } from "./bureau_telling.js";
import { h } from "./dom.js";
import { size } from "./format.js";
import { goesOnLater, sendFile, takeBackFile } from "./sending.js";

const SHOWN_TYPES = "audio/*,image/*,.flac,.opus,.heic,.heif,.avif,.tif,.tiff";

export class Sendings {
  /** Told each medium that came whole. */
  brought = (_asset) => {};
  #rows = [];
  #waiting = [];
  #running = null;
  #list = h("ul", { class: "sendings" });
  #said = h("p", { class: "visually-hidden", role: "status" });
  #spoken = h(
    "select",
    { id: "spoken" },
    h("option", { value: "fr" }, words.french),
    h("option", { value: "en" }, words.english),
  );
  #input = h("input", {
    type: "file",
    id: "files",
    multiple: true,
    accept: SHOWN_TYPES,
    change: () => {
      this.#take(this.#input.files);
      this.#input.value = "";
    },
  });

  constructor() {
    this.element = h(
      "section",
      { class: "sending", "aria-labelledby": "sending-title" },
      h("h2", { id: "sending-title" }, words.bring),
      h("p", { class: "note" }, words.bring_how),
      h("div", { class: "field" }, h("label", { for: "spoken" }, words.spoken), this.#spoken),
      this.#place(),
      this.#said,
      this.#list,
    );
  }

  /** Whether a file is under way. */
  get isBusy() {
    return this.#running !== null;
  }

  #place() {
    const place = h(
      "div",
      {
        class: "drop",
        dragover: (event) => {
          event.preventDefault();
          place.classList.add("is-over");
        },
        dragleave: () => place.classList.remove("is-over"),
        drop: (event) => {
          event.preventDefault();
          place.classList.remove("is-over");
          this.#take(event.dataTransfer.files);
        },
      },
      h("label", { for: "files" }, words.choose_files),
      this.#input,
      h("p", { class: "note" }, words.drop_here),
    );
    return place;
  }

  /** A file that is on its way already is passed over. */
  #take(files) {
    for (const file of files) {
      if (this.#rows.some((row) => isSame(row.file, file))) continue;
      const row = new Row(file, this.#labelsOf(file), () => this.#stop(row));
      this.#rows.push(row);
      this.#waiting.push(row);
      this.#list.append(row.element);
    }
    this.#sendAll();
  }

  #labelsOf(file) {
    return file.type.startsWith("image/") ? {} : { lang: this.#spoken.value };
  }

  #stop(row) {
    row.abort.abort();
    if (row !== this.#running) takeBackFile(row.file).catch(() => null); // it ends by itself
    this.#remove(row);
  }

  #remove(row) {
    this.#waiting = this.#waiting.filter((other) => other !== row);
    this.#rows = this.#rows.filter((other) => other !== row);
    const hadFocus = row.element.contains(document.activeElement);
    row.element.remove();
    if (hadFocus) this.#input.focus();
  }

  async #sendAll() {
    if (this.#running !== null) return;
    while (this.#waiting.length > 0) {
      this.#running = this.#waiting.shift();
      try {
        await this.#send(this.#running);
      } finally {
        this.#running = null;
      }
    }
  }

  async #send(row) {
    try {
      const asset = await row.send();
      this.#said.textContent = words.is_sent(row.file.name);
      this.#remove(row);
      this.brought(asset);
    } catch (error) {
      if (row.abort.signal.aborted) return;
      const refused = error instanceof Refused ? error : new Refused("broken");
      this.#said.textContent = words.is_not_sent(row.file.name);
      row.refuse(refused, () => {
        this.#waiting.push(row);
        this.#sendAll();
      });
      if (refused !== error) console.error(error);
    }
  }
}

function isSame(one, other) {
  return ["name", "size", "lastModified"].every((fact) => one[fact] === other[fact]);
}

/** A file on its way. */
class Row {
  abort = new AbortController();
  #labels;
  #asset = null;
  #bar;
  #state = h("p", { class: "note", "aria-hidden": "true" }, words.waits);
  #problem = problemPlace();
  #buttons;

  constructor(file, labels, stop) {
    this.file = file;
    this.#labels = labels;
    this.#bar = h("progress", { max: String(file.size), value: "0", "aria-label": file.name });
    this.#buttons = h("div", { class: "buttons" }, quiet(words.stop_sending, stop));
    this.element = h(
      "li",
      {},
      h("p", { class: "medium-name" }, file.name),
      this.#bar,
      this.#state,
      this.#problem,
      this.#buttons,
    );
  }

  /** Sends the file, or what is missing of it; gives the medium that it became. */
  async send() {
    const told = (state) => this.#tell(state);
    this.#asset ??= await sendFile(this.file, this.#labels, { told, signal: this.abort.signal });
    return call("GET", `/media/${this.#asset}`);
  }

  #tell({ sentBytes, waitS }) {
    this.#bar.value = sentBytes;
    const far = words.sent(size(sentBytes), size(this.file.size));
    this.#state.textContent = waitS > 0 ? `${far} ${words.line_broken(waitS)}` : far;
  }

  refuse(refused, again) {
    this.#state.textContent = "";
    tellRefusal(this.#problem, refused, words.refusals[refused.code] ?? wholeSentence(refused));
    if (!goesOnLater(refused)) return;
    const retry = quiet(words.send_again, () => {
      retry.remove();
      this.#problem.replaceChildren();
      this.#state.textContent = words.waits;
      again();
    });
    this.#buttons.prepend(retry);
  }
}
