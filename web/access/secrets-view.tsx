import type { InspectedSecret } from '../../src/api/secret.ts';
import { ActionButton } from '../action-button.tsx';
import { Adds } from '../adds.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';

/** Secrets: their names and who has them. Values are written, and nobody reads them. */
export function SecretsView({ address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('secrets', ['secret'], (signal) =>
    call('GET', 'apiv1/secrets', undefined, signal),
  );
  const may = useMay('secret', 'create', 'update', 'remove');
  if (chosen !== undefined && data?.some(({ name }) => name === chosen))
    return <SecretDetail key={chosen} name={chosen} may={may} />;
  const shown = (data ?? []).filter(({ name, project }) => matches(fields.filter, name, project));
  return (
    <>
      <ViewHead view="secrets" problem={problem} />
      {chosen !== undefined && data && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {data?.length === 0 && <p class="empty">{text('noSecrets')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('secrets')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('secrets', name)}>{name}</a>,
            [text('project')]: ({ project }) => project,
            [text('version')]: ({ version }) => version,
            [text('updated')]: ({ updated_at }) => timeText(updated_at),
          }}
        />
      )}
      {data && data.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('addSecret')} isFirst={data?.length === 0}>
          <FieldsForm
            label={text('addSecret')}
            fields={[
              { name: 'name', label: text('name'), isRequired: true },
              { name: 'value', label: text('secretValue'), isRequired: true, type: 'long' },
              { name: 'project', label: text('project'), placeholder: 'default' },
            ]}
            act={async ({ name = '', value = '', project = '' }) => {
              await call('POST', 'apiv1/secret', { name, value, ...(project !== '' && { project }) });
              again();
              return text('secretAdded', { name });
            }}
          />
        </Adds>
      )}
    </>
  );
}

interface DetailProps {
  readonly name: string;
  readonly may: ReadonlySet<string>;
}

function SecretDetail({ name, may }: DetailProps) {
  const path = `apiv1/secret/${encodeURIComponent(name)}`;
  const kinds = ['secret', 'service', 'job', 'container'] as const;
  const { data, problem, again } = useLive(`secret ${name}`, kinds, async (signal) => {
    return (await (await send('GET', path, { signal })).json()).data as InspectedSecret;
  });
  return (
    <>
      <ViewHead view="secrets" chosen={name} problem={problem}>
        {may.has('remove') && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeSecretSure', { name })}
            act={async () => {
              await send('DELETE', path);
              location.hash = hrefOf('secrets');
            }}
          />
        )}
      </ViewHead>
      {data && (
        <>
          <Facts
            facts={{
              [text('project')]: data.project,
              [text('usedBy')]: data.used_by.join(', ') || text('nobody'),
              [text('labels')]: Object.entries(data.labels ?? {})
                .map((label) => label.join('='))
                .join(', '),
            }}
          />
          <RowsTable
            name={text('versions')}
            rows={data.versions.toReversed()}
            rowKey={({ version }) => String(version)}
            columns={{
              [text('version')]: ({ version }) => version,
              [text('created')]: ({ created_at, created_by }) => `${timeText(created_at)} ${created_by}`,
            }}
          />
        </>
      )}
      {may.has('update') && (
        <Adds label={text('changeSecret')}>
          <FieldsForm
            label={text('changeSecret')}
            fields={[{ name: 'value', label: text('secretValue'), isRequired: true, type: 'long' }]}
            act={async ({ value = '' }) => {
              await send('PUT', path, { body: { value } });
              again();
              return text('changed');
            }}
          >
            <p>{text('changeSecretText')}</p>
          </FieldsForm>
        </Adds>
      )}
    </>
  );
}
