import type { Versioned } from '../store/store.ts';

/** The documents of one kind, as the change feed tells them. */
export class KeptDocuments<T> {
  readonly #byId = new Map<string, Versioned<T>>();

  get(id: string): Versioned<T> | undefined {
    return this.#byId.get(id);
  }

  /** Sorted by id. */
  all(): Versioned<T>[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  apply({ id, version, value }: { readonly id: string; readonly version: number; readonly value?: T }): void {
    if ((this.#byId.get(id)?.version ?? 0) > version) return;
    if (value === undefined) this.#byId.delete(id);
    else this.#byId.set(id, { id, version, value });
  }

  clear(): void {
    this.#byId.clear();
  }
}
