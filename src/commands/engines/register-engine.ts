import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, WriteConflict } from '../../store/store.ts';
import { addressKey, daemonKey, isAddressKey } from './engine-keys.ts';

/** An engine as specified by the user. Default of `cpus` and `memory` (MiB): those of the machine. */
export interface NewEngine {
  readonly id: string;
  readonly addr: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly labels: readonly string[];
  readonly resources?: EngineRecord['resources'];
}

/**
 * Connects to the engine, records it, and adopts the containers of this installation that already run there. A repeated
 * operation returns the engine that it registered before. Throws the engine's error, `engine_exists`, `address_taken`,
 * or `daemon_taken` if the same daemon is registered under another name.
 */
export async function registerEngine(cluster: Cluster, asked: NewEngine, operationId?: string): Promise<EngineRecord> {
  const { store, pool, cache, logger } = cluster;
  const earlier = await registeredBy(cluster, asked.id, operationId);
  if (earlier) return earlier;
  if (cache.hasEngine(asked.id)) throw alreadyThere(asked.id);
  await refuseTaken(cluster, asked);
  const { daemon } = await pool.client(asked).handshake();
  const record: EngineRecord = {
    id: asked.id,
    addr: asked.addr,
    cpus: asked.cpus ?? daemon.cpus,
    memory: asked.memory ?? daemon.memory,
    labels: asked.labels,
    intent: 'active',
    // Nothing is placed there until the existing containers are in the ledger.
    condition: 'pending',
    since: new Date().toISOString(),
    daemon,
    ...(asked.resources && { resources: asked.resources }),
    ...(operationId === undefined ? {} : { operationId }),
  };
  const written = await store.write([
    { kind: 'engine', id: asked.id, value: record, ifVersion: 0 },
    { ...addressKey(pool, asked.id, asked.addr), ifVersion: 0 },
    { ...daemonKey(asked.id, daemon.id), ifVersion: 0 },
  ]);
  if (!written.ok) {
    // Possibly by an earlier attempt that outlived its lease.
    const meanwhile = await registeredBy(cluster, asked.id, operationId);
    if (meanwhile) return meanwhile;
    throw await conflictOf(cluster, asked, written.conflict);
  }
  await cache.catchUp();
  await resyncEngine(cluster, asked.id);
  logger.info({ engineId: record.id, addr: record.addr }, 'engine registered');
  return record;
}

async function registeredBy(
  cluster: Cluster,
  id: string,
  operationId: string | undefined,
): Promise<EngineRecord | undefined> {
  const { cache } = cluster;
  await cache.catchUp();
  if (operationId === undefined || !cache.hasEngine(id)) return undefined;
  const { value: engine } = cache.engine(id);
  if (engine.operationId !== operationId) return undefined;
  if (engine.condition === 'pending') await resyncEngine(cluster, id);
  return engine;
}

/** Checks the address before connecting, so that a duplicate fails fast. */
async function refuseTaken(cluster: Cluster, asked: NewEngine): Promise<void> {
  const key = addressKey(cluster.pool, asked.id, asked.addr);
  if (await cluster.store.read('engine-key', key.id)) throw await conflictOf(cluster, asked, key);
}

async function conflictOf(
  { store }: Cluster,
  { id, addr }: NewEngine,
  conflict: Pick<DocumentChange, 'kind' | 'id'> | WriteConflict,
): Promise<SatsumaError> {
  if (typeof conflict === 'string' || conflict.kind === 'engine') return alreadyThere(id);
  const holder = (await store.read('engine-key', conflict.id))?.value.engineId ?? 'another engine';
  if (isAddressKey(conflict.id)) {
    return new SatsumaError('address_taken', `the address ${addr} is registered as engine ${holder}`);
  }
  return new SatsumaError(
    'daemon_taken',
    `the daemon at ${addr} is registered as engine ${holder}; if they are two machines cloned from one disk, remove ` +
      '/etc/docker/key.json or /var/lib/docker/engine-id on one of them and restart its daemon',
  );
}

function alreadyThere(id: string): SatsumaError {
  return new SatsumaError('engine_exists', `there is an engine with ID ${id} already`);
}
