import type { ClaimSums } from '../model/claim.ts';
import type { Finding } from '../model/finding.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { BoundReservation, NewReservation, Reservation } from '../model/reservation.ts';
import type { DocumentKind, Documents } from './documents.ts';

/**
 * The store: versioned documents, the ledger, a feed of every change, and leases. Two implementations (redis/,
 * embedded/) pass one conformance suite. Every method is atomic, and throws SatsumaError `store_unavailable` when the
 * store is away or does not answer in time; nothing is known then of whether a change took place. What no store could
 * keep (ids of more than 512 characters, claims that are not whole numbers, ...) is `invalid` and changes nothing.
 */
export interface Store extends DocumentStore, Ledger, ChangeFeed, LeaseStore {
  /** Every document of these kinds, and every bound reservation, as all of them were at one moment. */
  snapshot(kinds: readonly DocumentKind[]): Promise<readonly SnapshotEntry[]>;
  /** Resolves when the store answers and takes writes. */
  ping(): Promise<void>;
  /** Milliseconds since 1970, by the store's clock where it has one. */
  time(): Promise<number>;
  /** How it is set up, and what of it may lose data or stop it. */
  examine(): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** What a store holds, without its version. */
export type SnapshotEntry =
  | { [K in DocumentKind]: { readonly kind: K; readonly id: string; readonly value: Documents[K] } }[DocumentKind]
  | { readonly kind: 'reservation'; readonly id: string; readonly value: BoundReservation };

/** Versions are positive, and grow over the whole store: a later change has a greater one, whatever it changed. */
export interface Versioned<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
}

export interface DocumentStore {
  read<K extends DocumentKind>(kind: K, id: string): Promise<Versioned<Documents[K]> | undefined>;
  /** Sorted by id. */
  list<K extends DocumentKind>(kind: K): Promise<Versioned<Documents[K]>[]>;
  /** All changes or none. */
  write(changes: readonly DocumentChange[], guard?: WriteGuard): Promise<WriteResult>;
}

/** What must hold besides the versions. */
export interface WriteGuard {
  /** That lease must be held with that token now: whoever writes still is who may. */
  readonly lease?: Fence | undefined;
  /** That engine must have no reservations. */
  readonly unlessReserved?: string;
}

export interface Fence {
  readonly name: string;
  readonly token: number;
}

export type DocumentChange = {
  [K in DocumentKind]: {
    readonly kind: K;
    readonly id: string;
    /** Left out: the document is removed (it need not exist, unless `ifVersion` says so). */
    readonly value?: Documents[K];
    /** The version it must have now; 0: it must not exist. Left out: whatever is there is replaced. */
    readonly ifVersion?: number;
  };
}[DocumentKind];

/** The lease is looked at first, then the versions, then the reservations. */
export type WriteResult =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly conflict: WriteConflict };

/** The first change whose `ifVersion` does not hold, or which guard. */
export type WriteConflict = DocumentChange | 'lease' | 'reserved';

export interface Ledger {
  /**
   * Takes every claim or none, and only while the engine's document still has `engineVersion`: the decision was made on
   * that record. `leaseMs` runs from now, by the store's clock where it has one. `lease` must be held now where it is
   * given. An id that is known is `invalid`.
   *
   * `ifVersion`: a reservation that is there, of that version and on that engine, gets these claims and a lease instead of
   * what it has, also of a bound one. What it holds already is not held against it: only a sum that grows must fit.
   *
   * Claims on the quota of a project are added up over all engines, and must fit into what the project's document has by now.
   */
  reserve(request: ReserveRequest): Promise<ReserveResult>;
  /**
   * Records what is there already, limits or not: a container found on its engine. False: the id is known. `ifVersion`: in
   * place of the reservation of that version on that engine, whose lease ends; false: it is gone or has another version.
   */
  adopt(
    reservation: NewReservation,
    containerId: string,
    options?: { readonly ifVersion?: number | undefined },
  ): Promise<boolean>;
  /** Starts the lease anew. False: no such reservation in state `reserved`. An expired one not yet released counts. */
  renew(reservationId: string, leaseMs: number): Promise<boolean>;
  /**
   * Ends the lease: the container is known. Returns the version of the record; undefined: the reservation is gone, or it is
   * not bound to this container yet and has another version than `ifVersion`. Durable when it returns.
   */
  bind(
    reservationId: string,
    containerId: string,
    options?: { readonly ifVersion?: number | undefined },
  ): Promise<number | undefined>;
  /** Gives all claims back. False: it was gone already, or `onlyIfExpired` and its lease still runs or it is bound. */
  release(reservationId: string, options?: { readonly onlyIfExpired?: boolean }): Promise<boolean>;
  /** Sorted by id. Of one engine where it is named, otherwise of all. */
  reservations(engineId?: string): Promise<Versioned<Reservation>[]>;
  /** The ids of reservations whose lease ran out. */
  expired(): Promise<string[]>;
  sums(engineId: string): Promise<ClaimSums>;
  /** What all engines together hold of the quotas of projects. */
  quotas(): Promise<ClaimSums>;
  /** Makes those what the sums of the engines say, in one step, and returns those that were not so. */
  recountQuotas(): Promise<readonly SumRepair[]>;
  /**
   * Makes the sums of an engine what its reservations claim, in one step, and returns those that were not so. Also
   * completes what the store keeps beside the records to find them. `knownIds`: reservations to count even where the store
   * does not find them by their engine. `leaseMs`: the lease of a reservation in state `reserved` that has none.
   */
  repairLedger(engineId: string, knownIds: readonly string[], leaseMs: number): Promise<readonly SumRepair[]>;
}

export interface SumRepair {
  readonly key: string;
  readonly was: number;
  readonly is: number;
}

export interface ReserveRequest {
  readonly reservation: NewReservation;
  readonly engineVersion: number;
  readonly leaseMs: number;
  readonly ifVersion?: number;
  readonly lease?: Fence | undefined;
  /**
   * `cluster`: no other reservation may have the name, on whichever engine, but the one that this one `replaces`. What has
   * the name already keeps it. Left out: `engine`, which is for a claim to say.
   */
  readonly nameScope?: NameScope;
}

export type ReserveResult =
  | { readonly ok: true; readonly version: number }
  /** The engine's document is gone or has another version. */
  | { readonly ok: false; readonly reason: 'stale' }
  /** The lease is not held with that token. */
  | { readonly ok: false; readonly reason: 'lease' }
  /** The reservation is gone or has another version than `ifVersion`. */
  | { readonly ok: false; readonly reason: 'changed' }
  /** `holder`: the reservation that has the name. */
  | { readonly ok: false; readonly reason: 'name'; readonly holder: string }
  /** `key`: the first claim without room. */
  | { readonly ok: false; readonly reason: 'full'; readonly key: string }
  /** `key`: the first claim on the quota of a project that has no room; `used` of `limit` is taken. */
  | {
      readonly ok: false;
      readonly reason: 'quota';
      readonly key: string;
      readonly used: number;
      readonly limit: number;
    };

/** A change, as the store made it. `value` left out: removed. */
export type Change =
  | {
      [K in DocumentKind]: {
        readonly kind: K;
        readonly id: string;
        readonly version: number;
        readonly value?: Documents[K];
      };
    }[DocumentKind]
  | { readonly kind: 'reservation'; readonly id: string; readonly version: number; readonly value?: Reservation }
  /**
   * The feed does not reach back to the cursor, or the store has another epoch: read everything anew. `version` is where
   * the feed goes on.
   */
  | { readonly kind: 'reset'; readonly version: number };

/** A place in the feed of one store. */
export interface Position {
  /**
   * Which store it is: made with the first change, another one once the store was emptied; '' before the first change,
   * and in a store of an older release before the next change.
   */
  readonly epoch: string;
  readonly version: number;
}

export interface ChangeFeed {
  /** Where the feed is: the epoch of the store, and the version of its last change. */
  position(): Promise<Position>;
  /** The version of the last change; 0 in an empty store. */
  head(): Promise<number>;
  /**
   * Every change of a version greater than `after`, in order, and then each new one as it is made, until `signal`
   * aborts. Throws `store_unavailable` when the connection is lost; call again with the last version seen. The changes
   * of one `write` share its version and come in its order: whoever stops in their midst asks again from the version
   * before.
   *
   * `epoch`: of the store that `after` was read from; where the store has another one the feed begins with a `reset`.
   * Left out: whichever the store has.
   */
  follow(after: number, signal: AbortSignal, epoch?: string): AsyncIterable<Change>;
}

export interface LeaseStore {
  /**
   * The lease, when nobody else holds it. `token` grows with each new holder: a write that carries an older one as its
   * fence comes from a holder that lost it, and is refused. The holder itself gets its lease again, longer, with the same token.
   */
  acquireLease(name: string, holder: string, leaseMs: number): Promise<{ readonly token: number } | undefined>;
  /** False: it was not held with that token. */
  releaseLease(name: string, token: number): Promise<boolean>;
}
