import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { followStats } from '../../../commands/stats/follow-stats.ts';
import { readStats, type StatsFilter } from '../../../commands/stats/read-stats.ts';
import type { UsageSampler } from '../../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { flagSchema, idSchema, strictValidation } from '../../validation.ts';
import { containerSchema } from '../container/params.ts';

interface Query extends Pick<StatsFilter, 'engine' | 'label' | 'image'> {
  readonly container?: readonly string[];
  readonly stream: boolean;
}

const query = Joi.object({
  engine: idSchema,
  label: Joi.string().max(128),
  image: Joi.string().max(255),
  container: Joi.array().items(containerSchema).single().max(100),
  stream: flagSchema.default(false),
});

/** The usage of all running containers, by engine and in total. With `?stream=true`, one line per sample. */
export function allStatsRoute(server: Server, cluster: Cluster, sampler: UsageSampler): void {
  const stopping = untilStop(server);
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/apiv1/stats',
    options: {
      description: 'Show the resource usage of all containers, by engine and in total',
      plugins: needs('read', 'container'),
      validate: { ...strictValidation, query },
    },
    handler: async (request, h) => {
      const { container: containers, stream, ...filter } = request.query;
      const read = () => readStats(cluster, sampler, { ...filter, containers, scope: request.app.scope });
      if (stream) return answerJsonLines(request, h, stopping, (signal) => followStats(read, signal));
      const { errors, ...stats } = await read();
      return success(stats, { errors });
    },
  });
}
