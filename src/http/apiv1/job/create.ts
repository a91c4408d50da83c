import type { Server } from '@hapi/hapi';
import { createJob } from '../../../commands/jobs/change-job.ts';
import { showJob } from '../../../commands/jobs/show-job.ts';
import type { JobSpec } from '../../../model/job.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type JobImage, resolveJobImage } from './image.ts';
import { defaults, newJobSchema } from './schema.ts';
import { serializeJob } from './serialize.ts';

type Body = Partial<Omit<JobSpec, 'image'>> & JobImage & { readonly name: string };

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: Body }>({
    method: 'POST',
    path: '/apiv1/job',
    options: { payload: jsonPayload, validate: { ...strictValidation, headers: keyHeader, payload: newJobSchema } },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const { name, image, from, ...rest } = request.payload;
        const spec: JobSpec = { ...defaults, ...rest, image: await resolveJobImage(cluster, { image, from }) };
        await createJob(cluster, name, spec, attempt?.operationId);
        return { status: 201, body: success(serializeJob(await showJob(cluster, name))) };
      }),
  });
}
