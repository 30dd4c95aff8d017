// Made from packs/src/files.ts by engine/build.ts; change it there.
/**
 * Bytes by SHA-256 in the origin's private file system.
 *
 * It is the one place in a browser where a file grows piece by piece, gives its room back as soon
 * as it is removed, and is read from the disk in part. Writing needs a worker of its own
 * (`createSyncAccessHandle`); everybody reads.
 */

import { PackRefused } from "./errors.js";

const FOLDER = "packs";
/** A file that is no object: should it be left behind, it is garbage like any other. */
const PROBE = "room";
const PROBE_STEP_BYTES = 64 * 1024;

export class PrivateFiles                  {
  async sizes()                               {
    const folder = await folderOf(false);
    const sizes = new Map                ();
    if (folder === null) return sizes;
    for await (const handle of folder.values()) {
      if (handle.kind === "file") {
        sizes.set(handle.name, (await (handle                        ).getFile()).size);
      }
    }
    return sizes;
  }

  async find(sha256        )                       {
    try {
      const folder = await folderOf(false);
      return folder && await (await folder.getFileHandle(sha256)).getFile();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async open(sha256        )                    {
    const handle = await made(sha256);
    if (handle === null) throw new PackRefused("no_room");
    return new PrivateFile(handle);
  }

  /** How many of so many bytes the browser gives room for; asked by holding it for a moment. */
  async roomFor(bytes        )                  {
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

  async remove(sha256        )                {
    try {
      await (await folderOf(false))?.removeEntry(sha256);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

class PrivateFile                     {
  #handle                            ;
  #sizeBytes        ;

  constructor(handle                            ) {
    this.#handle = handle;
    this.#sizeBytes = handle.getSize();
    // Safari before 16.4 answers later, to each of its calls.
    if (typeof this.#sizeBytes !== "number") throw new PackRefused("no_storage");
  }

  get sizeBytes()         {
    return this.#sizeBytes;
  }

  append(bytes            )       {
    let written = 0;
    while (written < bytes.length) {
      const more = this.#write(bytes.subarray(written));
      if (more <= 0) throw new PackRefused("no_room");
      written += more;
      this.#sizeBytes += more;
    }
  }

  clear()       {
    this.#handle.truncate(0);
    this.#sizeBytes = 0;
  }

  read()                          {
    const bytes = new Uint8Array(this.#sizeBytes);
    this.#handle.read(bytes, { at: 0 });
    return bytes;
  }

  close()       {
    this.#handle.flush();
    this.#handle.close();
  }

  #write(bytes            )         {
    try {
      return this.#handle.write(bytes                           , { at: this.#sizeBytes });
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#handle.truncate(this.#sizeBytes); // nobody knows what it wrote before it broke
      throw new PackRefused("no_room");
    }
  }
}

/** A file to write to, made where there is none; null where not even a name has room. */
async function made(name        )                                             {
  try {
    const folder = await folderOf(true);
    const handle = await folder .getFileHandle(name, { create: true });
    return await handle.createSyncAccessHandle();
  } catch (error) {
    if (isFull(error)) return null;
    throw error;
  }
}

function hasRoom(handle                            , bytes        )          {
  try {
    handle.truncate(bytes);
    return true;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

async function folderOf(create         )                                            {
  const root = await navigator.storage.getDirectory();
  try {
    return await root.getDirectoryHandle(FOLDER, { create });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error         )          {
  return error instanceof DOMException && error.name === "NotFoundError";
}

/** Whether the browser says that there is no room. */
export function isFull(error         )          {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
