import { Command } from 'commander';
import type { Job } from '../api/job.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import { whole } from '../run-options/numbers.ts';
import { ageText } from './age.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import { withImageEditOptions } from './image-edit-options.ts';
import type { Io } from './io.ts';
import { changedJob, type JobFlags, newJob, withJobOptions } from './job-options.ts';
import { jobQuestions } from './job-questions.ts';
import { line } from './line.ts';
import { type OutputFlags, type Result, withJson, writeOutcome, writeResult } from './output.ts';
import { removeEach } from './wait-for-removal.ts';
import { jobPath, waitForRun } from './wait-for-run.ts';

interface WaitFlags extends OutputFlags {
  readonly detach?: boolean;
}

/** `job`: commands that start a run wait for its end, unless detached; after Ctrl-C the run continues. */
export function jobCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const job = new Command('job')
    .enablePositionalOptions()
    .description('manage jobs: containers that run to completion, once or on a schedule')
    .addHelpText('after', examples('satsuma job create report busybox date', 'satsuma job ls'));

  /** The job after its first run has ended. */
  const firstRun = async (job: Job, flags: WaitFlags): Promise<Result> => {
    const { name, status } = job;
    if (flags.detach || !status.last_run) return withoutText(job);
    const now = async () => (await api('GET', jobPath(name))).data;
    try {
      await waitForRun({ api, io }, name, status.last_run.run, flags);
    } catch (error) {
      throw error instanceof IncompleteOperation && flags.json ? error.withData(await now()) : error;
    }
    return withoutText(flags.json ? await now() : job);
  };

  const create = new ImageCommand('create')
    .description('create a job; without a schedule it runs once, now')
    .argument('<name>', 'its name');
  withWait(withJobOptions(create))
    .addHelpText(
      'after',
      examples(
        "satsuma job create report --retries 2 busybox sh -c 'echo done'",
        "satsuma job create nightly --schedule '30 2 * * *' --time-zone Europe/Berlin busybox date",
        'satsuma job create batch --from worker --completions 20 --parallelism 5 --timeout 600',
      ),
    )
    .action(async (name: string, image: string | undefined, args: string[], flags: JobFlags & WaitFlags) => {
      const { data } = await api('POST', 'apiv1/job', await newJob({ name, image, args, flags }));
      if (!flags.json) io.stdout(line`Job ${name} created: ${nextRunText(data)}`);
      await writeOutcome(io, flags, firstRun(data, flags));
    });

  const update = withImageEditOptions(
    withJobOptions(
      withJson(new ImageCommand('update', { changesWhatIsThere: true }))
        .description('change the given fields of a job; active runs are not affected')
        .argument('<name>'),
    ),
  )
    .option('--no-schedule', 'run only on request')
    .option('--no-timeout', 'attempts have no time limit')
    .addHelpText('after', examples("satsuma job update nightly --schedule '0 3 * * *' busybox:1.37"))
    .action(async (name: string, image: string | undefined, args: string[], flags: JobFlags & OutputFlags) => {
      const { data } = await api('PUT', jobPath(name), await changedJob(api, { name, image, args, flags }));
      writeResult(io, { data, text: () => line`Job ${name} changed: ${nextRunText(data)}` }, flags);
    });

  const run = withWait(new Command('run').description('start a run now').argument('<job>'))
    .addHelpText('after', examples('satsuma job run nightly && satsuma job logs nightly'))
    .action(async (name: string, flags: WaitFlags) => {
      const { data } = await api('POST', `${jobPath(name)}/run`);
      const { run: number } = data;
      if (!flags.json) io.stdout(line`Run ${number} of job ${name} begins`);
      const end = flags.detach ? Promise.resolve(data) : waitForRun({ api, io }, name, number, flags);
      await writeOutcome(io, flags, end.then(withoutText));
    });

  const cancel = withJson(new Command('cancel'))
    .description('cancel a run')
    .argument('<job>')
    .argument('<run>', 'its number', whole)
    .addHelpText('after', examples('satsuma job cancel nightly 3'))
    .action(async (name: string, number: number, flags: OutputFlags) => {
      const { data } = await api('POST', `${jobPath(name)}/runs/${number}/cancel`);
      const text = () => line`Run ${number} of job ${name} is being cancelled: its containers are stopped`;
      writeResult(io, { data, text }, flags);
    });

  const rm = withJson(new Command('rm'))
    .description('stop the runs of a job, and remove it')
    .addHelpText('after', examples('satsuma job rm nightly'))
    .argument('<job...>')
    .option('-d, --detach', 'do not wait')
    .action((names: string[], { detach, json }: WaitFlags) => {
      const messages = {
        removed: (name: string) => `Job ${name} removed`,
        beingRemoved: (name: string) => `Job ${name} is being removed`,
      };
      return removeEach({ api, io }, names, { path: jobPath, messages, detach, json });
    });

  for (const command of [create, ...jobQuestions(api, stream, io), update, run, cancel, rm]) job.addCommand(command);
  return job;
}

function withWait(command: Command): Command {
  return withJson(command).option(
    '-d, --detach',
    'do not wait for the end of the run; otherwise the exit code is 1 if it fails',
  );
}

/** The result was already shown as progress. */
function withoutText(data: unknown): Result {
  return { data, text: () => [] };
}

function nextRunText({ status: { state, last_run, next_run } }: Job): string {
  if (state === 'running' && last_run) return `run ${last_run.run} is active`;
  return next_run === null ? 'it runs on request' : `its next run is at ${next_run}, ${ageText(next_run)}`;
}
