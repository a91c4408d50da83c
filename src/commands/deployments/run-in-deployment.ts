import { randomBytes } from 'node:crypto';
import { serviceLabel } from '../../application/labels.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { JobRun } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { cancelRun, createJob, removeJob } from '../jobs/change-job.ts';
import { showRun } from '../jobs/show-job.ts';
import { findDeployment, partsOf } from './deployments.ts';

const lookMs = 5_000;
const timeoutSeconds = 3_600;

interface Wanted {
  readonly deployment: string;
  readonly service: string;
  readonly command: string;
}

interface Options {
  readonly permit: (image: ImageConfig) => ImageConfig;
  readonly signal: AbortSignal;
}

/**
 * Runs a command once, in a container like those of a service, and resolves with its exit code and the end of what it wrote. It ends with
 * whoever asked. Throws `no_such_deployment`, `no_such_service`, `service_not_ready` where it cannot be started.
 */
export async function runInDeployment(
  cluster: Cluster,
  { deployment, service, command }: Wanted,
  { permit, signal }: Options,
): Promise<{ readonly exitCode: number; readonly log: string }> {
  await findDeployment(cluster, deployment);
  await cluster.cache.catchUp();
  const found = partsOf(cluster, deployment).services.find(
    ({ value }) => value.spec.image.container_labels?.[serviceLabel] === service && !value.isRemoved,
  );
  if (!found) throw new SatsumaError('no_such_service', `deployment ${deployment} has no service ${service}`);
  const { bind_ports: _, restart_policy: __, ...image } = found.value.spec.image;
  const name = `${found.id.slice(0, 100)}-run-${randomBytes(4).toString('hex')}`;
  const spec = { completions: 1, parallelism: 1, retries: 0, timeout: timeoutSeconds, time_zone: 'UTC' } as const;
  const job = { ...spec, concurrency: 'forbid', keep: 1 } as const;
  const args = ['/bin/sh', '-c', command];
  await createJob(cluster, name, { ...job, image: permit({ ...image, args, restart_policy: {} }) });
  try {
    const run = await ended(cluster, name, signal);
    const { logs } = await showRun(cluster, name, 1);
    const attempt = run.attempts.at(-1);
    if (attempt?.end?.exitCode === undefined)
      throw new SatsumaError(
        'service_not_ready',
        `the command was not run: ${attempt?.end?.reason ?? 'it could not be started'}`,
      );
    return { exitCode: attempt.end.exitCode, log: logs.at(-1) ?? '' };
  } finally {
    await removeJob(cluster, name).catch((error: unknown) => {
      if (!isSatsumaError(error)) throw error;
      cluster.logger.warn({ err: error, job: name }, 'a job of one run was not removed');
    });
  }
}

async function ended(cluster: Cluster, job: string, signal: AbortSignal): Promise<JobRun> {
  const find = () => cluster.cache.jobRuns.all().find(({ value }) => value.job === job)?.value;
  while (!(await until(cluster, () => find()?.endedAt !== undefined, lookMs))) {
    if (!signal.aborted) continue;
    await cancelRun(cluster, job, 1);
    throw new SatsumaError('service_not_ready', 'nobody waits for the command any more');
  }
  const run = find();
  if (!run) throw new SatsumaError('service_not_ready', 'somebody removed the run');
  return run;
}
