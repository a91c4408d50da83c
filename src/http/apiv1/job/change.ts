import type { Server } from '@hapi/hapi';
import type { JobChangesBody, NewJobBody } from '../../../api/job.ts';
import { createJob, removeJob, updateJob } from '../../../commands/jobs/change-job.ts';
import { showJob } from '../../../commands/jobs/show-job.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { JobSpec } from '../../../model/job.ts';
import { jobDefaults } from '../../../model/job-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { approvalOf, underPolicy } from '../../under-policy.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { resolveJobImage } from './image.ts';
import { type JobParams, jobParams } from './params.ts';
import { jobChangesSchema, newJobSchema } from './schema.ts';
import { serializeJob } from './serialize.ts';

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewJobBody }>({
    method: 'POST',
    path: '/apiv1/job',
    options: {
      description: 'Create a job',
      plugins: needs('create', 'job'),
      payload: jsonPayload,
      validate: { ...strictValidation, headers: keyHeader, payload: newJobSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const { name, image, from, ...rest } = request.payload;
        const spec: JobSpec = {
          ...{ ...jobDefaults, ...rest },
          image: underPolicy(cluster, request, await resolveJobImage(cluster, { image, from }, request.app.scope)),
        };
        await createJob(cluster, name, spec, attempt?.operationId);
        return { status: 201, body: success(serializeJob(await showJob(cluster, name))) };
      }),
  });
}

export function changeRoute(server: Server, cluster: Cluster): void {
  server.route<JobParams & { Payload: JobChangesBody }>({
    method: 'PUT',
    path: '/apiv1/job/{name}',
    options: {
      description: 'Change a job',
      plugins: needs('update', 'job'),
      payload: jsonPayload,
      validate: { ...jobParams, payload: jobChangesSchema },
    },
    handler: async (request) => {
      const { params, payload } = request;
      const { name = params.name, image, from, ...changes } = payload;
      if (name !== params.name) throw new SatsumaError('unchangeable', `job ${params.name} cannot be renamed`);
      const isOther = image !== undefined || from !== undefined;
      const resolve = async () =>
        underPolicy(cluster, request, await resolveJobImage(cluster, { image, from }, request.app.scope));
      const made = isOther ? { image: await resolve() } : {};
      await updateJob(cluster, name, { ...changes, ...made }, approvalOf(cluster, request));
      return success(serializeJob(await showJob(cluster, name)));
    },
  });
}

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<JobParams>({
    method: 'DELETE',
    path: '/apiv1/job/{name}',
    options: { description: 'Remove a job', plugins: needs('remove', 'job'), validate: jobParams },
    handler: async ({ params: { name } }, h) => {
      await removeJob(cluster, name);
      return h.response(success(`Job ${name} is being removed: what it runs is stopped`)).code(202);
    },
  });
}
