/**
 * The service worker: what a legend that was taken along needs comes from here without a network.
 *
 * Online, pages and what the API publishes come from the network first, so that nobody reads an
 * old legend; verified objects and the files of this build come from here, since they never
 * change. It is there only for visitors who took a legend along.
 */

import { composeLegend, seenIn, summaryOf } from "./composing.ts";
import { decide, type Decision } from "./deciding.ts";
import { browserSatchel } from "./device.ts";
import { filesOf, joined, type Shown, shownFor } from "./planning.ts";
import { type Build, forgetOthers, framesOf, KEEP, keepFrames, leave } from "./frames.ts";
import type { KeptPack } from "./satchel.ts";
import { sendJson, sendObject } from "./sending.ts";
import { drop } from "./taking.ts";
import { join } from "./telling.ts";

declare const self: ServiceWorkerGlobalScope;

/** Nobody waits longer for a network that hangs, where the pack can answer. */
const PATIENCE_MS = 4000;
/** One that has just hung is not waited for anew at each request of a page. */
const SHORT_PATIENCE_MS = 400;
const HANGING_MS = 20_000;
let hungAt = -Infinity;

/** Listens to what pages ask for; to be called while the worker's script runs first. */
export function serve(build: Build): void {
  const reader = new Reader(build);
  self.addEventListener("install", (event) => event.waitUntil(keepFrames(build)));
  self.addEventListener("activate", (event) => event.waitUntil(begin(build)));
  self.addEventListener("message", (event) => {
    // A page that takes a legend along makes sure: a browser may have cleared them away.
    const answer = (isKept: boolean) => event.ports[0]?.postMessage(isKept);
    if (event.data === KEEP) {
      event.waitUntil(keepFrames(build).then(() => answer(true), () => answer(false)));
    }
  });
  self.addEventListener("fetch", (event) => {
    const decision = decide(event.request, self.location.origin, (path) => reader.isFile(path));
    if (decision.way !== "network") event.respondWith(reader.answer(decision, event));
  });
}

async function begin(build: Build): Promise<void> {
  await forgetOthers(build);
  await self.clients.claim(); // the page that asked for it walks on without a reload
}

class Reader {
  #build: Build;
  #files: ReadonlySet<string>;
  #satchel = browserSatchel();
  #shown: Map<string, Shown> = new Map();

  constructor(build: Build) {
    this.#build = build;
    this.#files = new Set(build.files);
  }

  isFile(path: string): boolean {
    return this.#files.has(path);
  }

  answer(decision: Exclude<Decision, { way: "network" }>, event: FetchEvent): Promise<Response> {
    switch (decision.way) {
      case "pages":
        return this.#file(event.request);
      case "object":
        return this.#object(decision.sha256, event.request);
      case "page":
        return this.#page(decision.view, decision.slug, event);
      case "legend":
        return this.#legend(decision.slug, event);
      case "legends":
        return this.#legends(event);
      case "territory":
        return this.#territory(event);
    }
  }

  async #file(request: Request): Promise<Response> {
    return await this.#kept(request.url) ?? await fetch(request);
  }

  async #object(sha256: string, request: Request): Promise<Response> {
    const found = await this.#look(sha256).catch(() => null); // a storage that fails is no storage
    return found ? sendObject(found.bytes, found.shown, request.headers) : await fetch(request);
  }

  /** What lies here for a hash; records are read again where they may have changed. */
  async #look(sha256: string): Promise<{ bytes: Blob; shown: Shown } | null> {
    const known = await this.#find(sha256);
    if (known) return known;
    this.#shown = shownFor(await this.#satchel.records.packs());
    return await this.#find(sha256);
  }

  async #find(sha256: string): Promise<{ bytes: Blob; shown: Shown } | null> {
    const shown = this.#shown.get(sha256);
    const bytes = shown ? await this.#satchel.files.find(shown.sha256) : null;
    return shown && bytes?.size === shown.sizeBytes ? { bytes, shown } : null;
  }

  async #page(view: "home" | "legend", slug: string | null, event: FetchEvent): Promise<Response> {
    const lang = langOf(event.request.url);
    const frame = () => this.#kept(this.#build.frames[view][lang]!);
    const pack = slug === null ? undefined : await this.#pack(slug);
    const answer = await networkFirst(event, frame, view === "home" || pack !== undefined);
    if (answer.status === 410 && pack) event.waitUntil(this.#drop(pack.slug));
    return answer;
  }

  async #legend(slug: string, event: FetchEvent): Promise<Response> {
    const pack = await this.#pack(slug);
    if (!pack) return await fetch(event.request);
    const lang = langOf(event.request.url);
    const composed = async () => {
      const legend = await this.#compose(pack, lang);
      return legend && sendJson(legend, String(legend.lang));
    };
    const note = (answer: Response) => this.#note(pack, lang, answer);
    return await networkFirst(event, composed, true, {
      note,
      // A cache on the way may be a day behind, and a walk would go back to another ground.
      isGood: async (answer) =>
        !answer.ok || (await answer.json()).revision >= pack.manifest.revision,
    });
  }

  async #legends(event: FetchEvent): Promise<Response> {
    const lang = langOf(event.request.url);
    return await networkFirst(event, async () => {
      const packs = await this.#packs();
      const legends = await Promise.all(packs.map((pack) => this.#compose(pack, lang)));
      const known = legends.filter((legend) => legend !== null).map(summaryOf);
      known.sort((a, b) => String(a.title).localeCompare(String(b.title), lang));
      return sendJson({ legends: known, revision: 0 }, lang);
    }, true);
  }

  async #territory(event: FetchEvent): Promise<Response> {
    const { pathname, search } = new URL(event.request.url);
    const address = pathname + search;
    const keep = async (answer: Response) => {
      const mayKeep = answer.ok && answer.headers.get("Cache-Control") !== "no-store";
      if (!mayKeep || !this.#build.territory.includes(address)) return;
      await (await framesOf(this.#build)).put(address, answer);
    };
    return await networkFirst(event, () => this.#kept(address), true, { note: keep });
  }

  /** What the server says of a kept legend now: noted for when it cannot be asked. */
  async #note(pack: KeptPack, lang: string, answer: Response): Promise<void> {
    if (answer.status === 410) await this.#drop(pack.slug);
    if (!answer.ok) return;
    const legend = await answer.json();
    if (legend.revision < pack.manifest.revision) return;
    const seen = seenIn(legend, lang);
    const isKnown = JSON.stringify(joined(pack.seen, seen)) === JSON.stringify(pack.seen);
    if (!isKnown) await this.#satchel.records.see(pack.slug, seen);
  }

  async #compose(pack: KeptPack, lang: string): Promise<Record<string, unknown> | null> {
    const files = new Map(filesOf(pack).map((file) => [file.name, file]));
    try {
      return await composeLegend(pack, lang, async (name) => {
        const file = files.get(name);
        const bytes = file ? await this.#satchel.files.find(file.sha256) : null;
        if (!bytes) throw new Error(`${name} is not in the pack of ${pack.slug}`);
        return JSON.parse(await bytes.text());
      });
    } catch {
      return null; // the browser cleared something away: the network has to answer
    }
  }

  async #pack(slug: string): Promise<KeptPack | undefined> {
    return (await this.#packs()).find((pack) => pack.slug === slug);
  }

  /** None where the storage fails: then the network answers. */
  #packs(): Promise<KeptPack[]> {
    return this.#satchel.records.packs().catch(() => []);
  }

  async #drop(slug: string): Promise<void> {
    await drop(this.#satchel, slug);
    const channel = join(() => {});
    channel.say({ slug, state: { kind: "absent" } });
    channel.leave();
    const { records } = this.#satchel;
    if ([...await records.packs(), ...await records.wanted()].length > 0) return;
    await records.erase();
    await leave(self.registration);
  }

  async #kept(address: string): Promise<Response | null> {
    return await (await framesOf(this.#build)).match(address) ?? null;
  }
}

interface Judging {
  /** Takes what the network answers, also late. */
  readonly note?: (answer: Response) => Promise<void>;
  readonly isGood?: (answer: Response) => Promise<boolean>;
}

/**
 * The network's answer, else what lies here: when there is no network, when the server has a
 * trouble of its own, when it takes too long, and when its answer is no good.
 */
async function networkFirst(
  event: FetchEvent,
  find: () => Promise<Response | null>,
  canAnswer: boolean,
  { note = async () => {}, isGood = async () => true }: Judging = {},
): Promise<Response> {
  // What the browser kept by itself is no network: without one it would pass for the newest.
  const asked = fetch(new Request(event.request, { cache: "no-cache" }));
  event.waitUntil(asked.then((answer) => note(answer.clone())).catch(() => {}));
  const answer = await (canAnswer ? inTime(asked) : asked).catch(() => null);
  const isTrouble = answer === null || answer.status >= 500 || answer.status === 429;
  if (!isTrouble && await isGood(answer.clone()).catch(() => false)) return answer;
  return await find() ?? answer ?? await asked;
}

/** The answer, or null when it takes too long. */
async function inTime(asked: Promise<Response>): Promise<Response | null> {
  const patienceMs = performance.now() - hungAt < HANGING_MS ? SHORT_PATIENCE_MS : PATIENCE_MS;
  const late = new Promise<null>((done) => setTimeout(done, patienceMs, null));
  const answer = await Promise.race([asked, late]);
  hungAt = answer === null ? performance.now() : -Infinity;
  return answer;
}

/** The language of an address, else the first of the visitor's that the pages speak. */
function langOf(url: string): string {
  const asked = new URL(url).searchParams.get("lang");
  const known = ["fr", "en"];
  const wanted = asked === null ? navigator.languages : [asked];
  const spoken = wanted.map((lang) => lang.toLowerCase().split("-")[0]!);
  return spoken.find((lang) => known.includes(lang)) ?? "fr";
}
