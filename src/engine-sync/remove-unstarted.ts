import type { EngineClient } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import { removeFromEngine } from '../state/containers/remove-from-engine.ts';
import { takeRecord } from '../state/containers/take-record.ts';

/** A container that was created and not started when its engine was asked, and the record of it as it was then. */
interface Unstarted {
  readonly engineId: string;
  readonly containerId: string;
  readonly reservation?: Reservation;
  readonly ifVersion?: number;
}

/**
 * Removes a container that nobody will start. That was seen some time ago: a start that its engine was slow to carry out may
 * have come to its end since, and whoever saw the container run may have bound it and answered with it. So the record is
 * taken first, which fails where somebody else changed it, and the engine itself removes nothing that runs.
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
    // It runs after all.
    if (isSatsumaError(error, 'wrong_state')) await cluster.store.bind(id, containerId, { ifVersion: version });
    throw error;
  }
  await cluster.store.release(id);
}
