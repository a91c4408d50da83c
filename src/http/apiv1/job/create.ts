import type { Server } from '@hapi/hapi';
import { createJob } from '../../../commands/jobs/change-job.ts';
import { showJob } from '../../../commands/jobs/show-job.ts';
import type { JobSpec } from '../../../model/job.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { answerOnce, keyHeader } from '../../answer-once.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictly } from '../../validation.ts';
import { type JobImage, resolveJobImage } from './image.ts';
import { defaults, newJobSchema } from './schema.ts';
import { jobShape } from './shape.ts';

type Body = Partial<Omit<JobSpec, 'image'>> & JobImage & { readonly name: string };

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: Body }>({
    method: 'POST',
    path: '/apiv1/job',
    options: { payload: jsonPayload, validate: { ...strictly, headers: keyHeader, payload: newJobSchema } },
    handler: (request, h) =>
      answerOnce(cluster, request, h, async (attempt) => {
        const { name, image, from, ...rest } = request.payload;
        const spec: JobSpec = { ...defaults, ...rest, image: await resolveJobImage(cluster, { image, from }) };
        await createJob(cluster, name, spec, attempt?.operationId);
        return { status: 201, body: success(jobShape(await showJob(cluster, name))) };
      }),
  });
}
