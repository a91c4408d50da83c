import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { ContainerExit } from '../../../api/container.ts';
import { waitContainer } from '../../../commands/containers/wait-container.ts';
import { type WaitCondition, waitConditions } from '../../../model/container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { untilGone } from '../../until-gone.ts';
import { explainStop, untilStop } from '../../until-stop.ts';
import { type ContainerParams, containerParams } from './params.ts';

const query = Joi.object({
  condition: Joi.string()
    .valid(...waitConditions)
    .default('not-running'),
});

export function waitRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & { Query: { readonly condition: WaitCondition } }>({
    method: 'POST',
    path: '/apiv1/container/{container}/wait',
    options: {
      description: 'Wait until a container ends, and return its exit code',
      plugins: needs('read', 'container'),
      validate: { ...containerParams, query },
    },
    handler: async ({ params, query, raw }) => {
      const signal = AbortSignal.any([untilGone(raw), stopping]);
      const exit = await waitContainer(cluster, params.container, query.condition, signal).catch(
        explainStop(stopping, 'the server is stopping: wait again'),
      );
      const { exitCode, error } = exit;
      const data: ContainerExit = { exit_code: exitCode, ...(error === undefined ? {} : { error }) };
      return success(data);
    },
  });
}
