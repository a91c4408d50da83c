import { Command, Option } from 'commander';
import { concurrencyPolicies } from '../model/job.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { decimal } from './engine-commands.ts';
import { type ImageFlags, imageBody, whole, withImageOptions } from './image-options.ts';
import type { Io } from './io.ts';

import { formatTable } from './table.ts';

interface Run {
  readonly run: number;
  readonly state: string;
  readonly ending?: string;
  readonly reason?: string;
  readonly cause: string;
  readonly scheduled_for: string | null;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly completions: number;
  readonly succeeded: number;
  readonly failures: number;
}

interface Task {
  readonly slot: number;
  readonly attempt: number;
  readonly state: string;
  readonly container: string | null;
  readonly log: string;
}

interface Job {
  readonly name: string;
  readonly schedule?: string;
  readonly time_zone: string;
  readonly status: {
    readonly state: string;
    readonly last_run: Run | null;
    readonly next_run: string | null;
    readonly missed: { readonly time: string; readonly reason: string } | null;
  };
}

interface JobFlags extends ImageFlags {
  readonly json?: boolean;
  readonly completions?: number;
  readonly parallelism?: number;
  readonly retries?: number;
  readonly timeout?: number;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly concurrency?: string;
  readonly keep?: number;
}

export function jobCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const job = new Command('job').description('what runs to its end: once, when asked, or on a schedule');
  const one = (name: string) => `apiv1/job/${encodeURIComponent(name)}`;

  withImageOptions(
    job
      .command('create')
      .description('create a job; without a schedule it runs once, now')
      .argument('<name>', 'how the job is called'),
    'an image config in JSON, instead of the options here',
  )
    .option('--from <saved>', 'a saved image config, instead of an image')
    .option('--schedule <cron>', 'five fields, or six with seconds first, or @daily and its like')
    .option('--time-zone <zone>', 'of the schedule, like Europe/Berlin; UTC unless set')
    .addOption(
      new Option('--concurrency <policy>', 'when a run is due and another under way; forbid unless set').choices(
        concurrencyPolicies,
      ),
    )
    .option('--completions <number>', 'how many tasks have to succeed; 1 unless set', decimal)
    .option('--parallelism <number>', 'how many of them run at the same time; 1 unless set', decimal)
    .option('--retries <number>', 'how often a task that failed is tried again; 0 unless set', decimal)
    .option('--timeout <seconds>', 'how long one try may take', decimal)
    .option('--keep <runs>', 'how many that ended are kept; 10 unless set', decimal)
    .addHelpText(
      'after',
      `
Examples:
  satsuma job create report busybox --retries 2 -- sh -c 'echo done'
  satsuma job create nightly busybox --schedule '30 2 * * *' --time-zone Europe/Berlin -- date
  satsuma job create batch --from worker --completions 20 --parallelism 5 --timeout 600`,
    )
    .action(async (name: string, image: string | undefined, args: string[], flags: JobFlags) => {
      const { data } = await api('POST', 'apiv1/job', { name, ...(await what(image, args, flags)), ...how(flags) });
      if (flags.json) return io.stdout(`${JSON.stringify(data)}\n`);
      const { status } = data as Job;
      const next = status.next_run ? `its next run is at ${status.next_run}` : `its run ${status.last_run?.run} begins`;
      io.stdout(`Job ${name} created: ${next}\n`);
    });

  job
    .command('ls')
    .description('every job, its last run and its next')
    .option('--json', 'as the API answers')
    .action(async ({ json }: { json?: boolean }) => {
      const { data } = await api('GET', 'apiv1/jobs');
      io.stdout(json ? `${JSON.stringify(data)}\n` : jobTable(data as Job[]));
    });

  job
    .command('runs')
    .description('the last runs of a job, the latest first')
    .argument('<job>')
    .option('--json', 'as the API answers')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { data } = await api('GET', `${one(name)}/runs`);
      io.stdout(json ? `${JSON.stringify(data)}\n` : runTable(data as Run[]));
    });

  job
    .command('run')
    .description('start a run now')
    .argument('<job>')
    .action(async (name: string) => {
      const { data } = await api('POST', `${one(name)}/run`);
      io.stdout(`Run ${(data as Run).run} of job ${name} begins\n`);
    });

  job
    .command('logs')
    .description('what the tasks of a run wrote: the end of it, once they ended')
    .argument('<job>')
    .argument('[run]', 'its number; the last run unless set', whole)
    .addHelpText('after', '\nExample:\n  satsuma job logs nightly 3')
    .action(async (name: string, run: number | undefined) => {
      const { data } = await api('GET', `${one(name)}/runs/${run ?? (await lastRun(name))}`);
      const { tasks } = data as { readonly tasks: readonly Task[] };
      for (const task of tasks) {
        // With one task there is nothing to tell apart.
        if (tasks.length > 1) io.stdout(`--- task ${task.slot}, attempt ${task.attempt}, ${task.state}\n`);
        if (task.state !== 'running' || task.container === null) io.stdout(task.log);
        else for await (const bytes of stream(logsOf(task.container))) if (!(await io.pipe(bytes))) return;
      }
    });

  job
    .command('cancel')
    .description('end a run before its time')
    .argument('<job>')
    .argument('<run>', 'its number', whole)
    .action(async (name: string, run: number) => {
      await api('POST', `${one(name)}/runs/${run}/cancel`);
      io.stdout(`Run ${run} of job ${name} is being cancelled\n`);
    });

  job
    .command('rm')
    .description('remove a job, and stop what it runs')
    .argument('<job>')
    .action(async (name: string) => {
      const { data } = await api('DELETE', one(name));
      io.stdout(`${data}\n`);
    });

  async function lastRun(name: string): Promise<number> {
    const { data } = await api('GET', one(name));
    return (data as Job).status.last_run?.run ?? 1;
  }

  return job;
}

function logsOf(container: string): string {
  return `apiv1/container/${encodeURIComponent(container)}/logs?tail=all`;
}

async function what(image: string | undefined, args: string[], flags: JobFlags): Promise<object> {
  return flags.from === undefined ? { image: await imageBody(image, args, flags) } : { from: flags.from };
}

function how(flags: JobFlags): object {
  const { schedule, timeZone: time_zone, concurrency, completions, parallelism, retries, timeout, keep } = flags;
  return { schedule, time_zone, concurrency, completions, parallelism, retries, timeout, keep };
}

function jobTable(jobs: readonly Job[]): string {
  const rows = jobs.map(({ name, schedule, time_zone, status }) => [
    name,
    status.state,
    schedule === undefined ? '' : `${schedule} (${time_zone})`,
    status.last_run ? `${status.last_run.run} ${status.last_run.state}` : '',
    status.next_run ?? '',
    status.missed ? `${status.missed.time}: ${status.missed.reason}` : '',
  ]);
  return formatTable([['NAME', 'STATE', 'SCHEDULE', 'LAST RUN', 'NEXT RUN', 'MISSED'], ...rows]);
}

function runTable(runs: readonly Run[]): string {
  const rows = runs.map(({ run, state, cause, created_at, ended_at, succeeded, completions, failures, reason }) => [
    String(run),
    state,
    cause,
    created_at,
    ended_at ?? '',
    `${succeeded} of ${completions}`,
    String(failures),
    reason ?? '',
  ]);
  return formatTable([['RUN', 'STATE', 'CAUSE', 'BEGAN', 'ENDED', 'SUCCEEDED', 'FAILURES', 'REASON'], ...rows]);
}
