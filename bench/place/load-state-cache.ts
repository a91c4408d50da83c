import { createLogger } from '../../src/logging/logger.ts';
import type { Reservation } from '../../src/model/reservation.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import type { Store } from '../../src/store/store.ts';
import type { Fleet } from './fleet.ts';

/** Unused: the cache gets all data directly. */
const noStore = {} as Store;

/** A server's cache of the fleet, after everything was loaded and observed. */
export function loadStateCache({ engines, reservations }: Fleet): StateCache {
  const cache = new StateCache(noStore, 1, createLogger({ level: 'silent' }));
  for (const engine of engines) cache.apply({ kind: 'engine', id: engine.id, version: 1, value: engine });
  for (const each of reservations) cache.apply({ kind: 'reservation', id: each.id, version: 1, value: each });
  const images = new Map(engines.map(({ id }) => [id, new Set<string>()]));
  for (const { engineId, image } of reservations) images.get(engineId)?.add(image.name);
  for (const [engineId, names] of images) {
    cache.observed(engineId, {
      observedAt: '2026-01-01T00:00:00.000Z',
      version: 1,
      images: names,
    });
  }
  return cache;
}

/** The change between two placements: a reservation on one engine. */
export function reserveOne(cache: StateCache, like: Reservation, version: number): void {
  cache.apply({ kind: 'reservation', id: like.id, version, value: like });
}
