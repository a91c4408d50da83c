import type { Run, WholeRun } from '../api/job.ts';
import { visibleText } from '../model/visible-text.ts';
import { stateText } from './list/job-list.ts';
import { taskList, taskRows } from './list/task-list.ts';
import { tableOf } from './list/write-list.ts';
import type { ProgressMessage, Snapshot } from './progress.ts';
import { waitText } from './wait-text.ts';

/** `nightly: run 3, running, 1 of 4 succeeded`. */
export function runHeadline(run: Run): string {
  return `${run.job}: run ${run.run}, ${stateText(run)}, ${run.succeeded} of ${run.completions} succeeded`;
}

/** The state of a run, for a waiting command. */
export function runSnapshot(run: WholeRun): Snapshot {
  const headline = runHeadline(run);
  const sayings = new Map<string, ProgressMessage>();
  for (const { slot, attempt, engine, state, reason = '' } of run.tasks) {
    const where = engine === null ? '' : ` on ${engine}`;
    const text = reason === '' ? state : `${state}: ${visibleText(reason)}`;
    sayings.set(`task ${slot}, attempt ${attempt}${where}`, { text });
  }
  for (const each of run.waiting) sayings.set(`task ${each.slot}`, { text: `waiting: ${waitText(each)}` });
  // The result is printed last.
  sayings.set(run.job, { text: headline.slice(run.job.length + 2) });
  return { text: [`${headline}\n`, tableOf(taskList, taskRows(run))], sayings };
}
