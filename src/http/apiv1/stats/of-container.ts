import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { followStats } from '../../../commands/stats/follow-stats.ts';
import { containerStatsReader } from '../../../commands/stats/read-stats.ts';
import type { UsageSampler } from '../../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { flagSchema } from '../../validation.ts';
import { type ContainerParams, containerParams } from '../container/params.ts';

export function containerStatsRoute(server: Server, cluster: Cluster, sampler: UsageSampler): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & { Query: { readonly stream: boolean } }>({
    method: 'GET',
    path: '/apiv1/container/{container}/stats',
    options: {
      description: 'Show the resource usage of a container',
      plugins: needs('read', 'container'),
      validate: { ...containerParams, query: Joi.object({ stream: flagSchema.default(false) }) },
    },
    handler: async (request, h) => {
      const { params, query } = request;
      const read = await containerStatsReader(cluster, sampler, params.container);
      if (!query.stream) return success(await read());
      return answerJsonLines(request, h, stopping, (signal) => followStats(read, signal));
    },
  });
}
