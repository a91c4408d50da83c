import { createLogger } from '../../src/logging/logger.ts';
import type { Reservation } from '../../src/model/reservation.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import type { Store } from '../../src/store/store.ts';
import type { Fleet } from './fleet.ts';

/** Nobody asks it: the state cache is told of everything. */
const noStore = {} as Store;

/** A server's memory of the fleet, as it is once everything is read and every engine was looked at. */
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

/** What happens between two placements: something was reserved on one engine. */
export function reserveOne(cache: StateCache, like: Reservation, version: number): void {
  cache.apply({ kind: 'reservation', id: like.id, version, value: like });
}
