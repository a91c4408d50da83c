import { lowestRow } from '../model/row-set.ts';
import type { BestRows, Ladder, ResourceRequest, Scoring } from './best-rows.ts';
import type { LoadColumns } from './load-columns.ts';

/**
 * citadel's score: the mean of CPU and memory usage in percent after the placement. Ties go to the engine with fewer
 * containers; otherwise, containers without requests would all go to one engine.
 */
export class Fullest implements Scoring {
  readonly ladders: Iterable<Ladder>;
  readonly ask: ResourceRequest;
  readonly ties: Float64Array;
  readonly #load: LoadColumns;

  constructor(load: LoadColumns, ask: ResourceRequest) {
    this.ladders = load.sizes;
    this.ask = ask;
    this.ties = load.containers;
    this.#load = load;
  }

  offer(best: BestRows, position: number, word: number): void {
    const { cpuMilli, memoryMiB } = this.ask;
    const { percentUsed, percentPerCpuMilli, percentPerMiB } = this.#load;
    for (let bits = word; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      const score =
        (percentUsed[row] as number) +
        cpuMilli * (percentPerCpuMilli[row] as number) +
        memoryMiB * (percentPerMiB[row] as number);
      if (best.wants(row, score)) best.add(row, score);
    }
  }
}
