import type { WholeRun } from '../../api/job.ts';
import { ageText, tookText } from '../age.ts';
import { waitText } from '../wait-text.ts';
import { equals, type List } from './list.ts';

/** An attempt at a task, or a task that has not started yet. */
interface TaskRow {
  readonly slot: number;
  readonly attempt?: number;
  readonly state: string;
  readonly exit_code?: number | null;
  readonly engine?: string | null;
  readonly container?: string | null;
  readonly started_at?: string;
  readonly ended_at?: string | null;
  readonly reason?: string;
}

export const taskList: List<TaskRow> = {
  columns: [
    { title: 'TASK', field: 'Task', value: ({ slot }) => String(slot) },
    { title: 'ATTEMPT', field: 'Attempt', value: ({ attempt = '' }) => String(attempt) },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'EXIT CODE', field: 'ExitCode', value: ({ exit_code }) => String(exit_code ?? '') },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine ?? '' },
    { title: 'CONTAINER', field: 'ID', kind: 'id', isOptional: true, value: ({ container }) => container ?? '' },
    { title: 'BEGAN', field: 'Began', isOptional: true, value: ({ started_at }) => ageText(started_at) },
    { title: 'TOOK', field: 'Took', value: tookOf },
    { title: 'REASON', field: 'Reason', kind: 'words', value: ({ reason = '' }) => reason },
    { title: 'BEGAN AT', field: 'BeganAt', only: 'wide', value: ({ started_at = '' }) => started_at },
    { title: 'ENDED AT', field: 'EndedAt', only: 'wide', value: ({ ended_at }) => ended_at ?? '' },
  ],
  nameOf: ({ slot, attempt }) => (attempt === undefined ? String(slot) : `${slot}.${attempt}`),
  quiet: { what: 'ids of the containers', of: ({ container }) => container ?? '', areIds: true },
  filters: {
    state: equals(({ state }) => state),
    engine: equals(({ engine }) => engine ?? ''),
    task: equals(({ slot }) => String(slot)),
  },
};

/** One row per attempt, and one per task that has not started yet, with the reason. */
export function taskRows({ tasks, waiting }: WholeRun): TaskRow[] {
  return [...tasks, ...waiting.map((each) => ({ slot: each.slot, state: 'waiting', reason: waitText(each) }))];
}

function tookOf({ started_at, ended_at = null }: TaskRow): string {
  return started_at === undefined ? '' : tookText(started_at, ended_at);
}
