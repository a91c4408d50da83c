import type { NewReservation } from '../../model/reservation.ts';
import type { Versioned } from '../../store/store.ts';
import type { Cluster } from '../cluster.ts';
import { bare } from './stopped.ts';

/** Each round before the last met a concurrent change of the engine's record. */
const maximumRounds = 5;

/**
 * Takes the record of a container with a lease before an irreversible action: from then on, no server binds the record,
 * starts the container or removes it based on an older version of the record. Its claims are kept. Returns the new
 * version; undefined if the record is gone, or has another version than the given one.
 */
export async function takeRecord(
  { store, cache, settings }: Cluster,
  { value, version: ifVersion }: Versioned<NewReservation>,
  containerId: string,
): Promise<number | undefined> {
  const { engineId } = value;
  const reservation = { ...bare(value), containerId };
  for (let round = 1; round <= maximumRounds && cache.hasEngine(engineId); round++) {
    const { version: engineVersion } = cache.engine(engineId);
    const result = await store.reserve({ reservation, engineVersion, leaseMs: settings.leaseMs, ifVersion });
    if (result.ok) {
      const taken = { ...reservation, state: 'reserved' } as const;
      cache.apply({ kind: 'reservation', id: value.id, version: result.version, value: taken });
      return result.version;
    }
    if (result.reason !== 'stale') return undefined;
    await cache.catchUp();
  }
  return undefined;
}
