import type { Figure } from './figure.ts';
import { median, medianRatio, percentile } from './statistics.ts';

/** The ratio of the medians of durations in milliseconds, with its 95 % confidence interval. */
export function byMedian(
  measured: readonly number[],
  peer: readonly number[],
  more: Figure['facts'] = {},
): Omit<Figure, 'name'> {
  const { value, low, high } = medianRatio(measured, peer);
  return {
    unit: 'x',
    value,
    facts: {
      'at least': low,
      'at most': high,
      'p50 ms': median(measured),
      'peer p50 ms': median(peer),
      'p95 ms': percentile(measured, 95),
      'peer p95 ms': percentile(peer, 95),
      ...more,
    },
  };
}
