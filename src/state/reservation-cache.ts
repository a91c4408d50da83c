import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { Versioned } from '../store/store.ts';
import type { ContainerCache } from './container-cache.ts';
import type { ChangeOf, KindReader } from './kind-table.ts';
import { ReservationIndex } from './reservation-index.ts';
import type { Snapshots } from './snapshots.ts';

interface Neighbours {
  readonly snapshots: Snapshots;
  readonly containers: ContainerCache;
  /** A reservation was added, changed or removed. */
  changed(before: Reservation | undefined, now: Reservation | undefined): void;
}

/** The ledger's records, and reservations in progress; snapshots and containers reflect them. */
export class ReservationCache implements KindReader<'reservation'> {
  readonly index = new ReservationIndex();
  readonly #assumed = new ReservationIndex();
  readonly #neighbours: Neighbours;

  constructor(neighbours: Neighbours) {
    this.#neighbours = neighbours;
  }

  holdersOn(engineId: string): Reservation[] {
    return [...this.index.on(engineId), ...this.#assumed.on(engineId)];
  }

  /** Adds a reservation that is not recorded yet to the snapshots, until the returned function is called. */
  assume(reservation: NewReservation): () => void {
    const { snapshots } = this.#neighbours;
    const { id, engineId } = reservation;
    const value = { ...reservation, state: 'reserved', isAssumed: true } as const;
    this.#assumed.put({ id, version: 0, value });
    snapshots.exchange(engineId, undefined, value);
    return () => {
      this.#assumed.remove(id);
      snapshots.exchange(engineId, value, undefined);
    };
  }

  apply({ id, version, value }: ChangeOf<'reservation'>): void {
    const known = this.index.get(id);
    // The feed repeats what this server wrote and applied itself.
    if (known && known.version >= version) return;
    if (value) this.index.put({ id, version, value });
    else this.index.remove(id);
    const { snapshots, containers, changed } = this.#neighbours;
    const engineId = value?.engineId ?? known?.value.engineId;
    if (engineId !== undefined) snapshots.exchange(engineId, known?.value, value);
    changed(known?.value, value);
    if (value?.state === 'bound') containers.presume(value);
    if (!value && known) this.leave([known.value]);
  }

  /** Removes the containers of these records that no other record refers to. */
  leave(records: readonly Reservation[]): void {
    for (const { engineId, containerId } of records) {
      if (containerId === undefined || this.index.of(containerId).length > 0) continue;
      this.#neighbours.containers.remove(engineId, containerId);
    }
  }

  renew(all: readonly Versioned<Reservation>[]): void {
    this.index.clear();
    for (const each of all) this.apply(each);
  }
}
