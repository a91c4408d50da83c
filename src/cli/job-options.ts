import { Option } from 'commander';
import type { JobChangesBody } from '../api/job.ts';
import { given } from '../model/given.ts';
import { concurrencyPolicies, type JobSpec } from '../model/job.ts';
import type { ApiClient } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { decimal } from './engine-commands.ts';
import type { ImageCommand } from './image-command.ts';
import type { ImageEditFlags } from './image-edit-options.ts';
import { type ImageFlags, withImageOptions } from './image-options.ts';
import { type ImageInFile, imagePart } from './image-part.ts';
import { whole } from './numbers.ts';
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

/** What a job is: what `run` takes for the image, and the rest. */
export function withJobOptions(command: ImageCommand): ImageCommand {
  return withImageOptions(command, 'a job, as for POST /apiv1/job')
    .option('--from <saved>', 'a saved image config, NAME or NAME@VERSION; the options change it')
    .option('--schedule <cron>', 'five fields, or six with seconds first, or @daily and its like')
    .option('--time-zone <zone>', 'of the schedule, like Europe/Berlin; UTC unless set')
    .addOption(
      new Option('--concurrency <policy>', 'when a run is due and another under way; forbid unless set').choices(
        concurrencyPolicies,
      ),
    )
    .option('--completions <number>', 'how many tasks have to succeed; 1 unless set', whole)
    .option('--parallelism <number>', 'how many of them run at the same time; 1 unless set', whole)
    .option('--retries <number>', 'how often a task that failed is tried again; 0 unless set', whole)
    .option('--timeout <seconds>', 'how long one try may take', decimal)
    .option('--keep <runs>', 'how many that ended are kept; 10 unless set', whole);
}

export interface GivenJob {
  readonly name: string;
  readonly image: string | undefined;
  readonly args: string[];
  readonly flags: JobFlags;
}

/** The body of POST /apiv1/job, as far as it is given: the server says what is missing. */
export function newJob(job: GivenJob): Promise<JobChangesBody> {
  return bodyOf(job, async () => undefined);
}

/** The body of PUT /apiv1/job/{name}. What is said of the image changes the one there is. */
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
