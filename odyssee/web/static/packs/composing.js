// Made from packs/src/composing.ts by engine/build.ts; change it there.
/** What the API says of a legend, put together from its pack: the same as `GET /v1/legends/{slug}`. */

/** The fields of a legend that its pack does not hold; closures stand apart. */
const BESIDE = ["published_at", "pack", "open"]         ;
/** What a list of legends says of each. */
const SUMMARY = [
  ...["slug", "title", "summary", "lang", "languages", "commune", "site_status", "text_status"],
  ...["start", "duration_min", "length_m", "length_status", "stop_count", "loop", "order"],
  ...["window", "difficulty", "themes", "audience", "access", "cover", "open", "revision"],
  ...["published_at", "pack"],
];

/** What to note of an answer of the API, for when it cannot be asked. */
export function seenIn(legend        , lang        )       {
  const facts = Object.fromEntries(BESIDE.map((name) => [name, legend[name]]));
  return { facts, closures: { [lang]: legend.closures              } };
}

/** The legend in a language; in another one that was taken where it was not taken in this. */
export async function composeLegend(pack          , lang        , read          )                  {
  const taken = languagesIn(pack);
  const spoken = taken.find((one) => one === lang) ?? taken[0] ?? lang;
  const trail = await read("trail.json")          ;
  const words = await read(`content.${spoken}.json`)          ;
  const closures = closuresOf(pack.seen, lang);
  const told = await Promise.all(
    // A pack made before stops had files of their own holds them inside.
    (words.stops                       ).map(async (stop) =>
      typeof stop === "string" ? await read(`stops/${stop}.${spoken}.json`)           : stop
    ),
  );
  const stops = (trail.stops            ).map((place, n) => composeStop(place, told[n] , closures));
  return {
    ...headOf(trail, words),
    ...pack.seen.facts,
    stop_count: stops.length,
    revision: pack.manifest.revision,
    ...pick(words, ["story", "warnings", "practical", "rights"]),
    ...pick(trail, ["route", "route_status", "bbox", "projection"]),
    stops,
    closures,
  };
}

/** A legend as the list of legends has it. */
export function summaryOf(legend        )         {
  return pick(legend, SUMMARY);
}

/** The languages in which a pack can be told. */
export function languagesIn({ manifest, names }       )           {
  return manifest.languages.filter((lang) => names.includes(`content.${lang}.json`));
}

function headOf(trail        , words        )         {
  const { wheelchair, stroller, min_age, ...known } = pick(trail, [
    ...["slug", "languages", "commune", "site_status", "text_status", "start", "duration_min"],
    ...["length_m", "length_status", "loop", "order", "window", "difficulty", "themes"],
    ...["wheelchair", "stroller", "min_age"],
  ]);
  return {
    ...known,
    ...pick(words, ["title", "summary", "lang", "cover"]),
    audience: { min_age, advice: words.audience_advice },
    access: { wheelchair, stroller, notes: words.access_notes },
  };
}

function composeStop(place        , told        , closures                    )         {
  const narration = told.narration                 ;
  const own = closures.filter((closure) => (closure          ).stop === place.slug);
  // The captions' words stand in the pack; the API says their address alone.
  const { captions_vtt: _, ...sound } = narration ?? {};
  return { ...place, ...told, narration: narration && sound, closures: own };
}

function closuresOf({ closures }      , lang        )                     {
  return closures[lang] ?? Object.values(closures)[0] ?? [];
}

function pick(fields        , names                   )         {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
