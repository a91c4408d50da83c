import type { Server } from '@hapi/hapi';
import { destroyContainer } from '../../../commands/containers/destroy-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { FoundContainer } from '../../../state/containers/find-container.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import {
  type ContainerOnEngineParams,
  type ContainerParams,
  containerOnEngineParams,
  containerParams,
} from './params.ts';

export function destroyRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'DELETE',
    path: '/apiv1/container/{container}',
    options: { description: 'Destroy a container', plugins: needs('remove', 'container'), validate: containerParams },
    handler: async ({ params }, h) => {
      const destroyed = await destroyContainer(cluster, params.container);
      return h.response(success(sentence(destroyed))).code(202);
    },
  });
}

export function destroyOnEngineRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerOnEngineParams>({
    method: 'DELETE',
    path: '/apiv1/engine/{engine}/container/{container}',
    options: {
      description: 'Destroy a container on a given engine',
      plugins: needs('remove', 'container'),
      validate: containerOnEngineParams,
    },
    handler: async ({ params }, h) => {
      const destroyed = await destroyContainer(cluster, params.container, params.engine);
      return h.response(success(sentence(destroyed))).code(202);
    },
  });
}

/** Clementine's message, in which Go's `%s` formatted a container and an engine. */
function sentence({ engine, container }: FoundContainer): string {
  const what = `container /${container.name} Image ${container.imageName} Engine ${engine.id}`;
  return `Container ${what} destroyed on engine engine ${engine.id} addr ${engine.addr}`;
}
