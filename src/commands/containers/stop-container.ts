import { refreshContainer } from '../../engine-sync/refresh-containers.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import { rideOut } from '../../execution/ride-out.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Stops a container, ours or not; one that does not run is left as it is. What it held but its name is free when this
 * returns. Throws what `findContainer` throws, or what the engine failed with.
 */
export function stopContainer(
  cluster: Cluster,
  reference: string,
  { signal, ...options }: StopOptions & { readonly signal?: string | undefined } = {},
): Promise<InspectedContainer> {
  return end(cluster, reference, async (client, id) => {
    if (signal === undefined) return await client.stopContainer(id, options);
    await stopWith(client, id, signal, options);
  });
}

/** Docker's, where neither the container nor the caller says how long it may take. */
const defaultSeconds = 10;

/** Engines before Docker 23 send the image's own signal, whichever is asked for: this one is sent apart. */
async function stopWith(
  client: EngineClient,
  id: string,
  signal: string,
  { timeoutSeconds = defaultSeconds }: StopOptions,
): Promise<void> {
  const isStopped = await client.killContainer(id, signal).then(
    () => false,
    (error: unknown) => {
      if (isSatsumaError(error, 'wrong_state')) return true;
      throw error;
    },
  );
  if (isStopped) return;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutSeconds * 1000);
  // Whether it ended in time or not: what still runs, or was started again by its restart policy, is stopped next.
  await client.waitContainer(id, 'not-running', late.signal).catch((error: unknown) => {
    if (!late.signal.aborted) throw error;
  });
  clearTimeout(timer);
  await client.stopContainer(id, { timeoutSeconds: 0 });
}

export interface KillOptions {
  /** KILL unless named. */
  readonly signal?: string | undefined;
  /** An earlier attempt may have killed it: that it does not run is no failure then. */
  readonly isRetry?: boolean | undefined;
}

/** Sends it a signal. Throws besides `wrong_state` where it does not run, `invalid` for a signal that is none. */
export function killContainer(
  cluster: Cluster,
  reference: string,
  { signal, isRetry }: KillOptions = {},
): Promise<InspectedContainer> {
  return end(cluster, reference, (client, id) =>
    client.killContainer(id, signal).catch((error: unknown) => {
      if (!isRetry || !isSatsumaError(error, 'wrong_state')) throw error;
    }),
  );
}

/** Freezes it, or lets it go on; one that is so already is left as it is. Throws besides `wrong_state` where it does not run. */
export function pauseContainer(cluster: Cluster, reference: string, isPaused: boolean): Promise<InspectedContainer> {
  return end(cluster, reference, (client, id) => (isPaused ? client.pauseContainer(id) : client.unpauseContainer(id)));
}

async function end(
  cluster: Cluster,
  reference: string,
  act: (client: EngineClient, containerId: string) => Promise<void>,
): Promise<InspectedContainer> {
  const { engine, container } = await findContainer(cluster, reference);
  const before = inspectKnown(cluster, engine.id, container.id);
  await rideOut(cluster, engine.id, (client) => act(client, container.id)).catch(nameInError(container));
  cluster.logger.info({ engineId: engine.id, containerId: container.id }, 'container stopped or signalled');
  // What it holds now is what the engine shows: the one mechanism, as after a stop by hand, and not later.
  await refreshContainer(cluster, engine.id, container.id);
  const isThere = cluster.cache.containers.get(engine.id, container.id) !== undefined;
  if (isThere) return inspectKnown(cluster, engine.id, container.id);
  // One that removes itself when it ends is gone by now.
  return { ...before, container: { ...before.container, state: 'removing', ports: [] } };
}
