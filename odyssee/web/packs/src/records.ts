/** Which packs there are, in IndexedDB: small records, changed in one transaction each. */

import { PackRefused } from "./errors.ts";
import { isFull } from "./files.ts";
import { following, joined } from "./planning.ts";
import type { KeptPack, Records, Seen, WantedPack } from "./satchel.ts";

const NAME = "odyssee-packs";
const VERSION = 1;
const KEPT = "kept";
const WANTED = "wanted";
/** More than the records of a legend take. */
const RECORD_BYTES = 200_000;

export class DatabaseRecords implements Records {
  #opening: Promise<IDBDatabase> | null = null;

  packs(): Promise<KeptPack[]> {
    return this.#do("readonly", (in_) => in_(KEPT).getAll());
  }

  wanted(): Promise<WantedPack[]> {
    return this.#do("readonly", (in_) => in_(WANTED).getAll());
  }

  want(wanted: WantedPack): Promise<void> {
    return this.#do("readwrite", (in_) => void in_(WANTED).put(wanted));
  }

  keep(wanted: WantedPack): Promise<void> {
    return this.#do("readwrite", (in_) => {
      in_(WANTED).delete(wanted.slug);
      changed(in_(KEPT), wanted.slug, (before) => following(before, wanted));
    });
  }

  unwant(slug: string): Promise<void> {
    return this.#do("readwrite", (in_) => void in_(WANTED).delete(slug));
  }

  forget(slug: string): Promise<void> {
    return this.#do("readwrite", (in_) => {
      in_(KEPT).delete(slug);
      in_(WANTED).delete(slug);
    });
  }

  see(slug: string, seen: Seen): Promise<void> {
    return this.#do("readwrite", (in_) =>
      changed(
        in_(KEPT),
        slug,
        (before) => before && { ...before, seen: joined(before.seen, seen) },
      ));
  }

  leaveEarlier(slug: string, revisions: readonly number[]): Promise<void> {
    return this.#do("readwrite", (in_) =>
      changed(in_(KEPT), slug, (before) => {
        const left = ({ manifest }: { manifest: { revision: number } }) =>
          revisions.includes(manifest.revision);
        return before && { ...before, earlier: before.earlier.filter(left) };
      }));
  }

  /** Leaves no trace, once nothing is kept; what is open elsewhere is closed. */
  async erase(): Promise<void> {
    (await this.#opening)?.close();
    this.#opening = null;
    await new Promise<void>((done) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = () => done();
      request.onerror = () => done();
      request.onblocked = () => done(); // it goes when the last who reads it is done
    });
  }

  /** Runs a transaction over both stores; what it gives is there once all of it is on the disk. */
  async #do<T>(
    mode: IDBTransactionMode,
    deed: (in_: (store: string) => IDBObjectStore) => IDBRequest<T> | void,
  ): Promise<T> {
    const database = await this.#open();
    return await new Promise((done, failed) => {
      const transaction = database.transaction([KEPT, WANTED], mode, { durability: "strict" });
      const request = deed((store) => transaction.objectStore(store));
      transaction.oncomplete = () => done(request?.result as T);
      transaction.onabort = () => failed(told(transaction.error));
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#opening ??= new Promise((done, failed) => {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        for (const store of [KEPT, WANTED]) {
          request.result.createObjectStore(store, { keyPath: "slug" });
        }
      };
      request.onerror = () => failed(told(request.error));
      request.onsuccess = () => {
        const forget = () => this.#opening = null;
        request.result.onclose = forget;
        request.result.onversionchange = () => {
          request.result.close(); // a newer page changes its form
          forget();
        };
        done(request.result);
      };
    });
    this.#opening.catch(() => this.#opening = null);
    return this.#opening;
  }
}

/** Puts what a record becomes in its place. */
function changed(
  store: IDBObjectStore,
  slug: string,
  change: (before: KeptPack | undefined) => KeptPack | undefined,
): void {
  const request: IDBRequest<KeptPack | undefined> = store.get(slug);
  request.onsuccess = () => {
    const after = change(request.result);
    if (after !== undefined) store.put(after);
  };
}

function told(error: DOMException | null): Error {
  return isFull(error)
    ? new PackRefused("no_room", RECORD_BYTES)
    : error ?? new Error("the database closed");
}
