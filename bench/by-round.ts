import type { Figure } from './figure.ts';
import { median } from './statistics.ts';

/**
 * The middle one of the ratios to the peer, each of one round, since the machine is not the same from one minute to the
 * next.
 */
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
