import type { SparseRows } from '../model/sparse-rows.ts';
import type { Ladder } from './best-rows.ts';
import { RowLevels } from './row-levels.ts';

/** Engines by how many containers they have, those with the fewest first. */
export class ContainerLadder implements Ladder {
  readonly #levels: RowLevels;

  constructor(rowCount: number) {
    this.#levels = new RowLevels(rowCount);
  }

  set(row: number, containers: number): void {
    this.#levels.set(row, containers);
  }

  get stepCount(): number {
    return this.#levels.count;
  }

  rowsOn(step: number): SparseRows {
    return this.#levels.at(step);
  }

  mostOn(step: number): number {
    return -step;
  }
}
