import { call } from '../api.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { useLive } from '../use-live.ts';
import { ViewHead } from '../view-head.tsx';

/** The configuration of the server that answers, without secrets; what is wrong with the cluster; and what there is to choose from. */
export function SettingsView() {
  const { data, problem } = useLive('settings', [], async (signal) => {
    const [config, version, schedulers, cluster, diagnosis] = await Promise.all([
      call('GET', 'apiv1/config', undefined, signal),
      call('GET', 'apiv1/version', undefined, signal),
      call('GET', 'apiv1/schedulers', undefined, signal),
      call('GET', 'apiv1/cluster', undefined, signal),
      call('GET', 'apiv1/doctor', undefined, signal).catch(() => undefined),
    ]);
    return { config, version, schedulers, cluster, findings: diagnosis?.findings ?? [] };
  });
  return (
    <>
      <ViewHead view="settings" problem={problem} />
      {data && (
        <>
          <ul class="problem">
            {data.cluster.warnings.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
          <Facts
            facts={{
              [text('version')]: data.version.version,
              ...Object.fromEntries(Object.entries(data.config).map(([key, value]) => [key, valueText(value)])),
            }}
          />
          <h3>{text('types')}</h3>
          <RowsTable
            name={text('types')}
            rows={data.schedulers.schedulers}
            rowKey={({ name }) => name}
            columns={{ [text('name')]: ({ name }) => name, [text('checks')]: ({ checks }) => checks.join(', ') }}
          />
          {data.findings.length > 0 && (
            <>
              <h3>{text('findings')}</h3>
              <RowsTable
                name={text('findings')}
                rows={data.findings}
                rowKey={({ check, subject }) => `${check} ${subject}`}
                columns={{
                  [text('subject')]: ({ subject }) => subject,
                  [text('state')]: ({ status }) => <span class={status === 'ok' ? '' : 'problem'}>{status}</span>,
                  [text('what')]: ({ message, remedy }) => `${message} ${remedy ?? ''}`,
                }}
              />
            </>
          )}
        </>
      )}
    </>
  );
}

function valueText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
