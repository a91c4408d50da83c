import type { Versioned } from '../store/store.ts';
import type { RecordChange } from './kind-table.ts';

/** What a document was and is. Neither: nothing was known of it. */
export interface Taken<T> {
  readonly id: string;
  readonly before: T | undefined;
  readonly value: T | undefined;
  /** It was read with everything else, and may be older than this process. */
  readonly isRead: boolean;
}

/** The documents of one kind, as the store has them. */
export class KeptDocuments<T> {
  readonly #byId = new Map<string, Versioned<T>>();
  readonly #taken: (taken: Taken<T>) => void;
  #changeCount = 0;

  /** `taken`: told of each document that was put, changed or removed. */
  constructor(taken: (taken: Taken<T>) => void = () => undefined) {
    this.#taken = taken;
  }

  /** Another number whenever any of them was put, changed or removed: for what is worked out of them. */
  get changeCount(): number {
    return this.#changeCount;
  }

  get(id: string): Versioned<T> | undefined {
    return this.#byId.get(id);
  }

  /** In any order. */
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

  /** All there is. Nobody is told of what is gone. */
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
