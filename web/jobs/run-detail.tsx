import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { showContainer } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { timeText } from '../view-head.tsx';

interface RunDetailProps {
  readonly job: string;
  readonly run: string;
  readonly mayCancel: boolean;
}

/** A run with every try at every task, what each wrote, and why others were not started yet. */
export function RunDetail({ job, run, mayCancel }: RunDetailProps) {
  const { data, problem, again } = useLive(`run ${job} ${run}`, ['job', 'container'], (signal) =>
    call('GET', `apiv1/job/${encodeURIComponent(job)}/runs/${encodeURIComponent(run)}`, undefined, signal),
  );
  const logs = (data?.tasks ?? []).filter(({ log }) => log !== '');
  return (
    <section aria-label={text('runOf', { run })}>
      <h3>
        {text('runOf', { run })} {data?.state}
      </h3>
      <p class="problem" role="alert">
        {problem}
      </p>
      {data?.reason !== undefined && <p>{data.reason}</p>}
      {data?.state === 'running' && mayCancel && (
        <ActionButton
          label={text('cancelRun')}
          isGrave
          does={text('cancelRunText', { run })}
          act={async () => {
            await send('POST', `apiv1/job/${encodeURIComponent(job)}/runs/${encodeURIComponent(run)}/cancel`);
            again();
          }}
        />
      )}
      {data && data.tasks.length > 0 && (
        <RowsTable
          name={text('tasks')}
          rows={data.tasks}
          rowKey={({ slot, attempt }) => `${slot} ${attempt}`}
          columns={{
            [text('task')]: ({ slot, attempt, container }) => (
              <button type="button" disabled={container === null} onClick={() => showContainer(container ?? undefined)}>
                {slot}.{attempt}
              </button>
            ),
            [text('state')]: ({ state, exit_code, reason }) => (
              <span class={state === 'failed' ? 'problem' : ''}>
                {state} {exit_code !== null && `(${exit_code})`} {reason}
              </span>
            ),
            [text('engine')]: ({ engine }) => engine,
            [text('began')]: ({ started_at }) => timeText(started_at),
            [text('ended')]: ({ ended_at }) => timeText(ended_at),
          }}
        />
      )}
      <ul class="replicas">
        {data?.waiting.map(({ slot, message, since }) => (
          <li key={slot} class="problem">
            {slot}: {message} ({timeText(since)})
          </li>
        ))}
      </ul>
      {logs.map(({ slot, attempt, log }) => (
        <div key={`${slot} ${attempt}`}>
          <h4>{text('logOf', { task: `${slot}.${attempt}` })}</h4>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keyboard. */}
          <pre class="log" tabIndex={0}>
            {log}
          </pre>
        </div>
      ))}
    </section>
  );
}
