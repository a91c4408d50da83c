import Joi from 'joi';
import { destroyContainer } from '../../commands/containers/destroy-container.ts';
import { inspectDocument, inspectKnown } from '../../commands/containers/inspect-container.ts';
import { restartContainer, startContainer } from '../../commands/containers/start-container.ts';
import { stopContainer } from '../../commands/containers/stop-container.ts';
import { refreshContainers } from '../../engine-sync/refresh-containers.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Container, isAlive } from '../../state/containers/container-view.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';
import { type Action, action } from './action.ts';
import { engineAnswer, orSilence, silence } from './answers.ts';

/** A full id, a prefix or a name. Anything else matches no container. */
const reference = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** Clients wait 2.5 s for an answer. A container that does not stop in time is killed; the original killed at once. */
const stopOptions = { timeoutSeconds: 1 };

/** Docker's status and body for the completed operation. */
type Done = readonly [statusCode: number, body?: unknown];

export const start = onContainer(async (cluster, id, engineId) => {
  const container = await stateOf(cluster, id, engineId);
  if (isAlive(container) && container.state !== 'paused') return [304];
  await startContainer(cluster, id);
  return [204];
});

export const stop = onContainer(async (cluster, id, engineId) => {
  const container = await stateOf(cluster, id, engineId);
  if (!isAlive(container)) return [304];
  await stopContainer(cluster, id, stopOptions);
  return [204];
});

export const restart = onContainer(async (cluster, id) => {
  await restartContainer(cluster, id, stopOptions);
  return [204];
});

export const deleteContainer = onContainer(async (cluster, id) => {
  await destroyContainer(cluster, id);
  return [204];
});

export const inspect = onContainer(async (cluster, id) => [200, await inspectDocument(cluster, id)]);

/** Docker's 304 depends on the current state, so the engine is asked. */
async function stateOf(cluster: Cluster, id: string, engineId: string): Promise<Pick<Container, 'state'>> {
  await refreshContainers(cluster, engineId, [id]);
  return inspectKnown(cluster, engineId, id).container;
}

/** `act` receives the full id. */
function onContainer(act: (cluster: Cluster, id: string, engineId: string) => Promise<Done>): Action {
  return action<{ readonly id: string }>({ id: Joi.string().allow('').required() }, async ({ cluster }, { id }) => {
    if (!reference.test(id)) return silence;
    let found: FoundContainer | undefined;
    try {
      found = await findContainer(cluster, id);
      return engineAnswer(found.engine, ...(await act(cluster, found.container.id, found.engine.id)));
    } catch (error) {
      return orSilence(cluster, error, found?.engine);
    }
  });
}
