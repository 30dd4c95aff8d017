/** Captions being corrected: lists of cues `{startS, endS, text}` in order, and never changed in place. */

const NEW_S = 3;
const LATE_S = 0.25; // how far a last one may outlast the sound: it is cut there (domain/webvtt.py)

/**
 * One edge of a cue put elsewhere; the neighbour on that side gives way.
 * @param {Array} cues
 * @param {number} at which cue
 * @param {"startS"|"endS"} edge
 * @param {number} timeS
 */
export function moved(cues, at, edge, timeS) {
  const time = rounded(timeS);
  return cues.map((cue, place) => {
    if (place === at) return { ...cue, [edge]: time };
    if (edge === "startS" && place === at - 1 && cue.startS < time)
      return { ...cue, endS: Math.min(cue.endS, time) };
    if (edge === "endS" && place === at + 1 && cue.endS > time)
      return { ...cue, startS: Math.max(cue.startS, time) };
    return cue;
  });
}

/** Other words for a cue. */
export function reworded(cues, at, text) {
  return cues.map((cue, place) => (place === at ? { ...cue, text } : cue));
}

/**
 * A cue cut in two before a character; its time is shared by the length of the words.
 * The same list where one half would have no words.
 */
export function split(cues, at, character) {
  const { startS, endS, text } = cues[at];
  const [before, after] = [text.slice(0, character).trim(), text.slice(character).trim()];
  if (before === "" || after === "") return cues;
  const cut = rounded(startS + ((endS - startS) * before.length) / (before.length + after.length));
  const halves = [
    { startS, endS: cut, text: before },
    { startS: cut, endS, text: after },
  ];
  return cues.toSpliced(at, 1, ...halves);
}

/** A cue and the next as one; the same list where there is no next. */
export function joined(cues, at) {
  const [one, next] = cues.slice(at, at + 2);
  if (next === undefined) return cues;
  const text = `${one.text.trim()} ${next.text.trim()}`.trim();
  return cues.toSpliced(at, 2, { startS: one.startS, endS: next.endS, text });
}

/** The list without a cue. */
export function removed(cues, at) {
  return cues.toSpliced(at, 1);
}

/**
 * An empty cue at a time, or after the one that is said then, up to the next.
 * @returns {{cues: Array, at: number}} the list, and where the new cue stands; -1: there is no room
 */
export function added(cues, timeS, durationS) {
  const said = cues.find((cue) => cue.startS <= timeS && timeS < cue.endS);
  const startS = rounded(said?.endS ?? timeS);
  const at = cues.filter((cue) => cue.startS < startS).length;
  const endS = rounded(Math.min(startS + NEW_S, cues[at]?.startS ?? durationS));
  if (endS <= startS) return { cues, at: -1 };
  return { cues: cues.toSpliced(at, 0, { startS, endS, text: "" }), at };
}

/**
 * What keeps a list from being saved, as the server would say it (domain/webvtt.py).
 * @returns {Array<{at: number, code: string}>} of each cue its first problem:
 *   `bad_time`, `out_of_order`, `too_late`, `no_words`
 */
export function problems(cues, durationS) {
  return cues.flatMap((cue, at) => {
    const code = problemOf(cue, cues[at - 1], durationS);
    return code === null ? [] : [{ at, code }];
  });
}

function problemOf({ startS, endS, text }, before, durationS) {
  if (!(startS >= 0 && endS > startS)) return "bad_time";
  if (startS >= durationS || endS > durationS + LATE_S) return "too_late";
  if (before !== undefined && startS < before.endS) return "out_of_order";
  return plain(text) === "" ? "no_words" : null;
}

/** The list as WebVTT. */
export function toWebvtt(cues) {
  const blocks = cues.map(
    ({ startS, endS, text }) => `${longStamp(startS)} --> ${longStamp(endS)}\n${escaped(text)}\n`,
  );
  return `WEBVTT\n\n${blocks.join("\n")}`;
}

// What captions cannot hold, as word processors put it into what is pasted (domain/webvtt.py).
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu;

function escaped(text) {
  const flat = plain(text).replace(/\s*[\r\n]+\s*/g, " ");
  return flat.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function plain(text) {
  return text.replace(CONTROLS, " ").trim();
}

function longStamp(seconds) {
  const hours = String(Math.floor(seconds / 3600)).padStart(2, "0");
  return `${hours}:${stamp(seconds % 3600).padStart(9, "0")}`;
}

/** Seconds as `m:ss.mmm`; minutes go on past 59. */
export function stamp(seconds) {
  const ms = Math.round(seconds * 1000);
  const rest = String((ms % 60_000) / 1000).split(".");
  return `${Math.floor(ms / 60_000)}:${rest[0].padStart(2, "0")}.${(rest[1] ?? "").padEnd(3, "0")}`;
}

const TIME = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,3}))?$/;

/** The seconds that somebody wrote, as `m:ss.mmm`, `h:mm:ss` or `12,5`; NaN for anything else. */
export function seconds(written) {
  const parts = TIME.exec(written.trim());
  if (parts === null) return Number.NaN;
  const [, hours = "0", minutes = "0", whole, part = ""] = parts;
  return rounded(
    (Number(hours) * 60 + Number(minutes)) * 60 + Number(whole) + Number(`0.${part || 0}`),
  );
}

function rounded(seconds) {
  return Math.round(seconds * 1000) / 1000;
}
