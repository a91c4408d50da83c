import { useState } from 'preact/hooks';
import type { Job, JobChangesBody } from '../../src/api/job.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { Facts } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { setFields } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { timeText, ViewHead } from '../view-head.tsx';
import { RunDetail } from './run-detail.tsx';
import { RunsTimeline } from './runs-timeline.tsx';

interface JobDetailProps {
  readonly job: Job;
  /** The number of the run that is shown. */
  readonly run: string | undefined;
  readonly problem: string;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

export function JobDetail({ job, run, problem, may, again }: JobDetailProps) {
  const { name, image, schedule, time_zone, status } = job;
  const path = `apiv1/job/${encodeURIComponent(name)}`;
  const runs = useLive(`runs ${name}`, ['job', 'container'], (signal) =>
    call('GET', `apiv1/job/${encodeURIComponent(name)}/runs`, undefined, signal),
  );
  const change = async (changes: JobChangesBody) => {
    await send('PUT', path, { body: changes });
    again();
  };
  const [stopped, setStopped] = useState<string>();
  return (
    <>
      <ViewHead view="jobs" chosen={name} problem={problem || runs.problem}>
        {may.has('update') && (
          <ActionButton
            label={text('runNow')}
            does={text('runNowText', { name, concurrency: text(`concurrency_${job.concurrency}`) })}
            act={async () => {
              const { run: begun } = await call('POST', `apiv1/job/${encodeURIComponent(name)}/run`);
              runs.again();
              setFields({ run: String(begun) });
            }}
          />
        )}
        {may.has('update') && schedule !== undefined && (
          <ActionButton
            label={text('pauseJob')}
            does={text('pauseJobText', { schedule })}
            act={async () => {
              await change({ schedule: null });
              setStopped(schedule);
            }}
          />
        )}
        {may.has('update') && schedule === undefined && stopped !== undefined && (
          <ActionButton
            label={text('resume')}
            does={text('resumeJobText', { schedule: stopped })}
            act={() => change({ schedule: stopped })}
          />
        )}
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeJobSure', { name })}
            act={async () => {
              await send('DELETE', path);
              again();
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          [text('state')]: status.state,
          [text('image')]: image.name,
          [text('command')]: (image.args ?? []).join(' '),
          [text('schedule')]: schedule === undefined ? text('onRequest') : `${schedule} (${time_zone})`,
          [text('nextRun')]: timeText(status.next_run),
          [text('missedRun')]: status.missed && (
            <span class="problem">
              {timeText(status.missed.time)}: {status.missed.reason}
            </span>
          ),
          [text('whileRunning')]: text(`concurrency_${job.concurrency}`),
          [text('tasks')]: text('tasksText', {
            completions: job.completions,
            parallelism: job.parallelism,
            retries: job.retries,
          }),
          [text('project')]: image.project ?? 'default',
        }}
      />
      {runs.data?.length === 0 && <p>{text('noRuns')}</p>}
      {runs.data && runs.data.length > 0 && (
        <RunsTimeline
          runs={runs.data}
          nextRun={status.next_run}
          chosen={run}
          choose={(each) => setFields({ run: each })}
        />
      )}
      {run !== undefined && <RunDetail key={run} job={name} run={run} mayCancel={may.has('update')} />}
      {may.has('update') && (
        <details class="adds">
          <summary>{text('changeSchedule')}</summary>
          <FieldsForm
            key={schedule}
            label={text('changeSchedule')}
            fields={[
              { name: 'schedule', label: text('scheduleText'), placeholder: '0 3 * * *', begins: schedule ?? '' },
              { name: 'time_zone', label: text('timeZone'), begins: time_zone },
            ]}
            act={async (typed) => {
              await change({
                schedule: typed.schedule === '' ? null : (typed.schedule ?? null),
                ...(typed.time_zone !== '' && typed.time_zone !== undefined && { time_zone: typed.time_zone }),
              });
              return text('changed');
            }}
          />
        </details>
      )}
    </>
  );
}
