/** Far below the limit of one write; takes a store a few milliseconds. */
const batchSize = 500;

/** Splits items that are too many for one write. */
export function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += batchSize) yield items.slice(first, first + batchSize);
}
