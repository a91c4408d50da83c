import type { ListedContainer } from '../../src/api/container.ts';
import type { Engine, EngineChangesBody } from '../../src/api/engine.ts';
import { ActionButton } from '../action-button.tsx';
import { send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { nameOf } from '../live-cluster.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf, showContainer } from '../use-address.ts';
import { timeText, ViewHead } from '../view-head.tsx';
import { listOf } from '../words-of.ts';
import { EngineDrain } from './engine-drain.tsx';
import { LossRehearsalView } from './loss-rehearsal.tsx';

interface EngineDetailProps {
  readonly engine: Engine;
  readonly containers: readonly ListedContainer[];
  readonly may: ReadonlySet<string>;
}

export function EngineDetail({ engine, containers, may }: EngineDetailProps) {
  const { id, addr, status, since, error, unclear, cpus, memory, reserved_cpus, reserved_memory } = engine;
  const path = `apiv1/engine/${encodeURIComponent(id)}`;
  const change = (body: EngineChangesBody) => send('PATCH', path, { body });
  return (
    <>
      <ViewHead view="engines" chosen={id}>
        {may.has('update') && status !== 'ok' && (
          <ActionButton
            label={text('useEngine')}
            does={text(status === 'draining' ? 'stopDrainText' : 'useEngineText', { name: id })}
            act={() => change({ status: 'ok' })}
          />
        )}
        {may.has('update') && status === 'ok' && (
          <ActionButton
            label={text('maintenance')}
            does={text('maintenanceText', { name: id })}
            act={() => change({ status: 'maintenance' })}
          />
        )}
        {may.has('update') && status === 'down' && (
          <ActionButton
            label={text('declareLost')}
            isGrave
            does={text('declareLostText', { name: id })}
            act={() => change({ status: 'lost' })}
          />
        )}
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeEngineSure', { name: id })}
            act={async () => {
              await send('DELETE', path);
              location.hash = hrefOf('engines');
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          [text('state')]: (
            <span class={status === 'ok' ? '' : 'problem'}>
              {status} {timeText(since)} {error}
            </span>
          ),
          [text('unclear')]: unclear && <span class="problem">{unclear}</span>,
          [text('address')]: addr,
          [text('cpus')]: text('promised', { used: reserved_cpus, all: cpus }),
          [text('memory')]: text('promised', { used: reserved_memory, all: `${memory} MB` }),
          [text('labels')]: engine.labels.join(', '),
          [text('version')]: engine.version,
          [text('startsFailed')]: engine.failures && (
            <span class="problem">
              {engine.failures.count}: {engine.failures.reason}
            </span>
          ),
        }}
      />
      <EngineDrain engine={engine} containers={containers} mayDrain={may.has('update')} />
      <LossRehearsalView engine={id} />
      {may.has('update') && (
        <details class="adds">
          <summary>{text('changeLabels')}</summary>
          <FieldsForm
            key={engine.labels.join()}
            label={text('changeLabels')}
            fields={[{ name: 'labels', label: text('labels'), begins: engine.labels.join(', ') }]}
            act={async ({ labels = '' }) => {
              await change({ labels: listOf(labels) });
              return text('changed');
            }}
          />
        </details>
      )}
      {containers.length > 0 && (
        <RowsTable
          name={text('containersNow')}
          rows={containers}
          rowKey={(each) => each.id}
          columns={{
            [text('name')]: (each) => (
              <button type="button" onClick={() => showContainer(each.id)}>
                {nameOf(each)}
              </button>
            ),
            [text('image')]: ({ image }) => image.name,
            [text('state')]: ({ state, status: said }) => said ?? state,
          }}
        />
      )}
    </>
  );
}
