/** A heap of keys, as Python's `heapq`: the least comes out first. */

import { comesBefore } from "./compare.ts";

/** Puts a key in. */
export function heappush<K extends readonly number[]>(heap: K[], key: K): void {
  let at = heap.length;
  heap.push(key);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!comesBefore(key, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = key;
}

/** Takes the least key out of a heap that is not empty. */
export function heappop<K extends readonly number[]>(heap: K[]): K {
  const least = heap[0];
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) sink(heap, last);
  return least;
}

function sink<K extends readonly number[]>(heap: K[], key: K): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && comesBefore(heap[child + 1], heap[child])) child += 1;
    if (!comesBefore(heap[child], key)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = key;
}
