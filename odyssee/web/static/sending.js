/** Sends a file by pieces that are taken up again after a line broke (tus 1.0.0, ADR 0017). */

import { call, Refused, send } from "./bureau_api.js";

const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE_BYTES = 512 * 1024; // a bar that moves on a slow line, and little to send again
const MAX_PIECES = 500; // under half of what an upload may come in (domain/uploads.py)
const PIECE_WITHIN_MS = 180_000;
const LONGEST_WAIT_S = 30;
const MOST_FAILS = 25; // in a row, over ten minutes and more
const PASSING = new Set(["offline", "unavailable", "checksum_mismatch", "wrong_offset"]);
const LATER = new Set([...PASSING, "not_signed_in", "unreadable"]);
const OVER = new Set(["not_found", "upload_over"]);

/**
 * Sends a file to its end, or until it is refused or stopped.
 * @param {File} file
 * @param {Object<string, string>} labels `lang` and others of the contract; the name goes by itself
 * @param {{told: (state: {sentBytes: number, waitS: number}) => void, signal: AbortSignal}} options
 *   `waitS` above 0: the line is broken, and the next attempt is so far away
 * @returns {Promise<string>} the id of the medium that it became
 * @throws {Refused} by the server; `unreadable` when the file cannot be read any more
 */
export async function sendFile(file, labels, { told, signal }) {
  const key = keyOf(file);
  try {
    const asset = await sentWhole(key, file, labels, { told, signal });
    localStorage.removeItem(key);
    return asset;
  } catch (error) {
    if (error instanceof Refused && !LATER.has(error.code)) localStorage.removeItem(key);
    throw error;
  }
}

/** Whether a file that was not taken for this reason may be taken when it is sent again. */
export function goesOnLater({ code }) {
  return LATER.has(code);
}

async function sentWhole(key, file, labels, { told, signal }) {
  let upload = await kept(key);
  let fails = 0;
  while (!upload?.asset) {
    signal.throwIfAborted();
    try {
      upload ??= await begun(key, file, labels, signal);
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

/** Takes back what came of a file that somebody stopped: it is sent anew another time. */
export async function takeBack(file) {
  const address = localStorage.getItem(keyOf(file));
  localStorage.removeItem(keyOf(file));
  if (address === null) return;
  // Where it cannot be told, the server forgets it by itself after a day.
  await send("DELETE", address, { headers: VERSION }).catch(() => null);
}

function keyOf(file) {
  return `odyssee-upload:${file.name}:${file.size}:${file.lastModified}`;
}

/** What the server has of a file that was begun before; null where it has nothing. */
async function kept(key) {
  const address = localStorage.getItem(key);
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

async function begun(key, file, labels, signal) {
  const said = Object.entries({ ...labels, filename: file.name });
  const answer = await send("POST", "/media/uploads", {
    headers: {
      ...VERSION,
      "Upload-Length": String(file.size),
      "Upload-Metadata": said.map(([name, text]) => `${name} ${base64(encoded(text))}`).join(","),
    },
    signal,
  });
  const address = answer.headers.get("Location").replace(/^\/admin\/v1/, "");
  localStorage.setItem(key, address);
  return { address, sentBytes: 0, asset: null };
}

async function pieceSent(upload, file, signal) {
  const size = Math.max(PIECE_BYTES, Math.ceil(file.size / MAX_PIECES));
  const piece = await file
    .slice(upload.sentBytes, upload.sentBytes + size)
    .arrayBuffer()
    .catch(() => {
      throw new Refused("unreadable");
    });
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", piece));
  const answer = await send("PATCH", upload.address, {
    headers: {
      ...VERSION,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(upload.sentBytes),
      "Upload-Checksum": `sha256 ${base64(sum)}`,
    },
    body: piece,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PIECE_WITHIN_MS)]),
  });
  return {
    address: upload.address,
    sentBytes: Number(answer.headers.get("Upload-Offset")),
    asset: answer.headers.get("Content-Location")?.split("/").at(-1) ?? null,
  };
}

/** Waits out the seconds, telling those that are left; the network that comes back ends it. */
async function pause(seconds, sentBytes, told, signal) {
  const back = new Promise((done) => addEventListener("online", () => done(true), { once: true }));
  for (let left = seconds; left > 0; left--) {
    signal.throwIfAborted();
    told({ sentBytes, waitS: left });
    if (await Promise.race([back, new Promise((done) => setTimeout(done, 1000))])) return;
  }
}

function encoded(text) {
  return new TextEncoder().encode(text);
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
