import type { StrategyName } from '../model/image-config.ts';
import { lowestRow, type RowSet } from '../model/row-set.ts';
import {
  type BestRows,
  bestRows,
  type Ladder,
  type RankedRow,
  type ResourceRequest,
  type Scoring,
} from './best-rows.ts';
import { Fullest } from './fullest.ts';
import type { LoadColumns } from './load-columns.ts';

/** The rows to rank, and the inputs of scores besides the engine. */
interface Ranking {
  readonly rows: RowSet;
  readonly load: LoadColumns;
  readonly ask: ResourceRequest;
  /** The number of the placement: advances `round-robin` and seeds `random`. */
  readonly turn: number;
  readonly limit: number;
}

/** The best rows: by descending score, then by row. */
type Strategy = (ranking: Ranking) => readonly RankedRow[];

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  binpack,
  spread,
  'round-robin': roundRobin,
  random,
};

/** The fullest engine with enough space; ties go to the one with the fewest containers. */
function binpack({ rows, load, ask, limit }: Ranking): readonly RankedRow[] {
  return bestRows(rows, limit, new Fullest(load, ask));
}

/** The engine with the fewest containers; ties go to the emptiest. */
function spread({ rows, load, ask, limit }: Ranking): readonly RankedRow[] {
  return bestRows(rows, limit, new FewestContainers(load, ask));
}

/** Engines in the order of their ids, starting at the turn. */
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

/** Drawn one after the other with equal probability; the score counts down. */
function random({ rows, turn, limit }: Ranking): readonly RankedRow[] {
  const left = rows.clone();
  const count = left.count();
  const best: RankedRow[] = [];
  while (best.length < Math.min(limit, count)) {
    const draw = best.length;
    const row = left.nth(mix(Math.imul(turn + 1, 0x9e3779b1) ^ draw) % (count - draw));
    left.delete(row);
    best.push({ row, score: -draw });
  }
  return best;
}

/** murmur3's finalizer (Appleby): uniform even for inputs that differ in one bit. */
function mix(input: number): number {
  let value = Math.imul(input ^ (input >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Scores by the number of containers; the usage breaks ties. */
class FewestContainers implements Scoring {
  readonly ladders: Iterable<Ladder>;
  readonly ask: ResourceRequest;
  readonly #load: LoadColumns;

  constructor(load: LoadColumns, ask: ResourceRequest) {
    this.ladders = [load.containerLadder];
    this.ask = ask;
    this.#load = load;
  }

  offer(best: BestRows, position: number, word: number): void {
    const { cpuMilli, memoryMiB } = this.ask;
    const { containers, percentUsed, percentPerCpuMilli, percentPerMiB } = this.#load;
    for (let bits = word; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      const percent =
        (percentUsed[row] as number) +
        cpuMilli * (percentPerCpuMilli[row] as number) +
        memoryMiB * (percentPerMiB[row] as number);
      const score = -(containers[row] as number) - percent / 1000;
      if (best.wants(row, score)) best.add(row, score);
    }
  }
}
