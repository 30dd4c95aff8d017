/** Manifests made up for tests, the same at each run. */

import { createHash } from "node:crypto";

export type Dice = () => number;

/** Numbers from 0 to under 1 that depend on the seed alone (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function oneOf<T>(dice: Dice, all: readonly T[]): T {
  return all[Math.floor(dice() * all.length)]!;
}

/** The bytes of an object, told by a word. */
export function bytesOf(word: string, size: number): Uint8Array<ArrayBuffer> {
  const seed = createHash("sha256").update(word).digest();
  return Uint8Array.from({ length: size }, (_, n) => seed[n % 32]! ^ (n >>> 5 & 255));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export interface Made {
  readonly text: string;
  /** Every object by its hash. */
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
}

const SOUNDS = [["opus", "audio/ogg", "24k.ogg"], ["opus", "audio/ogg", "48k.ogg"], [
  "mp4a.40.2",
  "audio/mp4",
  "64k.m4a",
]] as const;
const PICTURES = ["image/avif", "image/webp", "image/jpeg"] as const;

export interface Making {
  readonly slug?: string;
  readonly revision?: number;
  readonly languages?: readonly string[];
  readonly stops?: readonly string[];
  /** The stops that are told in French alone. */
  readonly untold?: readonly string[];
  /** Something else in the words of a stop. */
  readonly words?: Readonly<Record<string, string>>;
  readonly sizes?: (name: string) => number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A manifest as the server builds it (odyssee/domain/packs.py), and what it names. */
export function aPack(making: Making = {}): Made {
  const { slug = "dame-de-riants", revision = 1, languages = ["fr", "en"] } = making;
  const { stops = ["porche", "lavoir"], untold = [], words = {}, more = {} } = making;
  const sizes = making.sizes ?? usualSize;
  const files: Record<string, Record<string, unknown>> = {};
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const add = (name: string, fields: Record<string, unknown>, word = name) => {
    const bytes = bytesOf(word, sizes(name));
    objects.set(sha256Of(bytes), bytes);
    files[name] = { sha256: sha256Of(bytes), size_bytes: bytes.length, ...fields };
  };
  const core = { type: "application/json", layer: "core" };
  add("trail.json", core);
  for (const lang of languages) {
    add(`content.${lang}.json`, { ...core, lang });
    for (const stop of stops) {
      const name = `stops/${stop}.${lang}.json`;
      add(name, { ...core, lang }, `${name} ${words[stop] ?? ""}`);
      if (lang !== "fr" && untold.includes(stop)) continue;
      add(`captions/${stop}.${lang}.vtt`, { type: "text/vtt", layer: "audio", lang });
      for (const [codec, type, form] of SOUNDS) {
        add(`audio/${stop}.${lang}.${form}`, { type, layer: "audio", lang, codec });
      }
    }
  }
  for (const name of ["cover", ...stops.map((stop) => `${stop}-1`)]) {
    for (const width of [400, 800, 1600]) {
      for (const type of width === 800 ? PICTURES : PICTURES.slice(0, 2)) {
        const form = `pictures/${name}-${width}.${type.slice("image/".length)}`;
        add(form, { type, layer: "pictures", width });
      }
    }
  }
  const told = { format: 1, pack: slug, revision, min_reader: 1, languages, files, ...more };
  return { text: JSON.stringify(told), objects };
}

/** More kilobits and pixels are more bytes. */
function usualSize(name: string): number {
  return 20 + name.length + Number(/(\d+)k?\.\w+$/.exec(name)?.[1] ?? 0);
}

export const EVERYTHING = [
  'audio/ogg; codecs="opus"',
  'audio/mp4; codecs="mp4a.40.2"',
  ...PICTURES,
];
