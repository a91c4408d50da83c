import type { TokenRecord } from '../model/token.ts';
import type { Versioned } from '../store/store.ts';
import { KeptDocuments, type Taken } from './kept-documents.ts';
import type { RecordChange } from './kind-table.ts';

/** Tokens by name, and by the hash of their secret. */
export class TokenIndex {
  readonly #kept: KeptDocuments<TokenRecord>;
  readonly #nameOf = new Map<string, string>();

  constructor(changed: () => void) {
    this.#kept = new KeptDocuments((taken) => {
      this.#take(taken);
      changed();
    });
  }

  get(name: string): Versioned<TokenRecord> | undefined {
    return this.#kept.get(name);
  }

  get count(): number {
    return this.#nameOf.size;
  }

  /** Sorted by name. */
  all(): Versioned<TokenRecord>[] {
    return this.#kept.all();
  }

  /** Not constant-time. That reveals nothing: the client cannot choose the hash. */
  withHash(hash: string): Versioned<TokenRecord> | undefined {
    return this.#kept.get(this.#nameOf.get(hash) ?? '');
  }

  apply(change: RecordChange<TokenRecord>): void {
    this.#kept.apply(change);
  }

  renew(all: readonly Versioned<TokenRecord>[]): void {
    this.#nameOf.clear();
    this.#kept.renew(all);
  }

  #take({ id, before, value }: Taken<TokenRecord>): void {
    if (before) this.#nameOf.delete(before.hash);
    if (value) this.#nameOf.set(value.hash, id);
  }
}
