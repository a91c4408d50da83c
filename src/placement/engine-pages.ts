import type { EngineSnapshot } from '../model/engine-snapshot.ts';

const pageBits = 7;
const pageSize = 1 << pageBits;

/**
 * An immutable array of a fleet's engines by row. A new version shares all pages without changed engines: copying ten
 * thousand entries at each reservation would produce a hundred times as much garbage.
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

  /** Built on demand. */
  get all(): readonly EngineSnapshot[] {
    this.#all ??= this.#pages.flat();
    return this.#all;
  }

  /** The row must exist. */
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
