import { refreshContainer } from '../../engine-sync/refresh-containers.ts';
import type { EngineClient, StopOptions } from '../../engines/engine-client.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Stops a container, ours or foreign; a stopped one is left unchanged. Its claims, except its name, are released when
 * this returns. Throws what `findContainer` throws, or the engine's error.
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

/** Docker's default, if neither the container nor the caller sets a timeout. */
const defaultSeconds = 10;

/**
 * Before Docker 23 engines ignore the requested signal of a stop and send the image's: the signal is sent separately.
 */
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
  // Whether it ended in time or not: a container that still runs, or was restarted by its policy, is stopped next.
  await client.waitContainer(id, 'not-running', late.signal).catch((error: unknown) => {
    if (!late.signal.aborted) throw error;
  });
  clearTimeout(timer);
  await client.stopContainer(id, { timeoutSeconds: 0 });
}

interface KillOptions {
  /** Default: KILL. */
  readonly signal?: string | undefined;
  /** An earlier attempt may have killed it already, so being stopped is no error. */
  readonly isRetry?: boolean | undefined;
}

/** Sends a signal. Also throws `wrong_state` if it does not run, `invalid` for an unknown signal. */
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

/** Pauses or resumes it; no effect if it is so already. Also throws `wrong_state` if it does not run. */
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
  await retryDuringRestart(cluster, engine.id, (client) => act(client, container.id), { isPinged: true }).catch(
    nameInError(container),
  );
  cluster.logger.info({ engineId: engine.id, containerId: container.id }, 'container stopped or signalled');
  // Its claims follow from the engine's report, like after a manual stop, but without delay.
  await refreshContainer(cluster, engine.id, container.id);
  const isThere = cluster.cache.containers.get(engine.id, container.id) !== undefined;
  if (isThere) return inspectKnown(cluster, engine.id, container.id);
  // A container with auto-remove is gone by now.
  return { ...before, container: { ...before.container, state: 'removing', ports: [] } };
}
