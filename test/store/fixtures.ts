import type { Claim } from '../../src/model/claim.ts';
import type { EngineRecord } from '../../src/model/engine.ts';
import type { NewReservation } from '../../src/model/reservation.ts';
import type { Change, Store, Versioned } from '../../src/store/store.ts';

export function engineRecord(id: string, changes: Partial<EngineRecord> = {}): EngineRecord {
  return {
    id,
    addr: `https://${encodeURIComponent(id)}:2376`,
    cpus: 4,
    memory: 8192,
    labels: ['zone=a'],
    intent: 'active',
    condition: 'ok',
    since: '2025-01-01T00:00:00.000Z',
    ...changes,
  };
}

let created = 0;

export function newReservation(changes: Partial<NewReservation> = {}): NewReservation {
  created += 1;
  return {
    id: `reservation-${created}`,
    engineId: 'alpha',
    claims: [],
    image: { name: 'redis', type: 'multi', restart_policy: {}, environment: { SECRET: 'sésame\nouvre-toi' } },
    name: `redis-${created}`,
    createdAt: '2025-01-01T00:00:00.000Z',
    reason: { type: 'multi', strategy: 'binpack', score: 50, candidates: 2, refused: 1 },
    ...changes,
  };
}

export function claim(key: string, amount: number, limit: number | null = null): Claim {
  return { key, amount, limit };
}

/** Saves an engine and returns what reserving on it needs. */
export async function addEngine(store: Store, id = 'alpha'): Promise<Versioned<EngineRecord>> {
  const value = engineRecord(id);
  const result = await store.write([{ kind: 'engine', id, value }]);
  if (!result.ok) throw new Error('the engine could not be saved');
  return { id, value, version: result.version };
}

/** Reserves for a minute, or throws; returns the reservation's id. */
export async function reserve(
  store: Store,
  engine: Versioned<EngineRecord>,
  claims: readonly Claim[] = [],
  leaseMs = 60_000,
): Promise<string> {
  const reservation = newReservation({ engineId: engine.id, claims });
  const result = await store.reserve({ reservation, engineVersion: engine.version, leaseMs });
  if (!result.ok) throw new Error(`not reserved: ${JSON.stringify(result)}`);
  return reservation.id;
}

/** The next `count` changes after a version; fewer when `signal` aborts. */
export async function changesAfter(
  store: Store,
  after: number,
  count: number,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<Change[]> {
  const changes: Change[] = [];
  if (count === 0) return changes;
  for await (const change of store.follow(after, signal)) {
    changes.push(change);
    if (changes.length === count) break;
  }
  return changes;
}
