import type { Figure } from './figure.ts';
import { median } from './statistics.ts';

/** The median of the ratios to the peer of the same round, because the machine's speed varies over time. */
export function byRound(
  measured: readonly number[],
  peer: readonly number[],
  more: Figure['facts'],
): Omit<Figure, 'name'> {
  const ratios = measured.map((each, round) => each / (peer[round] as number));
  return {
    unit: 'x',
    value: median(ratios),
    facts: { 'at least': Math.min(...ratios), 'at most': Math.max(...ratios), ...more },
  };
}
