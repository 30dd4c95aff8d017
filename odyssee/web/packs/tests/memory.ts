/** A satchel in memory: what taking along does at each step, without a browser. */

import { PackRefused } from "../src/errors.ts";
import { filesOf, following, joined } from "../src/planning.ts";
import type { Files, KeptPack, OpenFile, Records, Satchel, WantedPack } from "../src/satchel.ts";
import { sha256Of } from "./examples.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Keeps what it is given, and can be left behind at any moment as a phone that dies does. */
export class MemorySatchel implements Satchel {
  readonly lying = new Map<string, Bytes>();
  readonly kept = new Map<string, KeptPack>();
  readonly wantedPacks = new Map<string, WantedPack>();
  /** The revisions that some page shows, as `slug/revision`. */
  readonly read = new Set<string>();
  /** How many bytes fit; what the browser says of it may be wrong. */
  roomBytes = Infinity;
  saidFreeBytes: number | null = null;
  /** Every byte that was ever written. */
  writtenBytes = 0;
  /** Called after each change that would outlive the phone. */
  changed: (what: "bytes" | "records") => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();

  get usedBytes(): number {
    return [...this.lying.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  }

  async roomFor(bytes: number): Promise<number> {
    return Math.min(bytes, this.saidFreeBytes ?? this.roomBytes - this.usedBytes);
  }

  async isRead(slug: string, revision: number): Promise<boolean> {
    return this.read.has(`${slug}/${revision}`);
  }

  alone<T>(deed: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(deed);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** What another start of the browser finds of it. */
  copy(): MemorySatchel {
    const copy = new MemorySatchel();
    for (const [sha256, bytes] of this.lying) copy.lying.set(sha256, bytes.slice());
    for (const [slug, pack] of this.kept) copy.kept.set(slug, pack);
    for (const [slug, pack] of this.wantedPacks) copy.wantedPacks.set(slug, pack);
    return copy;
  }

  /** The revision that is kept of a legend, after a look at every byte of it; 0 for none. */
  wholeRevision(slug: string): number {
    const pack = this.kept.get(slug);
    if (!pack) return 0;
    for (const { name, sha256 } of filesOf(pack)) {
      const bytes = this.lying.get(sha256);
      if (!bytes || sha256Of(bytes) !== sha256) throw new Error(`${name} is not whole`);
    }
    return pack.manifest.revision;
  }

  /** How many bytes lie here that no kept and no wanted pack names. */
  get garbageBytes(): number {
    const packs = [...this.kept.values()].flatMap((pack) => [pack, ...pack.earlier]);
    const named = [...packs, ...this.wantedPacks.values()].flatMap(filesOf);
    const hashes = new Set(named.map(({ sha256 }) => sha256));
    const garbage = [...this.lying].filter(([sha256]) => !hashes.has(sha256));
    return garbage.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  }

  readonly files: Files = {
    sizes: async () => new Map([...this.lying].map(([sha256, { length }]) => [sha256, length])),
    find: async (sha256) => {
      const bytes = this.lying.get(sha256);
      return bytes ? new Blob([bytes]) : null;
    },
    open: async (sha256) => this.#open(sha256),
    remove: async (sha256) => {
      this.lying.delete(sha256);
      this.changed("bytes");
    },
  };

  readonly records: Records = {
    packs: async () => [...this.kept.values()],
    wanted: async () => [...this.wantedPacks.values()],
    want: async (wanted) => this.#change(() => this.wantedPacks.set(wanted.slug, wanted)),
    keep: async (wanted) =>
      this.#change(() => {
        this.wantedPacks.delete(wanted.slug);
        this.kept.set(wanted.slug, following(this.kept.get(wanted.slug), wanted));
      }),
    unwant: async (slug) => this.#change(() => this.wantedPacks.delete(slug)),
    forget: async (slug) =>
      this.#change(() => {
        this.wantedPacks.delete(slug);
        this.kept.delete(slug);
      }),
    see: async (slug, seen) => {
      const pack = this.kept.get(slug);
      if (pack) this.kept.set(slug, { ...pack, seen: joined(pack.seen, seen) });
    },
    leaveEarlier: async (slug, revisions) => {
      const pack = this.kept.get(slug)!;
      const earlier = pack.earlier.filter(({ manifest }) => revisions.includes(manifest.revision));
      this.#change(() => this.kept.set(slug, { ...pack, earlier }));
    },
    erase: async () => {},
  };

  #change(deed: () => unknown): void {
    deed();
    this.changed("records");
  }

  #put(sha256: string, bytes: Bytes): void {
    this.lying.set(sha256, bytes);
    this.changed("bytes");
  }

  #open(sha256: string): OpenFile {
    const satchel = this;
    const bytes = () => satchel.lying.get(sha256)!;
    if (!satchel.lying.has(sha256)) satchel.lying.set(sha256, new Uint8Array());
    return {
      get sizeBytes() {
        return bytes().length;
      },
      append(more) {
        if (satchel.usedBytes + more.length > satchel.roomBytes) throw new PackRefused("no_room");
        const grown = new Uint8Array(bytes().length + more.length);
        grown.set(bytes());
        grown.set(more, bytes().length);
        satchel.writtenBytes += more.length;
        satchel.#put(sha256, grown);
      },
      clear: () => satchel.#put(sha256, new Uint8Array()),
      read: bytes,
      close() {},
    };
  }
}
