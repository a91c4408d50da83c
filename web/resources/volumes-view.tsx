import { useState } from 'preact/hooks';
import type { CopyVolumeLine, VolumeRow } from '../../src/api/volume.ts';
import { ActionButton } from '../action-button.tsx';
import { call, callAll, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { jsonLines } from '../json-lines.ts';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { sizeText } from './size-text.ts';

/** Volumes on the engines; one with the containers that have it. */
export function VolumesView({ state, address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('volumes', ['volume'], (signal) =>
    callAll<VolumeRow>('apiv1/volumes', signal),
  );
  const may = useMay('volume', 'create', 'remove');
  const engines = state.engines.map(({ id }) => id);
  const volume = data?.find((each) => keyOf(each) === chosen);
  if (volume) return <VolumeDetail key={chosen} volume={volume} engines={engines} may={may} again={again} />;
  const shown = (data ?? []).filter(({ engine, name, driver }) => matches(fields.filter, engine, name, driver));
  return (
    <>
      <ViewHead view="volumes" problem={problem} />
      {data?.length === 0 && <p class="empty">{text('noVolumes')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('volumes')}
          rows={shown}
          rowKey={keyOf}
          columns={{
            [text('name')]: (each) => <a href={hrefOf('volumes', keyOf(each))}>{each.name}</a>,
            [text('engine')]: ({ engine }) => engine,
            [text('driver')]: ({ driver }) => driver,
            [text('created')]: ({ created_at }) => timeText(created_at),
            [text('state')]: ({ copying_from }) =>
              copying_from === undefined ? '' : text('copyingFrom', { name: copying_from }),
          }}
        />
      )}
      {may.has('create') && (
        <details class="adds">
          <summary>{text('addVolume')}</summary>
          <FieldsForm
            label={text('addVolume')}
            fields={[
              { name: 'engine', label: text('engine'), isRequired: true, suggested: engines },
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'driver', label: text('driver'), placeholder: 'local' },
            ]}
            act={async ({ engine = '', name = '', driver = '' }) => {
              await call('POST', 'apiv1/volume', { engine, name, ...(driver !== '' && { driver }) });
              again();
              return text('changed');
            }}
          />
        </details>
      )}
    </>
  );
}

function keyOf({ engine, name }: Pick<VolumeRow, 'engine' | 'name'>): string {
  return `${engine}/${name}`;
}

interface DetailProps {
  readonly volume: VolumeRow;
  readonly engines: readonly string[];
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function VolumeDetail({ volume, engines, may, again }: DetailProps) {
  const { engine, name, driver, mountpoint, labels, options } = volume;
  const [copied, setCopied] = useState('');
  const { data, problem } = useLive(`volume ${keyOf(volume)}`, ['volume', 'container'], (signal) =>
    call('GET', `apiv1/volume/${encodeURIComponent(engine)}/${encodeURIComponent(name)}`, undefined, signal),
  );
  const path = `apiv1/volume/${encodeURIComponent(engine)}/${encodeURIComponent(name)}`;
  return (
    <>
      <ViewHead view="volumes" chosen={keyOf(volume)} problem={problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeVolumeSure', { name, engine })}
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
          [text('driver')]: driver,
          [text('usedBy')]: data && (data.used_by.length === 0 ? text('nobody') : data.used_by.join(', ')),
          [text('path')]: mountpoint,
          [text('labels')]: pairs(labels),
          [text('options')]: pairs(options),
        }}
      />
      {may.has('create') && engines.length > 1 && (
        <FieldsForm
          label={text('copyVolume')}
          fields={[{ name: 'to', label: text('copyTo'), choices: engines.filter((each) => each !== engine) }]}
          act={async ({ to = '' }) => {
            for await (const line of jsonLines<CopyVolumeLine>(`${path}/copy`, { to }))
              setCopied(`${'status' in line ? line.status : text('volumeCopied', { to })} ${sizeText(line.bytes)}`);
            again();
            return '';
          }}
        >
          <p>{text('copyVolumeText')}</p>
        </FieldsForm>
      )}
      <p role="status">{copied}</p>
    </>
  );
}

export function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ');
}
