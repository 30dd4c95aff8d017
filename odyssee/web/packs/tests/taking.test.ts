/** Taking along over a real connection that breaks in every way: the old pack, or the new one. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Choice } from "../src/choosing.ts";
import { PackRefused } from "../src/errors.ts";
import { filesOf } from "../src/planning.ts";
import { drop, giveUp, type Order, type Progress, take, tidy } from "../src/taking.ts";
import { aPack, type Dice, diceOf, EVERYTHING, type Making, oneOf } from "./examples.ts";
import { MemorySatchel } from "./memory.ts";
import { type Mishap, Site } from "./site.ts";

const SLUG = "dame-de-riants";
const SEEN = { facts: {}, closures: {} };
let site: Site;

before(async () => {
  site = await Site.open();
});
after(() => site.close());

function anOrder(choice: Partial<Choice> = {}, more: Partial<Order> = {}): Order {
  const chosen: Choice = { languages: ["fr"], quality: "standard", able: EVERYTHING, ...choice };
  return { slug: SLUG, choice: chosen, seen: SEEN, ...more };
}

/** Takes a pack along; the code of the refusal, if it is refused. */
async function taken(
  satchel: MemorySatchel,
  order: Order = anOrder(),
  more: { dice?: Dice; stallMs?: number; signal?: AbortSignal; tell?: (p: Progress) => void } = {},
): Promise<string> {
  const { dice = diceOf(1), stallMs = 5000, signal = new AbortController().signal } = more;
  try {
    await take(satchel, site.network(dice, stallMs), order, more.tell ?? (() => {}), signal);
  } catch (error) {
    if (error instanceof PackRefused) return error.code;
    throw error;
  }
  return "taken";
}

function published(making: Making = {}, mishap: (path: string) => Mishap = () => null): void {
  site.publish(making.slug ?? SLUG, aPack({ sizes: () => 20_000, ...making }));
  site.mishap = mishap;
  site.asked.length = 0;
}

/** The way of a mishap that happens so many times to the first object that is asked for. */
function firstly(mishap: Mishap, times: number): (path: string) => Mishap {
  let left = times;
  let first = "";
  return (path) => {
    if (!path.startsWith("/v1/objects/")) return null;
    first ||= path;
    return path === first && left-- > 0 ? mishap : null;
  };
}

test("a pack comes whole, and nothing of it twice", async () => {
  published();
  const satchel = new MemorySatchel();
  const told: Progress[] = [];
  assert.equal(
    await taken(satchel, anOrder(), { tell: (progress) => told.push(progress) }),
    "taken",
  );
  assert.equal(satchel.wholeRevision(SLUG), 1);
  assert.equal(site.sentBytes(), satchel.usedBytes);
  const [first, last] = [told[0]!, told.at(-1)!];
  assert.deepEqual(first, { doneBytes: 0, totalBytes: satchel.usedBytes });
  assert.deepEqual(last, { doneBytes: satchel.usedBytes, totalBytes: satchel.usedBytes });

  site.asked.length = 0;
  assert.equal(await taken(satchel), "taken");
  assert.equal(site.sentBytes(), 0);
});

test("another revision costs what it changed, another language what it adds", async () => {
  published();
  const satchel = new MemorySatchel();
  await taken(satchel);
  published({ revision: 2, words: { porche: "Prenez à gauche." } });
  assert.equal(await taken(satchel), "taken");
  assert.equal(satchel.wholeRevision(SLUG), 2);
  assert.equal(site.sentBytes(), 20_000);

  site.asked.length = 0;
  assert.equal(await taken(satchel, anOrder({ languages: ["fr", "en"] })), "taken");
  const english = filesOf(satchel.kept.get(SLUG)!).filter(({ lang }) => lang === "en");
  assert.equal(english.length, 7);
  assert.equal(site.sentBytes(), 7 * 20_000);
  assert.equal(satchel.garbageBytes, 0);
});

for (
  const mishap of ["busy", "drop", "cut", "flip", "no_range", "html", "longer", "stall"] as const
) {
  test(`"${mishap}" is got over, and told when it does not end`, async () => {
    published({}, firstly(mishap, 2));
    const satchel = new MemorySatchel();
    assert.equal(await taken(satchel, anOrder(), { stallMs: 100 }), "taken");
    assert.equal(satchel.wholeRevision(SLUG), 1);
    if (mishap === "no_range") return; // nothing broke: nothing was asked for from the middle

    published({ revision: 2, words: { porche: "autre" } }, firstly(mishap, Infinity));
    const told = { busy: "busy", flip: "damaged", html: "damaged", longer: "damaged" };
    const code = await taken(satchel, anOrder(), { stallMs: 100 });
    assert.equal(code, (told as Record<string, string>)[mishap] ?? "offline");
    assert.equal(satchel.wholeRevision(SLUG), 1);
  });
}

test("what came is gone on from, under the condition that it is the same object", async () => {
  published({}, firstly("cut", 1));
  const satchel = new MemorySatchel();
  assert.equal(await taken(satchel), "taken");
  assert.equal(site.sentBytes(), satchel.usedBytes);
  assert.deepEqual(site.asked.map(({ range }) => range).filter(Boolean), ["bytes=10000-"]);
});

test("a server that knows no ranges sends it anew", async () => {
  let cuts = 1;
  published({}, (path) => !path.startsWith("/v1/objects/") || cuts-- > 0 ? "cut" : "no_range");
  site.mishap = (path) =>
    path.startsWith("/v1/objects/") ? (cuts-- > 0 ? "cut" : "no_range") : null;
  const satchel = new MemorySatchel();
  assert.equal(await taken(satchel), "taken");
  assert.equal(site.sentBytes(), satchel.usedBytes + 10_000);
});

test("more than there should be lies there: it is dropped before anything is asked for", async () => {
  published();
  const satchel = new MemorySatchel();
  await taken(satchel);
  const [sha256] = satchel.lying.keys();
  satchel.lying.set(sha256!, new Uint8Array(30_000));
  site.asked.length = 0;
  assert.equal(await taken(satchel), "taken");
  assert.equal(satchel.wholeRevision(SLUG), 1);
  assert.deepEqual(site.asked.map(({ range }) => range), [null, null]);
});

test("a manifest that was cut or replaced on its way is asked for again", async () => {
  for (const mishap of ["flip", "html", "cut", "busy", "drop"] as const) {
    let left = 2;
    published({}, (path) => path.startsWith("/v1/packs/") && left-- > 0 ? mishap : null);
    assert.equal(await taken(new MemorySatchel()), "taken", mishap);
  }
});

test("an older revision than the kept one is refused", async () => {
  published({ revision: 3 });
  const satchel = new MemorySatchel();
  await taken(satchel);
  published({ revision: 2 });
  assert.equal(await taken(satchel), "older");
  assert.equal(satchel.wholeRevision(SLUG), 3);
});

test("a legend that was withdrawn leaves the phone, one that nobody knows does not", async () => {
  published();
  const satchel = new MemorySatchel();
  await taken(satchel);
  published({ slug: "jamais-vue" });
  const other = anOrder({}, { slug: "jamais-vue" });
  await taken(satchel, other);
  site.withdraw(SLUG);
  site.withdraw("jamais-vue");
  assert.equal(await taken(satchel), "unpublished");
  assert.equal(satchel.kept.has(SLUG), false);
  assert.equal(await taken(satchel, other), "not_found");
  assert.equal(satchel.wholeRevision("jamais-vue"), 1);
  assert.equal(satchel.garbageBytes, 0);
});

test("what a revision names may go while it is fetched: the next one is", async () => {
  published();
  const manifest = aPack({ sizes: () => 20_000 }).text;
  published({ revision: 2, words: { porche: "autre" } });
  site.collect();
  const satchel = new MemorySatchel();
  assert.equal(await taken(satchel, anOrder({}, { manifest })), "taken");
  assert.equal(satchel.wholeRevision(SLUG), 2);
  assert.equal(satchel.garbageBytes, 0);
});

test("no room: it is told how much lacks before anything comes", async () => {
  published();
  const satchel = new MemorySatchel();
  satchel.saidFreeBytes = 1_050_000;
  const refused = take(satchel, site.network(diceOf(1)), anOrder(), () => {}, signal());
  const error = await refused.then(() => null, (reason: PackRefused) => reason);
  assert.equal(error?.code, "no_room");
  assert.equal(error?.lackBytes, 11 * 20_000 + 1_000_000 - 1_050_000);
  assert.equal(site.sentBytes(), 0);
});

test("the room ends while it comes: what came stays to go on from, or is given back", async () => {
  published();
  const satchel = new MemorySatchel();
  await taken(satchel);
  const before = satchel.usedBytes;
  published({ revision: 2, languages: ["fr", "en"], words: { porche: "autre", lavoir: "autre" } });
  const both = anOrder({ languages: ["fr", "en"] });
  satchel.roomBytes = before + 70_000;
  satchel.saidFreeBytes = 10_000_000; // a browser promises more than the disk has
  assert.equal(await taken(satchel, both), "no_room");
  assert.equal(satchel.wholeRevision(SLUG), 1);
  assert(satchel.usedBytes > before);

  const full = satchel.copy();
  await giveUp(satchel, SLUG);
  assert.equal(satchel.usedBytes, before);
  assert.equal(satchel.wholeRevision(SLUG), 1);

  const lay = full.usedBytes;
  site.asked.length = 0;
  assert.equal(await taken(full, both), "taken");
  assert.equal(full.wholeRevision(SLUG), 2);
  assert(site.sentBytes() <= full.usedBytes - lay + 40_000);
});

test("who began on a revision finishes on it; then its room is given back", async () => {
  published();
  const satchel = new MemorySatchel();
  await taken(satchel);
  const first = filesOf(satchel.kept.get(SLUG)!);
  satchel.read.add(`${SLUG}/1`);
  published({ revision: 2, words: { porche: "autre" } });
  await taken(satchel);
  assert(first.every(({ sha256 }) => satchel.lying.has(sha256)));

  satchel.read.clear();
  await tidy(satchel);
  const left = first.filter(({ sha256 }) => satchel.lying.has(sha256));
  assert.equal(left.length, first.length - 1);
  assert.equal(satchel.usedBytes, first.length * 20_000);
  assert.equal(satchel.wholeRevision(SLUG), 2);
});

test("removing a legend gives back its room, and leaves what others share with it", async () => {
  published();
  published({ slug: "marcou", revision: 4 });
  const satchel = new MemorySatchel();
  await taken(satchel);
  await taken(satchel, anOrder({ languages: ["en"] }, { slug: "marcou" }));
  await drop(satchel, SLUG);
  assert.equal(satchel.wholeRevision("marcou"), 4);
  assert.equal(satchel.garbageBytes, 0);
  await drop(satchel, "marcou");
  assert.equal(satchel.usedBytes, 0);
});

test("two tabs that want the same fetch it once", async () => {
  published();
  const satchel = new MemorySatchel();
  const both = await Promise.all([taken(satchel), taken(satchel)]);
  assert.deepEqual(both, ["taken", "taken"]);
  assert.equal(site.sentBytes(), satchel.usedBytes);
});

function signal(): AbortSignal {
  return new AbortController().signal;
}

const MISHAPS = ["busy", "drop", "cut", "flip", "no_range", "html", "longer", null] as const;

/** A phone of which nobody knows when it dies: any moment of it may be the last. */
function dying(satchel: MemorySatchel, dice: Dice): { last: MemorySatchel | null } {
  const phone: { last: MemorySatchel | null } = { last: null };
  let seen = 0;
  satchel.changed = (what) => {
    if (what === "records" || dice() < 0.05) {
      const revision = satchel.wholeRevision(SLUG);
      assert([1, 2].includes(revision), "neither the old revision nor the new one is whole");
    }
    if (dice() < 1 / ++seen) phone.last = satchel.copy(); // any moment as likely as another
  };
  return phone;
}

test("on a bad network, stopped or dead at any moment: the old pack or the new one", async () => {
  let fetchedBytes = 0;
  let usefulBytes = 0;
  for (let seed = 0; seed < 40; seed++) {
    const dice = diceOf(seed);
    published();
    const first = new MemorySatchel();
    assert.equal(await taken(first), "taken");
    const before = first.usedBytes;
    first.writtenBytes = 0;
    published({ revision: 2, words: { porche: `autre ${seed}` } });
    site.mishap = () => dice() < 0.2 ? oneOf(dice, MISHAPS) : null;

    const phone = dying(first, dice);
    const stopping = new AbortController();
    const lastBytes = dice() * before * 2;
    const tell = ({ doneBytes }: Progress) => doneBytes > lastBytes && stopping.abort();
    const both = anOrder({ languages: ["fr", "en"] });
    await taken(first, both, { dice, tell, signal: stopping.signal });
    fetchedBytes += first.writtenBytes;
    usefulBytes += first.usedBytes - before;

    const again = dice() < 0.5 && phone.last ? phone.last : first.copy();
    const lay = again.usedBytes;
    for (let n = 0; n < 20 && await taken(again, both, { dice }) !== "taken"; n++);
    assert.equal(again.wholeRevision(SLUG), 2, `seed ${seed}`);
    assert.equal(again.garbageBytes, 0, `seed ${seed}`);
    fetchedBytes += again.writtenBytes;
    usefulBytes += again.usedBytes - lay;
  }
  const share = fetchedBytes / usefulBytes;
  assert(share < 1.3, `fetched ${share.toFixed(2)} of the useful bytes`);
});
