import type { Server } from '@hapi/hapi';
import { exportContainer } from '../../../commands/containers/export-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { answerTar } from '../../tar-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function exportRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/export',
    options: { validate: containerParams },
    handler: (request, h) =>
      answerTar(request, h, stopping, (signal) => exportContainer(cluster, request.params.container, signal)),
  });
}
