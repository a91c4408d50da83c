import { randomBytes } from 'node:crypto';
import { serviceLabel } from '../../application/labels.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { jobDefaults } from '../../model/job-defaults.ts';
import type { Cluster } from '../../state/cluster.ts';
import { cancelRun, createJob, removeJob } from '../jobs/change-job.ts';
import { showRun } from '../jobs/show-job.ts';
import { findDeployment, servicesOf } from './deployments.ts';
import type { Permit } from './plan-deployment.ts';
import { runTimeoutSeconds, untilRunEnded } from './until-run-ended.ts';

interface InitRequest {
  readonly deployment: string;
  readonly service: string;
  readonly command: string;
}

interface Options {
  readonly permit: Permit;
  readonly signal: AbortSignal;
}

/**
 * Runs a command once, in a container like those of a service, and resolves with its exit code and the end of what it wrote. It ends with
 * whoever asked. Throws `no_such_deployment`, `no_such_service`, `service_not_ready` where it cannot be started.
 */
export async function runInDeployment(
  cluster: Cluster,
  { deployment, service, command }: InitRequest,
  { permit, signal }: Options,
): Promise<{ readonly exitCode: number; readonly log: string }> {
  await findDeployment(cluster, deployment);
  await cluster.cache.catchUp();
  const found = servicesOf(cluster, deployment).find(
    ({ value }) => value.spec.image.container_labels?.[serviceLabel] === service && !value.isRemoved,
  );
  if (!found) throw new SatsumaError('no_such_service', `deployment ${deployment} has no service ${service}`);
  const { bind_ports: _, restart_policy: __, ...image } = found.value.spec.image;
  const name = `${found.id.slice(0, 100)}-run-${randomBytes(4).toString('hex')}`;
  const job = { ...jobDefaults, keep: 1, timeout: runTimeoutSeconds };
  const args = ['/bin/sh', '-c', command];
  await createJob(cluster, name, { ...job, image: permit({ ...image, args, restart_policy: {} }) });
  try {
    if (!(await untilRunEnded(cluster, name, 1, signal))) {
      await cancelRun(cluster, name, 1);
      throw new SatsumaError('service_not_ready', 'nobody waits for the command any more');
    }
    const { run, logs } = await showRun(cluster, name, 1);
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
