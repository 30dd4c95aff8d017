/**
 * Counts visits by the day: no name, no hour, no position.
 *
 * What was counted stays on the phone and is told when a page is opened or left, never on the way:
 * when a request comes would else tell where somebody walks. Each event has an id made by chance
 * for it alone, so that it may be told again until the server has it.
 */

import { h } from "./dom.js";
import { words } from "./strings.js";

const KEPT = "counts";
const OFF = "counts-off";
const MOST_KEPT = 500;
const MOST_TOLD = 200; // a browser lets no more than 64 KiB leave with a page
const NEVER_TAKEN = [400, 413, 415, 422]; // told again, they would be refused again

/** Whether this visitor may be counted: not who says no here, or to every site. */
function isAllowed() {
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return false;
  return read(OFF) === null;
}

/**
 * What counts the visits of a legend, each event once for each page.
 * @param {object} legend of `GET /v1/legends/{slug}`
 * @returns {function(string, {stop?: string, lang?: string}=)}
 */
export function counterOf(legend) {
  const counted = new Set();
  return (type, { stop, lang = legend.lang } = {}) => {
    const key = `${type}/${stop ?? ""}`;
    if (counted.has(key) || !isAllowed()) return;
    counted.add(key);
    const event = { id: byChance(), type, legend: legend.slug, lang, day: today() };
    keep([...kept(), { ...event, revision: legend.revision, ...(stop && { stop }) }]);
  };
}

/** Tells the server what was counted; what it does not take is kept for another time. */
export async function tellCounts() {
  const events = kept().slice(0, MOST_TOLD);
  if (events.length === 0 || !navigator.onLine || !isAllowed()) return;
  try {
    const answer = await fetch("/v1/visits", {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ batch_id: byChance(), events }),
    });
    if (!answer.ok && !NEVER_TAKEN.includes(answer.status)) return;
  } catch {
    return; // no network: another time
  }
  const told = new Set(events.map((event) => event.id));
  keep(kept().filter((event) => !told.has(event.id))); // another page may have counted meanwhile
}

/** What a visitor reads of the counting, and the switch that ends it. */
export function countsNote() {
  const said = words.counts;
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl)
    return h("p", { class: "note" }, said.refused);
  const box = h("input", { type: "checkbox", id: "counts-off", change: () => choose(box.checked) });
  box.checked = read(OFF) !== null;
  return h("p", { class: "note" }, said.intro, " ", h("label", {}, box, " ", said.off));
}

function choose(isOff) {
  write(OFF, isOff ? "1" : null);
  if (isOff) keep([]);
}

function kept() {
  try {
    const found = JSON.parse(read(KEPT) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function keep(events) {
  write(KEPT, events.length > 0 ? JSON.stringify(events.slice(-MOST_KEPT)) : null);
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // blocked: nothing is counted beyond this page
  }
}

function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // blocked or full: what was counted is lost, and nothing else
  }
}

/** A random UUID; `crypto.randomUUID` is missing where a kiosk serves without TLS. */
function byChance() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [0, 8, 12, 16, 20].map((at, n, all) => hex.slice(at, all[n + 1])).join("-");
}

/** The day where the visitor is. */
function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
