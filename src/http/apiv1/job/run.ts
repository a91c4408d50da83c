import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { cancelRun, startRun } from '../../../commands/jobs/change-job.ts';
import { showRun } from '../../../commands/jobs/show-job.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { approvalOf } from '../../under-policy.ts';
import { jsonPayload } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type JobParams, jobParams, type RunParams, runParams } from './params.ts';
import { serializeWholeRun } from './serialize.ts';

const nothing = Joi.object({}).allow(null);

/** POST /apiv1/job/{name}/run, and the cancellation of a run. */
export function runRoutes(server: Server, cluster: Cluster): void {
  server.route<JobParams>({
    method: 'POST',
    path: '/apiv1/job/{name}/run',
    options: {
      description: 'Run a job now',
      plugins: needs('update', 'job'),
      payload: jsonPayload,
      validate: { ...jobParams, headers: keyHeader, payload: nothing },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const { name } = request.params;
        const number = await startRun(cluster, name, {
          operationId: attempt?.operationId,
          ...approvalOf(cluster, request),
        });
        return { status: 201, body: success(serializeWholeRun(await showRun(cluster, name, number))) };
      }),
  });
  server.route<RunParams>({
    method: 'POST',
    path: '/apiv1/job/{name}/runs/{run}/cancel',
    options: {
      description: 'Cancel a run of a job',
      plugins: needs('update', 'job'),
      payload: jsonPayload,
      validate: { ...runParams, payload: nothing },
    },
    handler: async ({ params: { name, run } }) => {
      await cancelRun(cluster, name, run);
      return success(serializeWholeRun(await showRun(cluster, name, run)));
    },
  });
}
