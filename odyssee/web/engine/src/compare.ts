/** Python's `min`, `max` and order of tuples, so that ties and zeros fall as on the server. */

/** The smaller; the first of two that are equal. */
export function min(a: number, b: number): number {
  return b < a ? b : a;
}

/** The larger; the first of two that are equal. */
export function max(a: number, b: number): number {
  return b > a ? b : a;
}

/** Sorts numbers upwards; without it JavaScript sorts them as words. */
export function rising(a: number, b: number): number {
  return a - b;
}

/** Whether one key stands before another: the first part that differs decides. */
export function comesBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}

/** The first of those with the least key; null where there is none. */
export function leastBy<T>(things: Iterable<T>, key: (thing: T) => readonly number[]): T | null {
  let best: { thing: T; key: readonly number[] } | null = null;
  for (const thing of things) {
    const found = key(thing);
    if (best === null || comesBefore(found, best.key)) best = { thing, key: found };
  }
  return best === null ? null : best.thing;
}

/** Whether two sets hold the same. */
export function isSameSet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const thing of a) if (!b.has(thing)) return false;
  return true;
}
