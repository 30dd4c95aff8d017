// Made from packs/src/taking.ts by engine/build.ts; change it there.
/**
 * Takes a legend along, and gives its room back.
 *
 * The order is that of the kiosk (design/packs.md, section 3): garbage goes before anything comes,
 * else an abandoned revision fills the phone; objects lie under their hashes and harm nobody while
 * they are not whole; what points to them is written last. A page closed or a phone that dies at
 * any moment leaves the old revision, whole, or the new one.
 */

import {              chooseFiles } from "./choosing.js";
import { PackRefused } from "./errors.js";
import { fetchObject, fetchText, hashOf,              } from "./fetching.js";
import { isHash,                readManifest } from "./manifest.js";
import {
  checkRises,
  filesOf,

  namedBy,

  planTaking,
  verifiedIn,
} from "./planning.js";

/** How many objects are fetched at once: over 300 ms of round trip a third of the time of one. */
const AT_ONCE = 4;
/** What browsers need beside the bytes themselves, to be on the safe side. */
const MARGIN_BYTES = 1_000_000;

/**
 * Fetches the pack of a legend and switches to it when every object is here and verified.
 *
 * Taking again, after whatever stopped it, goes on with what lies here.
 *
 * @throws PackRefused: what stood in the way; a pack that was kept before is as it was, but for
 *   `unpublished`, which takes it away
 */
export async function take(
  satchel         ,
  network         ,
  order       ,
  tell                              ,
  signal             ,
)                {
  await satchel.alone(async () => {
    try {
      const told = order.manifest ?? await fetchManifest(network, order.slug, signal);
      try {
        await takeRevision(satchel, network, order, told, tell, signal);
      } catch (error) {
        if (!(error instanceof PackRefused) || error.code !== "gone") throw error;
        // Another revision has come meanwhile, and the objects of this one have gone.
        const newer = await fetchManifest(network, order.slug, signal);
        await takeRevision(satchel, network, order, newer, tell, signal);
      }
    } catch (error) {
      if (error instanceof PackRefused && error.code === "unpublished") {
        await forget(satchel, order.slug);
      }
      throw error;
    }
  }, signal);
}

/**
 * The manifest of a legend's current pack, as it was sent.
 *
 * @throws PackRefused: as `fetchText`
 */
export async function fetchManifest(
  network         ,
  slug        ,
  signal             ,
)                  {
  const address = `/v1/packs/${encodeURIComponent(slug)}/manifest.json`;
  return await fetchText(network, address, async (text, answer) => {
    const promised = /^"([0-9a-f]{64})"$/.exec(answer.headers.get("ETag") ?? "")?.[1];
    const isCut = isHash(promised) && await hashOf(new TextEncoder().encode(text)) !== promised;
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return isJson && !isCut;
  }, signal);
}

/** Stops wanting a legend; a pack that is kept of it stays. */
export async function giveUp(satchel         , slug        )                {
  await satchel.alone(async () => {
    await satchel.records.unwant(slug);
    await collect(satchel);
  });
}

/** Gives back the room of a legend, whoever reads it. */
export async function drop(satchel         , slug        )                {
  await satchel.alone(() => forget(satchel, slug));
}

/** Gives back the room of earlier revisions that nobody reads any more. */
export async function tidy(satchel         )                {
  await satchel.alone(() => collect(satchel));
}

async function takeRevision(
  satchel         ,
  network         ,
  { slug, choice, seen }       ,
  told        ,
  tell                              ,
  signal             ,
)                {
  const manifest           = readManifest(told, slug);
  const packs = await satchel.records.packs();
  checkRises(packs.find((pack) => pack.slug === slug), manifest);
  const names = chooseFiles(manifest, choice).map(({ name }) => name);
  const wanted             = { slug, choice, seen, manifest, names };
  await satchel.records.want(wanted);
  await collect(satchel);
  const files = inOrder(filesOf(wanted), names);
  const plan = planTaking(files, await satchel.files.sizes(), verifiedIn(packs));
  await checkRoom(satchel, plan);
  await fetchAll(satchel, network, plan, tell, signal);
  await satchel.records.keep(wanted);
  await collect(satchel);
}

function inOrder                            (files              , names                   )      {
  const places = new Map(names.map((name, place) => [name, place]));
  return [...files].sort((a, b) => places.get(a.name)  - places.get(b.name) );
}

async function checkRoom(satchel         , { missingBytes }      )                {
  if (missingBytes === 0) return;
  const lackBytes = await lackOfRoom(satchel, missingBytes);
  if (lackBytes > 0) throw new PackRefused("no_room", lackBytes);
}

async function lackOfRoom(satchel         , missingBytes        )                  {
  const needed = missingBytes + MARGIN_BYTES;
  return needed - await satchel.roomFor(needed);
}

async function fetchAll(
  satchel         ,
  network         ,
  { lacking, totalBytes, missingBytes }      ,
  tell                              ,
  signal             ,
)                {
  const here = new Map(lacking.map(({ sha256, haveBytes }) => [sha256, haveBytes]));
  const sum = (bytes                  ) => [...bytes].reduce((one, more) => one + more, 0);
  const wholeBytes = totalBytes - missingBytes - sum(here.values());
  const say = () => tell({ doneBytes: wholeBytes + sum(here.values()), totalBytes });
  say();
  const fetchOne = (lack      , stopped             ) =>
    fetchInto(satchel, network, lack, (haveBytes) => {
      here.set(lack.sha256, haveBytes);
      say();
    }, stopped);
  try {
    await eachOf(lacking, signal, fetchOne);
  } catch (error) {
    if (!(error instanceof PackRefused) || error.code !== "no_room") throw error;
    const leftBytes = totalBytes - wholeBytes - sum(here.values());
    throw new PackRefused("no_room", Math.max(1, await lackOfRoom(satchel, leftBytes)));
  }
}

async function fetchInto(
  satchel         ,
  network         ,
  lack      ,
  tell                             ,
  signal             ,
)                {
  const file = await satchel.files.open(lack.sha256);
  try {
    await fetchObject(network, lack, file, tell, signal);
    tell(lack.sizeBytes);
  } finally {
    file.close();
  }
}

/** Does a deed for each, some at once; the first that fails stops the others, and is told. */
async function eachOf   (
  all              ,
  signal             ,
  deed                                                 ,
)                {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const waiting = [...all];
  const faults            = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await deed(next, stopping.signal);
      } catch (error) {
        faults.push(error);
        waiting.length = 0;
        stop();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal.removeEventListener("abort", stop);
  if (faults.length > 0) throw faults[0];
}

async function forget(satchel         , slug        )                {
  await satchel.records.forget(slug);
  await collect(satchel);
}

/** Removes what nothing names, and of earlier revisions what nobody reads. */
async function collect(satchel         )                {
  const { records, files } = satchel;
  for (const { slug, earlier } of await records.packs()) {
    if (earlier.length === 0) continue;
    const revisions = earlier.map(({ manifest }) => manifest.revision);
    const read = await Promise.all(revisions.map((revision) => satchel.isRead(slug, revision)));
    await records.leaveEarlier(slug, revisions.filter((_, place) => read[place]));
  }
  const named = namedBy(await records.packs(), await records.wanted());
  for (const sha256 of (await files.sizes()).keys()) {
    if (!named.has(sha256)) await files.remove(sha256);
  }
}
