import type { ClaimSums } from '../model/claim.ts';
import type { Finding } from '../model/finding.ts';
import type { NameScope } from '../model/name-scope.ts';
import type { BoundReservation, NewReservation, Reservation } from '../model/reservation.ts';
import type { DocumentKind, Documents } from './documents.ts';

/**
 * The store: versioned documents, the ledger, a feed of all changes, and leases. Two implementations (redis/,
 * embedded/) pass one conformance suite. Every method is atomic, and throws SatsumaError `store_unavailable` if the
 * store is unreachable or does not answer in time; whether a change was made is then unknown. Invalid input (ids of
 * more than 512 characters, claims that are not whole numbers, ...) throws `invalid` and changes nothing.
 */
export interface Store extends DocumentStore, Ledger, ChangeFeed, LeaseStore {
  /** A consistent snapshot of all documents of these kinds, and of all bound reservations. */
  snapshot(kinds: readonly DocumentKind[]): Promise<readonly SnapshotEntry[]>;
  /** Resolves if the store responds and accepts writes. */
  ping(): Promise<void>;
  /** Milliseconds since 1970, by the store's clock if it has one. */
  time(): Promise<number>;
  /** Checks its setup for risks of data loss or downtime. */
  examine(): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** The content of a record, without its version. */
export type SnapshotEntry =
  | { [K in DocumentKind]: { readonly kind: K; readonly id: string; readonly value: Documents[K] } }[DocumentKind]
  | { readonly kind: 'reservation'; readonly id: string; readonly value: BoundReservation };

/**
 * Versions are positive and increase across the whole store: a later change has a higher version, whatever it changed.
 */
export interface Versioned<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
}

export interface DocumentStore {
  read<K extends DocumentKind>(kind: K, id: string): Promise<Versioned<Documents[K]> | undefined>;
  /** Sorted by id. */
  list<K extends DocumentKind>(kind: K): Promise<Versioned<Documents[K]>[]>;
  /** Applies all changes or none. */
  write(changes: readonly DocumentChange[], guard?: WriteGuard): Promise<WriteResult>;
}

/** Conditions besides the versions. */
export interface WriteGuard {
  /** The lease must currently be held with this token: fences writes of a former holder. */
  readonly lease?: Fence | undefined;
  /** The engine must have no reservations. */
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
    /** Absent: removes the document (it need not exist, unless `ifVersion` requires it). */
    readonly value?: Documents[K];
    /** The version it must have; 0: it must not exist. Absent: unconditional. */
    readonly ifVersion?: number;
  };
}[DocumentKind];

/** Conditions are checked in this order: the lease, the versions, the reservations. */
export type WriteResult =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly conflict: WriteConflict };

/** The first change whose `ifVersion` failed, or the failed guard. */
export type WriteConflict = DocumentChange | 'lease' | 'reserved';

export interface Ledger {
  /**
   * Takes all claims or none, and only while the engine's document has `engineVersion`, on which the placement was
   * based. `leaseMs` starts now, by the store's clock if it has one. `lease`, if given, must be held. A known id is
   * `invalid`.
   *
   * `ifVersion`: replaces the claims of an existing reservation of that version on that engine, even a bound one, and
   * gives it a lease. Claims that it already holds always fit: only sums that grow are checked.
   *
   * Quota claims are summed over all engines, and must fit the current document of the project.
   */
  reserve(request: ReserveRequest): Promise<ReserveResult>;
  /**
   * Records an existing container's claims, regardless of limits. False: the id is known. `ifVersion`: replaces the
   * reservation of that version on that engine, and ends its lease; false: it is gone, or has another version.
   */
  adopt(
    reservation: NewReservation,
    containerId: string,
    options?: { readonly ifVersion?: number | undefined },
  ): Promise<boolean>;
  /**
   * Restarts the lease. False: there is no such reservation in state `reserved`. An expired one that was not released
   * yet counts.
   */
  renew(reservationId: string, leaseMs: number): Promise<boolean>;
  /**
   * Ends the lease, because the container is known. Returns the version of the record; undefined: the reservation is
   * gone, or it is not bound to this container and has another version than `ifVersion`. Durable when it returns.
   */
  bind(
    reservationId: string,
    containerId: string,
    options?: { readonly ifVersion?: number | undefined },
  ): Promise<number | undefined>;
  /** Releases all claims. False: it was already gone, or `onlyIfExpired` and it is bound or its lease is running. */
  release(reservationId: string, options?: { readonly onlyIfExpired?: boolean }): Promise<boolean>;
  /** Sorted by id. Of one engine if given, otherwise of all. */
  reservations(engineId?: string): Promise<Versioned<Reservation>[]>;
  /** The ids of reservations with an expired lease. */
  expired(): Promise<string[]>;
  sums(engineId: string): Promise<ClaimSums>;
  /** The usage of project quotas, over all engines. */
  quotas(): Promise<ClaimSums>;
  /** Atomically recomputes the quota totals from the engines' sums, and returns those that were wrong. */
  recountQuotas(): Promise<readonly SumRepair[]>;
  /**
   * Atomically recomputes an engine's sums from its reservations, and returns those that were wrong. Also completes the
   * store's indexes. `knownIds`: reservations to count even if the engine's index lacks them. `leaseMs`: the lease for
   * reservations in state `reserved` without one.
   */
  repairLedger(engineId: string, knownIds: readonly string[], leaseMs: number): Promise<readonly SumRepair[]>;
}

export interface SumRepair {
  readonly key: string;
  readonly was: number;
  readonly is: number;
}

interface ReserveRequest {
  readonly reservation: NewReservation;
  readonly engineVersion: number;
  readonly leaseMs: number;
  readonly ifVersion?: number;
  readonly lease?: Fence | undefined;
  /**
   * `cluster`: no other reservation on any engine may have the name, except the one that this one `replaces`. Existing
   * names stay valid. Default: `engine`, which is enforced by a claim.
   */
  readonly nameScope?: NameScope;
}

export type ReserveResult =
  | { readonly ok: true; readonly version: number }
  /** The engine's document is gone, or has another version. */
  | { readonly ok: false; readonly reason: 'stale' }
  /** The lease is not held with that token. */
  | { readonly ok: false; readonly reason: 'lease' }
  /** The reservation is gone, or has another version than `ifVersion`. */
  | { readonly ok: false; readonly reason: 'changed' }
  /** `holder`: the reservation that has the name. */
  | { readonly ok: false; readonly reason: 'name'; readonly holder: string }
  /** `key`: the first claim that does not fit. */
  | { readonly ok: false; readonly reason: 'full'; readonly key: string }
  /** `key`: the first claim that exceeds its project's quota; `used` of `limit` is taken. */
  | {
      readonly ok: false;
      readonly reason: 'quota';
      readonly key: string;
      readonly used: number;
      readonly limit: number;
    };

/** A committed change. `value` absent: removed. */
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
   * The feed no longer has the cursor's position, or the store has another epoch: reload everything. The feed continues
   * at `version`.
   */
  | { readonly kind: 'reset'; readonly version: number };

/** A position in the feed of one store. */
export interface Position {
  /**
   * Identifies the store: set by the first change, and new after the store was emptied; '' before the first change, and
   * in a store of an older release before the next change.
   */
  readonly epoch: string;
  readonly version: number;
}

export interface ChangeFeed {
  /** The current position: the epoch of the store, and the version of its last change. */
  position(): Promise<Position>;
  /** The version of the last change; 0 in an empty store. */
  head(): Promise<number>;
  /**
   * All changes with a version greater than `after`, in order, then new ones as they happen, until `signal` aborts.
   * Throws `store_unavailable` when the connection is lost; call it again with the last version. The changes of one
   * `write` share its version and keep their order: after stopping among them, continue from the previous version.
   *
   * `epoch`: the store that `after` belongs to; if the store has another epoch, the feed starts with a `reset`. Absent:
   * any epoch.
   */
  follow(after: number, signal: AbortSignal, epoch?: string): AsyncIterable<Change>;
}

export interface LeaseStore {
  /**
   * Acquires the lease unless another holder has it. `token` increases with each new holder: a write fenced with an
   * older token comes from a former holder, and is refused. The current holder extends its lease and keeps the token.
   */
  acquireLease(name: string, holder: string, leaseMs: number): Promise<{ readonly token: number } | undefined>;
  /** False: it was not held with that token. */
  releaseLease(name: string, token: number): Promise<boolean>;
}
