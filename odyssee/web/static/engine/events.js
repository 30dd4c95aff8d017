// Made from engine/src/events.ts by engine/build.ts; change it there.
/** What `follow` tells, and ids that are the same wherever the walk is followed. */

import { toBase32 } from "./base32.js";
import { encode, join } from "./bytes.js";
import { sha256 } from "./sha256.js";

/** Something that happened on the walk. A player obeys `play` alone. */

/** Where to go now. */

/** A part of a walk, followed. */

/** 12 bytes for a walk, from the legend and what it began with. */
export function walkId(slug        , beginning            )             {
  return sha256(join(encode(`${slug}|`), beginning)).slice(0, 12);
}

/** 20 characters of base32, from what makes the event the one it is. */
export function eventId(
  walk            ,
  revision        ,
  stop               ,
  kind           ,
  ordinal        ,
)         {
  const text = `|${revision}|${stop ?? ""}|${kind}|${ordinal}`;
  return toBase32(sha256(join(walk, encode(text)))).slice(0, 20);
}
