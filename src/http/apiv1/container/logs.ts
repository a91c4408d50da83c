import type { Server } from '@hapi/hapi';
import { readLogs } from '../../../commands/containers/read-logs.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { untilStop } from '../../until-stop.ts';
import { answerText, type LogsQuery, logsQuerySchema } from '../log-text.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function logsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & { Query: LogsQuery }>({
    method: 'GET',
    path: '/apiv1/container/{container}/logs',
    options: { validate: { ...containerParams, query: logsQuerySchema } },
    handler: (request, h) => {
      const { params, query } = request;
      return answerText(request, h, stopping, (signal) =>
        readLogs(cluster, params.container, { since: undefined, ...query, signal }),
      );
    },
  });
}
