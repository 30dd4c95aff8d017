/**
 * Bytes by SHA-256 in the origin's private file system.
 *
 * It is the one place in a browser where a file grows piece by piece, gives its room back as soon
 * as it is removed, and is read from the disk in part. Writing needs a worker of its own
 * (`createSyncAccessHandle`); everybody reads.
 */

import { PackRefused } from "./errors.ts";
import type { Files, OpenFile } from "./satchel.ts";

const FOLDER = "packs";
/** A file that is no object: should it be left behind, it is garbage like any other. */
const PROBE = "room";
const PROBE_STEP_BYTES = 64 * 1024;

export class PrivateFiles implements Files {
  async sizes(): Promise<Map<string, number>> {
    const folder = await folderOf(false);
    const sizes = new Map<string, number>();
    if (folder === null) return sizes;
    for await (const handle of folder.values()) {
      if (handle.kind === "file") {
        sizes.set(handle.name, (await (handle as FileSystemFileHandle).getFile()).size);
      }
    }
    return sizes;
  }

  async find(sha256: string): Promise<Blob | null> {
    try {
      const folder = await folderOf(false);
      return folder && await (await folder.getFileHandle(sha256)).getFile();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async open(sha256: string): Promise<OpenFile> {
    const handle = await made(sha256);
    if (handle === null) throw new PackRefused("no_room");
    return new PrivateFile(handle);
  }

  /** How many of so many bytes the browser gives room for; asked by holding it for a moment. */
  async roomFor(bytes: number): Promise<number> {
    const handle = await made(PROBE);
    if (handle === null) return 0;
    let [fits, fails] = [0, bytes + 1];
    for (let asked = bytes; fails - fits > PROBE_STEP_BYTES; asked = (fits + fails) >> 1) {
      if (hasRoom(handle, asked)) fits = asked;
      else fails = asked;
    }
    handle.truncate(0);
    handle.close();
    await this.remove(PROBE);
    return fits;
  }

  async remove(sha256: string): Promise<void> {
    try {
      await (await folderOf(false))?.removeEntry(sha256);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

class PrivateFile implements OpenFile {
  #handle: FileSystemSyncAccessHandle;
  #sizeBytes: number;

  constructor(handle: FileSystemSyncAccessHandle) {
    this.#handle = handle;
    this.#sizeBytes = handle.getSize();
    // Safari before 16.4 answers later, to each of its calls.
    if (typeof this.#sizeBytes !== "number") throw new PackRefused("no_storage");
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      const more = this.#write(bytes.subarray(written));
      if (more <= 0) throw new PackRefused("no_room");
      written += more;
      this.#sizeBytes += more;
    }
  }

  clear(): void {
    this.#handle.truncate(0);
    this.#sizeBytes = 0;
  }

  read(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#sizeBytes);
    this.#handle.read(bytes, { at: 0 });
    return bytes;
  }

  close(): void {
    this.#handle.flush();
    this.#handle.close();
  }

  #write(bytes: Uint8Array): number {
    try {
      return this.#handle.write(bytes as Uint8Array<ArrayBuffer>, { at: this.#sizeBytes });
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#handle.truncate(this.#sizeBytes); // nobody knows what it wrote before it broke
      throw new PackRefused("no_room");
    }
  }
}

/** A file to write to, made where there is none; null where not even a name has room. */
async function made(name: string): Promise<FileSystemSyncAccessHandle | null> {
  try {
    const folder = await folderOf(true);
    const handle = await folder!.getFileHandle(name, { create: true });
    return await handle.createSyncAccessHandle();
  } catch (error) {
    if (isFull(error)) return null;
    throw error;
  }
}

function hasRoom(handle: FileSystemSyncAccessHandle, bytes: number): boolean {
  try {
    handle.truncate(bytes);
    return true;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

async function folderOf(create: boolean): Promise<FileSystemDirectoryHandle | null> {
  const root = await navigator.storage.getDirectory();
  try {
    return await root.getDirectoryHandle(FOLDER, { create });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}

/** Whether the browser says that there is no room. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
