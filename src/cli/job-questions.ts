import { Command } from 'commander';
import { whole } from '../run-options/numbers.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { runHeadline } from './job-view.ts';
import { line } from './line.ts';
import { jobList, runList } from './list/job-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { taskList, taskRows } from './list/task-list.ts';
import { writeList } from './list/write-list.ts';
import { jobPath, readRun } from './wait-for-run.ts';
import { rawOption, writeLog } from './write-log.ts';

/** The read-only `job` commands. */
export function jobQuestions(api: ApiClient, stream: ApiStream, io: Io): Command[] {
  const ls = withList(new Command('ls'), jobList)
    .description('list the jobs, their last run and their next')
    .addHelpText('after', examples('satsuma job ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/jobs');
      await writeList(io, jobList, { rows: data }, flags);
    });

  const runs = withList(new Command('runs'), runList)
    .description('list the last runs of a job, the latest first')
    .addHelpText('after', examples('satsuma job runs nightly', 'satsuma job runs nightly --filter state=failed'))
    .argument('<job>')
    .action(async (name: string, flags: ListFlags) => {
      const { data } = await api('GET', `${jobPath(name)}/runs`);
      await writeList(io, runList, { rows: data }, flags);
    });

  const ps = withRun(withList(new Command('ps'), taskList))
    .description('list the tasks of a run, and why others have not started yet')
    .addHelpText('after', examples('satsuma job ps nightly', 'satsuma job ps nightly 3'))
    .action(async (name: string, number: number | undefined, flags: ListFlags) => {
      const run = await readRun(api, name, number ?? (await lastRun(api, name)));
      await writeList(io, taskList, { data: run, headline: line`${runHeadline(run)}`, rows: taskRows(run) }, flags);
    });

  const logs = withRun(
    new Command('logs').description('print the logs of the tasks of a run; for ended tasks, the last part'),
  )
    .addHelpText('after', examples('satsuma job logs nightly 3'))
    .option(...rawOption)
    .action(async (name: string, number: number | undefined, { raw = false }: { readonly raw?: boolean }) => {
      const { tasks } = await readRun(api, name, number ?? (await lastRun(api, name)));
      for (const task of tasks) {
        // A single task needs no header.
        if (tasks.length > 1) io.stdout(line`--- task ${task.slot}, attempt ${task.attempt}, ${task.state}`);
        const isKept = task.state !== 'running' || task.container === null;
        const log = isKept ? [Buffer.from(task.log)] : stream(logsOf(task.container));
        if (!(await writeLog(io, log, { isRaw: raw }))) return;
      }
    });

  const inspect = inspectCommand(api, io, {
    description: 'show a job as JSON: its spec and its status',
    example: 'satsuma job inspect nightly',
    argument: ['<job>'],
    pathOf: jobPath,
  });

  return [ls, runs, ps, logs, inspect];
}

function withRun(command: Command): Command {
  return command.argument('<job>').argument('[run]', 'its number; default: the last run', whole);
}

async function lastRun(api: ApiClient, name: string): Promise<number> {
  const { data } = await api('GET', jobPath(name));
  const run = data.status.last_run?.run;
  if (run === undefined) throw new IncompleteOperation(3, `job ${name} has had no run yet`);
  return run;
}

function logsOf(container: string): string {
  return `apiv1/container/${encodeURIComponent(container)}/logs?tail=all`;
}
