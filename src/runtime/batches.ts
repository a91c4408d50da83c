/** So many changes are far below what one write may make, and take a store a few milliseconds. */
const batchSize = 500;

/** What is too much for one write, in parts. */
export function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += batchSize) yield items.slice(first, first + batchSize);
}
