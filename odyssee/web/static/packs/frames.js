// Made from packs/src/frames.ts by engine/build.ts; change it there.
/** The pages of a build, kept to be drawn without a network. */

/** What the server fills in: a build of the pages and all that it needs. */

/** Asks the service worker to see that the pages are here; it answers whether they are. */
export const KEEP = "keep";
const PREFIX = "odyssee-pages-";

/** The cache of a build; whoever takes another build's gets other files. */
export function framesOf({ name }       )                 {
  return caches.open(PREFIX + name);
}

/**
 * Fetches what is not here yet.
 *
 * @throws Error: not all of it can be had now; the browser tries an install again by itself
 */
export async function keepFrames(build       )                {
  const cache = await framesOf(build);
  const frames = Object.values(build.frames).flatMap((byLang) => Object.values(byLang));
  const keep = async (address        , mode              ) => {
    if (await cache.match(address)) return;
    const answer = await fetch(address, { cache: mode });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    // While servers change over, one may still hand out the frames of another build.
    const isFrame = frames.includes(address);
    if (isFrame && !(await answer.clone().text()).includes(build.static)) {
      throw new Error(`${address} is of another build`);
    }
    await cache.put(address, answer);
  };
  await Promise.all([
    ...build.files.map((address) => keep(address, "default")),
    ...[...frames, ...build.territory].map((address) => keep(address, "no-cache")),
  ]);
}

/** Forgets the pages of other builds. */
export async function forgetOthers(build       )                {
  await forget((name) => name !== PREFIX + build.name);
}

/** Forgets the pages and the service worker, once there is no legend left to show. */
export async function leave(registration                           )                {
  await forget(() => true);
  await registration.unregister();
}

async function forget(isOver                           )                {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || !isOver(name)) continue;
    // A cache that somebody has open keeps its room after it was deleted; what is in it does not.
    const cache = await caches.open(name);
    await Promise.all((await cache.keys()).map((request) => cache.delete(request)));
    await caches.delete(name);
  }
}
