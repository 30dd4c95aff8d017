// Made from packs/src/manifest.ts by engine/build.ts; change it there.
/** The manifest of a pack: every object of a revision, and what a client chooses it by. */

import { PackRefused } from "./errors.js";

/** The newest packs that this reader understands (`min_reader` of a manifest). */
export const READER = 1;

const LAYERS = ["core", "audio", "pictures", "map"]         ;

/**
 * A manifest as it was sent. Files of a layer that is not known here are left out.
 *
 * @throws PackRefused: `reader_too_old`; `unreadable`, which another legend's manifest is as well
 */
export function readManifest(text        , slug        )           {
  const told = fieldsOf(parsed(text));
  if (!isCount(told.min_reader) || told.format !== 1) throw new PackRefused("unreadable");
  if (told.min_reader > READER) throw new PackRefused("reader_too_old");
  const { revision, languages } = told;
  if (told.pack !== slug || !isCount(revision) || revision === 0 || !areNames(languages)) {
    throw new PackRefused("unreadable");
  }
  const files = Object.entries(fieldsOf(told.files)).flatMap(([name, file]) =>
    fileOf(name, fieldsOf(file))
  );
  checkSizes(files);
  return { slug, revision, languages, files };
}

/**
 * What a file is one form of: the same sound or picture in other bytes has the same name here.
 * `pictures/cover-800.webp` is a form of `pictures/cover`, `audio/porche.fr.48k.ogg` of
 * `audio/porche.fr`. Any other file is the only one of its kind.
 */
export function mediumOf({ name, layer, width }          )         {
  if (layer === "pictures" && width !== null) return name.replace(/-\d+\.\w+$/, "");
  return layer === "audio" ? name.replace(/\.\d+k\.\w+$/, "") : name;
}

/** What a file is in some language: the same words in another language have the same name here. */
export function subjectOf({ name, lang }          )         {
  return lang === null ? name : name.split(`.${lang}.`)[0] ;
}

/** The media type as browsers are asked about it. */
export function mediaTypeOf({ type, codec }          )         {
  return codec === null ? type : `${type}; codecs="${codec}"`;
}

/** How many bytes these files are; an object of two names counts once. */
export function sizeOf(files                     )         {
  const sizes = new Map(files.map(({ sha256, sizeBytes }) => [sha256, sizeBytes]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function fileOf(name        , told        )             {
  const layer = LAYERS.find((known) => known === told.layer);
  if (layer === undefined && typeof told.layer === "string") return [];
  const { sha256, size_bytes: sizeBytes, type, lang = null, codec = null, width = null } = told;
  const isGood = layer !== undefined && isHash(sha256) && isCount(sizeBytes) && isName(type) &&
    isNameOrNull(lang) && isNameOrNull(codec) && (width === null || isCount(width));
  if (!isGood) throw new PackRefused("unreadable");
  return [{ name, sha256, sizeBytes, type, layer, lang, codec, width }];
}

/** Nothing can have two sizes and one hash. */
function checkSizes(files                     )       {
  const known = new Map                ();
  for (const { sha256, sizeBytes } of files) {
    if ((known.get(sha256) ?? sizeBytes) !== sizeBytes) throw new PackRefused("unreadable");
    known.set(sha256, sizeBytes);
  }
}

function parsed(text        )          {
  try {
    return JSON.parse(text);
  } catch {
    throw new PackRefused("unreadable");
  }
}

function fieldsOf(value         )         {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PackRefused("unreadable");
  }
  return value          ;
}

/** Whether it is a SHA-256 as addresses have it. */
export function isHash(value         )                  {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isCount(value         )                  {
  return Number.isSafeInteger(value) && (value          ) >= 0;
}

function isName(value         )                  {
  return typeof value === "string" && value !== "";
}

function isNameOrNull(value         )                         {
  return value === null || isName(value);
}

function areNames(value         )                    {
  return Array.isArray(value) && value.length > 0 && value.every(isName);
}
