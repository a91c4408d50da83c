import { refreshContainers } from '../../engine-sync/refresh-containers.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { startWithClaims } from '../../execution/starting/start-with-claims.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Starts a stopped container, ours or foreign, after taking its claims again; a running one is left unchanged. Throws
 * what `findContainer` and `takeClaims` throw, `wrong_state` for a paused one, or the engine's error: then only claims
 * of what the engine reports as running are held.
 */
export async function startContainer(cluster: Cluster, reference: string): Promise<InspectedContainer> {
  const found = await findContainer(cluster, reference);
  await startFound(cluster, found);
  return inspectKnown(cluster, found.engine.id, found.container.id);
}

/** The same for a container that may end, and be removed, right after its start. False: its engine says that it runs. */
export async function startFound(cluster: Cluster, found: FoundContainer): Promise<boolean> {
  const known = cluster.cache.containers.get(found.engine.id, found.container.id)?.summary;
  // If it was started by hand a moment ago, another start changes nothing.
  const summary = known?.state === 'created' ? known : await summaryOf(cluster, found);
  if (isAlive(summary) && summary.state !== 'paused') return false;
  await begin(cluster, found, summary, (client) => client.startContainer(summary.id));
  return true;
}

/** Stops it if it runs, and starts it, and keeps its claims throughout. Throws as `startContainer`. */
export async function restartContainer(
  cluster: Cluster,
  reference: string,
  options: StopOptions = {},
): Promise<InspectedContainer> {
  const found = await findContainer(cluster, reference);
  const summary = await summaryOf(cluster, found);
  await begin(cluster, found, summary, (client) => client.restartContainer(summary.id, options), options);
  return inspectKnown(cluster, found.engine.id, summary.id);
}

async function begin(
  cluster: Cluster,
  { engine }: FoundContainer,
  summary: ContainerSummary,
  act: (client: EngineClient) => Promise<void>,
  stop?: StopOptions,
): Promise<void> {
  await startWithClaims(cluster, engine.id, summary, act, stop).catch(nameInError(summary));
}

/** The engine's current report. Throws `no_such_container`, or the engine's error. */
async function summaryOf(cluster: Cluster, { engine, container }: FoundContainer): Promise<ContainerSummary> {
  await retryDuringRestart(cluster, engine.id, () => refreshContainers(cluster, engine.id, [container.id]), {
    isRepeatable: true,
  });
  const known = cluster.cache.containers.get(engine.id, container.id);
  if (known) return known.summary;
  throw new SatsumaError('no_such_container', `container ${container.name} is gone from ${engine.id}`);
}
