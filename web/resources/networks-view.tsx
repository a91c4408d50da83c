import type { NetworkRow } from '../../src/api/volume.ts';
import { ActionButton } from '../action-button.tsx';
import { call, callAll, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf, showContainer } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { MeshSection } from './mesh-section.tsx';
import { pairs } from './volumes-view.tsx';

/** Networks of the engines; one with who is on it. */
export function NetworksView({ state, address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('networks', ['network'], (signal) =>
    callAll<NetworkRow>('apiv1/networks', signal),
  );
  const may = useMay('network', 'create', 'remove', 'update');
  const network = data?.find((each) => keyOf(each) === chosen);
  if (network) return <NetworkDetail key={chosen} network={network} may={may} again={again} />;
  const shown = (data ?? []).filter(({ engine, name, driver }) => matches(fields.filter, engine, name, driver));
  return (
    <>
      <ViewHead view="networks" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noNetworks')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('networks')}
          rows={shown}
          rowKey={({ engine, id }) => `${engine} ${id}`}
          columns={{
            [text('name')]: (each) => <a href={hrefOf('networks', keyOf(each))}>{each.name}</a>,
            [text('engine')]: ({ engine }) => engine,
            [text('driver')]: ({ driver, scope }) => `${driver} (${scope})`,
            [text('subnets')]: ({ subnets }) => subnets.map(({ subnet }) => subnet).join(', '),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('addNetwork')}</summary>
          <FieldsForm
            label={text('addNetwork')}
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'scope', label: text('networkScope'), suggested: state.engines.map(({ id }) => id) },
              { name: 'driver', label: text('driver'), placeholder: 'bridge' },
              { name: 'subnet', label: text('subnets'), placeholder: '10.9.0.0/24' },
            ]}
            act={async (typed) => {
              await call(
                'POST',
                'apiv1/network',
                Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== '')),
              );
              again();
              return text('changed');
            }}
          />
        </details>
      )}
      <MeshSection />
    </>
  );
}

function keyOf({ engine, name }: NetworkRow): string {
  return `${engine}/${name}`;
}

interface DetailProps {
  readonly network: NetworkRow;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function NetworkDetail({ network, may, again }: DetailProps) {
  const { engine, name, driver, scope, internal, attachable, subnets, labels, options, created_at } = network;
  const path = `apiv1/network/${encodeURIComponent(engine)}/${encodeURIComponent(name)}`;
  const members = useLive(`network ${keyOf(network)}`, ['network', 'container'], (signal) =>
    call('GET', `apiv1/network/${encodeURIComponent(engine)}/${encodeURIComponent(name)}`, undefined, signal),
  );
  return (
    <>
      <ViewHead view="networks" chosen={keyOf(network)} problem={members.problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeNetworkSure', { name, engine })}
            act={async () => {
              await send('DELETE', path);
              again();
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          [text('engine')]: <a href={hrefOf('engines', engine)}>{engine}</a>,
          [text('driver')]: `${driver} (${scope})`,
          [text('subnets')]: subnets.map(({ subnet, gateway }) => `${subnet} ${gateway ?? ''}`).join(', '),
          [text('properties')]: [...(internal ? ['internal'] : []), ...(attachable ? ['attachable'] : [])].join(', '),
          [text('labels')]: pairs(labels),
          [text('options')]: pairs(options),
          [text('created')]: timeText(created_at),
        }}
      />
      <h3>{text('whoIsOn')}</h3>
      {members.data?.containers.length === 0 && <p>{text('nobody')}</p>}
      {members.data && members.data.containers.length > 0 && (
        <RowsTable
          name={text('whoIsOn')}
          rows={members.data.containers}
          rowKey={({ id }) => id}
          columns={{
            [text('name')]: (each) => (
              <button type="button" onClick={() => showContainer(each.id)}>
                {each.name}
              </button>
            ),
            IPv4: ({ ipv4 }) => ipv4,
            IPv6: ({ ipv6 }) => ipv6,
            [text('disconnect')]: (each) =>
              may.has('update') && (
                <ActionButton
                  label={text('disconnect')}
                  isGrave
                  does={text('disconnectText', { container: each.name, name })}
                  act={async () => {
                    await send('POST', `${path}/disconnect`, { body: { container: each.name } });
                    members.again();
                  }}
                />
              ),
          }}
        />
      )}
    </>
  );
}
