import type { StrategyName } from '../model/image-config.ts';
import { lowestRow, type RowSet } from '../model/row-set.ts';
import { BestRows, type RankedRow } from './best-rows.ts';
import type { LoadColumns } from './load-columns.ts';

/** What is to be ranked, and what a score may depend on besides the engine. */
export interface Ranking {
  readonly rows: RowSet;
  readonly load: LoadColumns;
  /** What is to be placed, in thousandths of a CPU and in MiB. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** Counts placements: it moves `round-robin` on and seeds `random`. */
  readonly turn: number;
  readonly limit: number;
}

/**
 * The best rows: higher scores first, and equal ones by row. Each strategy has a loop of its own over columns; a function
 * called for each row would take several times as long.
 */
export type Strategy = (ranking: Ranking) => readonly RankedRow[];

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  binpack,
  spread,
  'round-robin': roundRobin,
  random,
};

/** The fullest engine that still has room. citadel's score: the mean of CPU and memory in percent, once placed. */
function binpack({ rows: { words }, load, cpuMilli, memoryMiB, limit }: Ranking): readonly RankedRow[] {
  const { percentUsed, percentPerCpuMilli, percentPerMiB } = load;
  const best = new BestRows(limit);
  let { threshold } = best;
  for (let position = 0; position < words.length; position++) {
    for (let bits = words[position] as number; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      const score =
        (percentUsed[row] as number) +
        cpuMilli * (percentPerCpuMilli[row] as number) +
        memoryMiB * (percentPerMiB[row] as number);
      if (score > threshold) threshold = best.offer(row, score);
    }
  }
  return best.ranked;
}

/** The engine with the fewest containers; among equals the emptiest. */
function spread({ rows: { words }, load, cpuMilli, memoryMiB, limit }: Ranking): readonly RankedRow[] {
  const { percentUsed, percentPerCpuMilli, percentPerMiB, containers } = load;
  const best = new BestRows(limit);
  let { threshold } = best;
  for (let position = 0; position < words.length; position++) {
    for (let bits = words[position] as number; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      // No percentage makes the score higher than the containers alone: most rows need no more than this look.
      if (-(containers[row] as number) <= threshold) continue;
      const percent =
        (percentUsed[row] as number) +
        cpuMilli * (percentPerCpuMilli[row] as number) +
        memoryMiB * (percentPerMiB[row] as number);
      const score = -(containers[row] as number) - percent / 1000;
      if (score > threshold) threshold = best.offer(row, score);
    }
  }
  return best.ranked;
}

/** One engine after the other, in the order of their ids, from the turn's on. */
function roundRobin({ rows, turn, limit }: Ranking): readonly RankedRow[] {
  const { rowCount } = rows;
  const first = turn % rowCount;
  const best: RankedRow[] = [];
  for (let row = rows.next(first); row !== -1 && best.length < limit; row = rows.next(row + 1)) {
    best.push({ row, score: first - row });
  }
  for (let row = rows.next(0); row !== -1 && row < first && best.length < limit; row = rows.next(row + 1)) {
    best.push({ row, score: first - row - rowCount });
  }
  return best;
}

function random({ rows: { words }, load: { idHash }, turn, limit }: Ranking): readonly RankedRow[] {
  const seed = Math.imul(turn + 1, 0x9e3779b1);
  const best = new BestRows(limit);
  let { threshold } = best;
  for (let position = 0; position < words.length; position++) {
    for (let bits = words[position] as number; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      const score = mix((idHash[row] as number) ^ seed);
      if (score > threshold) threshold = best.offer(row, score);
    }
  }
  return best.ranked;
}

/** murmur3's finalizer (Appleby): even over inputs that differ in one bit. */
function mix(input: number): number {
  let value = Math.imul(input ^ (input >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
