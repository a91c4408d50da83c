import { refreshContainer, refreshContainers } from '../../engine-sync/refresh-containers.ts';
import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import { keepLease } from '../../execution/keep-lease.ts';
import { isFailedStart, noteFailedStart, noteStart } from '../../execution/note-start.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';
import { nameInError } from './name-in-error.ts';
import { type TakenClaims, takeClaims } from './take-claims.ts';

/**
 * Starts a container that is stopped, ours or not, once it has all claims again that it holds while it runs; one that runs
 * is left as it is. Throws what `findContainer` and `takeClaims` throw, `wrong_state` of a paused one, or what the engine
 * failed with: nothing is held then but what the engine shows to run.
 */
export async function startContainer(cluster: Cluster, reference: string): Promise<InspectedContainer> {
  const found = await findContainer(cluster, reference);
  const summary = await summaryOf(cluster, found);
  if (isAlive(summary) && summary.state !== 'paused') return inspectKnown(cluster, found.engine.id, summary.id);
  return await begin(cluster, found, summary, (client) => client.startContainer(summary.id));
}

/** Stops it if it runs, and starts it, with its claims all the while. Throws as `startContainer`. */
export async function restartContainer(
  cluster: Cluster,
  reference: string,
  options: StopOptions = {},
): Promise<InspectedContainer> {
  const found = await findContainer(cluster, reference);
  const summary = await summaryOf(cluster, found);
  return await begin(cluster, found, summary, (client) => client.restartContainer(summary.id, options));
}

async function begin(
  cluster: Cluster,
  { engine }: FoundContainer,
  summary: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
): Promise<InspectedContainer> {
  const { logger } = cluster;
  const taken = await takeClaims(cluster, engine.id, summary);
  const fields = { engineId: engine.id, containerId: summary.id, reservationId: taken.reservation.id };
  const stopRenewing = keepLease(cluster, taken.reservation.id);
  try {
    await act(cluster.pool.client(engine)).catch(nameInError(summary));
    await settle(cluster, taken, summary.id);
    logger.info(fields, 'container started again');
    await noteStart(cluster, engine.id);
  } catch (error) {
    if (isFailedStart(error)) await noteFailedStart(cluster, engine.id, error);
    // Where nothing is known of what the engine did, the claims stay until reconciliation has looked.
    if (!isSatsumaError(error, 'engine_timeout')) {
      // All is held until it is seen whether the container runs; then what it holds so.
      await settle(cluster, taken, summary.id)
        .then(() => resyncEngine(cluster, engine.id))
        .catch((cause: unknown) => logger.warn({ ...fields, err: cause }, 'not given back, left to reconciliation'));
    }
    throw error;
  } finally {
    stopRenewing();
  }
  await refreshContainer(cluster, engine.id, summary.id);
  return inspectKnown(cluster, engine.id, summary.id);
}

/** Ends the lease. Not of a record that has changed: whoever superseded this start is about to end it. */
async function settle({ store }: Cluster, { reservation, version }: TakenClaims, containerId: string): Promise<void> {
  await store.adopt(reservation, containerId, { ifVersion: version });
}

/** What its engine says of it now. Throws `no_such_container`, or what the engine failed with. */
async function summaryOf(cluster: Cluster, { engine, container }: FoundContainer): Promise<ContainerSummary> {
  await refreshContainers(cluster, engine.id, [container.id]);
  const known = cluster.cache.containers.get(engine.id, container.id);
  if (known) return known.summary;
  throw new SatsumaError('no_such_container', `container ${container.name} is gone from ${engine.id}`);
}
