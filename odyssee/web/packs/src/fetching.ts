/** Fetches over a network that breaks: goes on where it stopped, believes only the hash. */

import { PackRefused } from "./errors.ts";
import type { Lack } from "./planning.ts";
import type { OpenFile } from "./satchel.ts";

/** The world outside, and the time it takes. */
export interface Network {
  /** What addresses stand after, such as `https://perche.example`; empty on a page of the site. */
  readonly site: string;
  fetch(address: string, options: RequestInit): Promise<Response>;
  /** Waits; ends early when the signal does. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to under 1. */
  random(): number;
  /** How long a server may say nothing. */
  readonly stallMs: number;
}

/** How often in a row a request may bring nothing before somebody is told. */
export const TRIES = 5;
const MAX_PAUSE_MS = 30_000;

interface Trouble {
  readonly code: "offline" | "busy" | "damaged";
  /** How long the server asks to wait. */
  readonly waitMs?: number;
}

/** The pause before the next try, spread so that many phones do not come back at once. */
export function pauseMs(fruitless: number, random: number): number {
  return Math.min(MAX_PAUSE_MS, 500 * 2 ** fruitless) * (0.5 + random / 2);
}

/**
 * Fetches what lacks of an object into its file; it has the promised hash when this returns.
 *
 * @param tell called with how many bytes of it lie there now
 * @throws PackRefused: `offline`, `busy` or `damaged` after tries in a row that brought nothing;
 *   `gone`, `no_room` or `stopped` at once
 */
export async function fetchObject(
  network: Network,
  lack: Lack,
  file: OpenFile,
  tell: (haveBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let fruitless = 0;
  let farthest = file.sizeBytes;
  for (;;) {
    const trouble = await fetchOn(network, lack, file, tell, signal);
    if (trouble === null && await isWhole(lack, file)) return;
    if (trouble === null) {
      file.clear();
      tell(0);
    }
    const hasGained = trouble !== null && file.sizeBytes > farthest;
    farthest = Math.max(farthest, file.sizeBytes);
    fruitless = hasGained ? 0 : fruitless + 1;
    if (fruitless >= TRIES) throw new PackRefused(trouble?.code ?? "damaged");
    const pause = pauseMs(fruitless, network.random());
    await network.sleep(Math.max(pause, trouble?.waitMs ?? 0), signal);
  }
}

/**
 * The text at an address, such as a manifest; asks the server whether it is still the same.
 *
 * @throws PackRefused: `unpublished`, `not_found`; `offline`, `busy` or `damaged` after some tries
 */
export async function fetchText(
  network: Network,
  address: string,
  isGood: (text: string, answer: Response) => Promise<boolean>,
  signal: AbortSignal,
): Promise<string> {
  for (let fruitless = 1;; fruitless++) {
    const told = await attempt(network, address, { cache: "no-cache" }, signal, async (answer) => {
      if (answer.status === 410) throw new PackRefused("unpublished");
      if (answer.status === 404) throw new PackRefused("not_found");
      if (!answer.ok) return refusal(answer);
      const text = await answer.text();
      return await isGood(text, answer) ? text : { code: "damaged" } satisfies Trouble;
    });
    if (typeof told === "string") return told;
    if (fruitless >= TRIES) throw new PackRefused(told.code);
    const pause = pauseMs(fruitless, network.random());
    await network.sleep(Math.max(pause, told.waitMs ?? 0), signal);
  }
}

/** One request for what lacks; null when as many bytes lie there as were promised. */
async function fetchOn(
  network: Network,
  lack: Lack,
  file: OpenFile,
  tell: (haveBytes: number) => void,
  signal: AbortSignal,
): Promise<Trouble | null> {
  if (file.sizeBytes > lack.sizeBytes) file.clear();
  if (file.sizeBytes === lack.sizeBytes) return null;
  const from = file.sizeBytes;
  const headers = from > 0 ? { Range: `bytes=${from}-`, "If-Range": `"${lack.sha256}"` } : {};
  // "no-store": neither twice on the disk, nor answered by our own service worker.
  const options: RequestInit = { cache: "no-store", headers };
  const address = `/v1/objects/${lack.sha256}`;
  return await attempt(network, address, options, signal, async (answer, alive) => {
    if (answer.status === 404 || answer.status === 410) throw new PackRefused("gone");
    if (answer.status === 416) file.clear();
    if (!answer.ok) return refusal(answer);
    const isPart = answer.status === 206;
    if (!isAsPromised(answer, lack, isPart ? from : 0)) return { code: "damaged" };
    if (!isPart && from > 0) file.clear();
    return await pour(answer, lack, file, tell, alive);
  });
}

async function pour(
  answer: Response,
  lack: Lack,
  file: OpenFile,
  tell: (haveBytes: number) => void,
  alive: () => void,
): Promise<Trouble | null> {
  const reader = answer.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return file.sizeBytes === lack.sizeBytes ? null : { code: "offline" };
    alive();
    if (file.sizeBytes + value.length > lack.sizeBytes) {
      file.clear();
      await reader.cancel();
      return { code: "damaged" };
    }
    file.append(value);
    tell(file.sizeBytes);
  }
}

/** Whether the answer can be the object: a page that a hotel's network puts in its way is not. */
function isAsPromised(answer: Response, lack: Lack, from: number): boolean {
  const said = (name: string) => answer.headers.get(name) ?? "";
  const isType = said("Content-Type").split(";")[0]!.trim() === lack.type;
  if (answer.status === 206) {
    const range = `bytes ${from}-${lack.sizeBytes - 1}/${lack.sizeBytes}`;
    return isType && said("Content-Range") === range;
  }
  const length = said("Content-Encoding") === "" ? said("Content-Length") : "";
  return isType && (length === "" || Number(length) === lack.sizeBytes);
}

function refusal(answer: Response): Trouble {
  const seconds = Number(answer.headers.get("Retry-After") ?? "");
  const waitMs = Number.isFinite(seconds) ? Math.min(MAX_PAUSE_MS, seconds * 1000) : 0;
  return { code: answer.status === 416 ? "damaged" : "busy", waitMs };
}

/** One request; whatever breaks in it is `offline`, but for what was refused for good. */
async function attempt<T>(
  network: Network,
  address: string,
  options: RequestInit,
  signal: AbortSignal,
  open: (answer: Response, alive: () => void) => Promise<T | Trouble>,
): Promise<T | Trouble> {
  if (signal.aborted) throw new PackRefused("stopped");
  const stalled = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), network.stallMs);
  };
  const stop = () => stalled.abort();
  signal.addEventListener("abort", stop);
  try {
    alive();
    const asked = { ...options, credentials: "omit", signal: stalled.signal } as const;
    return await open(await network.fetch(network.site + address, asked), alive);
  } catch (error) {
    if (signal.aborted) throw new PackRefused("stopped");
    if (error instanceof PackRefused) throw error;
    return { code: "offline" };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    stalled.abort(); // what was not read of the answer is not sent on
  }
}

async function isWhole({ sha256, sizeBytes }: Lack, file: OpenFile): Promise<boolean> {
  return file.sizeBytes === sizeBytes && await hashOf(file.read()) === sha256;
}

/** SHA-256 in hexadecimal. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
