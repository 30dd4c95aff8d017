/** Sends a file by pieces that are taken up again after a line broke (tus 1.0.0, ADR 0017). */

import { call, pathOf, Refused, send } from "./bureau_api.js";

const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE_BYTES = 512 * 1024; // a bar that moves on a slow line, and little to send again
const MAX_PIECES = 500; // under half of what an upload may come in (domain/uploads.py)
const PIECE_WITHIN_MS = 180_000;
const LONGEST_WAIT_S = 30;
const MOST_FAILS = 25; // in a row, over ten minutes and more
const KEPT_MS = 24 * 3600 * 1000; // as long as the server keeps what came
const PREFIX = "odyssee-upload:";
const PASSING = new Set(["offline", "unavailable", "checksum_mismatch", "wrong_offset"]);
const OVER = new Set(["not_found", "upload_over"]);
const FINAL = new Set([...OVER, "unknown_medium", "empty_file", "file_too_large", "invalid"]);

/**
 * Sends a file to its end, or until it is refused or stopped. What was stopped is taken back.
 * @param {File} file
 * @param {Object<string, string>} labels `lang` and others of the contract; the name goes by itself
 * @param {{told: (state: {sentBytes: number, waitS: number}) => void, signal: AbortSignal}} options
 *   `waitS` above 0: the line is broken, and the next attempt is so far away
 * @returns {Promise<string>} the id of the medium that it became
 * @throws {Refused} by the server; `unreadable` when the file cannot be read any more
 */
export async function sendFile(file, labels, { told, signal }) {
  sweep();
  const key = await keyOf(file);
  try {
    const asset = await sentWhole(key, file, labels, { told, signal });
    forget(key);
    return asset;
  } catch (error) {
    if (signal.aborted) await takeBack(key);
    else if (error instanceof Refused && FINAL.has(error.code)) forget(key);
    throw error;
  }
}

/** Whether a file that was not taken for this reason may be taken when it is sent again. */
export function goesOnLater({ code }) {
  return !FINAL.has(code);
}

async function sentWhole(key, file, labels, { told, signal }) {
  let upload = await kept(key);
  let fails = 0;
  while (!upload?.asset) {
    signal.throwIfAborted();
    try {
      upload ??= await begun(key, file, labels);
      told({ sentBytes: upload.sentBytes, waitS: 0 });
      upload = await pieceSent(upload, file, signal);
      fails = 0;
    } catch (error) {
      if (++fails > MOST_FAILS || !(isPassing(error) || isOver(error))) throw error;
      const sentBytes = upload?.sentBytes ?? 0;
      await pause(Math.min(LONGEST_WAIT_S, 2 ** (fails - 1)), sentBytes, told, signal);
      upload = isOver(error) ? null : upload && (await stateOf(upload).catch(() => upload));
    }
  }
  return upload.asset;
}

function isPassing(error) {
  return error instanceof Refused && PASSING.has(error.code);
}

function isOver(error) {
  return error instanceof Refused && OVER.has(error.code);
}

/** Has the server forget what came before of a file that is not under way. */
export async function takeBackFile(file) {
  await takeBack(await keyOf(file));
}

async function takeBack(key) {
  const address = recall(key);
  forget(key);
  if (address === null) return;
  // Where it cannot be told, the server forgets it by itself after a day.
  await send("DELETE", address, { headers: VERSION }).catch(() => null);
}

/** What the server has of a file that was begun before; null where it has nothing. */
async function kept(key) {
  const address = recall(key);
  if (address === null) return null;
  const begun = { address, sentBytes: 0, asset: null };
  return stateOf(begun).catch((error) => {
    if (isPassing(error)) return begun;
    if (isOver(error)) return null;
    throw error;
  });
}

async function stateOf({ address }) {
  const { received_bytes: sentBytes, asset } = await call("GET", address);
  return { address, sentBytes, asset };
}

async function begun(key, file, labels) {
  const said = Object.entries({ ...labels, filename: file.name });
  const answer = await send("POST", "/media/uploads", {
    headers: {
      ...VERSION,
      "Upload-Length": String(file.size),
      "Upload-Metadata": said.map(([name, text]) => `${name} ${base64(encoded(text))}`).join(","),
    },
  });
  const address = pathOf(answer.headers.get("Location"));
  remember(key, address);
  return { address, sentBytes: 0, asset: null };
}

async function pieceSent(upload, file, signal) {
  const size = Math.max(PIECE_BYTES, Math.ceil(file.size / MAX_PIECES));
  const piece = await bytesOf(file, upload.sentBytes, upload.sentBytes + size);
  const answer = await inTime(signal, async (timed) =>
    send("PATCH", upload.address, {
      headers: {
        ...VERSION,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(upload.sentBytes),
        "Upload-Checksum": `sha256 ${base64(await digest(piece))}`,
      },
      body: piece,
      signal: timed,
    }),
  );
  return {
    address: upload.address,
    sentBytes: Number(answer.headers.get("Upload-Offset")),
    asset: answer.headers.get("Content-Location")?.split("/").at(-1) ?? null,
  };
}

/** Does something that is given up when it takes too long, as if the line had broken. */
async function inTime(signal, deed) {
  signal.throwIfAborted();
  const both = new AbortController();
  const stop = () => both.abort();
  const late = setTimeout(stop, PIECE_WITHIN_MS);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await deed(both.signal);
  } catch (error) {
    if (error.name === "AbortError" && !signal.aborted) throw new Refused("offline");
    throw error;
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", stop);
  }
}

/** Waits out the seconds, telling those that are left; the network that comes back ends it. */
async function pause(seconds, sentBytes, told, signal) {
  const over = new AbortController();
  const back = new Promise((done) =>
    addEventListener("online", () => done(true), { once: true, signal: over.signal }),
  );
  for (let left = seconds; left > 0; left--) {
    signal.throwIfAborted();
    told({ sentBytes, waitS: left });
    if (await Promise.race([back, new Promise((done) => setTimeout(done, 1000))])) break;
  }
  over.abort();
}

/**
 * By what a file is known when it is chosen again: its name, size and date, and its first and last
 * bytes, since recorders write files of one length under one name. Only the hash is kept.
 */
async function keyOf(file) {
  const edges = await Promise.all([
    bytesOf(file, 0, PIECE_BYTES),
    bytesOf(file, Math.max(0, file.size - PIECE_BYTES), file.size),
  ]);
  const name = encoded(`${file.name}:${file.size}:${file.lastModified}:`);
  const whole = new Blob([name, ...edges]);
  return PREFIX + base64(await digest(await whole.arrayBuffer()));
}

async function bytesOf(file, start, end) {
  try {
    return await file.slice(start, end).arrayBuffer();
  } catch {
    throw new Refused("unreadable");
  }
}

async function digest(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// A browser that keeps nothing (full, or told so) sends a file as well, and only forgets how far.

function remember(key, address) {
  try {
    localStorage.setItem(key, JSON.stringify({ address, atMs: Date.now() }));
  } catch {
    // as above
  }
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key))?.address ?? null;
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // as above
  }
}

/** Forgets what the server has forgotten. */
function sweep() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !isFresh(key)) forget(key);
    }
  } catch {
    // as above
  }
}

function isFresh(key) {
  try {
    return Date.now() - JSON.parse(localStorage.getItem(key)).atMs < KEPT_MS;
  } catch {
    return false;
  }
}

function encoded(text) {
  return new TextEncoder().encode(text);
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
