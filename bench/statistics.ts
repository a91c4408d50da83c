import { Random } from './random.ts';

/** The smallest value that at least `percent` of the values do not exceed (nearest rank). Throws without values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError('no percentile of no values');
  return value;
}

/** The median: the middle value, or the mean of the two in the middle. Throws without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no median of no values');
  return (lower + upper) / 2;
}

export interface Ratio {
  readonly value: number;
  /** The 95 % confidence interval of the ratio. */
  readonly low: number;
  readonly high: number;
}

const resamples = 1_000;

/**
 * The ratio of two medians with its confidence interval, by bootstrap: both medians are recomputed for random samples
 * of the measured values. Seeded, so that equal input gives equal output.
 */
export function medianRatio(measured: readonly number[], peer: readonly number[]): Ratio {
  const random = new Random(1);
  const draw = (values: readonly number[]) => values.map(() => values[random.between(0, values.length - 1)] as number);
  const ratios = Array.from({ length: resamples }, () => median(draw(measured)) / median(draw(peer)));
  return {
    value: median(measured) / median(peer),
    low: percentile(ratios, 2.5),
    high: percentile(ratios, 97.5),
  };
}
