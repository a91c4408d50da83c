import type { Database, RootDatabase } from 'lmdb';
import type { Reservation } from '../../model/reservation.ts';
import type { DocumentKind } from '../documents.ts';

export interface StoredDocument {
  readonly version: number;
  readonly value: unknown;
}

export interface StoredReservation {
  readonly version: number;
  readonly value: Reservation;
  /** When the lease ends, in milliseconds since 1970; absent once it is bound. */
  readonly leaseUntil?: number;
}

export interface StoredLease {
  readonly holder: string;
  readonly token: number;
  readonly until: number;
}

/** The tables of the file. All but `feed` and `counters` can be iterated in key order. */
export interface Tables {
  readonly documents: Database<StoredDocument, [kind: DocumentKind, id: string]>;
  readonly reservations: Database<StoredReservation, string>;
  /** Index: the reservations of each engine. */
  readonly reservationsByEngine: Database<true, [engineId: string, reservationId: string]>;
  /** Index: the ends of leases. */
  readonly leaseEnds: Database<true, [leaseUntil: number, reservationId: string]>;
  /** Container name to reservation. */
  readonly names: Database<string, string>;
  /** The ledger: the sums of all claims on an engine. A sum of 0 has no entry. */
  readonly sums: Database<number, [engineId: string, claimKey: string]>;
  /** The sums of claims on quotas over all engines. A sum of 0 has no entry. */
  readonly quotas: Database<number, string>;
  /** The retained changes of each version, as JSON. */
  readonly feed: Database<string, number>;
  /** `feedLength`: the size of `feed` in bytes; recounted at each start. */
  readonly counters: Database<number, 'version' | 'token' | 'feedLength'>;
  readonly identity: Database<string, 'epoch'>;
  readonly leases: Database<StoredLease, string>;
}

export function openTables(root: RootDatabase): Tables {
  const table = { encoding: 'json' } as const;
  return {
    documents: root.openDB('documents', table),
    reservations: root.openDB('reservations', table),
    reservationsByEngine: root.openDB('reservations-by-engine', table),
    leaseEnds: root.openDB('lease-ends', table),
    names: root.openDB('names', { encoding: 'string' }),
    sums: root.openDB('sums', table),
    quotas: root.openDB('quotas', table),
    feed: root.openDB('feed', { encoding: 'string' }),
    counters: root.openDB('counters', table),
    identity: root.openDB('identity', { encoding: 'string' }),
    leases: root.openDB('leases', table),
  };
}

/** The entries with the first key part `first`, in order. */
export function* entriesUnder<V>(table: Database<V, [string, string]>, first: string): Generator<[string, V]> {
  for (const { key, value } of table.getRange({ start: [first, ''] })) {
    if (key[0] !== first) return;
    yield [key[1], value];
  }
}
