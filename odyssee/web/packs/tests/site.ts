/** A real server of packs that can be told how to misbehave, and counts what it sent. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Network } from "../src/fetching.ts";
import { type Made, sha256Of } from "./examples.ts";

/** What goes wrong with an answer. */
export type Mishap =
  | "busy"
  | "drop"
  | "cut"
  | "flip"
  | "no_range"
  | "html"
  | "longer"
  | "stall"
  | null;

export interface Request {
  readonly path: string;
  readonly range: string | null;
  readonly status: number;
  readonly sentBytes: number;
}

export class Site {
  readonly asked: Request[] = [];
  mishap: (path: string) => Mishap = () => null;
  #packs = new Map<string, Made>();
  #objects = new Map<string, { bytes: Uint8Array; type: string }>();
  #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((done) => site.#server.listen(0, "127.0.0.1", done));
    return site;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Publishes a pack in the place of the one before; objects of before stay served. */
  publish(slug: string, pack: Made): void {
    this.#packs.set(slug, pack);
    for (const file of Object.values(JSON.parse(pack.text).files) as Record<string, string>[]) {
      const bytes = pack.objects.get(file.sha256!)!;
      this.#objects.set(file.sha256!, { bytes, type: file.type! });
    }
  }

  /** Withdraws a legend: its manifest is gone, and what it named as well. */
  withdraw(slug: string): void {
    this.#packs.delete(slug);
  }

  /** Forgets every object that no current pack names. */
  collect(): void {
    const named = new Set([...this.#packs.values()].flatMap(({ objects }) => [...objects.keys()]));
    for (const sha256 of this.#objects.keys()) {
      if (!named.has(sha256)) this.#objects.delete(sha256);
    }
  }

  sentBytes(prefix = "/v1/objects/"): number {
    const asked = this.asked.filter(({ path }) => path.startsWith(prefix));
    return asked.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  network(random: () => number, stallMs = 5000): Network {
    const address = this.#server.address() as AddressInfo;
    return {
      site: `http://127.0.0.1:${address.port}`,
      fetch: (asked, options) => fetch(asked, options),
      sleep: async () => {},
      random,
      stallMs,
    };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url!;
    const steps = path.split("/");
    const mishap = this.mishap(path);
    if (mishap === "busy") this.#send(request, response, 503, {}, new Uint8Array());
    else if (mishap === "drop") response.destroy();
    else if (mishap === "html") {
      const page = new TextEncoder().encode("<html>Bienvenue à l’hôtel</html>");
      this.#send(request, response, 200, { "Content-Type": "text/html" }, page);
    } else if (path.startsWith("/v1/packs/")) {
      this.#sendManifest(request, response, steps[3]!, mishap);
    } else this.#sendObject(request, response, steps[3]!, mishap);
  }

  #sendManifest(
    request: IncomingMessage,
    response: ServerResponse,
    slug: string,
    mishap: Mishap,
  ): void {
    const pack = this.#packs.get(slug);
    if (!pack) {
      const status = slug.startsWith("jamais") ? 404 : 410;
      this.#send(request, response, status, {}, new Uint8Array());
      return;
    }
    const bytes = new TextEncoder().encode(pack.text);
    const headers = { "Content-Type": "application/json", "ETag": `"${sha256Of(bytes)}"` };
    this.#send(request, response, 200, headers, bytes, mishap);
  }

  #sendObject(
    request: IncomingMessage,
    response: ServerResponse,
    sha256: string,
    mishap: Mishap,
  ): void {
    const found = this.#objects.get(sha256);
    if (!found) {
      this.#send(request, response, 404, {}, new Uint8Array());
      return;
    }
    const { bytes, type } = found;
    const headers: Record<string, string> = { "Content-Type": type, "ETag": `"${sha256}"` };
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const isSame = request.headers["if-range"] === `"${sha256}"`;
    const from = asked && isSame && mishap !== "no_range" ? Number(asked[1]) : 0;
    if (from > 0) headers["Content-Range"] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    this.#send(request, response, from > 0 ? 206 : 200, headers, bytes.subarray(from), mishap);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    headers: Record<string, string>,
    bytes: Uint8Array,
    mishap: Mishap = null,
  ): void {
    const body = changed(bytes, mishap);
    const note = (sentBytes: number) =>
      this.asked.push({
        path: request.url!,
        range: request.headers.range ?? null,
        status,
        sentBytes,
      });
    const length = mishap === "longer" ? {} : { "Content-Length": String(bytes.length) };
    response.writeHead(status, { ...headers, ...length });
    if (mishap !== "cut" && mishap !== "stall") {
      note(body.length);
      response.end(body);
      return;
    }
    const part = body.subarray(0, body.length >> 1);
    note(part.length);
    response.write(part, () => {
      if (mishap === "cut") setImmediate(() => response.destroy());
    });
  }
}

function changed(bytes: Uint8Array, mishap: Mishap): Uint8Array {
  if (bytes.length === 0) return bytes;
  if (mishap === "longer") return Uint8Array.from([...bytes, ...bytes]);
  if (mishap !== "flip") return bytes;
  const flipped = bytes.slice();
  flipped[flipped.length >> 1]! ^= 1;
  return flipped;
}
