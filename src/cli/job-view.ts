import type { Job, Run, WholeRun } from '../api/job.ts';
import { visibleText } from '../model/visible-text.ts';
import { ageText, tookText } from './age.ts';
import type { Saying, Snapshot } from './progress.ts';
import { waitText } from './service-view.ts';
import type { Table } from './table.ts';
import type { Column } from './table-column.ts';

export function jobTable(jobs: readonly Job[]): Table {
  const rows = jobs.map(({ name, schedule, time_zone, status }) => [
    name,
    status.state,
    schedule === undefined ? '' : `${schedule} (${time_zone})`,
    status.last_run ? `${status.last_run.run} ${status.last_run.state}` : '',
    ageText(status.next_run),
    status.missed ? `${ageText(status.missed.time)}: ${status.missed.reason}` : '',
  ]);
  const columns: Column[] = [
    { title: 'NAME' },
    { title: 'STATE', kind: 'state' },
    { title: 'SCHEDULE' },
    { title: 'LAST RUN' },
    { title: 'NEXT RUN' },
    { title: 'MISSED', kind: 'words', isOptional: true },
  ];
  return { columns, rows };
}

export function runTable(runs: readonly Run[]): Table {
  const rows = runs.map((run) => [
    String(run.run),
    stateText(run),
    run.cause,
    ageText(run.created_at),
    tookText(run.created_at, run.ended_at),
    `${run.succeeded} of ${run.completions}`,
    String(run.failures),
    visibleText(run.reason ?? ''),
  ]);
  const columns: Column[] = [
    { title: 'RUN' },
    { title: 'STATE', kind: 'state' },
    { title: 'CAUSE' },
    { title: 'BEGAN' },
    { title: 'TOOK' },
    { title: 'SUCCEEDED' },
    { title: 'FAILURES', isOptional: true },
    { title: 'REASON', kind: 'words' },
  ];
  return { columns, rows };
}

/** `nightly: run 3, running, 1 of 4 succeeded`. */
export function runHeadline(run: Run): string {
  return `${run.job}: run ${run.run}, ${stateText(run)}, ${run.succeeded} of ${run.completions} succeeded`;
}

/** A row for each try at each task, and one for each task that was not started yet and why. */
export function taskTable({ tasks, waiting }: WholeRun): Table {
  const rows = tasks.map((task) => [
    String(task.slot),
    String(task.attempt),
    task.state,
    task.exit_code === null ? '' : String(task.exit_code),
    task.engine ?? '',
    task.container ?? '',
    ageText(task.started_at),
    tookText(task.started_at, task.ended_at),
    visibleText(task.reason ?? ''),
  ]);
  const waits = waiting.map((each) => [String(each.slot), '', 'waiting', '', '', '', '', '', waitText(each)]);
  const columns: Column[] = [
    { title: 'TASK' },
    { title: 'ATTEMPT' },
    { title: 'STATE', kind: 'state' },
    { title: 'EXIT CODE' },
    { title: 'ENGINE' },
    { title: 'CONTAINER', kind: 'id', isOptional: true },
    { title: 'BEGAN', isOptional: true },
    { title: 'TOOK' },
    { title: 'REASON', kind: 'words' },
  ];
  return { columns, rows: [...rows, ...waits] };
}

/** How a run is, for whoever waits for it. */
export function runSnapshot(run: WholeRun): Snapshot {
  const headline = runHeadline(run);
  const sayings = new Map<string, Saying>();
  for (const { slot, attempt, engine, state, reason = '' } of run.tasks) {
    const where = engine === null ? '' : ` on ${engine}`;
    const text = reason === '' ? state : `${state}: ${visibleText(reason)}`;
    sayings.set(`task ${slot}, attempt ${attempt}${where}`, { text });
  }
  for (const each of run.waiting) sayings.set(`task ${each.slot}`, { text: `waiting: ${waitText(each)}` });
  // What it comes to is said last.
  sayings.set(run.job, { text: headline.slice(run.job.length + 2) });
  return { text: [`${headline}\n`, taskTable(run)], sayings };
}

/** Of one that is on its way to its end, to which. */
function stateText({ state, ending }: Run): string {
  return ending === undefined ? state : `${state} (to be ${ending})`;
}
