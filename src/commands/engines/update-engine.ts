import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EnginePool } from '../../engines/engine-client.ts';
import type { EngineIntent, EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, WriteConflict } from '../../store/store.ts';
import { addressKey } from './engine-keys.ts';

interface EngineUpdate {
  readonly addr?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly labels?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
  readonly intent?: EngineIntent;
}

/** The engine's watcher and its drain write the same record, so one or two conflicts are normal. */
const maxAttempts = 5;

/**
 * Changes an engine's settings, whatever else is written to its record concurrently. A new address must lead to the
 * same daemon. Throws `no_such_engine`, `address_taken`, `engine_changed`, or the error of the engine at its new
 * address.
 */
export async function updateEngine(cluster: Cluster, id: string, update: EngineUpdate): Promise<EngineRecord> {
  const { store, cache, pool } = cluster;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    await cache.catchUp();
    const { value: before, version } = cache.engine(id);
    const after: EngineRecord = { ...before, ...update };
    const moves = after.addr !== before.addr;
    if (moves) await refuseOtherDaemon(cluster, before, after.addr);
    const written = await store.write([
      { kind: 'engine', id, value: after, ifVersion: version },
      ...(moves ? keyChanges(pool, before, after) : []),
    ]);
    if (!written.ok) {
      refuseTaken(after, written.conflict);
      continue;
    }
    await cache.catchUp();
    if (moves) await resyncEngine(cluster, id);
    return cache.engine(id).value;
  }
  throw new SatsumaError('engine_changed', `engine ${id} was modified concurrently: try again`);
}

function keyChanges(pool: EnginePool, before: EngineRecord, after: EngineRecord): DocumentChange[] {
  const [oldKey, newKey] = [addressKey(pool, before.id, before.addr), addressKey(pool, after.id, after.addr)];
  if (oldKey.id === newKey.id) return [];
  return [
    { kind: 'engine-key', id: oldKey.id },
    { ...newKey, ifVersion: 0 },
  ];
}

/** The recorded containers run on the engine's daemon: a different daemon is a different engine. */
async function refuseOtherDaemon({ pool }: Cluster, { id, daemon }: EngineRecord, addr: string): Promise<void> {
  const { daemon: found } = await pool.client({ id, addr }).handshake();
  if (daemon === undefined || found.id === daemon.id) return;
  throw new SatsumaError(
    'engine_changed',
    `another daemon answers at ${addr}: register it as an engine of its own, or remove engine ${id} first`,
  );
}

function refuseTaken({ addr }: EngineRecord, conflict: WriteConflict): void {
  if (typeof conflict === 'string' || conflict.kind !== 'engine-key') return;
  throw new SatsumaError('address_taken', `the address ${addr} is registered as another engine`);
}
