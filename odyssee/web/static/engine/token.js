// Made from engine/src/token.ts by engine/build.ts; change it there.
/**
 * The opaque token in which a phone carries its progress.
 *
 * Layout, little-endian, before base64url without padding: version, flags,
 * counts, revision and walk; the parts that the flags announce; 15 bytes for
 * each stop that something happened to; 19 bytes for each zone in play; 8
 * bytes of SHA-256 over all of it and the legend's slug. The digest finds
 * damage, it is no secret. Doubles are raw: rounding them would make a batch
 * cut in two differ from the same batch in one piece.
 */

import { fromBase64url, toBase64url } from "./base64url.js";
import { encode, isSame, join } from "./bytes.js";
import { rising } from "./compare.js";
import { ProgressUnreadable } from "./errors.js";
import { DOUBT_MAX, DOUBT_MIN, isSound } from "./estimate.js";
import { EARLIEST_S, LATEST_S } from "./fixes.js";
import {

  INSIDE,

  MAX_STOPS,
  MAX_ZONES_IN_PLAY,
  Progress,
} from "./progress.js";
import { sha256 } from "./sha256.js";
import { Struct,            } from "./struct.js";

const MAX_TOKEN_CHARS = 2048;

const FORMAT = 2;
const CLOCK = 1;
const LAST = 2;
const SUSPECT = 4;
const BEHIND = 8;
const PLAYING = 16;
const COMPLETED = 32;
const ROUTE = 64;
const HEAD_FLAGS = 127;
const STOP_FLAGS = 31;
const ZONE_FLAGS = 7;
const STRAYED = [null, false, true];

/** Version, flags, number of stops, number of zones, revision, events of no stop, walk. */
const HEAD_PART = new Struct("<BBBBIH12s");
const CLOCK_PART = new Struct("<d");
/** The last mark, the velocity, the estimate and the doubt. */
const LAST_PART = new Struct("<19d");
const SUSPECT_PART = new Struct("<5d");
const BEHIND_PART = new Struct("<Bdd");
const PLAYING_PART = new Struct("<Id");
/** Not yet on the route, on it, off it; evidence for coming or leaving. */
const ROUTE_PART = new Struct("<Bd");
/** Short hash, flags, ordinal, end of its story. */
const STOP_PART = new Struct("<IBHd");
/** Zone index, flags, evidence, inside since. */
const ZONE_PART = new Struct("<HBdd");

const DIGEST_BYTES = 8;
const NO_WALK = new Uint8Array(12);
/** No time, place or evidence is larger; what is cannot overflow a decision. */
const LARGEST = 1e13;
const SIGMA_MIN_M = 1.0;
const SIGMA_MAX_M = 100.0;

/** The progress as a token of at most 2 KiB. */
export function writeToken(trail       , progress          )         {
  const stops = progress.stopFlags.flatMap((flags, i) =>
    flags
      ? [STOP_PART.pack(trail.hashes[i], flags, progress.ordinals[i], progress.restsFromS[i])]
      : []
  );
  const zones = [...progress.evidence.keys()].sort(rising).map((zone) => zonePart(progress, zone));
  const [flags, parts] = partsOf(trail, progress);
  const head = HEAD_PART.pack(
    FORMAT,
    flags,
    stops.length,
    zones.length,
    trail.revision,
    progress.trailEvents,
    progress.walk.length > 0 ? progress.walk : NO_WALK,
  );
  const body = join(head, ...parts, ...stops, ...zones);
  return toBase64url(join(body, digestOf(body, trail.slug)));
}

function zonePart(progress          , zone        )             {
  const [sinceS, bits] = progress.inside.get(zone) ?? [0.0, 0];
  return ZONE_PART.pack(zone, bits, progress.evidence.get(zone) ?? NaN, sinceS);
}

/** The flags of the head, and the parts that they announce. */
function partsOf(trail       , progress          )                                       {
  const { clockS, last, estimate, suspect, behind, playing, strayed, routeEvidenceS } = progress;
  let flags = progress.completed ? COMPLETED : 0;
  const parts               = [];
  if (clockS !== null) {
    flags |= CLOCK;
    parts.push(CLOCK_PART.pack(clockS));
  }
  if (last !== null && estimate !== null) { // neither without the other
    flags |= LAST;
    const known = [...spread(last), ...progress.velocity, ...spreadOut(estimate), progress.doubt];
    parts.push(LAST_PART.pack(...known));
  }
  if (suspect !== null) {
    flags |= SUSPECT;
    parts.push(SUSPECT_PART.pack(suspect.sinceS, ...spread(suspect.mark)));
  }
  if (behind !== null) {
    flags |= BEHIND;
    parts.push(BEHIND_PART.pack(behind.fixes, behind.sinceS, behind.atS));
  }
  if (playing !== null) {
    flags |= PLAYING;
    parts.push(PLAYING_PART.pack(trail.hashes[playing], progress.freeAtS));
  }
  if (strayed !== null || routeEvidenceS > 0.0) {
    flags |= ROUTE;
    parts.push(ROUTE_PART.pack(STRAYED.indexOf(strayed), routeEvidenceS));
  }
  return [flags, parts];
}

function spread(mark      )                                   {
  return [mark.atS, mark.x, mark.y, mark.sigmaM];
}

function spreadOut(e          )           {
  return [e.x, e.y, e.vx, e.vy, e.ux, e.uy, e.pxx, e.pxv, e.pxu, e.pvv, e.pvu, e.puu];
}

/**
 * The progress that a token carries; ProgressUnreadable when it is damaged, cut, or of another
 * legend.
 *
 * After a new revision of the legend the evidence, the zones that the walker
 * was in and the last position are gone (zones and projection may have
 * moved); what happened to the stops that still exist stays.
 */
export function readToken(trail       , token        )           {
  const reader = new Reader(open(token, trail.slug));
  const head = reader.take(HEAD_PART);
  const [version, flags, stops, zones, revision, trailEvents] = head            ;
  const walk = head[6]              ;
  demand(version === FORMAT && flags <= HEAD_FLAGS);
  demand(stops <= MAX_STOPS && zones <= MAX_ZONES_IN_PLAY);
  const progress = new Progress(trail.stops.length);
  if (!isSame(walk, NO_WALK)) progress.walk = walk;
  progress.completed = (flags & COMPLETED) !== 0;
  progress.trailEvents = trailEvents;
  takeParts(reader, flags, trail, progress);
  takeStops(reader, stops, trail, progress);
  takeZones(reader, zones, progress);
  demand(reader.isAtEnd);
  if (revision !== trail.revision) forgetGround(progress);
  else demand([...progress.evidence.keys()].every((zone) => zone < trail.zones.length));
  return progress;
}

function forgetGround(progress          )       {
  progress.last = null;
  progress.suspect = null;
  progress.estimate = null;
  progress.velocity = [0.0, 0.0];
  progress.doubt = 1.0;
  progress.strayed = null;
  progress.routeEvidenceS = 0.0;
  progress.evidence.clear();
  progress.inside.clear();
}

/** Takes parts off the front; what is not there is refused. */
class Reader {
           #body            ;
  #at = 0;

  constructor(body            ) {
    this.#body = body;
  }

  /** The next part's values. */
  take(part        )          {
    const start = this.#at;
    this.#at += part.size;
    demand(this.#at <= this.#body.length);
    return part.unpackFrom(this.#body, start);
  }

  /** The next part's numbers, none of them beyond what a walk can come to. */
  takeBounded(part        )           {
    const values = this.take(part)            ;
    demand(values.every((value) => Math.abs(value) <= LARGEST)); // NaN compares false
    return values;
  }

  /** Whether every byte was taken. */
  get isAtEnd()          {
    return this.#at === this.#body.length;
  }
}

/** The parts that the flags announce; nothing may be marked later than the clock. */
function takeParts(reader        , flags        , trail       , progress          )       {
  let clockS = -LARGEST;
  if (flags & CLOCK) {
    [clockS] = reader.takeBounded(CLOCK_PART);
    demand(EARLIEST_S <= clockS && clockS <= LATEST_S);
    progress.clockS = clockS;
  }
  if (flags & LAST) {
    const [atS, x, y, sigmaM, east, north, ...rest] = reader.takeBounded(LAST_PART);
    const doubt = rest[12];
    demand(atS <= clockS && DOUBT_MIN <= doubt && doubt <= DOUBT_MAX);
    progress.last = markOf(atS, x, y, sigmaM);
    progress.velocity = [east, north];
    progress.estimate = estimateOf(rest);
    progress.doubt = doubt;
    demand(isSound(progress.estimate, progress.last));
  }
  if (flags & SUSPECT) {
    const [sinceS, atS, x, y, sigmaM] = reader.takeBounded(SUSPECT_PART);
    demand(sinceS <= atS && atS <= clockS);
    progress.suspect = { sinceS, mark: markOf(atS, x, y, sigmaM) };
  }
  if (flags & BEHIND) {
    const [fixes, sinceS, atS] = reader.takeBounded(BEHIND_PART);
    progress.behind = { fixes, sinceS, atS };
  }
  if (flags & PLAYING) {
    const [hash, freeAtS] = reader.takeBounded(PLAYING_PART);
    progress.freeAtS = freeAtS;
    progress.playing = trail.hashIndex.get(hash) ?? null;
  }
  if (flags & ROUTE) {
    const [side, evidenceS] = reader.takeBounded(ROUTE_PART);
    demand(side < STRAYED.length && evidenceS >= 0.0);
    progress.strayed = STRAYED[side];
    progress.routeEvidenceS = evidenceS;
  }
}

function takeStops(reader        , count        , trail       , progress          )       {
  for (let n = 0; n < count; n += 1) {
    const [hash, flags, ordinal, restsFromS] = reader.takeBounded(STOP_PART);
    demand(0 < flags && flags <= STOP_FLAGS);
    const stop = trail.hashIndex.get(hash);
    if (stop !== undefined) {
      progress.stopFlags[stop] = flags;
      progress.ordinals[stop] = ordinal;
      progress.restsFromS[stop] = restsFromS;
    }
  }
}

function takeZones(reader        , count        , progress          )       {
  for (let n = 0; n < count; n += 1) {
    const [zone, flags, evidenceS, sinceS] = reader.takeBounded(ZONE_PART);
    demand(flags <= ZONE_FLAGS && evidenceS >= 0.0 && !progress.evidence.has(zone));
    progress.evidence.set(zone, evidenceS);
    if (flags & INSIDE) progress.inside.set(zone, [sinceS, flags]);
  }
}

function markOf(atS        , x        , y        , sigmaM        )       {
  demand(SIGMA_MIN_M <= sigmaM && sigmaM <= SIGMA_MAX_M);
  return { atS, x, y, sigmaM };
}

function estimateOf(values                   )           {
  const [x, y, vx, vy, ux, uy, pxx, pxv, pxu, pvv, pvu, puu] = values;
  return { x, y, vx, vy, ux, uy, pxx, pxv, pxu, pvv, pvu, puu };
}

/** The bytes before the digest, once that is right; only the canonical spelling passes. */
function open(token        , slug        )             {
  demand(token.length <= MAX_TOKEN_CHARS);
  const raw = fromBase64url(token);
  if (raw === null) throw new ProgressUnreadable();
  const body = raw.slice(0, -DIGEST_BYTES);
  demand(isSame(raw.slice(body.length), digestOf(body, slug)));
  return body;
}

function digestOf(body            , slug        )             {
  return sha256(join(body, encode(slug))).slice(0, DIGEST_BYTES);
}

function demand(right         )       {
  if (!right) throw new ProgressUnreadable();
}
