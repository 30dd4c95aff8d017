// Made from packs/src/page.ts by engine/build.ts; change it there.
/** The door of the pages: what lies here, what a legend costs, and the orders to take and leave. */

import {              chooseFiles, languagesOf, mediaTypes } from "./choosing.js";
import { languagesIn } from "./composing.js";
import { browserNetwork, browserSatchel, readingLock } from "./device.js";
import {                readManifest, sizeOf } from "./manifest.js";
import { filesOf, planTaking, verifiedIn } from "./planning.js";
import { drop, fetchManifest, giveUp,             tidy } from "./taking.js";
import { join,            } from "./telling.js";
import { KEEP, leave } from "./frames.js";

/** Where the service worker lies: at the root, so that it sees every page. */
const WORKER = "/service-worker.js";

/** What is known of a legend that was taken along. */

/** What a legend costs, by what one chooses. */

/** The packs of this browser, as the page of one legend sees them. */
export class Packs {
  #slug        ;
  #satchel = browserSatchel();
  #channel                         ;

  /** @param watch told how the legend is when that changes, here or in another tab */
  constructor(slug        , watch                        ) {
    this.#slug = slug;
    this.#channel = join((message) => {
      if (message.slug === slug && "state" in message) watch(message.state);
    });
  }

  /** How the legend is, from what lies here; who fetches it just now will say so itself. */
  async state()                 {
    const { records, files } = this.#satchel;
    const wanted = (await records.wanted()).find(({ slug }) => slug === this.#slug);
    const packs = await records.packs();
    if (!wanted) {
      return { kind: packs.some(({ slug }) => slug === this.#slug) ? "kept" : "absent" };
    }
    const plan = planTaking(filesOf(wanted), await files.sizes(), verifiedIn(packs));
    const { totalBytes, missingBytes } = plan;
    const doneBytes = totalBytes - missingBytes;
    return { kind: "paused", fault: "stopped", lackBytes: 0, doneBytes, totalBytes };
  }

  /** The kept pack; null where there is none. */
  async held()                       {
    const pack = (await this.#satchel.records.packs()).find(({ slug }) => slug === this.#slug);
    if (!pack) return null;
    return {
      revision: pack.manifest.revision,
      languages: languagesIn(pack),
      sizeBytes: sizeOf(filesOf(pack)),
      choice: pack.choice,
    };
  }

  /** What was chosen for the pack that is wanted; null where there is none. */
  async wanted()                         {
    const wanted = (await this.#satchel.records.wanted()).find(({ slug }) => slug === this.#slug);
    return wanted?.choice ?? null;
  }

  /**
   * What the current revision costs.
   *
   * @param isFirst whether nothing lies here yet, so that no storage is opened
   * @throws PackRefused
   */
  async offer(isFirst         )                 {
    const signal = new AbortController().signal;
    const text = await fetchManifest(browserNetwork, this.#slug, signal);
    const manifest           = readManifest(text, this.#slug);
    const lying = isFirst ? new Map                () : await this.#satchel.files.sizes();
    const verified = isFirst ? new Set        () : verifiedIn(await this.#satchel.records.packs());
    return {
      manifest: text,
      revision: manifest.revision,
      languages: languagesOf(manifest, manifest.languages),
      mediaTypes: mediaTypes(manifest),
      costOf(choice) {
        return planTaking(chooseFiles(manifest, choice), lying, verified);
      },
    };
  }

  /**
   * Fetches the legend in a worker of its own, which says how far it is to every page.
   *
   * @param loader the address of the worker's module
   * @throws Error: the browser does not take the service worker
   */
  async take(order                     , loader        )                {
    await register();
    const worker = new Worker(loader, { type: "module" });
    worker.postMessage({ ...order, slug: this.#slug }                );
  }

  /** Stops fetching; what came stays, to go on from. */
  pause()       {
    this.#channel.say({ slug: this.#slug, stop: true });
  }

  /** Stops fetching and gives back what came; a pack that was kept before stays. */
  async cancel()                 {
    this.pause();
    await giveUp(this.#satchel, this.#slug);
    return await this.#told();
  }

  /** Gives back the room of the legend; the last one takes the service worker with it. */
  async remove()                 {
    this.pause();
    await drop(this.#satchel, this.#slug);
    return await this.#told();
  }

  /** Says that this page shows a revision: its objects stay as long as the page does. */
  read(revision        )       {
    const forever = () => new Promise       (() => {});
    navigator.locks.request(readingLock(this.#slug, revision), { mode: "shared" }, forever);
  }

  /** Gives back the room of revisions that nobody reads any more. */
  tidy()                {
    return tidy(this.#satchel);
  }

  async #told()                 {
    const { records } = this.#satchel;
    const left = [...await records.packs(), ...await records.wanted()];
    const registration = await navigator.serviceWorker.getRegistration();
    const state = await this.state();
    if (left.length === 0) {
      await records.erase();
      if (registration) await leave(registration);
    }
    this.#channel.say({ slug: this.#slug, state });
    return state;
  }
}

/** The service worker, ready to answer: a pack that no page can open is worth nothing. */
async function register()                {
  const registration = await navigator.serviceWorker.register(WORKER, { type: "module" });
  const worker = registration.active ?? registration.waiting ?? registration.installing ;
  await new Promise      ((done, failed) => {
    const look = () => {
      if (worker.state === "activated") done();
      if (worker.state === "redundant") failed(new Error("the service worker was not installed"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
  const { port1, port2 } = new MessageChannel();
  const kept = new Promise((done) => port1.onmessage = ({ data }) => done(data));
  worker.postMessage(KEEP, [port2]);
  if (!await kept) throw new Error("the pages cannot be kept");
}
