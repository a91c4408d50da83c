import { lowestRow } from '../model/row-set.ts';
import type { Ask, BestRows, Ladder, Scoring } from './best-rows.ts';
import type { LoadColumns } from './load-columns.ts';

/** Scores by the containers; how full an engine is decides among equals. */
export class FewestContainers implements Scoring {
  readonly ladders: Iterable<Ladder>;
  readonly ask: Ask;
  readonly #load: LoadColumns;

  constructor(load: LoadColumns, ask: Ask) {
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
