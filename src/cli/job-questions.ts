import { Command } from 'commander';
import type { Job, Run } from '../api/job.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { NotDone } from './exit-codes.ts';
import { examples } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { jobTable, runHeadline, runTable, taskTable } from './job-view.ts';
import { line } from './line.ts';
import { whole } from './numbers.ts';
import { type OutputFlags, type Text, withList, withTable, writeResult } from './output.ts';
import { jobPath, readRun } from './wait-for-run.ts';
import { rawOption, writeLog } from './write-log.ts';

/** The commands of `job` that change nothing. */
export function jobQuestions(api: ApiClient, stream: ApiStream, io: Io): Command[] {
  const print = (data: unknown, flags: OutputFlags, text: () => Text) => writeResult(io, { data, text }, flags);

  const ls = withList(new Command('ls'), 'names')
    .description('list the jobs, their last run and their next')
    .addHelpText('after', examples('satsuma job ls'))
    .action(async (flags: OutputFlags) => {
      const { data } = await api('GET', 'apiv1/jobs');
      const jobs = data as Job[];
      writeResult(io, { data, text: () => jobTable(jobs), names: () => jobs.map(({ name }) => name) }, flags);
    });

  const runs = new Command('runs')
    .description('list the last runs of a job, the latest first')
    .addHelpText('after', examples('satsuma job runs nightly'))
    .argument('<job>')
    .action(async (name: string, flags: OutputFlags) => {
      const { data } = await api('GET', `${jobPath(name)}/runs`);
      print(data, flags, () => runTable(data as Run[]));
    });

  const ps = withRun(new Command('ps').description('list the tasks of a run, and why others were not started yet'))
    .addHelpText('after', examples('satsuma job ps nightly', 'satsuma job ps nightly 3'))
    .action(async (name: string, number: number | undefined, flags: OutputFlags) => {
      const run = await readRun(api, name, number ?? (await lastRun(api, name)));
      print(run, flags, () => [line`${runHeadline(run)}`, taskTable(run)]);
    });

  const logs = withRun(
    new Command('logs').description('print what the tasks of a run wrote; of tasks that ended, the last part'),
  )
    .addHelpText('after', examples('satsuma job logs nightly 3'))
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

  const inspect = inspectCommand(api, io, {
    description: 'show a job as JSON: what was asked for, and its state',
    example: 'satsuma job inspect nightly',
    argument: ['<job>'],
    pathOf: jobPath,
  });

  for (const command of [runs, ps]) withTable(command);
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
