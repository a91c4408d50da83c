import type { Reservation } from '../model/reservation.ts';
import type { Documents } from '../store/documents.ts';
import type { Change, Store, Versioned } from '../store/store.ts';

/** All records in the feed, by kind. */
interface Records extends Documents {
  readonly reservation: Reservation;
}
type Kind = keyof Records;

/** `value` absent: removed. */
export interface RecordChange<T> {
  readonly id: string;
  readonly version: number;
  readonly value?: T;
}
export type ChangeOf<K extends Kind> = RecordChange<Records[K]>;

/** Feed items, except for the feed's own end. */
export type FeedChange = Exclude<Change, { kind: 'reset' }>;

/** Caches the store's records of one kind. */
export interface KindReader<K extends Kind> {
  apply(change: ChangeOf<K>): void;
  /** Replaces the known records after a reload. */
  renew(all: readonly Versioned<Records[K]>[]): void;
}

/** The caches by kind. Changes of other kinds are ignored: their users read the store. */
export class KindTable {
  readonly #readers: { [K in Kind]?: KindReader<K> } = {};

  /** Kinds are loaded in the order in which they are added. */
  add<K extends Kind>(kind: K, reader: KindReader<K>): void {
    const readers: { [P in K]?: KindReader<P> } = this.#readers;
    readers[kind] = reader;
  }

  /** False: its kind is not cached. */
  apply(change: FeedChange): boolean {
    return this.#applyOf(change.kind, change);
  }

  /** Loads all records of every kind. The returned function applies them at once. */
  async read(store: Store): Promise<() => void> {
    const renewals: (() => void)[] = [];
    for (const kind of Object.keys(this.#readers) as Kind[]) renewals.push(await this.#readKind(kind, store));
    return () => {
      for (const renew of renewals) renew();
    };
  }

  #applyOf<K extends Kind>(kind: K, change: ChangeOf<K>): boolean {
    const reader: KindReader<K> | undefined = this.#readers[kind];
    reader?.apply(change);
    return reader !== undefined;
  }

  async #readKind<K extends Kind>(kind: K, store: Store): Promise<() => void> {
    const all = await listKind(store, kind);
    return () => this.#readers[kind]?.renew(all);
  }
}

function listKind<K extends Kind>(store: Store, kind: K): Promise<Versioned<Records[K]>[]>;
function listKind(store: Store, kind: Kind): Promise<Versioned<unknown>[]> {
  return kind === 'reservation' ? store.reservations() : store.list(kind);
}
