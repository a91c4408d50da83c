import { Adds } from '../adds.tsx';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { EngineDetail } from './engine-detail.tsx';
import { RegisterEngine } from './register-engine.tsx';

/** Engines as a table; one with what can be done with it; and how to register another one. */
export function EnginesView({ state, address: { chosen, fields } }: ViewProps) {
  const may = useMay('engine', 'create', 'update', 'remove');
  const { engines, containers, connection } = state;
  const engine = engines.find(({ id }) => id === chosen);
  if (engine)
    return <EngineDetail key={engine.id} engine={engine} containers={containers.get(engine.id) ?? []} may={may} />;
  const shown = engines.filter(({ id, labels, status }) => matches(fields.filter, id, status, ...labels));
  return (
    <>
      <ViewHead view="engines" />
      {chosen !== undefined && connection === 'live' && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('engines')}
          rows={shown}
          rowKey={({ id }) => id}
          columns={{
            [text('name')]: ({ id }) => <a href={hrefOf('engines', id)}>{id}</a>,
            [text('state')]: ({ status, since, error }) => (
              <span class={status === 'ok' ? '' : 'problem'}>
                {status} {status !== 'ok' && timeText(since)} {error}
              </span>
            ),
            [text('cpus')]: ({ cpus, reserved_cpus }) => text('promised', { used: reserved_cpus, all: cpus }),
            [text('memory')]: ({ memory, reserved_memory }) =>
              text('promised', { used: reserved_memory, all: `${memory} MB` }),
            [text('containersNow')]: (each) => each.containers,
            [text('labels')]: ({ labels }) => labels.join(', '),
            [text('version')]: ({ version }) => version ?? '',
          }}
        />
      )}
      {engines.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('registerEngine')} isFirst={connection === 'live' && engines.length === 0}>
          <RegisterEngine />
        </Adds>
      )}
    </>
  );
}
