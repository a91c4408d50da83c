import type { Job, Run } from '../../api/job.ts';
import { projectOf } from '../../model/image-config.ts';
import { ageText, tookText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const jobList: List<Job> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ status }) => status.state },
    {
      ...{ title: 'SCHEDULE', field: 'Schedule' },
      value: ({ schedule, time_zone }) => (schedule === undefined ? '' : `${schedule} (${time_zone})`),
    },
    {
      ...{ title: 'LAST RUN', field: 'LastRun' },
      value: ({ status: { last_run } }) => (last_run ? `${last_run.run} ${last_run.state}` : ''),
    },
    { title: 'NEXT RUN', field: 'NextRun', value: ({ status }) => ageText(status.next_run) },
    {
      ...{ title: 'MISSED', field: 'Missed', kind: 'words', isOptional: true },
      value: ({ status: { missed } }) => (missed ? `${ageText(missed.time)}: ${missed.reason}` : ''),
    },
    { title: 'IMAGE', field: 'Image', only: 'wide', value: ({ image }) => image.name },
    { title: 'CHANGED', field: 'Changed', only: 'wide', value: ({ updated_at }) => ageText(updated_at) },
    { title: 'NEXT RUN AT', field: 'NextRunAt', only: 'format', value: ({ status }) => status.next_run ?? '' },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    state: equals(({ status }) => status.state, ['idle', 'running', 'removing']),
    project: equals(({ image }) => projectOf(image)),
    last: equals(({ status }) => status.last_run?.state ?? ''),
  },
};

export const runList: List<Run> = {
  columns: [
    { title: 'RUN', field: 'Run', value: ({ run }) => String(run) },
    { title: 'STATE', field: 'State', kind: 'state', value: stateText },
    { title: 'CAUSE', field: 'Cause', value: ({ cause }) => cause },
    { title: 'BEGAN', field: 'Began', value: ({ created_at }) => ageText(created_at) },
    { title: 'TOOK', field: 'Took', value: ({ created_at, ended_at }) => tookText(created_at, ended_at) },
    { title: 'SUCCEEDED', field: 'Succeeded', value: ({ succeeded, completions }) => `${succeeded} of ${completions}` },
    { title: 'FAILURES', field: 'Failures', isOptional: true, value: ({ failures }) => String(failures) },
    { title: 'REASON', field: 'Reason', kind: 'words', value: ({ reason = '' }) => reason },
    { title: 'BEGAN AT', field: 'BeganAt', only: 'wide', value: ({ created_at }) => created_at },
    { title: 'ENDED AT', field: 'EndedAt', only: 'wide', value: ({ ended_at }) => ended_at ?? '' },
  ],
  nameOf: ({ run }) => String(run),
  quiet: { what: 'numbers', of: ({ run }) => String(run) },
  filters: {
    state: equals(({ state }) => state, ['running', 'succeeded', 'failed', 'cancelled']),
    cause: equals(({ cause }) => cause),
  },
};

/** Also shows the outcome of a run that is about to end. */
export function stateText({ state, ending }: Run): string {
  return ending === undefined ? state : `${state} (to be ${ending})`;
}
