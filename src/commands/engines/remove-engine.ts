import { containerFactId } from '../../model/container-fact.ts';
import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange } from '../../store/store.ts';
import { prepareLeave } from '../mesh/leave-mesh.ts';
import { addressKey, daemonKey } from './engine-keys.ts';

/** Maximum number of blocking containers named in the error. */
const maxNamed = 5;
/** Maximum number of container documents per write. */
const maxForgotten = 500;

/**
 * Removes an engine. While containers of this installation run there, only with `force`: they keep running, and are
 * adopted when the engine is registered again. Throws `no_such_engine`, `engine_in_use`.
 */
export async function removeEngine(cluster: Cluster, id: string, options: { force: boolean }): Promise<void> {
  const { store, cache, pool, details, logger } = cluster;
  await cache.catchUp();
  const { value: engine } = cache.engine(id);
  const changes: DocumentChange[] = [
    { kind: 'engine', id },
    { kind: 'engine-key', id: addressKey(pool, id, engine.addr).id },
    { kind: 'observation', id },
    { kind: 'start-failures', id },
    { kind: 'engine-volumes', id },
    ...(engine.daemon ? [{ kind: 'engine-key', id: daemonKey(id, engine.daemon.id).id } as const] : []),
  ];
  const containers = [...cache.containers.on(id).keys()];
  const leave = await prepareLeave(cluster, id, { isForced: options.force });
  if (!(await write(cluster, id, changes, options.force))) {
    throw inUse(id, cache.reservations(id));
  }
  // From here on nothing new can be reserved there. After a crash the watchers release what is left.
  for (const { id: reservationId } of await store.reservations(id)) await store.release(reservationId);
  await forgetContainers(cluster, id, containers);
  await leave();
  pool.forget(id);
  details.forget(id);
  await cache.catchUp();
  logger.info({ engineId: id }, 'engine removed');
}

/** In batches: an engine may have twenty thousand containers. */
async function forgetContainers({ store }: Cluster, engineId: string, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += maxForgotten) {
    const some = ids.slice(at, at + maxForgotten);
    await store.write(some.map((id) => ({ kind: 'container', id: containerFactId(engineId, id) })));
  }
}

/**
 * Foreign containers do not keep the engine. Their reservations are released first; a resync may create them again, so
 * this is retried.
 */
async function write(
  { store, cache }: Cluster,
  id: string,
  changes: readonly DocumentChange[],
  force: boolean,
): Promise<boolean> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    if (!force) {
      const known = cache.reservations(id);
      // Then the engine stays, and foreign containers keep their reservations.
      if (known.some(({ isForeign }) => !isForeign)) return false;
      for (const { id: reservationId } of known) await store.release(reservationId);
    }
    const written = await store.write(changes, force ? undefined : { unlessReserved: id });
    if (written.ok) return true;
    await cache.catchUp();
  }
  return false;
}

function inUse(id: string, reservations: readonly Reservation[]): SatsumaError {
  const ours = reservations.filter(({ isForeign }) => !isForeign).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isOne = ours.length === 1;
  const named = ours.map(({ name, isAtRest }) => `${name} (${isAtRest ? 'stopped' : 'running'})`);
  return new SatsumaError(
    'engine_in_use',
    `engine ${id} has ${isOne ? '1 container' : `${ours.length} containers`} of Satsuma, ${firstFew(named, maxNamed)}: ` +
      `destroy ${isOne ? 'it' : 'them'} first, or remove the engine with force and leave ${isOne ? 'it' : 'them'} running`,
  );
}
