/** The files that somebody sends: chosen or dropped, one after the other, each with its bar. */

import { call, Refused } from "./bureau_api.js";
import { sentence } from "./bureau_fields.js";
import { words } from "./bureau_media_strings.js";
import { h } from "./dom.js";
import { size } from "./format.js";
import { goesOnLater, sendFile, takeBack } from "./sending.js";

const SHOWN_TYPES = "audio/*,image/*,.flac,.opus,.heic,.heif,.avif,.tif,.tiff";

export class Sendings {
  #waiting = [];
  #running = null;
  /** Told each medium that came whole. */
  brought = (_asset) => {};
  #rows = h("ul", { class: "sendings" });
  #spoken = h(
    "select",
    { id: "spoken" },
    h("option", { value: "fr" }, words.french),
    h("option", { value: "en" }, words.english),
  );

  constructor() {
    const input = h("input", {
      type: "file",
      id: "files",
      multiple: true,
      accept: SHOWN_TYPES,
      change: () => {
        this.#take(input.files);
        input.value = "";
      },
    });
    this.element = h(
      "section",
      { class: "sending", "aria-labelledby": "sending-title" },
      h("h2", { id: "sending-title" }, words.bring),
      h("p", { class: "note" }, words.bring_how),
      h("div", { class: "field" }, h("label", { for: "spoken" }, words.spoken), this.#spoken),
      this.#placeOf(input),
      this.#rows,
    );
  }

  /** Whether a file is under way. */
  get isBusy() {
    return this.#running !== null;
  }

  #placeOf(input) {
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
      input,
      h("p", { class: "note" }, words.drop_here),
    );
    return place;
  }

  #take(files) {
    for (const file of files) {
      const row = new Row(file, () => this.#drop(row));
      this.#rows.append(row.element);
      this.#waiting.push(row);
    }
    if (this.#running === null) this.#sendAll();
  }

  #drop(row) {
    this.#waiting = this.#waiting.filter((other) => other !== row);
    row.abort.abort();
    row.element.remove();
    takeBack(row.file);
  }

  async #sendAll() {
    while (this.#waiting.length > 0) {
      const row = this.#waiting.shift();
      this.#running = row.abort;
      await this.#send(row);
      this.#running = null;
    }
  }

  async #send(row) {
    const labels = row.file.type.startsWith("audio/") ? { lang: this.#spoken.value } : {};
    try {
      const told = (state) => row.tell(state);
      const id = await sendFile(row.file, labels, { told, signal: row.abort.signal });
      const asset = await call("GET", `/media/${id}`);
      row.element.remove();
      this.brought(asset);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Refused)) throw error;
      row.refuse(error, () => {
        this.#waiting.push(row);
        if (this.#running === null) this.#sendAll();
      });
    }
  }
}

/** A file on its way. */
class Row {
  abort = new AbortController();
  #bar;
  #state = h("p", { class: "note", role: "status" }, words.waits);
  #buttons;

  constructor(file, drop) {
    this.file = file;
    this.#bar = h("progress", { max: String(file.size), value: "0", "aria-label": file.name });
    this.#buttons = h("div", { class: "buttons" }, quiet(words.stop_sending, drop));
    this.element = h(
      "li",
      {},
      h("p", { class: "medium-name" }, file.name),
      this.#bar,
      this.#state,
      this.#buttons,
    );
  }

  tell({ sentBytes, waitS }) {
    this.#bar.value = sentBytes;
    const far = words.sent(size(sentBytes), size(this.file.size));
    this.#state.textContent = waitS > 0 ? `${far} ${words.line_broken(waitS)}` : far;
  }

  refuse(error, again) {
    this.#state.replaceChildren(
      h("span", { class: "field-problem" }, words.refusals[error.code] ?? sentence(error)),
    );
    if (!goesOnLater(error)) return;
    const retry = quiet(words.send_again, () => {
      retry.remove();
      this.#state.textContent = words.waits;
      again();
    });
    this.#buttons.prepend(retry);
  }
}

function quiet(text, click) {
  return h("button", { type: "button", class: "button button-quiet", click }, text);
}
