/** What a phone carries: packs that are whole, packs that are wanted, and the bytes of both. */

import type { Choice } from "./choosing.ts";
import type { Manifest } from "./manifest.ts";

/** One revision of a pack with every object of it, each verified. */
export interface Taken {
  readonly manifest: Manifest;
  /** The names of the files that were taken. */
  readonly names: readonly string[];
}

/** What the server said of a legend beside its pack, when it was last asked. */
export interface Seen {
  /** The fields of `GET /v1/legends/{slug}` that no pack holds. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Closures by the language they were told in. */
  readonly closures: Readonly<Record<string, readonly unknown[]>>;
}

/** A legend that opens without a network. */
export interface KeptPack extends Taken {
  readonly slug: string;
  readonly choice: Choice;
  readonly seen: Seen;
  /** Earlier revisions that somebody may still read; their objects stay as long. */
  readonly earlier: readonly Taken[];
}

/** A pack that is being fetched, or was when the page closed. */
export interface WantedPack extends Taken {
  readonly slug: string;
  readonly choice: Choice;
  readonly seen: Seen;
}

/** Bytes by SHA-256, whole or not: what a name promises is checked by whoever writes. */
export interface Files {
  /** How many bytes lie under each name. */
  sizes(): Promise<Map<string, number>>;
  find(sha256: string): Promise<Blob | null>;
  /** For writing; one at a time. */
  open(sha256: string): Promise<OpenFile>;
  remove(sha256: string): Promise<void>;
}

export interface OpenFile {
  readonly sizeBytes: number;
  /** @throws PackRefused: `no_room` */
  append(bytes: Uint8Array): void;
  clear(): void;
  /** All of its bytes. */
  read(): Uint8Array<ArrayBuffer>;
  /** What was appended is on the disk after this. */
  close(): void;
}

/** Which packs there are; each call is done whole or not at all. */
export interface Records {
  packs(): Promise<KeptPack[]>;
  wanted(): Promise<WantedPack[]>;
  want(wanted: WantedPack): Promise<void>;
  /** Puts what the wanted pack became in the place of the kept one: the switch. */
  keep(wanted: WantedPack): Promise<void>;
  unwant(slug: string): Promise<void>;
  /** Forgets the legend, kept and wanted. */
  forget(slug: string): Promise<void>;
  /** Notes what the server says of a kept legend; of another one nothing is noted. */
  see(slug: string, seen: Seen): Promise<void>;
  /** Forgets the earlier revisions of a legend, all but these. */
  leaveEarlier(slug: string, revisions: readonly number[]): Promise<void>;
  /** Leaves no trace, once nothing is kept. */
  erase(): Promise<void>;
}

/** Where a phone carries its packs, and what the browser allows there. */
export interface Satchel {
  readonly files: Files;
  readonly records: Records;
  /** How many of so many bytes fit. */
  roomFor(bytes: number): Promise<number>;
  /** Whether some page shows this revision of a legend. */
  isRead(slug: string, revision: number): Promise<boolean>;
  /**
   * Does something while nobody else writes, in whatever tab.
   *
   * @throws PackRefused: `stopped`, when the signal ends before its turn
   */
  alone<T>(deed: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}
