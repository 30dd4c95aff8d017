// Made from engine/src/compare.ts by engine/build.ts; change it there.
/** Python's `min`, `max` and order of tuples, so that ties and zeros fall as on the server. */

/** The smaller; the first of two that are equal. */
export function min(a        , b        )         {
  return b < a ? b : a;
}

/** The larger; the first of two that are equal. */
export function max(a        , b        )         {
  return b > a ? b : a;
}

/** Sorts numbers upwards; without it JavaScript sorts them as words. */
export function rising(a        , b        )         {
  return a - b;
}

/** Whether one key stands before another: the first part that differs decides. */
export function comesBefore(a                   , b                   )          {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}

/** The first of those with the least key; null where there is none. */
export function leastBy   (things             , key                                 )           {
  let best                                              = null;
  for (const thing of things) {
    const found = key(thing);
    if (best === null || comesBefore(found, best.key)) best = { thing, key: found };
  }
  return best === null ? null : best.thing;
}

/** Whether two sets hold the same. */
export function isSameSet   (a                , b                )          {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const thing of a) if (!b.has(thing)) return false;
  return true;
}
