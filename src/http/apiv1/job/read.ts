import type { Server } from '@hapi/hapi';
import { listJobs, listRuns, showJob, showRun } from '../../../commands/jobs/show-job.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { isAskedFor, type LabelQuery, ofProjectAndLabel } from '../of-project.ts';
import { type JobParams, jobParams, type RunParams, runParams } from './params.ts';
import { serializeJob, serializeRun, serializeWholeRun } from './serialize.ts';

export function readRoutes(server: Server, cluster: Cluster): void {
  server.route<LabelQuery>({
    method: 'GET',
    path: '/apiv1/jobs',
    options: { description: 'List the jobs', plugins: needs('read', 'job'), validate: ofProjectAndLabel },
    handler: async ({ query, app: { scope } }) => {
      return success((await listJobs(cluster, isAskedFor(query, scope))).map(serializeJob));
    },
  });
  server.route<JobParams>({
    method: 'GET',
    path: '/apiv1/job/{name}',
    options: { description: 'Show a job and its status', plugins: needs('read', 'job'), validate: jobParams },
    handler: async ({ params: { name } }) => success(serializeJob(await showJob(cluster, name))),
  });
  server.route<JobParams>({
    method: 'GET',
    path: '/apiv1/job/{name}/runs',
    options: { description: 'List the last runs of a job', plugins: needs('read', 'job'), validate: jobParams },
    handler: async ({ params: { name } }) => success((await listRuns(cluster, name)).map(serializeRun)),
  });
  server.route<RunParams>({
    method: 'GET',
    path: '/apiv1/job/{name}/runs/{run}',
    options: {
      description: 'Show a run of a job with its attempts',
      plugins: needs('logs', 'job'),
      validate: runParams,
    },
    handler: async ({ params: { name, run } }) => success(serializeWholeRun(await showRun(cluster, name, run))),
  });
}
