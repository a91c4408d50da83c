import type { ResponseToolkit, Server } from '@hapi/hapi';
import { destroyContainer } from '../../commands/containers/destroy-container.ts';
import { inspectKnown } from '../../commands/containers/inspect-container.ts';
import { renameContainer } from '../../commands/containers/rename-container.ts';
import { restartContainer, startFound } from '../../commands/containers/start-container.ts';
import { killContainer, pauseContainer, stopContainer } from '../../commands/containers/stop-container.ts';
import { refreshContainers } from '../../engine-sync/refresh-containers.ts';
import { bareName } from '../../model/bare-name.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';
import { needs } from '../route-rules.ts';
import { noBody } from '../validation.ts';
import { flagIn, integerIn, type Query, textIn } from './query.ts';

export interface OfContainer {
  readonly Params: { readonly container: string };
  readonly Query: Query;
}

/** Docker's status. */
type Done = 204 | 304;
type Act = (found: FoundContainer, query: Query) => Promise<Done>;

const maxSeconds = 3600;

export function lifecycleRoutes(server: Server, cluster: Cluster): void {
  const route = (action: string, act: Act) =>
    server.route<OfContainer>({
      method: 'POST',
      path: `/containers/{container}/${action}`,
      options: { plugins: needs('update', 'container'), payload: noBody },
      handler: async ({ params, query }, h) =>
        h.response().code(await act(await findContainer(cluster, params.container), query)),
    });
  route('start', async (found) => ((await startFound(cluster, found)) ? 204 : 304));
  route('stop', async (found, query) => {
    if (!isAlive({ state: await stateOf(cluster, found) })) return 304;
    const options = { timeoutSeconds: secondsIn(query), signal: textIn(query, 'signal') || undefined };
    await stopContainer(cluster, found.container.id, options);
    return 204;
  });
  route('restart', async ({ container }, query) => {
    await ended(restartContainer(cluster, container.id, { timeoutSeconds: secondsIn(query) }));
    return 204;
  });
  route('kill', async ({ container }, query) => {
    await killContainer(cluster, container.id, { signal: textIn(query, 'signal') || undefined });
    return 204;
  });
  route('pause', async (found) => {
    if ((await stateOf(cluster, found)) === 'paused')
      throw new SatsumaError('wrong_state', `Container ${found.container.name} is already paused`);
    await pauseContainer(cluster, found.container.id, true);
    return 204;
  });
  route('unpause', async (found) => {
    if ((await stateOf(cluster, found)) !== 'paused')
      throw new SatsumaError('wrong_state', `Container ${found.container.name} is not paused`);
    await pauseContainer(cluster, found.container.id, false);
    return 204;
  });
  route('rename', async ({ container }, query) => {
    const name = bareName(textIn(query, 'name') ?? '');
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/.test(name))
      throw new SatsumaError(
        'invalid',
        `Invalid container name (${shown(name)}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      );
    await renameContainer(cluster, container.id, name);
    return 204;
  });
  removeRoute(server, cluster);
}

function removeRoute(server: Server, cluster: Cluster): void {
  server.route<OfContainer>({
    method: 'DELETE',
    path: '/containers/{container}',
    options: { plugins: needs('remove', 'container') },
    handler: async ({ params: { container }, query }, h: ResponseToolkit) => {
      if (flagIn(query, 'link')) throw new SatsumaError('invalid', 'links are not removed by this API');
      const options = { unlessRunning: !flagIn(query, 'force'), keepsVolumes: !flagIn(query, 'v') };
      await destroyContainer(cluster, container, undefined, options);
      return h.response().code(204);
    },
  });
}

/** Docker's 304 is about what is so now: its engine is asked. */
async function stateOf(cluster: Cluster, { engine, container }: FoundContainer) {
  await refreshContainers(cluster, engine.id, [container.id]);
  return inspectKnown(cluster, engine.id, container.id).container.state;
}

/** One that removes itself may be gone when it was started again. */
async function ended(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isSatsumaError(error, 'no_such_container') || !/is gone from/.test(error.message)) throw error;
  });
}

/** Docker takes -1 for no end. */
function secondsIn(query: Query): number | undefined {
  const seconds = integerIn(query, 't');
  if (seconds === undefined) return undefined;
  return seconds < 0 ? maxSeconds : Math.min(seconds, maxSeconds);
}

function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 128);
}
