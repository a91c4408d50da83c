import type { EngineSnapshot } from '../model/engine-snapshot.ts';

const pageBits = 7;
const pageSize = 1 << pageBits;

/**
 * The engines of a fleet at one moment, by row. It never changes; the next moment's shares all pages but those with a
 * newer engine: a copy of ten thousand at each reservation would be a hundred times as much garbage.
 */
export class EnginePages {
  readonly length: number;
  readonly #pages: readonly (readonly EngineSnapshot[])[];
  #all: readonly EngineSnapshot[] | undefined;

  private constructor(pages: readonly (readonly EngineSnapshot[])[], length: number) {
    this.#pages = pages;
    this.length = length;
  }

  static of(engines: readonly EngineSnapshot[]): EnginePages {
    const pageCount = Math.ceil(engines.length / pageSize);
    const pages = Array.from({ length: pageCount }, (_, page) => engines.slice(page * pageSize, (page + 1) * pageSize));
    return new EnginePages(pages, engines.length);
  }

  /** Put together when it is asked for. */
  get all(): readonly EngineSnapshot[] {
    this.#all ??= this.#pages.flat();
    return this.#all;
  }

  /** There must be such a row. */
  at(row: number): EngineSnapshot {
    return (this.#pages[row >> pageBits] as readonly EngineSnapshot[])[row & (pageSize - 1)] as EngineSnapshot;
  }

  with(row: number, engine: EngineSnapshot): EnginePages {
    const pages = this.#pages.slice();
    const page = (pages[row >> pageBits] as readonly EngineSnapshot[]).slice();
    page[row & (pageSize - 1)] = engine;
    pages[row >> pageBits] = page;
    return new EnginePages(pages, this.length);
  }
}
