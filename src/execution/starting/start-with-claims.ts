import { refreshContainer } from '../../engine-sync/refresh-containers.ts';
import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { keepLease } from '../keep-lease.ts';
import { isFailedStart, noteFailedStart, noteStart } from '../note-start.ts';
import { retryDuringRestart } from '../retry-during-restart.ts';
import { type SecretUser, startWithSecrets } from '../secrets/start-with-secrets.ts';
import { takesRestOfQuota } from './rest-of-quota.ts';
import { type TakenClaims, takeClaims } from './take-claims.ts';

/**
 * Starts an existing container by `act`, after all its claims were taken again. Throws the errors of `takeClaims`, or
 * the engine's error: claims are then kept only if the container runs.
 */
export async function startWithClaims(
  cluster: Cluster,
  engineId: string,
  summary: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
  stop: StopOptions = {},
): Promise<void> {
  if (await isUnstartedWithClaims(cluster, engineId, summary))
    await startWithHeldClaims(cluster, engineId, summary, act);
  else await startAfterTakingClaims(cluster, engineId, summary, act, stop);
  await refreshContainer(cluster, engineId, summary.id);
}

/**
 * Created and never started, it holds its claims already, unless it takes the rest of a quota. The resync afterwards notes that it runs. If another
 * server takes it for abandoned meanwhile, the engine decides: it removes none that runs, and starts none that is gone.
 */
async function isUnstartedWithClaims(
  cluster: Cluster,
  engineId: string,
  { id, state }: ContainerSummary,
): Promise<boolean> {
  if (state !== 'created') return false;
  // Another server may have started and stopped it, and given its room away.
  await cluster.cache.catchUp();
  const record = cluster.cache.records(engineId).find(({ value }) => value.containerId === id)?.value;
  if (!record?.isUnstarted || record.state !== 'bound') return false;
  if (record.isForeign || (record.image.secrets ?? []).length > 0) return false;
  return !takesRestOfQuota(cluster, record);
}

async function startWithHeldClaims(
  cluster: Cluster,
  engineId: string,
  { id: containerId }: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
): Promise<void> {
  try {
    await retryDuringRestart(cluster, engineId, act);
    cluster.logger.info({ engineId, containerId }, 'container started');
    await noteStart(cluster, engineId);
  } catch (error) {
    if (isFailedStart(error)) await noteFailedStart(cluster, engineId, error);
    // If it hangs, its next resync tells whether the container runs.
    if (!isSatsumaError(error, 'engine_timeout')) {
      await resyncEngine(cluster, engineId).catch((cause: unknown) =>
        cluster.logger.warn({ engineId, containerId, err: cause }, 'not resynced after a failed start'),
      );
    }
    throw error;
  }
}

async function startAfterTakingClaims(
  cluster: Cluster,
  engineId: string,
  summary: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
  stop: StopOptions,
): Promise<void> {
  const { logger, cache, pool } = cluster;
  const taken = await takeClaims(cluster, engineId, summary);
  const fields = { engineId, containerId: summary.id, reservationId: taken.reservation.id };
  const stopRenewing = keepLease(cluster, taken.reservation.id);
  try {
    const client = pool.client(cache.engine(engineId).value);
    // During a restart of the daemon, `act` is retried with the claims held.
    const actOnce = () => retryDuringRestart(cluster, engineId, act);
    const { image, isForeign } = taken.reservation;
    // Foreign containers get no secrets, whatever their labels.
    if (isForeign || (image.secrets ?? []).length === 0) await actOnce();
    else await restartWithSecrets(cluster, client, { id: summary.id, image }, stop);
    await settle(cluster, taken, summary.id);
    logger.info(fields, 'container started again');
    await noteStart(cluster, engineId);
  } catch (error) {
    if (isFailedStart(error)) await noteFailedStart(cluster, engineId, error);
    // If the outcome is unknown, the claims stay until reconciliation.
    if (!isSatsumaError(error, 'engine_timeout')) {
      // Keeps all claims until the resync has found out whether the container runs.
      await settle(cluster, taken, summary.id)
        .then(() => resyncEngine(cluster, engineId))
        .catch((cause: unknown) => logger.warn({ ...fields, err: cause }, 'not given back, left to reconciliation'));
    }
    throw error;
  } finally {
    stopRenewing();
  }
}

/** With the current secrets. A restart by the engine would leave it without secrets. */
async function restartWithSecrets(
  cluster: Cluster,
  client: EngineClient,
  container: SecretUser,
  stop: StopOptions,
): Promise<void> {
  await client.stopContainer(container.id, stop);
  await startWithSecrets(cluster, client, container, () => client.startContainer(container.id));
}

/** Ends the lease, unless the record has changed: a start that superseded this one ends it. */
async function settle({ store }: Cluster, { reservation, version }: TakenClaims, containerId: string): Promise<void> {
  await store.adopt(reservation, containerId, { ifVersion: version });
}
