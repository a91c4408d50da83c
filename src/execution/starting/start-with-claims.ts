import { refreshContainer } from '../../engine-sync/refresh-containers.ts';
import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { keepLease } from '../keep-lease.ts';
import { isFailedStart, noteFailedStart, noteStart } from '../note-start.ts';
import { rideOut } from '../ride-out.ts';
import { type SecretUser, startWithSecrets } from '../secrets/start-with-secrets.ts';
import { type TakenClaims, takeClaims } from './take-claims.ts';

/**
 * Starts a container that is there, by `act`, once it has all claims again that it holds while it runs. Throws what
 * `takeClaims` throws, or what the engine failed with: nothing is held then but what the engine shows to run.
 */
export async function startWithClaims(
  cluster: Cluster,
  engineId: string,
  summary: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
  stop: StopOptions = {},
): Promise<void> {
  const { logger, cache, pool } = cluster;
  const taken = await takeClaims(cluster, engineId, summary);
  const fields = { engineId, containerId: summary.id, reservationId: taken.reservation.id };
  const stopRenewing = keepLease(cluster, taken.reservation.id);
  try {
    const client = pool.client(cache.engine(engineId).value);
    // While the daemon restarts nothing was asked of it, and the claims are held.
    const actOnce = () => rideOut(cluster, engineId, act);
    const { image, isForeign } = taken.reservation;
    // What labels of others name is given to nobody.
    if (isForeign || (image.secrets ?? []).length === 0) await actOnce();
    else await startAnew(cluster, client, { id: summary.id, image }, stop);
    await settle(cluster, taken, summary.id);
    logger.info(fields, 'container started again');
    await noteStart(cluster, engineId);
  } catch (error) {
    if (isFailedStart(error)) await noteFailedStart(cluster, engineId, error);
    // Where nothing is known of what the engine did, the claims stay until reconciliation has looked.
    if (!isSatsumaError(error, 'engine_timeout')) {
      // All is held until it is seen whether the container runs; then what it holds so.
      await settle(cluster, taken, summary.id)
        .then(() => resyncEngine(cluster, engineId))
        .catch((cause: unknown) => logger.warn({ ...fields, err: cause }, 'not given back, left to reconciliation'));
    }
    throw error;
  } finally {
    stopRenewing();
  }
  await refreshContainer(cluster, engineId, summary.id);
}

/** With the secrets of now. A restart by the engine would leave it without them. */
async function startAnew(
  cluster: Cluster,
  client: EngineClient,
  container: SecretUser,
  stop: StopOptions,
): Promise<void> {
  await client.stopContainer(container.id, stop);
  await startWithSecrets(cluster, client, container, () => client.startContainer(container.id));
}

/** Ends the lease. Not of a record that has changed: whoever superseded this start is about to end it. */
async function settle({ store }: Cluster, { reservation, version }: TakenClaims, containerId: string): Promise<void> {
  await store.adopt(reservation, containerId, { ifVersion: version });
}
