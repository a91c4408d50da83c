import { Adds } from '../adds.tsx';
import { call } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { JobDetail } from './job-detail.tsx';
import { JobForm } from './job-form.tsx';

/** Jobs with when they ran and will run. */
export function JobsView({ address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('jobs', ['job'], (signal) => call('GET', 'apiv1/jobs', undefined, signal));
  const may = useMay('job', 'create', 'update', 'remove');
  const job = data?.find(({ name }) => name === chosen);
  if (job) return <JobDetail key={job.name} job={job} run={fields.run} problem={problem} may={may} again={again} />;
  const shown = (data ?? []).filter(({ name, image }) => matches(fields.filter, name, image.name, image.project));
  return (
    <>
      <ViewHead view="jobs" problem={problem} />
      {chosen !== undefined && data && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {data?.length === 0 && <p class="empty">{text('noJobs')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('jobs')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('jobs', name)}>{name}</a>,
            [text('state')]: ({ status }) => status.state,
            [text('schedule')]: ({ schedule, time_zone }) =>
              schedule === undefined ? text('onRequest') : `${schedule} (${time_zone})`,
            [text('nextRun')]: ({ status }) => timeText(status.next_run),
            [text('lastRun')]: ({ status: { last_run } }) =>
              last_run && (
                <span class={last_run.state === 'failed' ? 'problem' : ''}>
                  {last_run.state} {timeText(last_run.ended_at ?? last_run.created_at)}
                </span>
              ),
            [text('image')]: ({ image }) => image.name,
          }}
        />
      )}
      {may.has('create') && (
        <Adds label={text('addJob')} isFirst={data?.length === 0}>
          <JobForm added={again} />
        </Adds>
      )}
    </>
  );
}
