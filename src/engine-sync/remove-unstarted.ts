import type { EngineClient } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import { removeFromEngine } from '../state/containers/remove-from-engine.ts';
import { takeRecord } from '../state/containers/take-record.ts';

/** A container that was created but not started when its engine was queried, with its record at that time. */
interface Unstarted {
  readonly engineId: string;
  readonly containerId: string;
  readonly reservation?: Reservation;
  readonly ifVersion?: number;
}

/**
 * Removes a container that no server will start. It was seen some time ago: a slow start may have completed since, and
 * its server may have bound the record and answered the request. So the record is taken first, which fails if it
 * changed, and the engine refuses to remove a running container.
 */
export async function removeUnstarted(
  cluster: Cluster,
  client: EngineClient,
  { engineId, containerId, reservation, ifVersion }: Unstarted,
): Promise<void> {
  const remove = () => removeFromEngine(cluster, client, { engineId, containerId }, { unlessRunning: true });
  if (!reservation || ifVersion === undefined) return await remove();
  const { id } = reservation;
  const version = await takeRecord(cluster, { id, value: reservation, version: ifVersion }, containerId);
  if (version === undefined) return;
  try {
    await remove();
  } catch (error) {
    // It is running after all.
    if (isSatsumaError(error, 'wrong_state')) await cluster.store.bind(id, containerId, { ifVersion: version });
    throw error;
  }
  await cluster.store.release(id);
}
