import type { WholeRun } from '../api/job.ts';
import { visibleText } from '../model/visible-text.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation, withLatest } from './exit-codes.ts';
import type { Io } from './io.ts';
import { runSnapshot } from './job-view.ts';
import type { OutputFlags } from './output.ts';
import { poll } from './poll.ts';
import { Progress } from './progress.ts';

interface Terminal {
  readonly api: ApiClient;
  readonly io: Io;
}

/**
 * Shows the progress of a run until it has ended, and returns it. Throws `NotDone` with the run if it did not succeed.
 */
export async function waitForRun(
  { api, io }: Terminal,
  job: string,
  number: number,
  { timeoutSeconds, ...flags }: OutputFlags & { readonly timeoutSeconds?: number | undefined },
): Promise<WholeRun> {
  const progress = new Progress(io, flags);
  let seen: WholeRun | undefined;
  const goesOn = `run ${number} of job ${job} continues; "satsuma job ps ${job} ${number}" shows its progress`;
  const waiting = poll(io, { goesOn, timeoutSeconds }, async () => {
    seen = await readRun(api, job, number);
    progress.show(runSnapshot(seen));
    return seen.state === 'running' ? undefined : seen;
  });
  const run = await withLatest(waiting, () => seen);
  if (run.state === 'succeeded') return run;
  const why = run.reason === undefined ? '' : `: ${visibleText(run.reason)}`;
  const end = run.state === 'cancelled' ? 'was cancelled' : run.state;
  throw new IncompleteOperation(1, `run ${number} of job ${job} ${end}${why}`, undefined, run);
}

/** Throws ApiError. */
export async function readRun(api: ApiClient, job: string, number: number): Promise<WholeRun> {
  return (await api('GET', `${jobPath(job)}/runs/${number}`)).data;
}

export function jobPath(name: string): `apiv1/job/${string}` {
  return `apiv1/job/${encodeURIComponent(name)}`;
}
