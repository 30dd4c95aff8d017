// Made from packs/src/planning.ts by engine/build.ts; change it there.
/** What lacks, what may go, what stands for what: decided without touching a byte. */

import { PackRefused } from "./errors.js";
import {                mediumOf,                sizeOf } from "./manifest.js";

/** An object to fetch, or to look at again: `haveBytes` of it lie here, not yet verified. */

/** The files of a revision that a phone has, or wants. */
export function filesOf({ manifest, names }       )             {
  const wanted = new Set(names);
  return manifest.files.filter(({ name }) => wanted.has(name));
}

/**
 * What has to come for these files to be whole.
 *
 * @param lying how many bytes lie under each hash
 * @param verified the hashes of kept packs: what lies under them whole needs no second look
 */
export function planTaking(
  files                     ,
  lying                             ,
  verified                     ,
)       {
  const lacking = new Map              ();
  for (const { sha256, sizeBytes, type } of files) {
    const found = lying.get(sha256) ?? -1;
    if (verified.has(sha256) && found === sizeBytes) continue;
    // More than there should be is nothing to go on from.
    const haveBytes = found > sizeBytes ? 0 : Math.max(0, found);
    lacking.set(sha256, { sha256, sizeBytes, type, haveBytes });
  }
  const missing = [...lacking.values()].map(({ sizeBytes, haveBytes }) => sizeBytes - haveBytes);
  return {
    lacking: [...lacking.values()],
    totalBytes: sizeOf(files),
    missingBytes: missing.reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** The hashes of all that kept packs are made of, earlier revisions among them. */
export function verifiedIn(packs                     )              {
  return hashesOf(packs.flatMap((pack) => [pack, ...pack.earlier]));
}

/** The hashes that something names: all others are garbage. */
export function namedBy(packs                     , wanted                       )              {
  return hashesOf([...packs.flatMap((pack) => [pack, ...pack.earlier]), ...wanted]);
}

/**
 * A revision only rises: whoever offers an older one is refused.
 *
 * @throws PackRefused: `older`
 */
export function checkRises(kept                   , offered          )       {
  if (kept && offered.revision < kept.manifest.revision) throw new PackRefused("older");
}

/** The record of a pack after the switch from what was kept before. */
export function following(before                      , wanted            )           {
  const { slug, choice, manifest, names } = wanted;
  const earlier = before === undefined ? [] : [before, ...before.earlier]
    .map((taken) => ({ manifest: taken.manifest, names: taken.names }))
    .filter((taken) => taken.manifest.revision !== manifest.revision);
  return { slug, choice, manifest, names, earlier, seen: joined(before?.seen, wanted.seen) };
}

/** What is known of a legend after it was seen anew; closures in other languages stay. */
export function joined(before                  , now      )       {
  return { facts: now.facts, closures: { ...before?.closures, ...now.closures } };
}

/** An object as it is shown. */

/**
 * What is shown for each hash that a kept pack knows. For a form that was not taken this is the
 * form that was: pages ask for whatever fits the screen.
 */
export function shownFor(packs                     )                     {
  const shown = new Map               ();
  for (const taken of packs.flatMap((pack) => [pack, ...pack.earlier])) {
    const held = filesOf(taken);
    const byMedium = new Map(held.map((file) => [mediumOf(file), file]));
    for (const file of taken.manifest.files) {
      const stands = byMedium.get(mediumOf(file));
      if (stands && !shown.has(file.sha256)) shown.set(file.sha256, asShown(stands));
    }
    held.forEach((file) => shown.set(file.sha256, asShown(file)));
  }
  return shown;
}

function asShown({ sha256, sizeBytes, type }          )        {
  return { sha256, sizeBytes, type };
}

function hashesOf(taken                  )              {
  return new Set(taken.flatMap(filesOf).map(({ sha256 }) => sha256));
}
