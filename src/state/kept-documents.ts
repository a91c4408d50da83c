import type { Versioned } from '../store/store.ts';
import type { RecordChange } from './kind-table.ts';

/** The previous and the current value of a document. Both undefined: it was unknown. */
export interface Taken<T> {
  readonly id: string;
  readonly before: T | undefined;
  readonly value: T | undefined;
  /** It was part of a load, and may be older than this process. */
  readonly isRead: boolean;
}

/** The documents of one kind, as in the store. */
export class KeptDocuments<T> {
  readonly #byId = new Map<string, Versioned<T>>();
  readonly #taken: (taken: Taken<T>) => void;
  #changeCount = 0;

  /** `taken`: called for each document that was added, changed or removed. */
  constructor(taken: (taken: Taken<T>) => void = () => undefined) {
    this.#taken = taken;
  }

  /** Changes with every document: for caches of derived values. */
  get changeCount(): number {
    return this.#changeCount;
  }

  get(id: string): Versioned<T> | undefined {
    return this.#byId.get(id);
  }

  /** Unsorted. */
  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  /** Sorted by id. */
  all(): Versioned<T>[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  apply(change: RecordChange<T>): void {
    if ((this.#byId.get(change.id)?.version ?? 0) <= change.version) this.#put(change, false);
  }

  /** Replaces all documents. Removed ones are not reported. */
  renew(all: readonly Versioned<T>[]): void {
    this.#byId.clear();
    this.#changeCount += 1;
    for (const each of all) this.#put(each, true);
  }

  #put({ id, version, value }: RecordChange<T>, isRead: boolean): void {
    this.#changeCount += 1;
    const before = this.#byId.get(id)?.value;
    if (value === undefined) this.#byId.delete(id);
    else this.#byId.set(id, { id, version, value });
    this.#taken({ id, before, value, isRead });
  }
}
