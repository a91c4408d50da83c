import { Command } from 'commander';
import type { ApiClient, ApiStream } from './api-client.ts';
import { NotDone } from './exit-codes.ts';
import { whole } from './image-options.ts';
import type { Io } from './io.ts';
import { type Job, jobTable, type Run, runHeadline, runTable, taskTable } from './job-view.ts';
import { line } from './line.ts';
import { jobPath, readRun } from './wait-for-run.ts';
import { rawOption, writeLog } from './write-log.ts';

interface Flags {
  readonly json?: boolean;
}

/** The commands of `job` that change nothing. */
export function jobQuestions(api: ApiClient, stream: ApiStream, io: Io): Command[] {
  const print = (data: unknown, { json }: Flags, table: () => string) =>
    io.stdout(json ? `${JSON.stringify(data)}\n` : table());

  const ls = new Command('ls').description('every job, its last run and its next').action(async (flags: Flags) => {
    const { data } = await api('GET', 'apiv1/jobs');
    print(data, flags, () => jobTable(data as Job[]));
  });

  const runs = new Command('runs')
    .description('the last runs of a job, the latest first')
    .argument('<job>')
    .action(async (name: string, flags: Flags) => {
      const { data } = await api('GET', `${jobPath(name)}/runs`);
      print(data, flags, () => runTable(data as Run[]));
    });

  const ps = withRun(new Command('ps').description('the tasks of a run, and why others were not started yet')).action(
    async (name: string, number: number | undefined, flags: Flags) => {
      const run = await readRun(api, name, number ?? (await lastRun(api, name)));
      print(run, flags, () => line`${runHeadline(run)}` + taskTable(run));
    },
  );

  const logs = withRun(
    new Command('logs').description('what the tasks of a run wrote; of those that ended, the end of it'),
  )
    .addHelpText('after', '\nExample:\n  satsuma job logs nightly 3')
    .option(...rawOption)
    .action(async (name: string, number: number | undefined, { raw = false }: { readonly raw?: boolean }) => {
      const { tasks } = await readRun(api, name, number ?? (await lastRun(api, name)));
      for (const task of tasks) {
        // With one task there is nothing to tell apart.
        if (tasks.length > 1) io.stdout(line`--- task ${task.slot}, attempt ${task.attempt}, ${task.state}`);
        const isKept = task.state !== 'running' || task.container === null;
        const log = isKept ? [Buffer.from(task.log)] : stream(logsOf(task.container));
        if (!(await writeLog(io, log, { isRaw: raw }))) return;
      }
    });

  const inspect = new Command('inspect')
    .alias('show')
    .description('what was asked for, and how it is, as the API answers')
    .argument('<job>')
    .action(async (name: string) => {
      const { data } = await api('GET', jobPath(name));
      io.stdout(`${JSON.stringify(data, undefined, 2)}\n`);
    });

  for (const command of [ls, runs, ps]) command.option('--json', 'as the API answers');
  return [ls, runs, ps, logs, inspect];
}

function withRun(command: Command): Command {
  return command.argument('<job>').argument('[run]', 'its number; the last run unless set', whole);
}

async function lastRun(api: ApiClient, name: string): Promise<number> {
  const { data } = await api('GET', jobPath(name));
  const run = (data as Job).status.last_run?.run;
  if (run === undefined) throw new NotDone(3, `job ${name} has had no run yet`);
  return run;
}

function logsOf(container: string): string {
  return `apiv1/container/${encodeURIComponent(container)}/logs?tail=all`;
}
