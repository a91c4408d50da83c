import { Option } from 'commander';
import type { JobChangesBody } from '../api/job.ts';
import { given } from '../model/given.ts';
import { concurrencyPolicies, type JobSpec } from '../model/job.ts';
import type { ImageCommand } from '../run-options/image-command.ts';
import type { ImageFlags } from '../run-options/image-options.ts';
import { decimal, whole } from '../run-options/numbers.ts';
import type { ApiClient } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import type { ImageEditFlags } from './image-edit-options.ts';
import { withImageOptions } from './image-options.ts';
import { type ImageInFile, imagePart } from './image-part.ts';
import { jobPath } from './wait-for-run.ts';

export interface JobFlags extends ImageFlags, ImageEditFlags {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly retries?: number;
  /** False: `--no-timeout`. */
  readonly timeout?: number | false;
  /** False: `--no-schedule`. */
  readonly schedule?: string | false;
  readonly timeZone?: string;
  readonly concurrency?: JobSpec['concurrency'];
  readonly keep?: number;
}

/** The options of a job: those of `run` for the image, and its own. */
export function withJobOptions(command: ImageCommand): ImageCommand {
  return withImageOptions(command, 'a job, as for POST /apiv1/job')
    .option('--from <saved>', 'a saved image config, NAME or NAME@VERSION; the options change it')
    .option('--schedule <cron>', 'five fields, six with seconds first, or a shorthand like @daily')
    .option('--time-zone <zone>', 'of the schedule, like Europe/Berlin; default: UTC')
    .addOption(
      new Option('--concurrency <policy>', 'when a run is due and another is active; default: forbid').choices(
        concurrencyPolicies,
      ),
    )
    .option('--completions <number>', 'how many tasks have to succeed; default: 1', whole)
    .option('--parallelism <number>', 'how many of them run concurrently; default: 1', whole)
    .option('--retries <number>', 'how often a failed task is retried; default: 0', whole)
    .option('--timeout <seconds>', 'time limit of an attempt', decimal)
    .option('--keep <runs>', 'how many ended runs are kept; default: 10', whole);
}

interface GivenJob {
  readonly name: string;
  readonly image: string | undefined;
  readonly args: string[];
  readonly flags: JobFlags;
}

/** The body of POST /apiv1/job with the given fields: the server reports missing ones. */
export function newJob(job: GivenJob): Promise<JobChangesBody> {
  return bodyOf(job, async () => undefined);
}

/** The body of PUT /apiv1/job/{name}. Image options change the existing image config. */
export function changedJob(api: ApiClient, job: GivenJob): Promise<JobChangesBody> {
  return bodyOf(job, async () => (await api('GET', jobPath(job.name))).data.image);
}

async function bodyOf(
  { name, image, args, flags }: GivenJob,
  imageNow: () => Promise<object | undefined>,
): Promise<JobChangesBody> {
  const { from, image: own, ...file } = await bodyIn(flags);
  const part = await imagePart({ image: own, from }, { image, args, flags }, imageNow);
  return { ...file, ...jobFields(flags), ...part, name };
}

interface Body extends ImageInFile, Readonly<Record<string, unknown>> {}

async function bodyIn({ file }: JobFlags): Promise<Body> {
  return file === undefined ? {} : ((await readBodyFile(file)) as Body);
}

function jobFields(flags: JobFlags): JobChangesBody {
  const { completions, parallelism, retries, timeout, schedule, timeZone: time_zone, concurrency, keep } = flags;
  return given({
    ...{ completions, parallelism, retries, time_zone, concurrency, keep },
    timeout: timeout === false ? null : timeout,
    schedule: schedule === false ? null : schedule,
  });
}
