import { findJob } from '../../decisions/jobs/find-job.ts';
import { outcomeOf } from '../../decisions/jobs/run-state.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { JobRun } from '../../model/job.ts';
import { jobDefaults } from '../../model/job-defaults.ts';
import type { Cluster } from '../../state/cluster.ts';
import { createJob, startRun } from '../jobs/change-job.ts';
import { showJob, showRun } from '../jobs/show-job.ts';
import type { SetUpEvent } from './set-up-event.ts';
import { runTimeoutSeconds, untilRunEnded } from './until-run-ended.ts';

interface Initialisation {
  readonly deployment: string;
  readonly service: string;
  readonly image: ImageConfig;
  readonly command: readonly string[];
}

/** The job that a service is initialised by. That it is there, and succeeded once, is what is remembered. */
function initJobOf(deployment: string, service: string): string {
  return `${deployment}-${service}-init`;
}

/**
 * Runs the command once for a deployment, in a container like those of the service, before the first of them. Whoever asks again while
 * it runs waits for the same run; one that failed is run again. Returns the engine on which it succeeded. Throws `service_not_ready` where it fails.
 */
export async function* initialise(
  cluster: Cluster,
  { deployment, service, image, command }: Initialisation,
  signal: AbortSignal,
): AsyncGenerator<SetUpEvent, string | undefined> {
  const name = initJobOf(deployment, service);
  const number = await begin(cluster, name, { ...image, args: command });
  if (number === undefined) {
    yield { event: 'says', service, text: 'was initialised before' };
    return engineOf((await showJob(cluster, name)).runs.find(isDone));
  }
  yield { event: 'says', service, text: `is initialised by job ${name}` };
  if (!(await untilRunEnded(cluster, name, number, signal)))
    throw new SatsumaError('service_not_ready', `job ${name} goes on: deploy again, and it is waited for`);
  const { run, logs } = await showRun(cluster, name, number);
  const last = lastLine(logs.at(-1) ?? '');
  if (isDone(run)) return engineOf(run);
  throw new SatsumaError(
    'service_not_ready',
    `job ${name} failed, so ${service} is not started: ${last || '"satsuma job ps" shows why'}`,
  );
}

/** The number of the run to wait for; undefined: it succeeded before. */
async function begin(cluster: Cluster, name: string, image: ImageConfig): Promise<number | undefined> {
  const { bind_ports: _, ...rest } = image;
  const job = await findJob(cluster, name).catch((error: unknown) => {
    if (isSatsumaError(error, 'no_such_job')) return undefined;
    throw error;
  });
  if (!job) {
    const spec = { ...jobDefaults, timeout: runTimeoutSeconds };
    await createJob(cluster, name, { image: rest, ...spec }).catch((error: unknown) => {
      if (!isSatsumaError(error, 'job_exists')) throw error;
    });
    return 1;
  }
  const { runs } = await showJob(cluster, name);
  if (runs.some(isDone)) return undefined;
  const running = runs.find(({ endedAt }) => endedAt === undefined);
  return running?.number ?? (await startRun(cluster, name));
}

function isDone(run: JobRun): boolean {
  return outcomeOf(run) === 'succeeded';
}

function engineOf(run: JobRun | undefined): string | undefined {
  return run?.attempts.find(({ end }) => end?.state === 'succeeded')?.engineId;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 200) ?? '';
}
